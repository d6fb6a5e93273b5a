//! Makes any text harmless inside Markdown: it reads back as the same characters, and no more than
//! characters. Escapes where a character would mean something and leaves the rest readable.
//!
//! Line ends and other control characters become spaces, except that a paragraph keeps its lines.

/// Escapes a paragraph, line by line.
pub(super) fn block(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(|line| escape(line, Hash::AtStart));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Escapes a text that must stay on one line: a list item or a table cell.
pub(super) fn inline(text: &str) -> String {
    escape(text, Hash::AtStart)
}

/// Escapes the text of a heading, where a closing `#` would vanish.
pub(super) fn heading(text: &str) -> String {
    escape(text, Hash::Anywhere)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    AtStart,
    Anywhere,
}

fn escape(text: &str, hash: Hash) -> String {
    let spaced: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let line = spaced.trim_matches(' ');
    let marker = block_marker(line);
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut previous = ' ';
    for (offset, character) in line.char_indices() {
        let rest = line.get(offset + character.len_utf8()..).unwrap_or_default();
        let meant = Some(offset) == marker
            || match character {
                '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
                '#' => hash == Hash::Anywhere,
                // Between letters an underscore means nothing.
                '_' => !(previous.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)),
                '&' => is_entity(rest),
                _ => false,
            };
        if meant {
            escaped.push('\\');
        }
        escaped.push(character);
        previous = character;
    }
    escaped
}

/// Finds the character that would make a heading, list, quote, rule or table of this line.
fn block_marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = line.get(digits..)?;
    if digits > 0 {
        return after.starts_with(['.', ')']).then_some(digits);
    }
    after.starts_with(['#', '+', '-', '=', '>', ':']).then_some(0)
}

fn is_entity(rest: &str) -> bool {
    let name =
        rest.trim_start_matches('#').trim_start_matches(|character: char| character.is_ascii_alphanumeric());
    name.starts_with(';')
}
