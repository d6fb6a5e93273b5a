//! A key, a prompt and an answer with a canary in them: no log line and no Debug output shows it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use content_factory::budget::Spend;
use content_factory::llm::client::{Allowance, Client, Concurrency};
use content_factory::llm::{ApiKey, Config, Part, ProviderName, open};
use content_factory::money::Money;
use tokio::time::Instant;
use tracing_subscriber::fmt::MakeWriter;

use crate::llm_client::prompt;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};

const CANARY: &str = "canary-51c0";

/// A log that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Kept;

    fn make_writer(&self) -> Kept {
        self.clone()
    }
}

#[tokio::test]
async fn a_canary_shows_in_no_log_line_and_no_debug_output() {
    let log = Kept::default();
    // While there is a single dispatcher, a call site that another thread meets first is judged by that
    // thread's, which is none, and stays silent for all; with a second one all are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let simulator = Simulator::fast().await.unwrap();
    let mut config = Config::default();
    config.gemini.base_url = simulator.url();
    config.gemini.api_key = ApiKey::new(CANARY);
    let client = Client::new(
        vec![open(ProviderName::Gemini, &config).unwrap()],
        config.limits.clone(),
        Concurrency::default(),
    );
    let most = Spend { money: Money::from_micros(1_000_000), tokens: u64::MAX };
    let mut prompt = prompt();
    prompt.system = format!("You are {CANARY}.");
    prompt.parts = vec![Part::Shared(CANARY.to_owned()), Part::Own(CANARY.to_owned())];
    let answers = [
        Fault::Text { text: format!("It sings: {CANARY}") },
        Fault::Status { code: 400, retry_after_ms: None, lasting: false },
        Fault::Garbage,
        Fault::Html,
        Fault::CloseWithoutFinish,
        Fault::Reset,
    ];
    let mut shown = format!("{config:?} {prompt:?} {client:?}");
    for fault in answers {
        simulator.script(Script::always(fault));
        let allowance = Allowance::new(1, most);
        let result = client.call(&prompt, &allowance, Instant::now() + Duration::from_secs(5)).await;
        shown.push_str(&format!("{result:?} {allowance:?}"));
        if let Err(failure) = &result {
            shown.push_str(&failure.to_string());
        }
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("attempt at a model"), "the attempts were logged");
    for (place, text) in [("the log", &logged), ("Debug output", &shown)] {
        let line = text.lines().find(|line| line.contains(CANARY));
        assert_eq!(line, None, "{place} shows it");
    }
}
