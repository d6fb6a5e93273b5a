//! Documents that must not drift from the code. `UPDATE_DOCS=1` writes those that are made from it.

use content_factory::api::{self, Code};
use content_factory::config;
use content_factory::llm::Class;
use content_factory::telemetry::FAMILIES;

use crate::support::sources::{files, root};

#[test]
fn the_page_of_settings_is_made_from_the_defaults() {
    let path = root().join("docs/CONFIGURATION.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, config::as_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert!(written == config::as_markdown(), "run the tests once with UPDATE_DOCS=1");
}

#[test]
fn the_document_of_the_api_is_the_one_that_is_committed() {
    let path = root().join("docs/openapi.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, api::document_text()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == api::document_text(),
        "run the tests once with UPDATE_DOCS=1, and read the difference"
    );
}

#[test]
fn the_page_of_metrics_is_made_from_the_table_that_is_registered() {
    let path = root().join("docs/METRICS.md");
    let rows = FAMILIES.iter().map(|family| {
        let labels: Vec<String> = family.labels.iter().map(|label| format!("`{label}`")).collect();
        let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(", ") };
        let (name, form) = (family.name, family.form.as_str());
        format!("| `{name}` | {form} | {labels} | {} | {} |\n", family.unit, family.meaning)
    });
    let table: String = rows.collect();
    let mut written = std::fs::read_to_string(&path).unwrap();
    let old = written.clone();
    let (before, rest) = old.split_once("<!-- made from the table -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of the table -->\n").unwrap();
    let after = after.to_owned();
    let head = "| name | type | labels | unit | meaning |\n| --- | --- | --- | --- | --- |\n";
    let page =
        format!("{before}<!-- made from the table -->\n{head}{table}<!-- end of the table -->\n{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
        written.clone_from(&page);
    }
    assert!(written == page, "run the tests once with UPDATE_DOCS=1");
    for class in Class::ALL.map(Class::as_str).into_iter().chain(["cancelled"]) {
        assert!(after.contains(&format!("`{class}`")), "the page does not name the outcome {class}");
    }
}

#[test]
fn every_error_code_has_a_section_with_its_status_and_a_test_that_reaches_it() {
    let page = std::fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let tests: String = files(&["tests/it", "src/api"], &[".rs"])
        .into_iter()
        .filter(|file| {
            file.path.starts_with("tests/it/api_")
                || file.path.starts_with("tests/it/server_")
                || file.path.starts_with("src/api/layers")
        })
        .map(|file| file.text)
        .collect();
    for code in Code::ALL {
        let (name, status, title) = code.facts();
        assert!(page.contains(&format!("## `{name}` · {status}\n\n{title}.")), "docs/errors.md lacks {name}");
        assert!(tests.contains(&format!("\"{name}")), "no test reaches {name}");
    }
    assert_eq!(page.matches("\n## `").count(), Code::ALL.len(), "a section is about no code");
}

#[test]
fn the_readme_names_commands_that_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("cargo run --release -- generate examples/photosynthesis.md --out out"));
    assert!(readme.contains("./scripts/test") && root().join("scripts/test").exists());
    assert!(root().join("examples/photosynthesis.md").exists());
}
