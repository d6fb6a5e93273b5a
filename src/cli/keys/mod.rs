//! `keys`: API keys from a shell, in the store of the settings, also beside a running service, or at a
//! service with `--server`. A new secret goes to standard output and nowhere else, so that it can be sent
//! where it belongs: `content-factory keys create --name ci --scopes generate > ci.key`.

mod place;
mod table;
mod values;

use std::time::Duration;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use jiff::Timestamp;

use place::{Place, Shown};

use super::{End, Stop, quiet_log, terminal};
use crate::auth::{NewKey, Scope, Tier};
use crate::config::Config;
use crate::id::KeyId;

/// What to do with which keys, and where.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// Ask a running service, instead of opening the store of the settings
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// Administrator's key for that service; better set `CONTENT_FACTORY_API_KEY`, which no process list shows
    #[arg(long, global = true, value_name = "KEY")]
    api_key: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key; its secret is shown this once, on standard output
    Create(NewArguments),
    /// List keys, newest first
    List {
        /// Only those of that owner
        #[arg(long)]
        owner: Option<String>,
        /// One JSON object a line, as the service answers
        #[arg(long)]
        json: bool,
    },
    /// Give a key a new secret, shown this once on standard output
    Rotate {
        /// The id of the key
        #[arg(value_name = "ID")]
        id: KeyId,
        /// How long the old secret goes on, such as 36h or 7d, at most 30d; 0s ends it at once
        #[arg(long, value_name = "TIME", value_parser = values::length)]
        overlap: Option<Duration>,
    },
    /// End a key for good; no instance takes it for longer than a second
    Revoke {
        /// The id of the key
        #[arg(value_name = "ID")]
        id: KeyId,
    },
}

#[derive(Debug, Args)]
struct NewArguments {
    /// What to call it
    #[arg(long)]
    name: String,
    /// The person or team that answers for it; by default its name
    #[arg(long)]
    owner: Option<String>,
    /// What it may do, of generate, read and admin, with commas between them
    #[arg(long, value_name = "LIST", required = true, value_delimiter = ',', value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// How much it may do: free, pro or enterprise
    #[arg(long, default_value = "free", value_parser = values::tier)]
    tier: Tier,
    /// When it ends: a time, a day (2027-01-31) or from now on (90d, 12h)
    #[arg(long, value_name = "WHEN", value_parser = values::moment)]
    expires: Option<Timestamp>,
    /// Addresses or networks that it may be used from, with commas between them
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = values::network)]
    allow: Vec<IpNet>,
}

impl From<NewArguments> for NewKey {
    fn from(given: NewArguments) -> NewKey {
        let NewArguments { name, owner, scopes, tier, expires, allow } = given;
        NewKey { name, owner, scopes, tier, expires_at: expires, allowed_addresses: allow }
    }
}

pub(super) async fn run(config: Config, arguments: Arguments) -> End {
    quiet_log(&config);
    match act(&config, arguments).await {
        Ok(()) => End::Done,
        Err(stop) => stop.end(),
    }
}

async fn act(config: &Config, arguments: Arguments) -> Result<(), Stop> {
    let Arguments { action, server, api_key } = arguments;
    let place = Place::open(config, server.as_deref(), api_key.as_deref()).await?;
    match action {
        Action::Create(new) => {
            let (secret, key) = place.create(new.into()).await?;
            terminal::note(&format!("key {} is made; its secret is shown this once:", key.key_id));
            show_secret(&secret)
        }
        Action::List { owner, json } => {
            let keys = place.list(owner.as_deref()).await?;
            let lines = if json { table::as_json(&keys)? } else { table::lines(&keys, Timestamp::now()) };
            let _ = lines.iter().all(|line| terminal::say(line));
            Ok(())
        }
        Action::Rotate { id, overlap } => {
            let (secret, key) = place.rotate(id, overlap).await?;
            terminal::note(&rotated(&key));
            show_secret(&secret)
        }
        Action::Revoke { id } => {
            place.revoke(id).await?;
            terminal::note(&format!("key {id} is revoked; no instance takes it for longer than a second"));
            Ok(())
        }
    }
}

fn rotated(key: &Shown) -> String {
    let id = key.key_id;
    match key.previous_secret_until {
        Some(until) => {
            format!("key {id} has a new secret, shown this once; the old one goes on until {until}:")
        }
        None => format!("key {id} has a new secret, shown this once; the old one has ended:"),
    }
}

/// A secret that nobody took is lost: that is no success.
fn show_secret(secret: &str) -> Result<(), Stop> {
    match terminal::say(secret) {
        true => Ok(()),
        false => Err(Stop::Failed("nobody took the secret: rotate the key to get another".to_owned())),
    }
}
