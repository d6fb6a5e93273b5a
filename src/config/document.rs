//! The page that documents every setting, made from the commented defaults.

use std::fmt::Write as _;

use super::{DEFAULT_TOML, environment};

const HEAD: &str = "# Settings

Made from `src/config/default.toml`; a test holds the two together. Values come from the defaults, then from
`content-factory.toml` (or the file given with `--config`), then from the environment. Unknown settings and bad values
are all listed at once, and the program ends with code 2. `content-factory check-config` shows what is in effect.
";

/// Writes the page as Markdown.
#[must_use]
pub fn as_markdown() -> String {
    let mut page = HEAD.to_owned();
    let (mut section, mut comment, mut table_open) = (String::new(), Vec::new(), false);
    for line in DEFAULT_TOML.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
            table_open = false;
        } else if let Some(text) = line.strip_prefix("# ") {
            comment.push(text);
        } else if let Some((name, value)) = line.split_once(" = ") {
            if !table_open {
                open_table(&mut page, &section);
                table_open = true;
            }
            row(&mut page, &section, (name, value), &comment.join(" "));
            comment.clear();
        } else {
            comment.clear();
        }
    }
    page
}

fn open_table(page: &mut String, section: &str) {
    let title = if section.is_empty() { "At the top" } else { section.trim_end_matches('.') };
    page.push_str(&format!(
        "\n## {title}\n\n| setting | default | meaning | variable |\n| --- | --- | --- | --- |\n"
    ));
}

/// A default that stands behind a `#` without a space depends on the machine.
fn row(page: &mut String, section: &str, (name, value): (&str, &str), meaning: &str) {
    let (name, value) = match name.strip_prefix('#') {
        Some(name) => (name, "depends on the machine".to_owned()),
        None => (name, format!("`{value}`")),
    };
    let path = format!("{section}{name}");
    let variable = format!("{}{}", environment::PREFIX, path.to_uppercase().replace('.', "__"));
    // Writing to a string cannot fail.
    let _ = writeln!(page, "| `{path}` | {value} | {meaning} | `{variable}` |");
}
