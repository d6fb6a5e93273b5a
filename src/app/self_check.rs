//! Looks whether the service is set up safely, when it starts and once a day. What it finds is a security event
//! and a warning in the log, and stops nothing: an operator may have reasons.

use std::path::Path;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::Factory;
use crate::audit::{Audit, Event, Kind};
use crate::auth::ADMIN_KEY_FILE;
use crate::config::Config;
use crate::secret::SECRET_KEY_FILE;

/// How often is looked.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Looks now, and every day until the service ends.
pub(super) fn begin(factory: &Factory, config: &Config, audit: Audit) {
    let (config, stop) = (config.clone(), factory.stop_token());
    factory.spawn(async move {
        let mut days = tokio::time::interval(DAY);
        days.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(days.tick()).await.is_some() {
            for found in findings(&config) {
                tracing::warn!(found, "the service is not set up safely: docs/SECURITY.md says what to do");
                audit.note(Event::of_service(Kind::VulnerabilityDetected, found));
            }
        }
    });
}

/// Lists what is not safe, each by a word that `docs/SECURITY.md` explains.
fn findings(config: &Config) -> Vec<&'static str> {
    let server = &config.server;
    let is_public = !server.address.ip().is_loopback();
    let metrics_at = server.metrics_address.unwrap_or(server.address);
    let key_files = [ADMIN_KEY_FILE, SECRET_KEY_FILE].map(|name| config.data_dir.join(name));
    let found = [
        ("readable_key_file", key_files.iter().any(|file| is_readable_by_others(file))),
        ("open_metrics", !metrics_at.ip().is_loopback() && !server.metrics_token.is_set()),
        ("plain_http", is_public && !server.hsts && server.trusted_proxies.is_empty()),
        ("everybody_is_a_proxy", server.trusted_proxies.iter().any(|network| network.prefix_len() == 0)),
        ("loopback_webhooks", is_public && config.webhooks.allow_loopback),
        ("nobody_is_limited", !config.limits.enabled),
        ("no_automatic_blocks", config.blocks.failures == 0),
    ];
    found.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name).collect()
}

#[cfg(unix)]
fn is_readable_by_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder decides, which is the operator's.
#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Secret;

    fn found(change: impl FnOnce(&mut Config)) -> Vec<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
        change(&mut config);
        findings(&config)
    }

    #[test]
    fn the_defaults_are_safe_and_each_fault_is_found() {
        assert_eq!(found(|_| {}), [""; 0]);
        let public = |config: &mut Config| config.server.address = "0.0.0.0:8080".parse().unwrap();
        assert_eq!(found(public), ["open_metrics", "plain_http"]);
        let behind_a_proxy = |config: &mut Config| {
            public(config);
            config.server.metrics_token = Secret::new("a-token-of-metrics-0123456789");
            config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        };
        assert_eq!(found(behind_a_proxy), [""; 0]);
        let careless = |config: &mut Config| {
            behind_a_proxy(config);
            config.server.trusted_proxies = vec!["0.0.0.0/0".parse().unwrap()];
            config.webhooks.allow_loopback = true;
            config.limits.enabled = false;
            config.blocks.failures = 0;
        };
        let expected =
            ["everybody_is_a_proxy", "loopback_webhooks", "nobody_is_limited", "no_automatic_blocks"];
        assert_eq!(found(careless), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_found() {
        use std::os::unix::fs::PermissionsExt;
        for (mode, expected) in [(0o600, vec![]), (0o644, vec!["readable_key_file"])] {
            let found = found(|config| {
                let file = config.data_dir.join(ADMIN_KEY_FILE);
                std::fs::write(&file, "cf_x").unwrap();
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            });
            assert_eq!(found, expected, "{mode:o}");
        }
    }
}
