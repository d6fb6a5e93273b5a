//! GitHub-flavoured Markdown. Blocks become headings, paragraphs, lists and tables; what texts say
//! can neither start nor end one of them, see `escape`.

mod escape;

use crate::content::document::{Block, Body};
use crate::content::labels::{Label, kind_name, label, level_name};
use crate::content::{BloomLevel, Document};
use escape::{block, heading, inline};

/// Renders one piece under its title.
pub(super) fn document(document: &Document) -> String {
    let mut page = Page::new(0, &document.language);
    page.heading(1, &document.title);
    page.blocks(&document.blocks);
    page.finish()
}

/// Renders pieces as one text: the first title on top, then each piece under the name of its kind. A
/// single piece needs no second heading.
pub(super) fn package(documents: &[Document]) -> String {
    let first = match documents {
        [] => return String::new(),
        [only] => return self::document(only),
        [first, ..] => first,
    };
    let mut page = Page::new(1, &first.language);
    page.heading(0, &first.title);
    for document in documents {
        page.heading(1, kind_name(document.kind, &document.language));
        page.blocks(&document.blocks);
    }
    page.finish()
}

/// What stands between a block and the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Apart,
    Bullets,
    Numbers(usize),
    Table,
}

struct Page<'a> {
    text: String,
    /// How much deeper than in a file of its own every heading stands.
    deeper: usize,
    language: &'a str,
    run: Run,
}

impl<'a> Page<'a> {
    fn new(deeper: usize, language: &'a str) -> Self {
        Page { text: String::new(), deeper, language, run: Run::Apart }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.text.push('\n');
        self.text
    }

    fn blocks(&mut self, blocks: &[Block]) {
        // The heading that questions stand below, if one says what they are about.
        let mut group: Option<&str> = None;
        for each in blocks {
            match &each.body {
                Body::Heading { level, text } => {
                    group = Some(text);
                    self.heading(usize::from(*level), text);
                }
                Body::Paragraph(text) => self.apart(&block(text)),
                Body::Item(text) => self.bullet(&inline(text)),
                Body::Objective { text, level } => self.number(text, Some(*level)),
                Body::Definition { term, explanation } => {
                    self.bullet(&format!("{}: {}", strong(term), inline(explanation)));
                }
                Body::Card { front, back, category, difficulty } => {
                    self.card([front, back, category.as_deref().unwrap_or_default(), difficulty]);
                }
                Body::Question { question, answer: Some(answer), .. } => {
                    // A section whose title is the question need not be told twice.
                    if group != Some(question) {
                        self.heading(if group.is_some() { 3 } else { 2 }, question);
                    }
                    self.apart(&block(answer));
                }
                Body::Question { question, level, .. } => self.number(question, *level),
                Body::Turn { speaker, text } => {
                    self.apart(&format!("{} {}", strong(&format!("{speaker}:")), block(text)));
                }
            }
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        let hashes = "#".repeat((level + self.deeper).clamp(1, 6));
        self.apart(&format!("{hashes} {}", heading(text)));
    }

    fn apart(&mut self, text: &str) {
        self.begin(Run::Apart);
        self.text.push_str(text);
        self.text.push_str("\n\n");
    }

    fn bullet(&mut self, text: &str) {
        self.begin(Run::Bullets);
        self.line(&format!("- {text}"));
    }

    fn number(&mut self, text: &str, level: Option<BloomLevel>) {
        let number = match self.run {
            Run::Numbers(last) => last + 1,
            Run::Apart | Run::Bullets | Run::Table => 1,
        };
        self.begin(Run::Numbers(number));
        let level =
            level.map(|level| format!(" *({})*", level_name(level, self.language))).unwrap_or_default();
        self.line(&format!("{number}. {}{level}", inline(text)));
    }

    fn card(&mut self, [front, back, category, difficulty]: [&str; 4]) {
        if self.run != Run::Table {
            self.begin(Run::Table);
            let names = [Label::CardFront, Label::CardBack, Label::Category, Label::Difficulty];
            self.line(&format!("| {} |", names.map(|name| label(name, self.language)).join(" | ")));
            self.line("| --- | --- | --- | --- |");
        }
        let cells = [back, category, difficulty].map(inline).join(" | ");
        self.line(&format!("| {} | {cells} |", strong(front)));
    }

    /// Ends the list or table before, unless this continues it.
    fn begin(&mut self, run: Run) {
        let continues = matches!(
            (self.run, run),
            (Run::Apart, _) | (Run::Bullets, Run::Bullets) | (Run::Numbers(_), Run::Numbers(_))
        );
        if !continues {
            self.text.push('\n');
        }
        self.run = run;
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }
}

fn strong(text: &str) -> String {
    let text = inline(text.trim());
    if text.is_empty() { text } else { format!("**{text}**") }
}

#[cfg(test)]
mod tests;
