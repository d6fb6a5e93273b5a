//! Reads numbers, in JSON's spelling and in those of other languages.
//!
//! A number that this crate's values cannot hold (`1e400`) is refused, never rounded to infinity. Whole numbers
//! over 64 bits become the nearest double, as they do in the strict path.

use serde_json::{Number, Value};

/// What a word that begins like a number turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spelling {
    /// JSON's own spelling.
    Strict(Value),
    /// Another spelling of a number.
    Foreign(Value),
    /// A number too large to hold.
    OutOfRange,
    /// No number.
    NotOne,
}

/// Reads a word as a number.
pub(super) fn read(word: &str) -> Spelling {
    if is_strict(word) {
        return match word.parse::<Number>() {
            Ok(number) => Spelling::Strict(Value::Number(number)),
            Err(_) => Spelling::OutOfRange,
        };
    }
    let (sign, digits) = match word.as_bytes().first() {
        Some(b'-') => ("-", word.get(1..).unwrap_or_default()),
        Some(b'+') => ("", word.get(1..).unwrap_or_default()),
        _ => ("", word),
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return hexadecimal(sign, hex)
            .map_or(Spelling::NotOne, |value| Spelling::Foreign(Value::from(value)));
    }
    let mut plain = String::from(sign);
    if digits.starts_with('.') {
        plain.push('0');
    }
    if digits.contains('_') {
        if !groups_are_whole(digits) {
            return Spelling::NotOne;
        }
        plain.extend(digits.chars().filter(|character| *character != '_'));
    } else {
        plain.push_str(digits);
    }
    if plain.ends_with('.') {
        plain.push('0');
    }
    if !is_strict(&plain) {
        return Spelling::NotOne;
    }
    match plain.parse::<Number>() {
        Ok(number) => Spelling::Foreign(Value::Number(number)),
        Err(_) => Spelling::OutOfRange,
    }
}

/// Reads hexadecimal digits, which have no sign of their own.
fn hexadecimal(sign: &str, digits: &str) -> Option<i64> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = i64::from_str_radix(digits, 16).ok()?;
    if sign.is_empty() { Some(value) } else { value.checked_neg() }
}

/// True if underscores stand between digits only.
fn groups_are_whole(digits: &str) -> bool {
    digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
}

/// True if the word follows JSON's grammar of numbers.
fn is_strict(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_other_languages_are_read() {
        for (word, expected) in
            [("+1", "1"), (".5", "0.5"), ("-.5", "-0.5"), ("1.", "1.0"), ("0x10", "16"), ("1_000", "1000")]
        {
            let expected: Value = serde_json::from_str(expected).unwrap();
            assert_eq!(read(word), Spelling::Foreign(expected), "{word}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for word in [
            "007",
            "1__0",
            "_1",
            "1e",
            "-",
            "0x",
            "1.2.3",
            "--1",
            "12kg",
            "0x-5",
            "0x+5",
            "-0x-8000000000000000",
        ] {
            assert_eq!(read(word), Spelling::NotOne, "{word}");
        }
        assert_eq!(read("1e400"), Spelling::OutOfRange);
    }
}
