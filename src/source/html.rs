//! Takes the text out of raw HTML blocks. No parser of the web: tags are boundaries, headings and
//! list items keep their meaning, tables and program text are blocks without sentences, scripts, styles and
//! comments vanish.

use super::Role;
use super::block::Reading;
use super::view::Glyph;

/// Longest tag that is taken for one; beyond it `<` is a character. Keeps the scan linear.
const MAX_TAG_CHARACTERS: usize = 200;

/// Names of elements that occur inside running text.
const INLINE: [&str; 36] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "math", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "svg", "time", "tt", "u", "var", "wbr", "center",
];

/// Names of elements that stand for themselves.
const BLOCK: [&str; 40] = [
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "body",
    "button",
    "caption",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "html",
    "iframe",
    "input",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "script",
    "section",
    "source",
    "style",
    "summary",
    "table",
    "ul",
    "video",
    "noscript",
];

const HIDDEN: [&str; 8] = ["script", "style", "table", "pre", "svg", "math", "noscript", "iframe"];

/// The lower-case name of a tag such as `</Sub>`; nothing for comments and declarations.
pub(super) fn tag_name(tag: &str) -> Option<String> {
    let inside = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<'))?;
    let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// Whether HTML knows an element of this name; `a <b and c> d` may be mathematics.
pub(super) fn is_known(name: &str) -> bool {
    INLINE.contains(&name) || BLOCK.contains(&name) || heading_level(name).is_some()
}

/// Adds the blocks of a raw HTML block to a reading.
pub(super) fn read(glyphs: &[Glyph], reading: &mut Reading) {
    let mut state =
        State { run: Vec::new(), role: Role::Prose, level: None, hidden: None, inside: Vec::new() };
    let mut rest = glyphs;
    while let Some((first, after)) = rest.split_first() {
        let may_begin = !state.is_raw() || begins_with(rest, "</");
        if may_begin && begins_with(rest, "<!--") {
            rest = comment_end(rest);
        } else if let Some(length) = tag_length(rest).filter(|_| may_begin) {
            let tag: String = rest.iter().take(length).map(|glyph| glyph.character).collect();
            state.take_tag(&tag, first, reading);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            match state.hidden {
                Some(_) => state.inside.push(*first),
                None => state.run.push(*first),
            }
            rest = after;
        }
    }
    state.flush(reading);
    state.close_hidden(reading);
}

struct State {
    run: Vec<Glyph>,
    role: Role,
    level: Option<u8>,
    /// Name of the element whose inside is not shown.
    hidden: Option<String>,
    /// What stands inside of it.
    inside: Vec<Glyph>,
}

impl State {
    /// Whether nothing but an end tag means anything here. Source: WHATWG, HTML, 13.1.2 "raw text elements",
    /// read 2026-11-28.
    fn is_raw(&self) -> bool {
        self.hidden.as_deref().is_some_and(|name| ["script", "style"].contains(&name))
    }

    fn take_tag(&mut self, tag: &str, first: &Glyph, reading: &mut Reading) {
        let Some(name) = tag_name(tag) else { return };
        let is_end = tag.starts_with("</");
        if let Some(hidden) = &self.hidden {
            if is_end && *hidden == name {
                self.close_hidden(reading);
            }
            return;
        }
        if name == "br" {
            self.run.push(Glyph { character: '\n', ..*first });
        } else if !INLINE.contains(&name.as_str()) {
            self.flush(reading);
        }
        if HIDDEN.contains(&name.as_str()) && !is_end && !tag.ends_with("/>") {
            self.hidden = Some(name);
            return;
        }
        if let Some(level) = heading_level(&name) {
            self.level = (!is_end).then_some(level);
        }
        self.role = match name.as_str() {
            "li" if !is_end => Role::ListItem { ordered: false, depth: 1 },
            "blockquote" if !is_end => Role::Quotation,
            "li" | "blockquote" | "ul" | "ol" => Role::Prose,
            _ => self.role,
        };
    }

    /// Ends an element whose inside is not shown; a table and program text are known to be there.
    fn close_hidden(&mut self, reading: &mut Reading) {
        let inside = super::block::trim(std::mem::take(&mut self.inside));
        match self.hidden.take().as_deref() {
            Some("table") => reading.push_opaque(Role::Table, &inside),
            Some("pre") => reading.push_opaque(Role::Code, &inside),
            _ => {}
        }
    }

    fn flush(&mut self, reading: &mut Reading) {
        let run = std::mem::take(&mut self.run);
        let run = decode_entities(&run);
        match self.level {
            Some(level) => reading.push_heading(level, run),
            None => reading.push_text(self.role, run),
        }
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        _ => None,
    }
}

fn begins_with(glyphs: &[Glyph], mark: &str) -> bool {
    glyphs.len() >= mark.len()
        && glyphs.iter().map(|glyph| glyph.character).zip(mark.chars()).all(|(a, b)| a == b)
}

/// What follows a comment; an open one ends with the block.
fn comment_end(glyphs: &[Glyph]) -> &[Glyph] {
    let close = glyphs.windows(3).position(|three| begins_with(three, "-->"));
    close.and_then(|at| glyphs.get(at + 3..)).unwrap_or_default()
}

fn tag_length(glyphs: &[Glyph]) -> Option<usize> {
    let second = glyphs.get(1).filter(|_| begins_with(glyphs, "<"))?.character;
    if !(second.is_ascii_alphabetic() || second == '/' || second == '!' || second == '?') {
        return None;
    }
    let close = glyphs.iter().take(MAX_TAG_CHARACTERS).position(|glyph| glyph.character == '>')?;
    Some(close + 1)
}

/// Replaces the entities that occur in texts written by people.
fn decode_entities(run: &[Glyph]) -> Vec<Glyph> {
    const ENTITIES: [(&str, char); 8] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
        ("&mdash;", '—'),
    ];
    let mut out = Vec::with_capacity(run.len());
    let mut rest = run;
    while let Some((first, after)) = rest.split_first() {
        let entity = ENTITIES.iter().find(|(name, _)| first.character == '&' && begins_with(rest, name));
        if let Some((name, character)) = entity {
            let (taken, next) = rest.split_at(name.len().min(rest.len()));
            let end = taken.last().map_or(first.span.end, |last| last.span.end);
            let span = super::Span { start: first.span.start, end };
            out.push(Glyph { character: *character, span, verbatim: first.verbatim });
            rest = next;
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::block::{Block, text};
    use super::super::view::unify_line_ends;
    use super::*;

    #[test]
    fn text_headings_and_items_come_out_of_html() {
        let mut reading = Reading::default();
        let html = "<div><h2>Head</h2><p>One &amp; <b>two</b>.</p><!-- no --><ul><li>item</ul><script>if (x<y) { z = \"<!--\" }</script><table><tr><td>1</td></tr></table><pre>x = 1</pre><p>Three.</p></div>";
        read(&unify_line_ends(html), &mut reading);
        let seen: Vec<String> = reading
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading { level, run } => format!("h{level} {}", text(run)),
                Block::Text { run, .. } => text(run),
                Block::Opaque { role, .. } => format!("{role:?}"),
            })
            .collect();
        assert_eq!(seen, ["h2 Head", "One & two.", "item", "Table", "Code", "Three."]);
    }
}
