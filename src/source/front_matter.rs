//! Reads the title out of the front matter of a Markdown text, the YAML block above it. The text itself is
//! read in `markdown.rs`.

/// The `title:` line of YAML front matter.
pub(super) fn title(block: &str) -> Option<String> {
    let line = block.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    let title = unquoted(line).unwrap_or_else(|| line.to_owned());
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// The inside of a value in quotes; a quote at one end alone is part of the value.
///
/// Source: YAML 1.2.2, sections 7.3.1 and 7.3.2, read 2026-11-28.
fn unquoted(value: &str) -> Option<String> {
    let between = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    let double = between('"').map(|inside| inside.replace("\\\"", "\"").replace("\\\\", "\\"));
    double.or_else(|| between('\'').map(|inside| inside.replace("''", "'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off_a_title_as_a_pair() {
        for (line, wanted) in [
            ("Programming lesson on \"C#\"", "Programming lesson on \"C#\""),
            ("\"Water: a lesson\"", "Water: a lesson"),
            ("\"A \\\"great\\\" lesson\"", "A \"great\" lesson"),
            ("'It''s water'", "It's water"),
            ("Rock 'n' roll'", "Rock 'n' roll'"),
        ] {
            assert_eq!(title(&format!("---\ntitle: {line}\n---\n")).as_deref(), Some(wanted));
        }
    }
}
