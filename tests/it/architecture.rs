//! The architecture as tests: who may name whom, who is pure, who reads the environment, who spawns.
//! `docs/ARCHITECTURE.md` prints the same table.

mod names;

use crate::support::sources::{SourceFile, files, root};
use names::{Name, calls_in, names_in};

/// A module may name modules of a lower rank only. Modules of one rank are strangers.
const RANKS: [(u8, &[&str]); 10] = [
    (9, &["main"]),
    (8, &["cli"]),
    (7, &["app"]),
    (6, &["config"]),
    (5, &["api"]),
    (4, &["jobs"]),
    (3, &["pipeline"]),
    (
        2,
        &[
            "llm",
            "extractive",
            "prompts",
            "cache",
            "budget",
            "quality",
            "export",
            "auth",
            "audit",
            "quota",
            "notify",
            "record",
        ],
    ),
    (
        1,
        &["content", "language", "source", "answer", "catalog", "store", "redis", "secret", "limit", "lease"],
    ),
    (0, &["clock", "id", "usage", "money", "setting", "telemetry"]),
];

/// Pairs of one rank of which the first may name the second.
const ACQUAINTED: [(&str, &str); 5] = [
    ("source", "content"),
    ("language", "content"),
    ("redis", "secret"),
    ("llm", "budget"),
    ("extractive", "quality"),
];

/// Modules without input and output, clock and waiting.
const PURE: [&str; 8] =
    ["content", "language", "source", "answer", "extractive", "quality", "export", "limit"];

/// What a pure module does not name.
const IMPURE: [&str; 8] = [
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
];

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(_, modules)| modules.contains(&module)).map(|(rank, _)| *rank)
}

/// Names the top module that a file belongs to; `None` for the crate's root.
fn module_of(path: &str) -> Option<&str> {
    let first = path.strip_prefix("src/")?.split('/').next()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib").then_some(module)
}

fn faults_of_rank(file: &SourceFile) -> Vec<String> {
    let Some(module) = module_of(&file.path) else { return Vec::new() };
    let Some(own) = rank(module) else { return vec![format!("`{module}` has no rank")] };
    let mut faults = Vec::new();
    for name in names_in(&file.path, &file.text) {
        let Some(named) = name.own_module() else { continue };
        let allowed = named == module
            || ACQUAINTED.contains(&(module, named))
            || rank(named).is_some_and(|rank| rank < own);
        if !allowed {
            faults.push(format!("`{module}` names `{named}` ({}:{})", file.path, name.line));
        }
    }
    faults
}

fn faults_of_purity(file: &SourceFile) -> Vec<String> {
    let Some(module) = module_of(&file.path).filter(|module| PURE.contains(module)) else {
        return Vec::new();
    };
    let impure = |name: &Name| name.is_async || IMPURE.iter().any(|impure| name.begins_with(impure));
    let names = names_in(&file.path, &file.text).into_iter().filter(impure);
    names.map(|name| format!("`{module}` is pure and names `{name}` ({}:{})", file.path, name.line)).collect()
}

/// Reading the environment is `config`'s alone; arguments are not the environment.
fn faults_of_environment(file: &SourceFile) -> Vec<String> {
    if module_of(&file.path) == Some("config") {
        return Vec::new();
    }
    let reads = |name: &Name| name.begins_with("std::env") && !name.begins_with("std::env::args_os");
    let names = names_in(&file.path, &file.text).into_iter().filter(reads);
    names.map(|name| format!("`{name}` is for `config` alone ({}:{})", file.path, name.line)).collect()
}

/// Tasks run on the app's tracker or in a `JoinSet`, so that none outlives a stop unseen.
fn faults_of_spawning(file: &SourceFile) -> Vec<String> {
    let spawns = |name: &Name| ["tokio::spawn", "tokio::task::spawn"].contains(&name.to_string().as_str());
    let names = names_in(&file.path, &file.text).into_iter().filter(spawns);
    names
        .map(|name| format!("`{name}` leaves a task without a tracker ({}:{})", file.path, name.line))
        .collect()
}

/// What speaks HTTP to callers.
const HTTP: [&str; 6] = ["axum", "tower_http", "hyper", "hyper_util", "httparse", "http_body"];

/// HTTP is `api`'s; `app` gives it its sockets.
fn faults_of_http(file: &SourceFile) -> Vec<String> {
    if ["api", "app"].contains(&module_of(&file.path).unwrap_or_default()) {
        return Vec::new();
    }
    let http = |name: &Name| HTTP.iter().any(|library| name.begins_with(library));
    let names = names_in(&file.path, &file.text).into_iter().filter(http);
    names.map(|name| format!("`{name}` is for `api` alone ({}:{})", file.path, name.line)).collect()
}

/// The one file that asks the client of models.
const DOOR: &str = "src/pipeline/model/door.rs";
/// The one file that makes it.
const MAKER: &str = "src/app/factory.rs";
/// How the client is asked.
const ASKING: [&str; 2] = ["call", "call_from"];

/// What a model is asked goes through one door: only it asks the client, and only the client makes
/// an attempt at a provider.
fn faults_of_asking(file: &SourceFile) -> Vec<String> {
    let is_within_llm = module_of(&file.path) == Some("llm");
    let names: Vec<Name> = names_in(&file.path, &file.text);
    let client = |name: &&Name| name.begins_with("crate::llm::client::Client");
    let is_known = is_within_llm || [DOOR, MAKER].contains(&file.path.as_str());
    let strangers = names.iter().filter(client).filter(|_| !is_known);
    let strangers = strangers.map(|name| {
        format!("the client of models is for `pipeline/model/door.rs` alone ({}:{})", file.path, name.line)
    });
    let knows_client = names.iter().any(|name| client(&name));
    let knows_models = is_within_llm || names.iter().any(|name| name.own_module() == Some("llm"));
    let calls = calls_in(&file.path, &file.text).into_iter().filter_map(|call| {
        let asks = knows_client && ASKING.contains(&call.method.as_str()) && file.path != DOOR;
        let attempts = knows_models && call.method == "attempt" && !file.path.starts_with("src/llm/client/");
        (asks || attempts)
            .then(|| format!("`{}` goes past the door ({}:{})", call.method, file.path, call.line))
    });
    strangers.chain(calls).collect()
}

fn check_all(rule: fn(&SourceFile) -> Vec<String>) {
    let faults: Vec<String> = files(&["src"], &[".rs"]).iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn sample(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn a_module_names_only_modules_of_a_lower_rank() {
    check_all(faults_of_rank);
}

#[test]
fn pure_modules_have_no_input_or_output_no_clock_and_no_waiting() {
    check_all(faults_of_purity);
}

#[test]
fn only_config_reads_the_environment() {
    check_all(faults_of_environment);
}

#[test]
fn tasks_are_spawned_on_the_tracker_or_in_a_join_set_only() {
    check_all(faults_of_spawning);
}

#[test]
fn only_api_speaks_http() {
    check_all(faults_of_http);
}

#[test]
fn every_way_to_name_a_module_of_higher_rank_is_found() {
    for text in [
        "use crate::api::Config;",
        "use crate::{id, api};",
        "use crate::{id::JobId, api::{Code, Config}};",
        "use super::super::api as upwards;",
        "use super::api::Code;",
        "fn f() { crate::api::router(); }",
        "fn f(_: super::api::Config) {}",
        "mod inner { use super::super::api::Code; }",
        "mod inner { fn f() -> Option<crate::api::Code> { None } }",
        "fn f() { println!(\"{}\", crate::api::NAME); }",
    ] {
        let deeper = text == "use super::super::api as upwards;";
        let path = if deeper { "src/llm/client.rs" } else { "src/llm/mod.rs" };
        let faults = faults_of_rank(&sample(path, text));
        assert!(!faults.is_empty(), "{text}");
        assert!(faults[0].starts_with("`llm` names `api`"), "{faults:?}");
    }
}

#[test]
fn strangers_of_one_rank_are_found_and_lower_ranks_and_tests_are_not() {
    let stranger =
        faults_of_rank(&sample("src/source/mod.rs", "use crate::store::Store;\nuse crate::content::Kind;"));
    assert_eq!(stranger, ["`source` names `store` (src/source/mod.rs:1)"]);
    let fine =
        "use crate::content::Kind; use super::id; use std::fmt; #[cfg(test)] mod tests { use crate::api; }";
    assert_eq!(faults_of_rank(&sample("src/record/mod.rs", fine)), [""; 0]);
    assert_eq!(faults_of_rank(&sample("src/ghost.rs", "")), ["`ghost` has no rank"]);
}

#[test]
fn impurity_is_found_in_every_form() {
    for text in [
        "use std::time::{Duration, Instant};",
        "use tokio::sync::Mutex;",
        "fn f() { std::fs::read(\"x\"); }",
        "async fn f() {}",
        "fn f() { let _ = async { 1 }; }",
        "trait T { async fn f(); }",
    ] {
        assert_eq!(faults_of_purity(&sample("src/quality/mod.rs", text)).len(), 1, "{text}");
        assert_eq!(faults_of_purity(&sample("src/jobs/mod.rs", text)).len(), 0, "{text}");
    }
    assert!(faults_of_purity(&sample("src/quality/mod.rs", "use std::time::Duration;")).is_empty());
}

#[test]
fn reading_the_environment_spawning_and_http_elsewhere_are_found() {
    let environment = sample("src/cli/mod.rs", "fn f() { std::env::var(\"X\"); std::env::args_os(); }");
    assert_eq!(faults_of_environment(&environment).len(), 1);
    assert_eq!(faults_of_environment(&sample("src/cli/mod.rs", "use std::env;")).len(), 1);
    assert_eq!(faults_of_spawning(&sample("src/jobs/mod.rs", "fn f() { tokio::spawn(g()); }")).len(), 1);
    for library in HTTP {
        let named = format!("use {library}::body::Body;");
        assert_eq!(faults_of_http(&sample("src/jobs/mod.rs", &named)).len(), 1, "{library}");
    }
}

#[test]
fn only_the_door_asks_the_client_and_only_the_client_makes_attempts() {
    check_all(faults_of_asking);
}

#[test]
fn going_past_the_door_is_found_in_every_form() {
    let stranger = "use crate::llm::client::{Allowance, Client}; fn f(client: &Client) {}";
    assert_eq!(faults_of_asking(&sample("src/jobs/mod.rs", stranger)).len(), 1);
    assert_eq!(faults_of_asking(&sample("src/pipeline/step.rs", stranger)).len(), 1);
    assert_eq!(faults_of_asking(&sample(MAKER, stranger)), [""; 0]);
    let asking = "use crate::llm::client::Client; async fn f(c: &Client) { c.call_from(0, p, a, d).await; }";
    assert_eq!(faults_of_asking(&sample(MAKER, asking)).len(), 1, "who makes the client does not ask it");
    assert_eq!(faults_of_asking(&sample(DOOR, asking)), [""; 0]);
    for attempt in [
        "async fn f(p: &dyn crate::llm::Provider) { p.attempt(&prompt, &limits).await; }",
        "use crate::llm; async fn f() { tokio::select! { a = provider.attempt(&prompt, &limits) => a } }",
    ] {
        assert_eq!(faults_of_asking(&sample("src/pipeline/step.rs", attempt)).len(), 1, "{attempt}");
        assert_eq!(faults_of_asking(&sample("src/llm/openai.rs", attempt)).len(), 1, "{attempt}");
        assert_eq!(faults_of_asking(&sample("src/llm/client/course.rs", attempt)), [""; 0]);
    }
    let other = "fn f(message: &Message) { message.attempt(); }";
    assert_eq!(faults_of_asking(&sample("src/notify/mod.rs", other)), [""; 0], "not at a model");
}

#[test]
fn no_module_stands_twice_in_the_module_map_and_no_number_names_two_decisions() {
    let document = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut seen = std::collections::BTreeSet::new();
    assert_eq!(rows.filter(|module| !seen.insert(*module)).collect::<Vec<_>>(), [""; 0]);
    let mut numbers = std::collections::BTreeSet::new();
    for file in files(&["docs/adr"], &[".md"]) {
        let number = file.path.trim_start_matches("docs/adr/").split('-').next().unwrap().to_owned();
        let title = format!("# {}. ", number.trim_start_matches('0'));
        assert!(file.text.starts_with(&title), "{} does not begin with {title:?}", file.path);
        assert!(numbers.insert(number), "{}: another decision has this number", file.path);
    }
}

#[test]
fn the_architecture_document_prints_the_same_table_and_knows_every_module() {
    let document = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let table: Vec<(u8, Vec<&str>)> = document
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let rank = words.next()?.parse().ok()?;
            Some((rank, words.collect()))
        })
        .collect();
    let expected: Vec<(u8, Vec<&str>)> =
        RANKS.iter().map(|(rank, modules)| (*rank, modules.to_vec())).collect();
    assert_eq!(table, expected);
    for file in files(&["src"], &[".rs"]) {
        let Some(module) = module_of(&file.path) else { continue };
        assert!(document.contains(&format!("| `{module}` |")), "the module map lacks `{module}`");
    }
}
