//! Keys, prompts and answers are in nothing that may be printed.

use super::*;

#[tokio::test]
async fn no_canary_is_printed() {
    for name in
        ["openai/complete", "openai/length", "openai/invalid_key", "openai/content_filter", "openai/garbage"]
    {
        let echo = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("Größe", "canary-answer");
        let echoed = echo(fixture(name)).replace("Incorrect API key", "canary-key canary-source");
        let server = Server::playing(vec![vec![Step::Send(echoed.into_bytes())]]).await;
        let attempt = ask(ProviderName::OpenAi, &server, &prompt()).await;
        assert!(!format!("{attempt:?} {:#?}", attempt.outcome).contains("canary"), "{attempt:?}");
    }
    let settings = config("http://127.0.0.1:1");
    let printed = format!("{settings:?} {:?} {}", prompt_for_json(), toml::to_string(&settings).unwrap());
    assert!(!printed.contains("canary"), "{printed}");
}

#[test]
fn a_reason_is_a_code_or_nothing() {
    for code in ["MAX_TOKENS", "rate_limit_exceeded", "gpt-5.4"] {
        assert_eq!(Reason::new(code).as_str(), code);
    }
    let long = "A".repeat(49);
    for text in ["", "You said: canary", "schlüssel", "a\nb", &long] {
        assert_eq!(Reason::new(text).as_str(), "unrecognised");
    }
}

#[test]
fn a_key_that_no_header_can_hold_is_no_key() {
    let mut config = config("http://127.0.0.1:1");
    config.gemini.api_key = ApiKey::new("canary\nkey");
    let error = open(ProviderName::Gemini, &config).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::NoKey(ProviderName::Gemini)));
    assert!(!format!("{error:?} {error}").contains("canary"));
}
