//! Makes values of random shape whose texts are full of traps: quotes of every kind, brackets, formulas, code,
//! markup, other scripts. They are damaged in `damage.rs`.

use serde_json::{Map, Value, json};

/// A small generator of pseudo-random numbers (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

const TEXTS: &[&str] = &[
    "Light",
    "What is it?",
    "A model of how things work.",
    "Because [brackets] and {braces} occur in text.",
    "It's an apostrophe case; don't break.",
    "The students' work, and the dogs' bones",
    "Lists: one, two, three",
    "See https://example.org/a//b?c=1#d for more",
    "C++ /* not a comment */ and // neither",
    "Ends with a backslash-free colon:",
    "Ends with a comma,",
    "a 50 % share, at 3:1 (approx).",
    "Café, naïve, 東京, 😀",
    "First line.\nSecond line.\n\n- point one\n- point two",
    "tab\there",
    "true",
    "12",
    "",
    " ",
    "# heading",
    "null and void",
    "a + b = c",
    "``` is a fence",
    "key: value, other: value",
    "final",
    "'Quoted' at the front, isn't it?",
    "'tis the season; rock 'n' roll in the 1990's",
    "„Deutsch“ mit Anführungszeichen",
    "“smart” and ‘single’ marks",
    "«Цитата» здесь, и ещё",
    "「引用」と『二重引用』、です。",
    "他说：“你好”，然后走了。",
    "no\u{a0}break, zero\u{200b}width",
    "unbalanced } here and { there",
    "}, {",
    "list [a, b",
    "[1] see the note",
    "{{template}} and ${x}",
    "$\\frac{a}{b}$ and $x \\to 0$",
    "$$\\nu = \\frac{c}{\\lambda}$$",
    "\\(\\theta = \\nu t\\) over \\[ \\nabla \\times B \\]",
    "the set $\\{x \\mid x > 0\\}$",
    "It costs $5, not $6.",
    "Speeds:\nu_1 = 2\nu_2 = 3, times:\to_1",
    "two functions:\ne^x and\ne^{2x}",
    "the states 'open', 'closed': 'open' means air",
    "the states “open”, “closed”: “open” means air",
    "the states ‘open’, ‘closed’: ‘open’ means air",
    "the states «open», «closed»: «open» means air",
    "die Wörter „der“, „die“: „das“ ist keins",
    "the states `open`, `closed`: `open` means air",
    "叫做'开', '关': '开'就是通",
    "a 'b', 'level': 'hard'",
    "she said ‘no’}, {‘and’: left",
    "C:\\Users\\name\\file.txt",
    "^\\d+\\.\\w*$",
    "a &amp; b &quot;c&quot; &lt;d&gt;",
    "Q&amp;A",
    "&ldquo;Hi&rdquo; &mdash; it&#x27;s me",
    "AT&T; R&D &c.",
    "it isn't R&D",
    "<think>no</think> and <|endoftext|>",
    "<b>bold</b>",
    "print({'a': [1]})",
    "```json\n{'a': 1}\n```\nend",
    "Two lines are\nparallel if they\nnever meet",
    "windows\r\nlines",
    "key => value, other := 1",
    "wait... what?",
    "None",
    "-",
    "\\",
];

const QUOTED: &[&str] = &[
    "the \"key\" term",
    "called \"alpha\", then \"beta\".",
    "\"Opening\" words",
    "closing \"words\"",
    "he said \"no\", she said \"yes\", and both left",
    "a \"{brace}\" inside",
    "\"all of it\"",
];

const KEYS: &[&str] = &[
    "title",
    "overview",
    "items",
    "question",
    "answer",
    "key_points",
    "count",
    "notes",
    "term",
    "definition",
    "level",
    "published",
    "sections",
    "minutes",
];

/// Makes a text. In the quoted ones quotes come in pairs.
fn text(dice: &mut Dice, quotes: bool) -> String {
    if quotes && dice.one_in(2) {
        let text = *dice.pick(QUOTED);
        return if dice.one_in(2) { format!("Here {text}") } else { text.to_owned() };
    }
    if dice.one_in(4) {
        format!("{} {}", dice.pick(TEXTS), dice.pick(TEXTS))
    } else {
        (*dice.pick(TEXTS)).to_owned()
    }
}

fn scalar(dice: &mut Dice, quotes: bool) -> Value {
    match dice.below(10) {
        8 => dice.pick(&[json!(u64::MAX), json!(i64::MIN), json!(9_007_199_254_740_993_u64)]).clone(),
        9 => dice.pick(&[json!(1e21), json!(1.5e-7), json!(-0.0), json!(0.1)]).clone(),
        0 => json!(dice.below(10_000)),
        1 => json!(12.5),
        2 => json!(true),
        3 => Value::Null,
        4 => json!(-3),
        _ => json!(text(dice, quotes)),
    }
}

pub(super) fn object(dice: &mut Dice, depth: usize, quotes: bool) -> Value {
    let mut members = Map::new();
    for _ in 0..=dice.below(4) {
        let key = (*dice.pick(KEYS)).to_owned();
        let value = match dice.below(6) {
            0 if depth > 0 => object(dice, depth - 1, quotes),
            1 | 2 if depth > 0 => list(dice, depth - 1, quotes),
            _ => scalar(dice, quotes),
        };
        members.insert(key, value);
    }
    Value::Object(members)
}

fn list(dice: &mut Dice, depth: usize, quotes: bool) -> Value {
    let length = dice.below(4);
    let objects = depth > 0 && dice.one_in(2);
    Value::Array(
        (0..length)
            .map(|_| if objects { object(dice, depth - 1, quotes) } else { scalar(dice, quotes) })
            .collect(),
    )
}
