//! HTML entities in answers that somebody escaped: where they stand for the quotes of a value, they are decoded
//! once; where they stand inside of texts whose quotes escaping leaves alone, nothing tells whether they were
//! meant.

/// Entities that stand for the quotes of a first key.
const QUOTES: [&str; 14] = [
    "&quot;", "&#34;", "&#x22;", "&ldquo;", "&rdquo;", "&bdquo;", "&#8220;", "&#x201c;", "&#39;", "&#x27;",
    "&apos;", "&lsquo;", "&#8216;", "&laquo;",
];
/// Entities by name that escaping and typography write. Source: the HTML standard's table of named character
/// references, 2026-11-28.
const NAMES: [(&str, char); 32] = [
    ("quot", '"'),
    ("apos", '\''),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("nbsp", '\u{a0}'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("middot", '·'),
    ("bull", '•'),
    ("deg", '°'),
    ("times", '×'),
    ("minus", '−'),
    ("rarr", '→'),
    ("sect", '§'),
    ("copy", '©'),
    ("euro", '€'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
];
/// Letters and digits of the longest name in the standard's table.
const MAX_NAME: usize = 31;

/// True if the text begins with an entity for a quote.
pub(super) fn begins_with_quote(text: &str) -> bool {
    QUOTES.iter().any(|quote| text.get(..quote.len()).is_some_and(|start| start.eq_ignore_ascii_case(quote)))
}

/// What an ampersand begins.
enum Ampersand {
    /// Nothing but itself.
    Plain,
    /// An entity of so many bytes for that character.
    Known(char, usize),
    /// What has the form of an entity and stands for who knows what.
    Unknown,
}

/// Judges the ampersand that the text begins with.
fn ampersand(text: &str) -> Ampersand {
    let Some(rest) = text.strip_prefix('&') else { return Ampersand::Plain };
    let Some(end) = rest.bytes().take(MAX_NAME + 1).position(|byte| byte == b';') else {
        return Ampersand::Plain;
    };
    let name = rest.get(..end).unwrap_or_default();
    let length = end + 2;
    match name.strip_prefix('#') {
        Some(digits) => match number(digits).and_then(char::from_u32) {
            Some(character) => Ampersand::Known(character, length),
            None => Ampersand::Plain,
        },
        None => match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, character)) => Ampersand::Known(*character, length),
            None if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Ampersand::Unknown
            }
            None => Ampersand::Plain,
        },
    }
}

/// Reads the number of an entity: decimal digits, or an `x` and hexadecimal ones.
fn number(digits: &str) -> Option<u32> {
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    // Without this look a sign would be read too.
    if digits.starts_with('+') {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

/// Decodes all entities, once; `None` where one is not known, so that half of them would stay.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at)?);
        rest = rest.get(at..)?;
        let length = match ampersand(rest) {
            Ampersand::Known(character, length) => {
                out.push(character);
                length
            }
            Ampersand::Plain => {
                out.push('&');
                1
            }
            Ampersand::Unknown => return None,
        };
        rest = rest.get(length..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// True if a value may be escaped for HTML, quotes aside: it has entities and nothing that escaping would have
/// changed. Whether `Q&amp;A` was meant or `Q&A` cannot be told then.
pub(super) fn may_be_escaped(value: &str) -> bool {
    let mut any = false;
    for (at, sign) in value.match_indices(['&', '<', '>', '"', '\'']) {
        match (sign, value.get(at..).map(ampersand)) {
            ("&", Some(Ampersand::Known(..))) => any = true,
            _ => return false,
        }
    }
    any
}
