//! Words for small numbers: what is counted is often only named after it.

/// Returns the words for two to ten of the language with that two-letter code.
#[must_use]
pub fn small_numbers(language: &str) -> &'static [&'static str] {
    match language {
        "en" => &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several"],
        "es" => {
            &["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "varios", "varias"]
        }
        "fr" => &["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "plusieurs"],
        "de" => &["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "mehrere"],
        _ => &[],
    }
}
