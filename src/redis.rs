//! The connection to Redis, for whatever instances share through it: one connection that all calls go
//! over, one bound of time for each call, and a breaker, so that a Redis that is away costs next to
//! nothing. What is asked, and what is done without an answer, is its users' business.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, RedisError};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::secret::Secret;
use crate::setting::{Fault, faults, within};

/// The settings of what instances share, `[cache]` in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where Redis is, such as `redis://127.0.0.1:6379/0`; a password may stand in it. Unset by default.
    pub redis_url: Secret,
    /// How long a call of Redis may take, 10 ms to 10 s.
    pub redis_timeout: SignedDuration,
}

/// Redis, as far as it can be reached. Clones share the connection.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    connection: ConnectionManager,
    timeout: Duration,
    state: Mutex<State>,
}

/// Whether Redis was there when it was last asked.
#[derive(Clone, Copy)]
enum State {
    There,
    /// It was not; nobody asks again before that.
    Away(Instant),
}

/// A program that Redis runs as one step.
pub struct Script(::redis::Script);

/// Says that Redis gave no answer in time, or none that can be used. It has been logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("redis is away")]
pub struct Away;

/// Says that a text names no Redis that can be connected to.
#[derive(Debug, thiserror::Error)]
#[error("no redis can be reached by that url")]
pub struct BadUrl(#[source] RedisError);

/// How long nobody asks after a call that failed; then one call tries.
const LEFT_ALONE: Duration = Duration::from_secs(1);
/// Times that a lost connection is made anew within one call; the next call begins again.
const RECONNECTS: usize = 1;

impl Default for Config {
    fn default() -> Self {
        Config { redis_url: Secret::default(), redis_timeout: SignedDuration::from_millis(250) }
    }
}

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let (least, most) = (SignedDuration::from_millis(10), SignedDuration::from_secs(10));
        let is_url = !self.redis_url.is_set() || Client::open(self.redis_url.reveal()).is_ok();
        faults([
            (
                "redis_url",
                is_url,
                "must be empty or an address such as \"redis://127.0.0.1:6379/0\", without TLS",
            ),
            ("redis_timeout", within(self.redis_timeout, least, most), "must be from 10ms to 10s"),
        ])
    }
}

impl Redis {
    /// Takes the Redis that the settings name, if they name one, and sees whether it is there. One that
    /// is not may come later.
    ///
    /// # Errors
    /// [`BadUrl`]. Settings that were checked give none.
    pub async fn open(config: &Config) -> Result<Option<Redis>, BadUrl> {
        if !config.redis_url.is_set() {
            return Ok(None);
        }
        let timeout = config.redis_timeout.unsigned_abs();
        let client = Client::open(config.redis_url.reveal()).map_err(BadUrl)?;
        let settings = ConnectionManagerConfig::new()
            .set_number_of_retries(RECONNECTS)
            .set_max_delay(timeout)
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        let connection = ConnectionManager::new_lazy_with_config(client, settings).map_err(BadUrl)?;
        let redis = Redis(Arc::new(Shared { connection, timeout, state: Mutex::new(State::There) }));
        // Connecting takes longer than a call; what it finds is logged.
        let _ = redis.run(&Script::new("return {}"), &[], &[]).await;
        Ok(Some(redis))
    }

    /// Tells whether it was there when it was last asked.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(*self.state(), State::There)
    }

    /// Lets Redis run a program over these keys with these numbers, as one step; gives the numbers that
    /// it answers.
    ///
    /// # Errors
    /// [`Away`] if there is no answer in time, or was none a moment ago.
    ///
    /// # Cancel safety
    /// A dropped future may or may not have run it.
    pub async fn run(&self, script: &Script, keys: &[String], numbers: &[i64]) -> Result<Vec<i64>, Away> {
        self.may_ask()?;
        let mut call = script.0.prepare_invoke();
        for key in keys {
            call.key(key);
        }
        for number in numbers {
            call.arg(*number);
        }
        let mut connection = self.0.connection.clone();
        let answer =
            tokio::time::timeout(self.0.timeout, call.invoke_async::<Vec<i64>>(&mut connection)).await;
        match answer {
            Ok(Ok(numbers)) => {
                self.was_there();
                Ok(numbers)
            }
            Ok(Err(error)) => Err(self.was_away(&error.to_string())),
            Err(_) => Err(self.was_away("no answer in time")),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // One plain value, whole at every moment, so a poisoned lock still holds a good one.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets everybody ask as long as it is there, and one call a moment while it is not.
    fn may_ask(&self) -> Result<(), Away> {
        let mut state = self.state();
        match *state {
            State::There => Ok(()),
            State::Away(until) if Instant::now() < until => Err(Away),
            State::Away(_) => {
                *state = State::Away(Instant::now() + LEFT_ALONE);
                Ok(())
            }
        }
    }

    fn was_there(&self) {
        let before = std::mem::replace(&mut *self.state(), State::There);
        if matches!(before, State::Away(_)) {
            tracing::info!("redis is back: instances share their limits again");
        }
    }

    fn was_away(&self, reason: &str) -> Away {
        let before = std::mem::replace(&mut *self.state(), State::Away(Instant::now() + LEFT_ALONE));
        if matches!(before, State::There) {
            tracing::warn!(reason, "redis is away: until it is back, each instance limits by itself");
        }
        Away
    }
}

impl Script {
    /// Takes the text of a program in Redis' Lua.
    #[must_use]
    pub fn new(text: &str) -> Script {
        Script(::redis::Script::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_at_once_and_a_password_is_shown_nowhere() {
        assert_eq!(Config::default().faults(), []);
        let config =
            Config { redis_url: Secret::new("http://x"), redis_timeout: SignedDuration::from_millis(9) };
        assert_eq!(config.faults().len(), 2);
        let good = Config { redis_url: Secret::new("redis://:hunter2@localhost/3"), ..Config::default() };
        assert_eq!(good.faults(), []);
        assert!(!format!("{good:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn one_that_is_not_there_costs_one_call_a_moment() {
        // Nobody listens there.
        let config = Config { redis_url: Secret::new("redis://127.0.0.1:9/"), ..Config::default() };
        let redis = Redis::open(&config).await.unwrap().unwrap();
        assert!(!redis.is_there());
        let begun = std::time::Instant::now();
        for _ in 0..1000 {
            assert_eq!(redis.run(&Script::new("return {}"), &[], &[]).await, Err(Away));
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}
