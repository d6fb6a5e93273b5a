//! Reads what stands around a value: fences, calls, stop tokens, and the signs that a value is
//! only a part of a broken larger one.
//!
//! Nothing here parses; `candidates.rs` asks these questions of the text before and after each candidate.

use super::edit::{EditLog, Form};
use super::elision;
use super::entities;

/// Brackets and escaped blanks that are looked at before a first quote.
const MAX_BLANKS: usize = 12;
/// Longest key that is looked for around a value, in bytes.
const KEY_WINDOW: usize = 40;
/// Bytes of the text before a value that are searched for the sign of a lost opening bracket.
const LEAD_WINDOW: usize = 20_000;

/// Finds the first token of a text, behind a byte order mark, blanks and an opening fence.
pub(super) fn first_token(text: &str) -> usize {
    let is_blank =
        |character: char| character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}');
    let rest = text.trim_start_matches(is_blank);
    let rest = match rest.strip_prefix("```") {
        Some(fenced) => {
            fenced.split_once('\n').map_or(fenced, |(_, lines)| lines).trim_start_matches(is_blank)
        }
        None => rest,
    };
    text.len() - rest.len()
}

/// True if an escape such as `\n` stands where a blank belongs.
pub(super) fn has_escaped_blank(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default().trim_start_matches(' ');
    rest.starts_with("\\n") || rest.starts_with("\\r\\n") || rest.starts_with("\\t")
}

/// What may be inside of a value that is wrapped once more.
pub(super) enum Wrapping {
    /// The text as it was before it was escaped.
    Undone(String, Form),
    /// It is escaped, and cannot be undone as a whole.
    Unclear,
}

/// Tells whether all quotes from here on are escaped or written as entities, and undoes it once.
pub(super) fn wrapping(text: &str, start: usize) -> Option<Wrapping> {
    let before = start.checked_sub(1).and_then(|index| text.as_bytes().get(index));
    if matches!(before, Some(b'{' | b'[')) {
        // The bracket before this one was asked already.
        return None;
    }
    let from_bracket = text.get(start..)?;
    let mut rest = from_bracket;
    for _ in 0..MAX_BLANKS {
        let inside = rest.trim_start();
        let behind = inside.trim_start_matches('\\');
        let is_escaped = behind.len() < inside.len();
        rest = match behind.as_bytes().first() {
            Some(b'{' | b'[') => behind.get(1..)?,
            Some(b'n' | b't' | b'r') if is_escaped => behind.get(1..)?,
            _ => break,
        };
    }
    let rest = rest.trim_start();
    let quote = rest.trim_start_matches('\\');
    if quote.starts_with('"') && (rest.len() - quote.len()) % 2 == 1 {
        let (inner, behind) = unescape(from_bracket);
        // Behind the quote that ends it another value would be lost.
        let is_all = !behind.contains(['{', '[']);
        return Some(if is_all { Wrapping::Undone(inner, Form::DoubleEncoding) } else { Wrapping::Unclear });
    }
    let word = rest.trim_start_matches(|character: char| character.is_alphanumeric() || character == '_');
    // The first key may stand without quotes.
    let value = word
        .strip_prefix(':')
        .map_or(rest, |value| value.trim_start().trim_start_matches(['{', '[']).trim_start());
    let entity = entities::begins_with_quote(rest) || entities::begins_with_quote(value);
    entity.then(|| match entities::decode(from_bracket) {
        Some(inner) => Wrapping::Undone(inner, Form::Entity),
        None => Wrapping::Unclear,
    })
}

/// Undoes one level of JSON escapes, up to the quote that ends the outer string; returns what stands behind it too.
fn unescape(text: &str) -> (String, &str) {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '"']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let behind = rest.get(at + 1..).unwrap_or_default();
        if rest.as_bytes().get(at) == Some(&b'"') {
            return (out, behind);
        }
        let Some(letter) = behind.chars().next() else { return (out, behind) };
        let mut used = letter.len_utf8();
        match letter {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '"' | '\\' | '/' => out.push(letter),
            'u' => match unicode(behind) {
                Some((character, length)) => {
                    out.push(character);
                    used = length;
                }
                None => out.push_str("\\u"),
            },
            _ => {
                out.push('\\');
                out.push(letter);
            }
        }
        rest = behind.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    (out, "")
}

/// Reads `u` and four digits, or a pair of such escapes, and tells how many bytes it took.
fn unicode(text: &str) -> Option<(char, usize)> {
    for length in [5, 11] {
        let quoted = format!("\"\\{}\"", text.get(..length)?);
        if let Ok(one) = serde_json::from_str::<String>(&quoted) {
            let mut characters = one.chars();
            if let (Some(character), None) = (characters.next(), characters.next()) {
                return Some((character, length));
            }
        }
    }
    None
}

/// True if the text before a value is a lead-in, not the head of a larger value that lost a bracket.
///
/// Before a fence with a line to itself stand words only: no value reaches over the line of a fence.
pub(super) fn leads_in(text: &str, from: usize, start: usize) -> bool {
    let leading = text.get(from..start).unwrap_or_default();
    if opens_fence(text, start) && fence_line_is_its_own(leading) {
        return true;
    }
    let from = leading.ceil_char_boundary(leading.len().saturating_sub(LEAD_WINDOW));
    let leading = leading.get(from..).unwrap_or_default();
    let trimmed = leading.trim_end();
    let last_line = leading.rsplit('\n').next().unwrap_or_default().trim();
    if trimmed.ends_with(',')
        || matches!(last_line, "-" | "*")
        || holds_key(trimmed)
        || is_bare_member(leading)
    {
        return false;
    }
    !opens_a_bracket(trimmed.trim_end_matches(['{', '[']))
}

/// True if a bracket in the text is not closed in it, of at most so many bytes as are searched before a value.
pub(super) fn opens_a_bracket(text: &str) -> bool {
    let from = text.ceil_char_boundary(text.len().saturating_sub(LEAD_WINDOW));
    let mut open = 0_usize;
    for character in text.get(from..).unwrap_or_default().chars() {
        match character {
            '{' | '[' => open += 1,
            '}' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open > 0
}

/// True if words stand behind a value on its last line.
pub(super) fn words_follow(text: &str, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    let line = behind.split('\n').next().unwrap_or_default();
    let words = line.split("<").next().unwrap_or_default();
    words.contains(char::is_alphanumeric)
}

/// True if a quoted key and its colon stand in the text, also one whose opening quote is lost.
fn holds_key(text: &str) -> bool {
    text.match_indices(['"', '”', '\'']).any(|(at, quote)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + quote.len()..).unwrap_or_default().trim_start();
        // An apostrophe stands behind words too.
        let window =
            before.get(before.floor_char_boundary(at.saturating_sub(KEY_WINDOW))..).unwrap_or_default();
        behind.starts_with(':')
            && before.ends_with(|character: char| character.is_alphanumeric() || character == '_')
            && (quote != "'" || window.contains('\''))
    })
}

/// Takes the word at the front of a text that a colon follows, and returns what stands behind the colon.
fn behind_bare_key(text: &str) -> Option<&str> {
    let word = text.trim_start_matches(|character: char| character.is_alphanumeric() || character == '_');
    let colon = word.trim_start_matches(' ').strip_prefix(':')?;
    (word.len() < text.len()).then_some(colon)
}

/// True if a value stands on a line of members without quotes, or as one of several such lines: `title: P`.
fn is_bare_member(leading: &str) -> bool {
    let mut lines = leading.rsplit('\n').map(str::trim);
    let last = lines.next().unwrap_or_default();
    let Some(value) = behind_bare_key(last) else { return false };
    let goes_on =
        value.rsplit_once(',').is_some_and(|(_, key)| behind_bare_key(key.trim_start()) == Some(""));
    let before =
        lines.find(|line| !line.is_empty()).and_then(|line| behind_bare_key(line.trim_start_matches("- ")));
    goes_on || before.is_some_and(|value| !value.trim().is_empty())
}

/// True if a text begins with a value of JSON.
fn begins_with_value(text: &str) -> bool {
    text.starts_with(['"', '\'', '{', '[', '-'])
        || text.starts_with(|character: char| character.is_ascii_digit())
        || ["true", "false", "null"].iter().any(|literal| text.starts_with(literal))
}

/// True if the text behind a value begins as its next member would, or holds one before the next bracket.
fn begins_with_member(text: &str, start: usize, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    let is_closer = |character: char| matches!(character, '}' | ']') || character.is_whitespace();
    let rest = behind.trim_start_matches(is_closer);
    let is_on_line = !behind.get(..behind.len() - rest.len()).is_some_and(|between| between.contains('\n'));
    let is_quoted = |quote: char| {
        rest.starts_with(quote) && !text.get(..start).is_some_and(|before| before.trim_end().ends_with(quote))
    };
    let (member, may_be_bare) = match rest.strip_prefix(',') {
        Some(member) => (member.trim_start(), true),
        None => (rest, is_on_line),
    };
    let is_bare = may_be_bare
        && behind_bare_key(member)
            .is_some_and(|value| begins_with_value(value.trim_start_matches([' ', '\t'])));
    let before_bracket = rest.split(['{', '[']).next().unwrap_or_default();
    is_quoted('"') || is_quoted('\'') || is_bare || holds_member(before_bracket)
}

/// True if a quoted key, its colon and the beginning of a value stand in the text.
fn holds_member(text: &str) -> bool {
    text.match_indices('"').any(|(at, _)| {
        let behind =
            text.get(at + 1..).unwrap_or_default().trim_start().strip_prefix(':').map(str::trim_start);
        let ends_word = text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
        ends_word && behind.is_some_and(|value| value.is_empty() || begins_with_value(value))
    })
}

/// What the text behind a value says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing, or words.
    Ends,
    /// Closing brackets.
    ExtraClosers,
    /// The value seems to go on: it was closed too early.
    GoesOn,
}

/// Judges the text behind a value.
pub(super) fn tail(text: &str, start: usize, end: usize) -> Tail {
    if begins_with_member(text, start, end) {
        return Tail::GoesOn;
    }
    let rest = text.get(end..).unwrap_or_default().trim_start();
    // Words may follow (`{…}, so:`), a key or a value may not.
    let behind = rest.strip_prefix([',', ':']).map(str::trim_start).unwrap_or_default();
    if !behind.is_empty() && !behind.starts_with(char::is_alphabetic) {
        return Tail::GoesOn;
    }
    let mut open = 0_usize;
    let mut words = false;
    let mut closers = false;
    for character in rest.chars().take(LEAD_WINDOW) {
        match character {
            '{' | '[' => open += 1,
            '}' | ']' if open > 0 => open -= 1,
            '}' | ']' if words => return Tail::GoesOn,
            '}' | ']' => closers = true,
            ')' | ';' | '`' => {}
            other => words |= !other.is_whitespace(),
        }
    }
    if closers { Tail::ExtraClosers } else { Tail::Ends }
}

/// True if a value has its lines to itself, or the text consists of it.
pub(super) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t', '\u{feff}', '(']);
    let after = text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t', ')', ';']);
    (before.is_empty() || before.ends_with(['\n', '>', '`', ':']))
        && (after.is_empty() || after.starts_with(['\n', '\r', '<', '`']))
}

/// True if a value stands on lines of its own, or fenced.
pub(super) fn has_own_lines(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t', '\u{feff}']);
    (before.is_empty() || before.ends_with(['\n', '`'])) && stands_alone(text, start, end)
}

/// True if the text ends where another value should begin: behind a colon or in a fence that was just opened.
pub(super) fn announces_more(text: &str, start: usize, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default().trim_end();
    let mut fences = behind.matches("```").count();
    if opens_fence(text, start) || behind.trim_start().starts_with("```") {
        // The first one ends the value's own.
        fences = fences.saturating_sub(1);
    }
    let is_open = fences % 2 == 1;
    behind.ends_with(':') || (is_open && opens_fence(text, text.len()))
}

/// What closing brackets behind a value tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closers {
    /// The last one may be the one that closes the value, if it was closed too early.
    MayClose,
    /// The last one cannot: they are too many for sure.
    TooMany,
    /// A single one of the other kind: the bracket that it closes may be lost.
    LostOpener,
}

/// Judges the closing brackets behind a value.
pub(super) fn closers(text: &str, start: usize, end: usize) -> Closers {
    let closes = if text.as_bytes().get(start) == Some(&b'{') { '}' } else { ']' };
    let rest = text.get(end..).unwrap_or_default().chars().take(LEAD_WINDOW);
    let mut closers = rest.filter(|character| matches!(character, '}' | ']'));
    match (closers.next(), closers.last()) {
        (Some(only), None) if only != closes => Closers::LostOpener,
        (_, Some(last)) if last != closes => Closers::TooMany,
        _ => Closers::MayClose,
    }
}

/// True if an opening fence, plain or of JSON, stands right before the place.
pub(super) fn opens_fence(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end();
    ["```", "```json", "```JSON", "```json5", "```jsonc", "~~~", "~~~json"]
        .iter()
        .any(|fence| before.ends_with(fence))
}

/// True if nothing stands before the last fence on its line.
fn fence_line_is_its_own(leading: &str) -> bool {
    leading
        .rfind("```")
        .or_else(|| leading.rfind("~~~"))
        .and_then(|at| leading.get(..at))
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}

/// Finds where the brackets that open at `start` balance, without a look at strings.
pub(super) fn naive_end(text: &str, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// True if the sentences behind a value say that it is only a part of what was to come.
pub(super) fn says_it_goes_on(text: &str, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    let to = behind.floor_char_boundary(LEAD_WINDOW.min(behind.len()));
    elision::follows(behind.get(..to).unwrap_or_default())
}

/// Notes what was left out around the value that was taken.
pub(super) fn note(text: &str, start: usize, end: usize, log: &mut EditLog) {
    let is_blank =
        |character: char| character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}');
    let before = text.get(..start).unwrap_or_default().trim_matches(is_blank);
    let after = text.get(end..).unwrap_or_default().trim_matches(is_blank);
    if text.starts_with('\u{feff}') {
        log.note(Form::InvisibleCharacter, 0, "left out a byte order mark");
    }
    if before.contains("```") || before.contains("~~~") {
        log.note(Form::Fence, 0, "taken off");
    }
    let ends_a_wrapper = before.ends_with(['(', '=']);
    if ends_a_wrapper {
        log.note(Form::Wrapper, 0, "taken off");
    }
    let lead = before.split("```").next().unwrap_or_default();
    if !ends_a_wrapper && lead.chars().any(char::is_alphanumeric) && !before.ends_with('>') {
        log.note(Form::Prose, 0, "left out before the value");
    }
    if after.is_empty() {
        return;
    }
    if tail(text, start, end) == Tail::ExtraClosers {
        log.note(Form::ExtraCloser, end, "left out behind the value");
    }
    if after.contains("<|") || after.contains("</") || after.contains("<eo") {
        log.note(Form::StopToken, end, "left out");
    } else if after.chars().any(char::is_alphanumeric) {
        log.note(Form::Prose, end, "left out behind the value");
    }
}
