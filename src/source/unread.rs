//! What of a text is not made of sentences, so that nobody who works with sentences reads it.

use std::fmt;

use super::{Paragraph, Role};

/// How many blocks of a text have no sentences, by what they are. Lists of sources do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Tables, also tables of contents.
    pub tables: usize,
    /// Blocks of program text.
    pub code_blocks: usize,
    /// Displayed formulas.
    pub formulas: usize,
    /// Texts of footnotes.
    pub footnotes: usize,
}

impl Unread {
    pub(super) fn of(paragraphs: &[Paragraph]) -> Unread {
        let mut unread = Unread::default();
        for paragraph in paragraphs {
            match paragraph.role {
                Role::Table => unread.tables += 1,
                Role::Code => unread.code_blocks += 1,
                Role::Formula => unread.formulas += 1,
                Role::Footnote => unread.footnotes += 1,
                Role::Prose | Role::ListItem { .. } | Role::Quotation | Role::Reference => {}
            }
        }
        unread
    }

    /// Says what was not read, for the owner of the text; nothing where all was.
    #[must_use]
    pub fn note(self) -> Option<String> {
        let verb = if self.count() == 1 { "was" } else { "were" };
        (self.count() > 0).then(|| format!("{self} of the text {verb} not read"))
    }

    fn count(self) -> usize {
        self.tables + self.code_blocks + self.formulas + self.footnotes
    }
}

/// Lists what there is: "2 tables, 1 code block and 1 footnote".
impl fmt::Display for Unread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = [
            (self.tables, "table"),
            (self.code_blocks, "code block"),
            (self.formulas, "formula"),
            (self.footnotes, "footnote"),
        ];
        let present = counted.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = present
            .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
            .collect();
        match parts.as_slice() {
            [] => Ok(()),
            [only] => formatter.write_str(only),
            [first @ .., last] => write!(formatter, "{} and {last}", first.join(", ")),
        }
    }
}
