//! Writing to the terminal without failing when nobody reads any more.

use std::io::{self, Write as _};

/// Writes a line to standard output. Tells whether somebody took it: a closed pipe is no error of
/// ours, there is just nobody to tell.
pub(super) fn say(line: &str) -> bool {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).is_ok()
}

/// Writes a line to standard error.
pub(super) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes what went wrong to standard error.
pub(super) fn complain(message: &str) {
    note(&format!("error: {message}"));
}
