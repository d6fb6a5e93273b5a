//! A language model's service as it looks from outside, on this machine and under our thumb.
//!
//! It speaks the wires of Gemini, OpenAI and Anthropic, whole and as event streams, and answers
//! with valid content for the schema it is given (`reading`, `writing`). It takes its time like a
//! model (time to the first token, tokens a second), goes wrong as it is told to (`fault`,
//! `playback`, `listener`), refuses what the vendors refuse (`gemini`, `openai`, `anthropic`), and
//! keeps a bill (`ledger`) to check ours against.
//!
//! It is no model: what it says is made of sentences of the prompt. It listens on loopback only.
//! A body that comes again is answered with what was made for it before (`prepared`).

#![allow(dead_code, reason = "the example and the tests include this module and each uses a part of it")]

mod answering;
mod anthropic;
pub(crate) mod fault;
mod gemini;
pub(crate) mod ledger;
mod listener;
mod openai;
mod playback;
mod prepared;
mod random;
pub(crate) mod reading;
mod routes;
pub(crate) mod wire;
mod writing;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use fault::{Play, Script};
use ledger::Ledger;
use listener::{Cut, Door};
use prepared::Shelf;
use wire::{Call, Tokens, Wire};

/// Answers that are kept.
const MAX_KNOWN_ANSWERS: usize = 1024;

/// How fast the model is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pace {
    /// Milliseconds to the first token.
    pub(crate) first_token_ms: u64,
    /// Tokens a second after it; 0 gives all at once.
    pub(crate) tokens_per_second: u64,
    /// Tokens that answers count, and take the time of, whatever their text; the first that fits.
    pub(crate) plans: Vec<Plan>,
    /// Tokens of thinking before every answer.
    pub(crate) thoughts: u64,
}

/// How many tokens the answer to a prompt counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// Words that the prompt contains.
    pub(crate) contains: String,
    /// Tokens of the answer.
    pub(crate) tokens: Amount,
}

/// How many tokens an answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Amount {
    /// So many.
    Exactly(u64),
    /// So many for each thousand that its text has.
    PerMille(u64),
}

impl Amount {
    /// Counts the tokens of an answer whose text has that many.
    fn of(self, tokens: u64) -> u64 {
        match self {
            Amount::Exactly(exactly) => exactly,
            Amount::PerMille(share) => tokens.saturating_mul(share).div_ceil(1000),
        }
    }
}

/// A running simulator; it ends when it is dropped.
pub(crate) struct Simulator {
    address: SocketAddr,
    desk: Desk,
    _server: JoinSet<()>,
}

/// What all calls share.
#[derive(Clone)]
pub(crate) struct Desk(Arc<State>);

struct State {
    /// Answers by what was asked, so that asking the same again and again costs us nothing.
    written: Mutex<HashMap<u64, String>>,
    /// What is known of bodies that came before.
    shelf: Shelf,
    pace: Mutex<Pace>,
    play: Mutex<Play>,
    ledger: Mutex<Ledger>,
    /// The body of the call that came last.
    latest_body: Mutex<Bytes>,
}

/// A call under way, entered in the ledger; it ends when it is dropped.
pub(crate) struct Flight {
    desk: Desk,
    number: u64,
}

impl Simulator {
    /// Starts on a port of loopback; 0 takes a free one.
    pub(crate) async fn start(port: u16, pace: Pace, script: Script) -> io::Result<Simulator> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let desk = Desk(Arc::new(State {
            written: Mutex::default(),
            shelf: Shelf::default(),
            pace: Mutex::new(pace),
            play: Mutex::new(Play::new(script)),
            ledger: Mutex::new(Ledger::default()),
            latest_body: Mutex::default(),
        }));
        let service = routes::router(desk.clone()).into_make_service_with_connect_info::<Cut>();
        let mut server = JoinSet::new();
        server.spawn(async move {
            // It serves until it is dropped.
            let _ = axum::serve(Door(listener), service).await;
        });
        Ok(Simulator { address, desk, _server: server })
    }

    /// Starts a fast one without faults on a free port.
    pub(crate) async fn fast() -> io::Result<Simulator> {
        Simulator::start(0, Pace::default(), Script::default()).await
    }

    /// Returns where it listens, as the start of an address: `http://127.0.0.1:…`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the books as they are now.
    pub(crate) fn ledger(&self) -> Ledger {
        self.desk.ledger().clone()
    }

    /// Returns the body of the call that came last, as it came.
    pub(crate) fn latest_body(&self) -> Bytes {
        self.desk.0.latest_body.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Plays another script from now on.
    pub(crate) fn script(&self, script: Script) {
        self.desk.set_script(script);
    }

    /// Takes another pace from now on.
    pub(crate) fn pace(&self, pace: Pace) {
        self.desk.set_pace(pace);
    }

    /// Serves until the process ends.
    pub(crate) async fn serve(mut self) {
        while self._server.join_next().await.is_some() {}
    }
}

impl Desk {
    // Everything behind the locks is whole after every statement, so a poisoned one still is.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn play(&self) -> MutexGuard<'_, Play> {
        self.0.play.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what came.
    fn hear(&self, body: &Bytes) {
        *self.0.latest_body.lock().unwrap_or_else(PoisonError::into_inner) = body.clone();
    }

    fn set_script(&self, script: Script) {
        *self.play() = Play::new(script);
    }

    fn set_pace(&self, pace: Pace) {
        *self.0.pace.lock().unwrap_or_else(PoisonError::into_inner) = pace;
        // In this order: whoever still answers at the old pace keeps it out of the new answers.
        self.0.shelf.clear();
    }

    fn current_pace(&self) -> Pace {
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// Returns what the model says to a call, when nothing goes wrong.
    fn written(&self, call: &Call) -> String {
        let mut hasher = DefaultHasher::new();
        (&call.prompt, &call.form).hash(&mut hasher);
        let key = hasher.finish();
        let known = self.answers().get(&key).cloned();
        known.unwrap_or_else(|| {
            let text = answering::write(call);
            let mut answers = self.answers();
            if answers.len() >= MAX_KNOWN_ANSWERS {
                answers.clear();
            }
            answers.insert(key, text.clone());
            text
        })
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<u64, String>> {
        self.0.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, wire: Wire, model: &str, caller: &str) -> Flight {
        Flight { desk: self.clone(), number: self.ledger().begin(wire, model, caller) }
    }
}

impl Flight {
    /// Notes that the true usage goes out.
    pub(crate) fn report(&self) {
        self.desk.ledger().reported(self.number);
    }

    fn bill(&self, tokens: Tokens) {
        self.desk.ledger().bill(self.number, tokens);
    }

    fn plan(&self, plan: Option<usize>, copy: Option<u64>) {
        self.desk.ledger().plan(self.number, plan, copy);
    }

    fn fault(&self, name: String) {
        self.desk.ledger().fault(self.number, name);
    }

    fn status(&self, status: u16) {
        self.desk.ledger().status(self.number, status);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.desk.ledger().end();
    }
}

impl Pace {
    /// Finds the plan of a prompt, with its number.
    fn plan(&self, prompt: &str) -> Option<(usize, &Plan)> {
        self.plans.iter().enumerate().find(|(_, plan)| prompt.contains(&plan.contains))
    }

    /// Returns how long so many tokens take after the first.
    fn time_of(&self, tokens: u64) -> Duration {
        let millis = tokens.saturating_mul(1000).checked_div(self.tokens_per_second);
        Duration::from_millis(millis.unwrap_or(0))
    }
}
