//! `healthcheck`: asks a running service whether it is ready, as container probes want it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::{End, terminal};
use crate::config::Config;

/// Probes are repeated; one that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address of the service; by default the one of the settings on this machine
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> End {
    let server = arguments.server.unwrap_or_else(|| format!("http://{}", reachable(config.server.address)));
    let url = format!("{}/readyz", server.trim_end_matches('/'));
    match ask(&url).await {
        Ok(status) if status.is_success() => {
            terminal::say("ready");
            End::Done
        }
        Ok(status) => {
            terminal::complain(&format!("{url} answers {status}"));
            End::Failed
        }
        Err(error) => {
            terminal::complain(&format!("{url} cannot be asked: {error}"));
            End::Failed
        }
    }
}

async fn ask(url: &str) -> reqwest::Result<reqwest::StatusCode> {
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
    Ok(client.get(url).send().await?.status())
}

/// A service that listens everywhere is reached on this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
