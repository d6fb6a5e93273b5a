//! Tells Markdown from plain text. Bold words and bullets alone do not decide: the reader of plain
//! text knows them too, and it alone knows headings by their looks.

/// A document whose lines open more containers than this is not Markdown by a human hand, and
/// some parsers take quadratic time on it.
const MAX_CONTAINERS_IN_A_LINE: usize = 24;

/// Opening brackets in one paragraph beyond which the same holds.
const MAX_BRACKETS_IN_A_PARAGRAPH: usize = 2000;

/// Whether the text shows signs that plain text does not show by accident.
pub(super) fn is_markdown(text: &str) -> bool {
    if is_hostile(text) {
        return false;
    }
    let mut lines = text.lines().peekable();
    if lines.peek().is_some_and(|first| first.trim_end() == "---")
        && text.lines().skip(1).any(|line| line.trim_end() == "---")
        && text.lines().nth(1).is_some_and(|line| line.contains(':'))
    {
        return true;
    }
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        let is_flush = line.len() - trimmed.len() <= 3;
        if is_flush && (is_atx_heading(trimmed) || trimmed.starts_with("```") || trimmed.starts_with("~~~")) {
            return true;
        }
        if has_strong_sign(trimmed) {
            return true;
        }
        let next_is_delimiter = lines.peek().is_some_and(|next| is_table_delimiter(next));
        if line.contains('|') && next_is_delimiter {
            return true;
        }
    }
    false
}

fn is_atx_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let marks = line.len() - rest.len();
    (1..=6).contains(&marks) && rest.starts_with([' ', '\t']) && rest.chars().any(char::is_alphabetic)
}

fn is_table_delimiter(line: &str) -> bool {
    line.contains("--")
        && line.contains('|')
        && line.chars().all(|mark| matches!(mark, '|' | '-' | ':' | ' ' | '\t'))
}

fn has_strong_sign(line: &str) -> bool {
    let has_link =
        line.split_once("](").is_some_and(|(before, after)| before.contains('[') && after.contains(')'));
    let is_definition = line.starts_with('[') && (line.contains("]: http") || line.contains("]: <"));
    let has_html =
        ["</p>", "</div>", "<br>", "<br/>", "<br />", "</h1>", "</h2>", "</h3>", "</li>", "<!--", "</a>"]
            .iter()
            .any(|tag| line.contains(tag));
    has_link || is_definition || has_html || (line.starts_with("[^") && line.contains("]: "))
}

/// Whether the text is built to keep a Markdown parser busy rather than to be read.
fn is_hostile(text: &str) -> bool {
    let mut brackets = 0_usize;
    for line in text.lines() {
        if line.trim().is_empty() {
            brackets = 0;
        }
        brackets += line.bytes().filter(|byte| matches!(byte, b'[' | b'<' | b'`')).count();
        let mut containers = 0_usize;
        for part in line.split_inclusive([' ', '\t', '>']) {
            let mark = part.trim();
            let is_marker = matches!(mark, ">" | "-" | "*" | "+")
                || mark
                    .strip_suffix(['.', ')'])
                    .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
            if !is_marker && !mark.is_empty() {
                break;
            }
            containers += usize::from(is_marker);
        }
        let is_rule = line.chars().all(|mark| matches!(mark, '-' | '*' | ' ' | '\t'));
        if (containers > MAX_CONTAINERS_IN_A_LINE && !is_rule) || brackets > MAX_BRACKETS_IN_A_PARAGRAPH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_signs_do_not_make_markdown() {
        for plain in
            ["2*3*4 and snake_case_name here", "a < b and <5", "4. The king\n- and a dash", "#hashtag"]
        {
            assert!(!is_markdown(plain), "{plain}");
        }
        for markdown in ["# A", "x\n\n## B c", "see [x](http://y)", "| a | b |\n|---|---|"] {
            assert!(is_markdown(markdown), "{markdown}");
        }
    }

    #[test]
    fn texts_built_against_a_parser_are_no_markdown() {
        for part in ["> ", "* ", "1. "] {
            assert!(is_markdown(&format!("# A\n\n{}text", part.repeat(10))));
            assert!(!is_markdown(&format!("# A\n\n{}text", part.repeat(30))), "{part}");
        }
        assert!(!is_markdown(&format!("# A\n\n{}", "[".repeat(3000))));
    }
}
