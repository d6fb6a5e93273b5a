//! Makes values of random shape and damages their text: the generator behind `answer_damage.rs`.
//!
//! A value is written as tokens, the tokens are damaged in one way, and the text may be wrapped once more. The
//! values come from `values.rs`.

use serde_json::Value;

use super::values::Dice;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open(char),
    Close(char),
    Comma,
    Colon,
    Key(String),
    Text(String),
    Word(String),
    Raw(String),
}

fn tokens(value: &Value, out: &mut Vec<Token>) {
    match value {
        Value::Object(members) => {
            out.push(Token::Open('{'));
            for (index, (key, inner)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(Token::Comma);
                }
                out.extend([Token::Key(key.clone()), Token::Colon]);
                tokens(inner, out);
            }
            out.push(Token::Close('}'));
        }
        Value::Array(items) => {
            out.push(Token::Open('['));
            for (index, inner) in items.iter().enumerate() {
                if index > 0 {
                    out.push(Token::Comma);
                }
                tokens(inner, out);
            }
            out.push(Token::Close(']'));
        }
        Value::String(text) => out.push(Token::Text(text.clone())),
        other => out.push(Token::Word(other.to_string())),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    Double,
    Single,
    Smart,
    SmartSingle,
    Angle,
    German,
    Backtick,
    UnescapedQuotes,
    RawControls,
    Apostrophes,
}

/// Undoes some of the escapes in the body of a JSON string; escaped backslashes stay as they are.
fn unescaped(body: &str, escapes: &[(&str, &str)]) -> String {
    let parts = body.split("\\\\").map(|part| {
        escapes.iter().fold(part.to_owned(), |part, (escape, plain)| part.replace(escape, plain))
    });
    parts.collect::<Vec<_>>().join("\\\\")
}

fn quoted(text: &str, style: Style) -> String {
    let json = serde_json::to_string(text).unwrap();
    let body = &json[1..json.len() - 1];
    let plain = unescaped(body, &[("\\\"", "\"")]);
    match style {
        Style::Double => json,
        Style::Single if text.contains('\'') => json,
        Style::Single | Style::Apostrophes => format!("'{plain}'"),
        Style::Smart => format!("“{plain}”"),
        Style::SmartSingle => format!("‘{plain}’"),
        Style::Angle => format!("«{plain}»"),
        Style::German => format!("„{plain}“"),
        Style::Backtick => format!("`{plain}`"),
        Style::UnescapedQuotes => format!("\"{plain}\""),
        Style::RawControls => {
            format!("\"{}\"", unescaped(body, &[("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r")]))
        }
    }
}

fn render(tokens: &[Token], pretty: bool, style: Style, bare_keys: bool) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let line = |out: &mut String, depth: usize| {
        if pretty {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        match token {
            Token::Open(bracket) => {
                out.push(*bracket);
                depth += 1;
                if !matches!(next, Some(Token::Close(_))) {
                    line(&mut out, depth);
                }
            }
            Token::Close(bracket) => {
                depth = depth.saturating_sub(1);
                if index > 0 && !matches!(tokens[index - 1], Token::Open(_)) {
                    line(&mut out, depth);
                }
                out.push(*bracket);
            }
            Token::Comma => {
                out.push(',');
                if pretty { line(&mut out, depth) } else { out.push(' ') }
            }
            Token::Colon => out.push_str(": "),
            Token::Key(key) if bare_keys => out.push_str(key),
            Token::Key(key) => {
                let plain = matches!(style, Style::UnescapedQuotes | Style::RawControls);
                out.push_str(&quoted(key, if plain { Style::Double } else { style }));
            }
            Token::Text(text) => out.push_str(&quoted(text, style)),
            Token::Word(word) => out.push_str(word),
            Token::Raw(raw) => {
                out.push_str(raw);
                if raw.is_empty() && pretty {
                    line(&mut out, depth);
                } else if raw.is_empty() {
                    out.push(' ');
                }
            }
        }
    }
    out
}

pub(super) const FORMS: &[&str] = &[
    "none",
    "apostrophes",
    "fence",
    "prose",
    "thinking",
    "call",
    "double_encoding",
    "entities",
    "comments",
    "single_quotes",
    "smart_quotes",
    "smart_quotes_escaped",
    "smart_single_quotes",
    "angle_quotes",
    "german_quotes",
    "backticks",
    "unescaped_quotes",
    "raw_controls",
    "bare_keys",
    "trailing_commas",
    "missing_comma",
    "missing_colon",
    "missing_opening_quote",
    "missing_closing_quote",
    "missing_closer",
    "extra_closer",
    "stop_token",
    "python_literals",
    "concatenation",
    "invisible",
    "escaped_blanks",
    "cut",
    "key_without_end_quote",
    "key_without_start_quote",
    "missing_opener",
    "extra_comma",
    "extra_colon",
    "drop_token",
    "swap_tokens",
    "double_token",
    "fence_and_missing_closer",
    "elided",
    "left_out",
    "repeated_key",
];

fn positions(tokens: &[Token], wanted: impl Fn(&Token) -> bool) -> Vec<usize> {
    tokens.iter().enumerate().filter(|(_, token)| wanted(token)).map(|(index, _)| index).collect()
}

/// Damages the text of a value; `None` if it has no place for this damage.
pub(super) fn damage(form: &str, value: &Value, dice: &mut Dice) -> Option<String> {
    let mut list = Vec::new();
    tokens(value, &mut list);
    let pretty = dice.one_in(2);
    if form == "none" {
        return Some(render(&list, pretty, Style::Double, false));
    }
    damage_whole(form, list.clone(), pretty, dice)
        .or_else(|| damage_strings(form, list.clone(), pretty, dice))
        .or_else(|| damage_structure(form, list.clone(), pretty, dice))
        .or_else(|| damage_content(form, list, pretty, dice))
}

/// Picks one of the places, if there is any.
fn choose(dice: &mut Dice, from: Vec<usize>) -> Option<usize> {
    (!from.is_empty()).then(|| *dice.pick(&from))
}

/// Writes the whole text in another style, or wraps or cuts it.
fn damage_whole(form: &str, mut list: Vec<Token>, pretty: bool, dice: &mut Dice) -> Option<String> {
    let plain = |list: &[Token]| render(list, pretty, Style::Double, false);
    Some(match form {
        "fence" => format!("```json\n{}\n```", plain(&list)),
        "prose" => format!("Sure! Here is the JSON:\n\n{}\n\nI hope this {{helps}}!", plain(&list)),
        "thinking" => format!("<think>They want {{\"title\": 1}} or [a, b].</think>\n{}", plain(&list)),
        "call" => format!("return_json({});", plain(&list)),
        "double_encoding" => serde_json::to_string(&plain(&list)).unwrap(),
        "entities" => plain(&list).replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"),
        "single_quotes" => render(&list, pretty, Style::Single, false),
        "apostrophes" => render(&list, pretty, Style::Apostrophes, false),
        "smart_quotes" => render(&list, pretty, Style::Smart, false),
        "smart_single_quotes" => render(&list, pretty, Style::SmartSingle, false),
        "angle_quotes" => render(&list, pretty, Style::Angle, false),
        "german_quotes" => render(&list, pretty, Style::German, false),
        "smart_quotes_escaped" => {
            let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#x27;")];
            let text = render(&list, pretty, Style::Smart, false);
            escapes.iter().fold(text, |text, (sign, entity)| text.replace(sign, entity))
        }
        "backticks" => render(&list, pretty, Style::Backtick, false),
        "unescaped_quotes" => render(&list, pretty, Style::UnescapedQuotes, false),
        "raw_controls" => render(&list, pretty, Style::RawControls, false),
        "bare_keys" => render(&list, pretty, Style::Double, true),
        "stop_token" => {
            format!("{}{}", plain(&list), dice.pick(&["<|eot_id|>", "</s>", "<|im_end|>\n", "<eos>"]))
        }
        "python_literals" => {
            for token in &mut list {
                if let Token::Word(word) = token {
                    *word = word.replace("true", "True").replace("false", "False").replace("null", "None");
                }
            }
            render(&list, pretty, *dice.pick(&[Style::Double, Style::Single]), false)
        }
        "escaped_blanks" => render(&list, true, Style::Double, false).replace('\n', "\\n"),
        "cut" => {
            let text = plain(&list);
            let mut at = 1 + dice.below(text.len() - 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text[..at].to_owned()
        }
        _ => return None,
    })
}

/// Damages one string, key or colon.
fn damage_strings(form: &str, mut list: Vec<Token>, pretty: bool, dice: &mut Dice) -> Option<String> {
    let plain = |list: &[Token]| render(list, pretty, Style::Double, false);
    Some(match form {
        "comments" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Comma | Token::Open(_))))?;
            let comment = *dice.pick(&["\n// the main part\n", "/* note, \"this\": 1 */", "\n# heading\n"]);
            list.insert(at + 1, Token::Raw(comment.to_owned()));
            plain(&list)
        }
        "missing_colon" => {
            let at = choose(dice, positions(&list, |t| *t == Token::Colon))?;
            list[at] = Token::Raw(" ".to_owned());
            plain(&list)
        }
        "extra_colon" => {
            let at = choose(dice, positions(&list, |t| *t == Token::Colon))?;
            list.insert(at, Token::Colon);
            plain(&list)
        }
        "missing_opening_quote" | "missing_closing_quote" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Text(text) if !text.is_empty())))?;
            let Token::Text(text) = &list[at] else { return None };
            let whole = quoted(text, Style::Double);
            let part = if form == "missing_opening_quote" { &whole[1..] } else { &whole[..whole.len() - 1] };
            list[at] = Token::Raw(part.to_owned());
            plain(&list)
        }
        "key_without_end_quote" | "key_without_start_quote" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Key(_))))?;
            let Token::Key(key) = &list[at] else { return None };
            let part = if form == "key_without_end_quote" { format!("\"{key}") } else { format!("{key}\"") };
            list[at] = Token::Raw(part);
            plain(&list)
        }
        "concatenation" => {
            let at = choose(
                dice,
                positions(&list, |t| matches!(t, Token::Text(text) if text.chars().count() > 3)),
            )?;
            let Token::Text(text) = &list[at] else { return None };
            let cut = text.char_indices().nth(2).map(|(index, _)| index).unwrap();
            let joined =
                format!("{} + {}", quoted(&text[..cut], Style::Double), quoted(&text[cut..], Style::Double));
            list[at] = Token::Raw(joined);
            plain(&list)
        }
        "invisible" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Comma | Token::Open(_))))?;
            list.insert(at + 1, Token::Raw("\u{200b}\u{a0}".to_owned()));
            format!("\u{feff}{}", plain(&list))
        }
        "swap_tokens" => {
            let at = dice.below(list.len() - 1);
            let runs_together = |token: &Token| matches!(token, Token::Word(_) | Token::Comma);
            if runs_together(&list[at]) || runs_together(&list[at + 1]) {
                return None;
            }
            list.swap(at, at + 1);
            plain(&list)
        }
        _ => return None,
    })
}

/// Finds the last items of lists that are no containers and not the only ones.
fn last_items(tokens: &[Token]) -> Vec<usize> {
    let is_last = |window: &[Token]| {
        matches!(window, [Token::Comma, Token::Text(_) | Token::Word(_), Token::Close(']')])
    };
    tokens.windows(3).enumerate().filter(|(_, window)| is_last(window)).map(|(index, _)| index + 1).collect()
}

/// Damages one comma or bracket.
fn damage_structure(form: &str, mut list: Vec<Token>, pretty: bool, dice: &mut Dice) -> Option<String> {
    let plain = |list: &[Token]| render(list, pretty, Style::Double, false);
    Some(match form {
        "trailing_commas" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Close(_))))?;
            if at == 0 || matches!(list[at - 1], Token::Open(_)) {
                return None;
            }
            list.insert(at, Token::Raw(",".to_owned()));
            plain(&list)
        }
        "missing_comma" => {
            let at = choose(dice, positions(&list, |t| *t == Token::Comma))?;
            list[at] = Token::Raw(String::new());
            plain(&list)
        }
        "extra_comma" => {
            let at = choose(dice, positions(&list, |t| *t == Token::Comma))?;
            list.insert(at, Token::Comma);
            plain(&list)
        }
        "missing_closer" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Close(_))))?;
            list.remove(at);
            plain(&list)
        }
        "fence_and_missing_closer" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Close(_))))?;
            list.remove(at);
            format!("```json\n{}\n```", plain(&list))
        }
        "extra_closer" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Close(_))))?;
            list.insert(at, Token::Close(*dice.pick(&['}', ']'])));
            plain(&list)
        }
        "missing_opener" => {
            list.remove(0);
            plain(&list)
        }
        "drop_token" => {
            // A dropped value is gone for good; only signs are dropped.
            let signs = positions(&list, |t| !matches!(t, Token::Text(_) | Token::Word(_) | Token::Key(_)));
            let at = choose(dice, signs)?;
            list.remove(at);
            plain(&list)
        }
        "double_token" => {
            let at = choose(
                dice,
                positions(&list, |t| !matches!(t, Token::Text(_) | Token::Word(_) | Token::Key(_))),
            )?;
            let token = list[at].clone();
            list.insert(at, token);
            plain(&list)
        }
        "elided" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Close(_))))?;
            list.insert(at, Token::Raw(",\n ...\n".to_owned()));
            plain(&list)
        }
        _ => return None,
    })
}

/// Leaves an item out with a word about it, or gives a key a second value.
fn damage_content(form: &str, mut list: Vec<Token>, pretty: bool, dice: &mut Dice) -> Option<String> {
    let plain = |list: &[Token]| render(list, pretty, Style::Double, false);
    Some(match form {
        "left_out" => {
            // The last item of a list makes room for a comment that tells of it.
            let at = choose(dice, last_items(&list))?;
            let comment = *dice.pick(&[
                "// one more like it\n",
                "/* the last one */",
                "# [truncated]\n",
                "// number 4\n",
            ]);
            list[at] = Token::Raw(format!("\n{comment}"));
            plain(&list)
        }
        "repeated_key" => {
            let at = choose(dice, positions(&list, |t| matches!(t, Token::Key(_))))?;
            let key = list[at].clone();
            list.splice(at..at, [key, Token::Colon, Token::Text("another".to_owned()), Token::Comma]);
            if dice.one_in(2) { plain(&list) } else { format!("```json\n{}\n```", plain(&list)) }
        }
        _ => return None,
    })
}

/// Puts what models put around an answer around it, damaged as it is.
pub(super) fn wrapped(text: String, dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => format!("```json\n{text}\n```"),
        1 => format!("Here is the answer:\n\n{text}\n\nLet me know if you need more."),
        2 => format!("<think>A list [1, 2] or {{\"title\": ...}}?</think>\n\n{text}"),
        3 => format!("{text}<|im_end|>"),
        4 => serde_json::to_string(&text).unwrap(),
        _ => format!("result = {text}"),
    }
}
