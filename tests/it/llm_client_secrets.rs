//! A key, a prompt and an answer with a canary in them: no log line, no metric and no Debug output shows it.
//!
//! The log is captured in a process of its own. Within one that runs other tests it cannot be: whether
//! a call site of the log is silent is decided once for the whole process, and a thread without a log
//! that meets one just then decides that it is.

use std::time::Duration;

use content_factory::budget::Spend;
use content_factory::llm::client::{Allowance, Client, Concurrency};
use content_factory::llm::{ApiKey, Config, Part, ProviderName, open};
use content_factory::money::Money;
use content_factory::telemetry::Metrics;
use tokio::time::Instant;

use crate::llm_client::prompt;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};

const CANARY: &str = "canary-51c0";
/// Says to the process of its own that it is one.
const MARK: &str = "CONTENT_FACTORY_TEST_CANARY";

fn faults() -> [Fault; 6] {
    [
        Fault::Text { text: format!("It sings: {CANARY}") },
        Fault::Status { code: 400, retry_after_ms: None, lasting: false },
        Fault::Garbage,
        Fault::Html,
        Fault::CloseWithoutFinish,
        Fault::Reset,
    ]
}

#[tokio::test]
async fn a_canary_shows_in_no_log_line_no_metric_and_no_debug_output() {
    let program = std::env::current_exe().unwrap();
    let arguments =
        ["llm_client_secrets::a_process_that_says_all_it_can", "--exact", "--ignored", "--nocapture"];
    let child = tokio::process::Command::new(program).args(arguments).env(MARK, "1").output().await.unwrap();
    let (shown, logged) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success(), "{shown}\n{logged}");
    assert!(shown.contains("1 passed"), "{shown}");
    let attempts = logged.matches("attempt at a model").count();
    assert!(attempts >= faults().len(), "{attempts} attempts were logged");
    assert!(logged.contains("TRACE"), "everything was logged");
    assert!(shown.contains("llm_requests_total{"), "the metrics were written: {shown}");
    for (place, text) in [("the log", &logged), ("Debug output, or a metric,", &shown)] {
        let line = text.lines().find(|line| line.contains(CANARY));
        assert_eq!(line, None, "{place} shows it");
    }
}

#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn a_process_that_says_all_it_can() {
    if std::env::var_os(MARK).is_none() {
        return;
    }
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(std::io::stderr);
    log.init();
    let simulator = Simulator::fast().await.unwrap();
    let mut config = Config::default();
    config.gemini.base_url = simulator.url();
    config.gemini.api_key = ApiKey::new(CANARY);
    let opened = vec![open(ProviderName::Gemini, &config).unwrap()];
    let metrics = Metrics::new();
    let client = Client::new(opened, config.limits.clone(), Concurrency::default());
    let client = client.counting_in(metrics.clone());
    let most = Spend { money: Money::from_micros(1_000_000), tokens: u64::MAX };
    let mut prompt = prompt();
    prompt.system = format!("You are {CANARY}.");
    prompt.parts = vec![Part::Shared(CANARY.into()), Part::Own(CANARY.to_owned())];
    println!("{config:?} {prompt:?} {client:?}");
    for fault in faults() {
        simulator.script(Script::always(fault));
        let allowance = Allowance::new(1, most);
        let result = client.call(&prompt, &allowance, Instant::now() + Duration::from_secs(5)).await;
        println!("{result:?} {allowance:?}");
        if let Err(failure) = &result {
            println!("{failure}");
        }
    }
    println!("{}", metrics.text().unwrap());
}
