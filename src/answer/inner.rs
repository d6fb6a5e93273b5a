//! Tells quotes that open inside of a text from those that close there and from apostrophes, so that a quote
//! inside is never taken for the end of the text around it. Where a string ends is decided in `ending.rs`.

use super::scan::Quote;

/// What a quote seems to be, judged by its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It opens a quotation inside of the text.
    Opens,
    /// It may close one, or the text.
    Closes,
    /// It stands inside of a word.
    Apostrophe,
}

/// Words that begin with an apostrophe.
const ELISIONS: [&str; 8] = ["bout", "cause", "cept", "em", "neath", "til", "tis", "twas"];

/// True for marks that may open a quotation inside of a string of this kind and never close one.
pub(super) fn only_opens(quote: Quote, mark: char) -> bool {
    match quote {
        Quote::Smart => matches!(mark, '„' | '‟'),
        Quote::SmartSingle => matches!(mark, '‚' | '‘'),
        Quote::Angle => mark == '«',
        Quote::Double | Quote::Single | Quote::Backtick | Quote::Fullwidth => false,
    }
}

/// Judges a mark; `before` is the text from the beginning of the string, `after` what follows the mark.
pub(super) fn judge(mark: char, before: &str, after: &str) -> Mark {
    let last = before.chars().next_back();
    let next = after.chars().next();
    let is_apostrophe = matches!(mark, '\'' | '’');
    if is_apostrophe && last.is_some_and(is_latin) && next.is_some_and(is_latin) {
        return Mark::Apostrophe;
    }
    let leads = match last {
        None => true,
        Some(last) => {
            last.is_whitespace()
                || matches!(
                    last,
                    '(' | '[' | '{' | '<' | '/' | '=' | '-' | '–' | '—' | '|' | '*' | '_' | '\\'
                )
                || matches!(last, '"' | '\'' | '`' | '“' | '„' | '‘' | '‚' | '«' | '¿' | '¡')
                || u32::from(last) >= FIRST_WITHOUT_BLANKS
        }
    };
    let is_followed = next.is_some_and(|next| {
        !next.is_whitespace()
            && !matches!(next, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '+' | '”' | '»' | '’')
            && !matches!(next, '，' | '。' | '：' | '；' | '！' | '？' | '、' | '）' | '」' | '』')
    });
    if !leads || !is_followed {
        return Mark::Closes;
    }
    if is_apostrophe && is_elision(mark, after) { Mark::Apostrophe } else { Mark::Opens }
}

/// Scripts from here on are written without blanks between words, nor do they know apostrophes.
const FIRST_WITHOUT_BLANKS: u32 = 0x2E80;

/// True for letters and digits of scripts that write apostrophes inside of words.
fn is_latin(character: char) -> bool {
    character.is_alphanumeric() && u32::from(character) < FIRST_WITHOUT_BLANKS
}

/// True if a word follows that begins with an apostrophe (`'tis`, `'90s`), and no quotation of that word.
fn is_elision(mark: char, after: &str) -> bool {
    let end = after.find(|character: char| !character.is_alphanumeric()).unwrap_or(after.len());
    let (word, rest) = (after.get(..end).unwrap_or_default(), after.get(end..).unwrap_or_default());
    let decade =
        word.len() == 3 && word.ends_with("0s") && word.as_bytes().first().is_some_and(u8::is_ascii_digit);
    (decade || ELISIONS.contains(&word.to_lowercase().as_str())) && !rest.starts_with(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_tell_what_a_quote_is() {
        for (before, after, mark) in [
            ("called ", "open', ", Mark::Opens),
            ("called 'open", ", ", Mark::Closes),
            ("it", "s", Mark::Apostrophe),
            ("the students", " work", Mark::Closes),
            ("", "tis the season", Mark::Apostrophe),
            ("the ", "90s were", Mark::Apostrophe),
            ("the word ", "tis' is old", Mark::Opens),
            ("叫做", "开'", Mark::Opens),
            ("(", "a' ", Mark::Opens),
            ("", ", 'b': 1", Mark::Closes),
        ] {
            assert_eq!(judge('\'', before, after), mark, "{before}'{after}");
        }
    }
}
