//! `check-config`: says what is in effect. Settings with faults never come this far.

use super::{End, terminal};
use crate::config::Config;

pub(super) fn run(config: &Config) -> End {
    match config.to_toml() {
        Ok(settings) => {
            terminal::say(settings.trim_end());
            End::Done
        }
        Err(faults) => {
            terminal::complain(&faults.to_string());
            End::Failed
        }
    }
}
