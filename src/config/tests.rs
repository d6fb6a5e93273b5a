//! What reading settings promises: defaults, layers in their order, and every fault at once.

use super::*;

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn faulty(result: Result<Config, Faults>) -> Vec<String> {
    result.unwrap_err().list().iter().map(|fault| fault.setting.clone()).collect()
}

#[test]
fn the_written_defaults_are_the_defaults_of_the_modules() {
    assert_eq!(toml::from_str::<Config>(DEFAULT_TOML).unwrap(), Config::default());
    Config::default().check().unwrap();
}

#[test]
fn every_setting_stands_in_the_written_defaults() {
    let all = toml::Table::try_from(Config::default()).unwrap();
    let page = as_markdown();
    for (name, value) in all {
        match value {
            toml::Value::Table(section) => {
                for (inner, value) in section {
                    let names: Vec<String> = match value {
                        toml::Value::Table(deeper) => {
                            deeper.keys().map(|setting| format!("{inner}.{setting}")).collect()
                        }
                        _ => vec![inner],
                    };
                    names
                        .iter()
                        .for_each(|inner| assert!(page.contains(&format!("`{name}.{inner}`")), "{inner}"));
                }
            }
            _ => assert!(page.contains(&format!("`{name}`")), "{name}"),
        }
    }
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
    let file = file("writer = 'extractive'\n[workers]\nmax = 3\ncpu = 1\n[store]\n");
    let config =
        Config::read(Some(file.path()), &variables(&[("CONTENT_FACTORY_WORKERS__MAX", " 5 ")])).unwrap();
    assert_eq!((config.workers.max, config.workers.cpu, config.writer), (5, 1, Writer::Extractive));
    assert_eq!(config.server, api::Config::default());
}

#[test]
fn auto_takes_the_first_provider_whose_key_is_set_and_the_chain_follows() {
    let providers = |pairs: &[(&str, &str)]| {
        let config = Config::read(None, &variables(pairs)).unwrap();
        config.providers().into_iter().map(ProviderName::as_str).collect::<Vec<_>>()
    };
    let (openai, anthropic) = (("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"));
    assert_eq!(providers(&[]), [""; 0]);
    assert_eq!(providers(&[anthropic, openai]), ["openai"]);
    assert_eq!(providers(&[anthropic, openai, ("GEMINI_API_KEY", "k")]), ["gemini"]);
    let fallback = ("CONTENT_FACTORY_LLM__FALLBACK", "openai, anthropic, extractive");
    assert_eq!(providers(&[anthropic, openai, fallback]), ["openai", "anthropic"]);
    assert_eq!(providers(&[openai, ("CONTENT_FACTORY_WRITER", "extractive")]), [""; 0]);
}

#[test]
fn a_chain_that_cannot_be_opened_or_goes_on_after_code_is_a_fault() {
    let faults = |pairs: &[(&str, &str)]| faulty(Config::read(None, &variables(pairs)));
    assert_eq!(faults(&[("CONTENT_FACTORY_WRITER", "gemini")]), ["llm.gemini"]);
    let (key, fallback) = (("OPENAI_API_KEY", "k"), "CONTENT_FACTORY_LLM__FALLBACK");
    assert_eq!(faults(&[key, (fallback, "anthropic")]), ["llm.anthropic"]);
    assert_eq!(faults(&[key, (fallback, "extractive,openai")]), ["llm.fallback"]);
}

#[test]
fn conventional_variables_bind_and_ours_go_before_them() {
    let port = Config::read(None, &variables(&[("PORT", "9000"), ("RUST_LOG", "debug")])).unwrap();
    assert_eq!(port.server.address.to_string(), "0.0.0.0:9000");
    assert_eq!(port.log.filter, "debug");
    let both =
        variables(&[("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:1"), ("PORT", "9000"), ("RUST_LOG", "")]);
    let both = Config::read(None, &both).unwrap();
    assert_eq!(both.server.address.to_string(), "127.0.0.1:1");
    assert_eq!(both.log.filter, "info");
}

#[test]
fn every_fault_of_every_layer_is_listed_at_once() {
    let file = file(
        "colour = 'red'\nwriter = 'ghost'\n[servr]\n[workers]\nmax = 0\ndeadline = 5\n[store]\nbackend = 'x'\n",
    );
    let environment = variables(&[
        ("CONTENT_FACTORY_WORKERS__CPU", "many"),
        ("CONTENT_FACTORY_LLM__MODEL", "x"),
        ("CONTENT_FACTORY_SERVER", "x"),
        ("CONTENT_FACTORY_ADMIN_KEY", "short"),
        ("PORT", "port"),
        ("HOME", "/nowhere"),
    ]);
    let mut found = faulty(Config::read(Some(file.path()), &environment));
    found.sort();
    let mut expected = vec![
        "CONTENT_FACTORY_LLM__MODEL",
        "CONTENT_FACTORY_SERVER",
        "CONTENT_FACTORY_WORKERS__CPU",
        "admin_key",
        "colour",
        "server.address",
        "servr",
        "store.backend",
        "workers.deadline",
        "workers.max",
        "writer",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_a_fault_that_names_it() {
    let missing = faulty(Config::read(Some(Path::new("no/such/file.toml")), &[]));
    assert_eq!(missing, ["no/such/file.toml"]);
    let broken = file("writer = ");
    assert_eq!(faulty(Config::read(Some(broken.path()), &[])), [broken.path().display().to_string()]);
}

#[test]
fn a_secret_shows_neither_in_the_settings_nor_in_a_fault() {
    let secret = "correct-horse-battery-staple-0123456789";
    let config = Config::read(None, &variables(&[("CONTENT_FACTORY_ADMIN_KEY", secret)])).unwrap();
    assert_eq!(config.admin_key.reveal(), secret);
    let shown = config.to_toml().unwrap();
    assert!(shown.contains("admin_key = \"[redacted]\"") && !shown.contains("horse"), "{shown}");
    let wrong = file("admin_key = 123454321");
    let faults = Config::read(Some(wrong.path()), &[]).unwrap_err().to_string();
    assert!(!faults.contains("123454321"), "{faults}");
}

#[test]
fn what_check_config_shows_is_read_back() {
    let shown = Config::default().to_toml().unwrap();
    assert_eq!(toml::from_str::<Config>(&shown).unwrap(), Config::default());
}
