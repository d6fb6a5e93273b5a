//! The one place that reads the environment, and which variable means which setting.

/// What the names of our own variables begin with.
pub(super) const PREFIX: &str = "CONTENT_FACTORY_";

/// Reads the environment of this process. A variable that is not UTF-8 is none of ours to read; one
/// that has our prefix comes with what can be shown of its value, which the checks then judge.
pub(super) fn of_process() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.to_string_lossy().into_owned()))
        })
        .collect()
}

/// Gives the settings that the variables name, as path, value and variable. Variables with our own
/// prefix come after the conventional ones, because they go before them.
pub(super) fn settings(variables: &[(String, String)]) -> Vec<(String, String, String)> {
    let conventional = variables.iter().flat_map(|(name, value)| {
        let settings = conventional(name, value).into_iter();
        settings.map(|(path, value)| (path.to_owned(), value, name.clone()))
    });
    let own = variables.iter().filter_map(|(name, value)| {
        let path = name.strip_prefix(PREFIX)?.to_ascii_lowercase().replace("__", ".");
        Some((path, value.clone(), name.clone()))
    });
    conventional.chain(own).collect()
}

/// Reads a variable that platforms and people set by convention. Set to nothing means not set.
fn conventional(name: &str, value: &str) -> Vec<(&'static str, String)> {
    let value = value.trim();
    let paths: &[&'static str] = match name {
        _ if value.is_empty() => &[],
        "PORT" => return vec![("server.address", format!("0.0.0.0:{value}"))],
        "GEMINI_API_KEY" => &["llm.gemini.api_key"],
        "OPENAI_API_KEY" => &["llm.openai.api_key"],
        "OPENAI_BASE_URL" => &["llm.openai.base_url"],
        "ANTHROPIC_API_KEY" => &["llm.anthropic.api_key"],
        "GOOGLE_CLOUD_PROJECT" => &["llm.vertex.project", "store.firestore.project"],
        "FIRESTORE_EMULATOR_HOST" => &["store.firestore.emulator_host"],
        "REDIS_URL" => &["cache.redis_url"],
        "RUST_LOG" => &["log.filter"],
        _ => &[],
    };
    paths.iter().map(|path| (*path, value.to_owned())).collect()
}
