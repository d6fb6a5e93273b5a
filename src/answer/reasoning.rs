//! Finds what a model thinks before it answers, in the marks of several families of models.
//!
//! A value inside of it is no answer. Who asks is `candidates.rs`, at each mark outside of a value.

/// Names of the tags that models think inside, in any case.
const TAGS: [&str; 11] = [
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reason",
    "reasoning",
    "reflection",
    "scratchpad",
    "analysis",
    "internal",
    "seed:think",
];
/// Other brackets that models put around such a name: opening, closing, name.
const BRACKETED: [(&str, &str, &str); 2] = [("[", "]", "THINK"), ("◁", "▷", "think")];
/// The channel for thoughts of OpenAI's harmony format. Source: the format's guide, read 2026-11.
const CHANNEL: &str = "<|channel|>analysis";
/// What ends a message of it, and whether it belongs to the message.
const ENDS_OF_CHANNEL: [(&str, bool); 3] = [("<|end|>", true), ("<|start|>", false), ("<|channel|>", false)];

/// What a mark is.
pub(super) enum Reasoning {
    NotOne,
    Unclosed,
    EndsAt(usize),
}

/// Judges the mark at `start`.
pub(super) fn judge(text: &str, start: usize) -> Reasoning {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(message) = rest.strip_prefix(CHANNEL) {
        let end = end_of_channel(message).map(|end| CHANNEL.len() + end);
        return end.map_or(Reasoning::Unclosed, |end| Reasoning::EndsAt(start + end));
    }
    let tags = TAGS.iter().map(|name| ("<", ">", *name));
    let Some((opens, closes, name)) = tags.chain(BRACKETED).find(|mark| begins(rest, *mark)) else {
        return Reasoning::NotOne;
    };
    match closing(rest, (opens, closes, name)) {
        Some(end) => Reasoning::EndsAt(start + end),
        None => Reasoning::Unclosed,
    }
}

/// True if a text begins with an opening or closing mark.
fn begins(text: &str, (opens, closes, name): (&str, &str, &str)) -> bool {
    let Some(inside) = text.strip_prefix(opens) else { return false };
    let (is_closing, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let is_named = inside.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let behind = inside.get(name.len()..).unwrap_or_default();
    is_named && (behind.starts_with(closes) || (!is_closing && opens == "<" && behind.starts_with(' ')))
}

/// Finds the end of the closing mark.
fn closing(text: &str, (opens, closes, name): (&str, &str, &str)) -> Option<usize> {
    let head = format!("{opens}/");
    text.match_indices(&head).find_map(|(at, _)| {
        let behind = text.get(at + head.len()..)?;
        let is_named = behind.get(..name.len())?.eq_ignore_ascii_case(name);
        let is_whole = behind.get(name.len()..)?.starts_with(closes);
        (is_named && is_whole).then_some(at + head.len() + name.len() + closes.len())
    })
}

/// Finds where a message of a channel ends.
fn end_of_channel(message: &str) -> Option<usize> {
    message.match_indices("<|").find_map(|(at, _)| {
        let rest = message.get(at..)?;
        let (mark, belongs) = ENDS_OF_CHANNEL.iter().find(|(mark, _)| rest.starts_with(mark))?;
        Some(if *belongs { at + mark.len() } else { at })
    })
}
