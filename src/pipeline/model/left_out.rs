//! What was left out of a piece before it was one, so that nothing that was paid for vanishes without
//! a word. It stands among the findings of the package, as what the checks leave out does.

use crate::content::Kind;
use crate::record::{Finding, Severity};

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) seam: Seam,
    /// JSON pointer into the piece; that of the list where the whole item is gone.
    pub(super) path: String,
    /// What happened; never words of the text.
    pub(super) message: String,
}

/// Says why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seam {
    /// An item says what another one says.
    Twin,
    /// A sentence stood before.
    Echo,
    /// A greeting or farewell within the script.
    Greeting,
    /// More items than the list may hold.
    TooMany,
    /// A part that no model wrote.
    Unwritten,
    /// An item, a quote or a number that stayed invalid however often it was asked for.
    Invalid,
}

impl Seam {
    /// Every reason, in the order of its ids.
    #[cfg(test)]
    pub(super) const ALL: [Seam; 6] =
        [Seam::Twin, Seam::Echo, Seam::Greeting, Seam::TooMany, Seam::Unwritten, Seam::Invalid];

    /// Returns the id that the finding bears.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Seam::Twin => "SEAM-01",
            Seam::Echo => "SEAM-02",
            Seam::Greeting => "SEAM-03",
            Seam::TooMany => "SEAM-04",
            Seam::Unwritten => "SEAM-05",
            Seam::Invalid => "SEAM-06",
        }
    }

    /// Says what happened to a text that sentences were taken out of.
    pub(super) const fn message(self, is_gone: bool) -> &'static str {
        match (self, is_gone) {
            (Seam::Echo, false) => "a sentence was left out: it stood before",
            (Seam::Echo, true) => "an entry was left out: all of it stood before",
            (Seam::Greeting, false) => "a greeting or farewell within the script was left out",
            (Seam::Greeting, true) => "a turn was left out: it only greets or parts",
            (Seam::Twin | Seam::TooMany | Seam::Unwritten | Seam::Invalid, _) => "something was left out",
        }
    }
}

impl LeftOut {
    pub(super) fn new(seam: Seam, path: String, message: String) -> LeftOut {
        LeftOut { seam, path, message }
    }

    /// Turns it into the form in which it is kept.
    pub(super) fn into_finding(self, kind: Kind) -> Finding {
        let LeftOut { seam, path, message } = self;
        let (check, hint) = (seam.id().to_owned(), String::new());
        Finding { check, kind: Some(kind), path, severity: Severity::Info, message, hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_checks_lists_every_reason() {
        let page = include_str!("../../../docs/CHECKS.md");
        for seam in Seam::ALL {
            assert!(page.contains(&format!("\n| {} | ", seam.id())), "docs/CHECKS.md lacks {}", seam.id());
        }
        assert_eq!(page.matches("\n| SEAM-").count(), Seam::ALL.len());
    }
}
