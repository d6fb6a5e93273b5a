//! Whatever stands in an entry of the log, it is written as one line: what would begin another line, or
//! tell a terminal to do something, is written as its number. The library that forms entries escapes some of
//! that in some of their fields.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes entries, each given whole, as lines.
pub(super) struct OneLine<W>(pub(super) W);

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        self.0.write_all(on_one_line(entry).as_ref())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Escapes everything but the line break at the end, in a form that JSON strings know too.
fn on_one_line(entry: &[u8]) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(entry);
    let (line, end) = match text.strip_suffix('\n') {
        Some(line) => (line, "\n"),
        None => (text.as_ref(), ""),
    };
    if !line.contains(is_breaking) {
        return Cow::Borrowed(entry);
    }
    let mut escaped = String::with_capacity(entry.len());
    for character in line.chars() {
        if is_breaking(character) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped.push_str(end);
    Cow::Owned(escaped.into_bytes())
}

fn is_breaking(character: char) -> bool {
    (character.is_control() && character != '\t') || matches!(character, '\u{2028}' | '\u{2029}')
}
