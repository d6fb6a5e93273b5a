//! `docs/CHECKS.md` says what the code does.

use super::*;

const PAGE: &str = include_str!("../../docs/CHECKS.md");

fn needs(needs: Needs) -> &'static str {
    match needs {
        Needs::Nothing => "",
        Needs::SpacedWords => "words parted by spaces",
        Needs::LanguageTables => "tables: en, es, fr, de",
        Needs::Source => "a source",
        Needs::IdentifiableLanguage => "enough text to identify its language",
    }
}

fn score(score: Score) -> &'static str {
    match score {
        Score::Structure => "structure",
        Score::FormatCompliance => "format_compliance",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    }
}

#[test]
fn the_page_lists_every_check_as_the_code_has_it() {
    let mut table =
        String::from("| check | rule | severity | score | needs |\n| --- | --- | --- | --- | --- |\n");
    for entry in CHECKS {
        let (severity, score, needs) = (severity(entry.severity), score(entry.score), needs(entry.needs));
        table += &format!("| {} | {} | {severity} | {score} | {needs} |\n", entry.id, entry.rule);
    }
    assert!(PAGE.contains(&table), "docs/CHECKS.md must hold this table:\n{table}");
}

#[test]
fn the_page_gives_every_weight_as_the_code_has_it() {
    let mut table = String::from("| score | weight in `overall` |\n| --- | --- |\n");
    for (name, weight) in OVERALL_WEIGHTS {
        table += &format!("| {name} | {weight} |\n");
    }
    assert!(PAGE.contains(&table), "docs/CHECKS.md must hold this table:\n{table}");
    let mut table = String::from("| severity | cost of a place at fault |\n| --- | --- |\n");
    for each in [Severity::Error, Severity::Warn, Severity::Info] {
        table += &format!("| {} | {} |\n", severity(each), severity_weight(each));
    }
    assert!(PAGE.contains(&table), "docs/CHECKS.md must hold this table:\n{table}");
    assert!(PAGE.contains(&format!("weighs {SECTION_COVERAGE_WEIGHT} in `structure`")));
}

#[test]
fn the_languages_with_tables_are_those_that_the_page_names() {
    let known: Vec<&str> = ["en", "es", "fr", "de", "it", "pt", "nl", "pl", "ru", "zh", "ja"]
        .into_iter()
        .filter(|code| words::tables(code).is_some())
        .collect();
    assert_eq!(format!("tables: {}", known.join(", ")), needs(Needs::LanguageTables));
}
