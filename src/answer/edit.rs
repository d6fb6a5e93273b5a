//! What was changed on the way from a text to a value: one [`Edit`] a repair, of a closed set of [`Form`]s.
//!
//! The forms are the label of the metric `answer_repairs_total`, so there is a fixed number of them and
//! none ever carries text of a user. How an edit comes about is in `repair/` and `candidates.rs`.

use std::collections::BTreeSet;

/// Names what kind of damage was repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A Markdown fence around the value was taken off.
    Fence,
    /// Sentences before or after the value were left out.
    Prose,
    /// A reasoning block before the value was left out.
    Thinking,
    /// A call or an assignment around the value was taken off.
    Wrapper,
    /// The value stood inside a JSON string, or its quotes were all escaped.
    DoubleEncoding,
    /// Of several values the last was taken, or all were joined.
    Drafts,
    /// HTML entities stood where quotes belong.
    Entity,
    /// A comment was left out.
    Comment,
    /// Quotes other than `"` delimited a string.
    QuoteStyle,
    /// A quote inside a string was not escaped.
    UnescapedQuote,
    /// A string lacked its opening or closing quote.
    MissingQuote,
    /// A closing bracket was missing.
    MissingCloser,
    /// A closing bracket was one too many.
    ExtraCloser,
    /// The opening brace of the whole value was missing.
    MissingOpener,
    /// A comma was missing.
    MissingComma,
    /// A comma was one too many.
    ExtraComma,
    /// A colon was missing or written differently.
    MissingColon,
    /// A colon was one too many.
    ExtraColon,
    /// A raw control character stood in a string; it was kept as text.
    ControlCharacter,
    /// A stop token or a closing tag after the value was left out.
    StopToken,
    /// An escape that JSON does not know was read as the text it stands for.
    Escape,
    /// A lost backslash of a TeX command was put back.
    Formula,
    /// A key without quotes was read.
    UnquotedKey,
    /// A text value without quotes was read.
    UnquotedText,
    /// A literal of another language (`True`, `None`, `NaN`) was read.
    Literal,
    /// A number in a spelling JSON does not know was read.
    Number,
    /// Strings joined by `+` were joined.
    Concatenation,
    /// A byte order mark, a no-break space or a zero-width character between tokens was skipped.
    InvisibleCharacter,
    /// The two characters of an escape such as `\n` stood between tokens.
    EscapedWhitespace,
}

impl Form {
    /// Lists every form, in the order of the documentation.
    pub const ALL: [Self; 29] = [
        Self::Fence,
        Self::Prose,
        Self::Thinking,
        Self::Wrapper,
        Self::DoubleEncoding,
        Self::Drafts,
        Self::Entity,
        Self::Comment,
        Self::QuoteStyle,
        Self::UnescapedQuote,
        Self::MissingQuote,
        Self::MissingCloser,
        Self::ExtraCloser,
        Self::MissingOpener,
        Self::MissingComma,
        Self::ExtraComma,
        Self::MissingColon,
        Self::ExtraColon,
        Self::ControlCharacter,
        Self::StopToken,
        Self::Escape,
        Self::Formula,
        Self::UnquotedKey,
        Self::UnquotedText,
        Self::Literal,
        Self::Number,
        Self::Concatenation,
        Self::InvisibleCharacter,
        Self::EscapedWhitespace,
    ];

    /// Names the form as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fence => "fence",
            Self::Prose => "prose",
            Self::Thinking => "thinking",
            Self::Wrapper => "wrapper",
            Self::DoubleEncoding => "double_encoding",
            Self::Drafts => "drafts",
            Self::Entity => "entity",
            Self::Comment => "comment",
            Self::QuoteStyle => "quote_style",
            Self::UnescapedQuote => "unescaped_quote",
            Self::MissingQuote => "missing_quote",
            Self::MissingCloser => "missing_closer",
            Self::ExtraCloser => "extra_closer",
            Self::MissingOpener => "missing_opener",
            Self::MissingComma => "missing_comma",
            Self::ExtraComma => "extra_comma",
            Self::MissingColon => "missing_colon",
            Self::ExtraColon => "extra_colon",
            Self::ControlCharacter => "control_character",
            Self::StopToken => "stop_token",
            Self::Escape => "escape",
            Self::Formula => "formula",
            Self::UnquotedKey => "unquoted_key",
            Self::UnquotedText => "unquoted_text",
            Self::Literal => "literal",
            Self::Number => "number",
            Self::Concatenation => "concatenation",
            Self::InvisibleCharacter => "invisible_character",
            Self::EscapedWhitespace => "escaped_whitespace",
        }
    }

    /// True if the repair changed how the parts of the value hang together, so that a key that then
    /// appears twice tells of a wrong guess.
    pub(super) const fn is_structural(self) -> bool {
        matches!(
            self,
            Self::MissingQuote
                | Self::MissingCloser
                | Self::ExtraCloser
                | Self::MissingOpener
                | Self::MissingComma
                | Self::MissingColon
                | Self::UnescapedQuote
                | Self::UnquotedText
        )
    }
}

/// Tells of one repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// What kind of damage it was.
    pub form: Form,
    /// Where it was, in bytes; after double encoding or entities were undone, in the text as it then stood.
    pub offset: usize,
    /// What was done, in fixed words without any text of the answer.
    pub what: &'static str,
}

/// Collects edits up to a bound, so that a hostile answer cannot fill the memory with its log.
#[derive(Debug, Clone, Default)]
pub(super) struct EditLog {
    edits: Vec<Edit>,
    bound: usize,
    /// Every form that was noted: what is decided by the log is decided by this, which no bound cuts off.
    seen: BTreeSet<Form>,
    unclear: bool,
}

impl EditLog {
    pub(super) fn bounded(bound: usize) -> Self {
        Self { edits: Vec::new(), bound, seen: BTreeSet::new(), unclear: false }
    }

    pub(super) fn note(&mut self, form: Form, offset: usize, what: &'static str) {
        self.seen.insert(form);
        if self.edits.len() < self.bound {
            self.edits.push(Edit { form, offset, what });
        }
    }

    /// Notes that something can be read in two ways, so that nothing may be taken.
    pub(super) fn note_unclear(&mut self) {
        self.unclear = true;
    }

    pub(super) fn is_unclear(&self) -> bool {
        self.unclear
    }

    pub(super) fn has_structural(&self) -> bool {
        self.seen.iter().any(|form| form.is_structural())
    }

    /// True if a repair of this form was made, whether or not the log still had room for it.
    pub(super) fn has(&self, form: Form) -> bool {
        self.seen.contains(&form)
    }

    /// True if no repair of another form was made.
    pub(super) fn has_only(&self, forms: &[Form]) -> bool {
        self.seen.iter().all(|form| forms.contains(form))
    }

    /// True if one bracket was put and another left out: they may be the same, in the wrong place.
    pub(super) fn moves_a_closer(&self) -> bool {
        self.has(Form::MissingCloser) && self.has(Form::ExtraCloser)
    }

    pub(super) fn append(&mut self, other: Self) {
        self.seen.extend(other.seen);
        self.unclear |= other.unclear;
        let room = self.bound.saturating_sub(self.edits.len());
        self.edits.extend(other.edits.into_iter().take(room));
    }

    pub(super) fn into_vec(self) -> Vec<Edit> {
        self.edits
    }
}
