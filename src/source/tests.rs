//! Whole texts, read as a user submits them.

use super::*;
use crate::clock::Stopwatch;

const TAIL: &str = "This last sentence makes the text long enough to be read at all.";

fn read(text: &str) -> Source {
    Source::read(text).unwrap()
}

fn sentences(text: &str) -> Vec<String> {
    read(&format!("{text}\n\n{TAIL}"))
        .sentences()
        .iter()
        .map(|sentence| sentence.text.clone())
        .filter(|text| text != TAIL)
        .collect()
}

#[test]
fn the_number_of_characters_is_counted_in_code_points() {
    let astral = "𝔘".repeat(49);
    assert_eq!(Source::read(&astral).unwrap_err(), Error::TooShort { characters: 49 });
    assert!(Source::read(&format!("{astral}𝔘")).is_ok());
    assert_eq!(Source::read(&" \n".repeat(200)).unwrap_err(), Error::TooShort { characters: 0 });
    assert!(Source::read(&"é".repeat(200_000)).is_ok());
    assert_eq!(Source::read(&"é".repeat(200_001)).unwrap_err(), Error::TooLong { characters: 200_001 });
    let nul = format!("é{}\0", "x".repeat(60));
    assert_eq!(Source::read(&nul).unwrap_err(), Error::ForbiddenCharacter { offset: 61 });
}

#[test]
fn debug_shows_sizes_and_no_text() {
    let shown = format!("{:?}", read(&TAIL.repeat(2)));
    assert!(shown.contains("sentences") && !shown.contains("sentence makes"), "{shown}");
}

#[test]
fn evidence_counts_code_points_whatever_the_encoding() {
    let text = "\u{feff}👩‍🔬 saw it.\r\nThe cafe\u{301} was open.\r\n\r\nA ﬁne day was 𝔘seful for all of them, she said.";
    let source = read(text);
    let shown: Vec<&str> = source.sentences().iter().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(
        shown,
        ["👩‍🔬 saw it.", "The café was open.", "A fine day was Useful for all of them, she said."]
    );
    for sentence in source.sentences() {
        let numbered = (0..).zip(text.chars());
        let inside = numbered.filter(|(at, _)| (sentence.span.start..sentence.span.end).contains(at));
        let slice: String = inside.map(|(_, character)| character).collect();
        let evidence = source.evidence(sentence.span);
        assert_eq!(evidence.quote, slice);
        assert_eq!(source.anchor(&slice), Some(evidence.clone()));
        assert_eq!(source.anchor(&sentence.text), Some(evidence));
    }
}

#[test]
fn evidence_takes_whole_pairs_of_marks() {
    let source = read(
        "# Head\n\n**Water** is *wet*. The [page](http://x.y/z) tells `more`. It is so, as everyone knows. **All of it.**",
    );
    let quotes: Vec<String> =
        source.sentences().iter().map(|sentence| source.evidence(sentence.span).quote).collect();
    assert_eq!(quotes[0], "**Water** is *wet*.");
    assert_eq!(quotes[3], "**All of it.**");
    assert_eq!(quotes[1], "The [page](http://x.y/z) tells `more`.");
}

#[test]
fn plain_text_is_not_taken_for_markup() {
    for (text, wanted) in [
        (
            "The throne went to Henry\n4. the king took it.",
            vec!["The throne went to Henry 4. the king took it."],
        ),
        ("    An indented paragraph is no code.", vec!["An indented paragraph is no code."]),
        ("Use snake_case_names and 2*3*4 here.", vec!["Use snake_case_names and 2*3*4 here."]),
        ("It is <5 and a < b > c & d.", vec!["It is <5 and a < b > c & d."]),
        (
            "A well-\nknown fact. It was photo-\nsynthesis.",
            vec!["A well-known fact.", "It was photosynthesis."],
        ),
        ("She ran\n– fast – and won.", vec!["She ran – fast – and won."]),
        ("* one thing\n* two things", vec!["one thing", "two things"]),
    ] {
        assert_eq!(sentences(text), wanted);
    }
}

#[test]
fn headings_of_plain_text_are_seen_by_their_looks() {
    let text = "The Norman Conquest\n\nCAUSES OF WAR\n\nEdward died without an heir, and three men wanted the throne.\n\n\
        2.1 Methods\n\nThe knights fought on horseback against a wall of shields.\n\nChapter 3\n\nThe Aftermath\n\n\
        Castles were built all over the land by the new lords.\n\nSources\n=======\n\nSmith, J. The Conquest. Oxford 2010.\n";
    let source = read(text);
    let headings: Vec<(&str, u8)> = source
        .sections()
        .iter()
        .map(|section| (section.heading.as_deref().unwrap_or_default(), section.level))
        .collect();
    assert_eq!(
        headings,
        [
            ("The Norman Conquest", 1),
            ("CAUSES OF WAR", 2),
            ("Methods", 3),
            ("The Aftermath", 2),
            ("Sources", 1)
        ]
    );
    assert_eq!(source.title(), Some("The Norman Conquest"));
    assert!(source.sections()[4].lists_sources && source.sections()[4].sentences.is_empty());
    assert_eq!(source.sections()[2].parent, Some(1));
}

#[test]
fn the_title_is_a_title_or_nothing() {
    let body =
        "The cell is the unit of life. Every living thing is made of cells, and cells come from cells.";
    for (text, title) in [
        (format!("# The Cell\n\n{body}\n\n## Parts\n\n{body}"), Some("The Cell")),
        (format!("The Cell\n========\n\n{body}"), Some("The Cell")),
        (format!("The Cell\n\n{body}\n\n{body}"), Some("The Cell")),
        (format!("---\ntitle: The Cell\n---\n\n{body}"), Some("The Cell")),
        (format!("# cell.md\n\n{body}"), None),
        (format!("# Introduction\n\n{body}"), None),
        (format!("# One\n\n{body}\n\n# Two\n\n{body}"), None),
        (format!("{body}\n\n# The Cell\n\n{body}"), None),
        (body.to_owned(), None),
    ] {
        assert_eq!(read(&text).title(), title, "{text}");
    }
}

#[test]
fn a_row_of_short_lines_is_no_row_of_headings() {
    let poem = "The rose is red\n\nThe violet is blue\n\nSugar is sweet\n\nAnd so are you\n\nIt rhymes\n\nA poem of old that all of us have learned by heart.";
    let source = read(poem);
    assert!(source.sections().len() <= 2, "{:?}", source.sections());
}

#[test]
fn short_lines_above_a_text_are_not_glued_together() {
    let text = "Introduction to Economics\nInstructor: Jane Roe\nRoom 12\n\nGrading\nHomework counts for a half of it, and the final paper counts for the rest of it.\n\n\
        Week 1: Scarcity\nWeek 2: Demand\nWeek 3: Supply";
    let source = read(text);
    assert_eq!(source.title(), Some("Introduction to Economics"));
    let shown: Vec<&str> = source.sentences().iter().map(|sentence| sentence.text.as_str()).collect();
    assert!(shown.contains(&"Instructor: Jane Roe") && shown.contains(&"Week 2: Demand"), "{shown:?}");
    assert!(source.sections().iter().any(|section| section.heading.as_deref() == Some("Grading")));
}

#[test]
fn markdown_leaves_only_sentences() {
    let text = "# Light\n\nPlants need light.[1] See [2, 3] for more.[^1]\n\n```\nx = [0]\n```\n\n| a | b |\n|---|---|\n| c. | d. |\n\n\
        There are stages:\n\n1. Light is *absorbed*.\n2. Water is split.\n\n> It is life.\n\n---\n\n[^1]: A note. Not read.\n\n[ref]: http://x.y\n\n\
        <!-- hidden. -->\n\n## References\n\n- Smith. A book.\n";
    let source = read(text);
    let shown: Vec<(&str, bool)> =
        source.sentences().iter().map(|one| (one.text.as_str(), one.complete)).collect();
    assert_eq!(
        shown,
        [
            ("Plants need light.", true),
            ("See [2, 3] for more.", true),
            ("There are stages:", false),
            ("Light is absorbed.", true),
            ("Water is split.", true),
            ("It is life.", true),
        ]
    );
    let roles: Vec<Role> = source.paragraphs().iter().map(|paragraph| paragraph.role).collect();
    assert!(roles.contains(&Role::Code) && roles.contains(&Role::Table) && roles.contains(&Role::Footnote));
}

#[test]
fn numbered_paragraphs_are_read_without_their_numbers() {
    let text = "Judgment on a Cold Flat\n\n[1] The tenant rents a flat in the old town. He paid in 2010.\n\n\
        [2] A contract is an agreement between two persons. See [1] for it.\n\nThe law protects it.\n\n\
        [3] J. Smith, the tenant, paid less rent in 2011.\n";
    assert_eq!(
        sentences(text),
        [
            "The tenant rents a flat in the old town.",
            "He paid in 2010.",
            "A contract is an agreement between two persons.",
            "See [1] for it.",
            "The law protects it.",
            "J. Smith, the tenant, paid less rent in 2011.",
        ]
    );
}

#[test]
fn no_reference_is_left_in_a_handout() {
    let handout = read(include_str!("../../tests/fixtures/texts/messy-handout.txt"));
    let marked = handout.sentences().iter().find(|sentence| sentence.text.contains('['));
    assert_eq!(marked.map(|sentence| sentence.text.as_str()), None);
    assert_eq!(handout.sentences().len(), 48);
    let had_mark = "Water released from the sinking plate lowers the melting point of the mantle above it, \
                    and magma forms at a depth of approx. 100 km.";
    assert!(handout.sentences().iter().any(|sentence| sentence.text == had_mark));
}

#[test]
fn a_judgment_that_cites_cases_is_read_whole() {
    let text = "# Smith against the City\n\n## The duty of care\n\n\
        [1] The claimant relied on Donoghue v Stevenson, decided in 1932, where Lord Atkin said at p. 580 that everyone \
        must take care of a neighbour. A neighbour is a person who is closely affected by an act.\n\n\
        [2] The city answered that the rule was narrowed in 1990 by the House of Lords, pp. 617 to 618.\n\n\
        [3] As I said in para [1] the duty of care exists.\n";
    let source = read(text);
    let opening = |sentence: &Sentence| sentence.text.chars().take(12).collect::<String>();
    let openings: Vec<String> = source.sentences().iter().map(opening).collect();
    assert_eq!(openings, ["The claimant", "A neighbour ", "The city ans", "As I said in"]);
}

#[test]
fn a_paragraph_among_entries_is_read() {
    let entries = "[1] Smith, J. (2010) Leaves.\n\n[2] The tenant rents a flat in the old part of the town.\n\n\
        [3] Lee, A. (2011) Roots.\n";
    assert_eq!(
        sentences(&format!("# Law\n\n{entries}")),
        ["The tenant rents a flat in the old part of the town."]
    );
}

#[test]
fn a_bibliography_is_known_by_its_entries_without_a_heading() {
    let prose = "Plants need light [2]. They make sugar of water and air [1, 3].";
    let entries = "[1] J. Smith, \"Light and leaves,\" Plant Journal, vol. 3, 2010.\n\n[2] Plant Atlas. Leipzig.\n\n\
        [3] de Vries, H. Die Mutationstheorie. Leipzig 1901.\n\n[4] 王明. 水的循环[J]. 科学, 2010.\n";
    assert_eq!(
        sentences(&format!("# Light\n\n{prose}\n\n{}", entries.trim_end())),
        ["Plants need light.", "They make sugar of water and air."]
    );
    let one_block = entries.replace("\n\n", "\n");
    assert_eq!(
        sentences(&format!("# Light\n\n{prose}\n\n{one_block}")),
        ["Plants need light.", "They make sugar of water and air."]
    );
}

#[test]
fn what_is_not_read_is_counted() {
    let prose = "Plants need light. They make sugar of water and air in the leaves.";
    let all = format!(
        "# Light\n\n{prose}[^1]\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```\n\n<table>\n<tr><td>1</td></tr>\n</table>\n\n\
         $$x^2$$\n\n[^1]: A note.\n"
    );
    let note = "2 tables, 1 code block, 1 formula and 1 footnote of the text were not read";
    assert_eq!(read(&all).unread().note().as_deref(), Some(note));
    let plain = format!("{prose}\n\n$$x^2$$\n");
    assert_eq!(read(&plain).unread().note().as_deref(), Some("1 formula of the text was not read"));
    assert_eq!(read(prose).unread().note(), None);
}

#[test]
fn bold_lines_and_bare_chapters_are_headings() {
    let body = "The cell is the unit of life. Every living thing is made of one cell or of many.";
    let text = format!(
        "The Cell\n\n{body}\n\n## Week 1\n\n### Topics\n\n{body}\n\n**The nucleus**\n\n{body}\n\n**All of it is bold.**\n\n\
        ## Chapter 2\n\n## The Wall\n\n{body}"
    );
    let source = read(&text);
    let headings: Vec<(&str, u8)> = source
        .sections()
        .iter()
        .map(|section| (section.heading.as_deref().unwrap_or_default(), section.level))
        .collect();
    assert_eq!(
        headings,
        [("The Cell", 1), ("Week 1", 2), ("Topics", 3), ("The nucleus", 4), ("The Wall", 2)]
    );
}

/// Long enough that quadratic time would take minutes, short enough for every run of the tests.
const HOSTILE_CHARACTERS: usize = 30_000;

/// Far above what linear time takes on a busy machine without optimisation.
const HOSTILE_LIMIT: std::time::Duration = std::time::Duration::from_secs(5);

/// Parts that keep a careless reader busy when they are repeated.
const HOSTILE_PARTS: [&str; 109] = [
    "[",
    "*",
    ">",
    "> ",
    "* ",
    "_a_ ",
    "`",
    "`a",
    "<",
    "<a ",
    "<!--",
    "](",
    "[a](",
    "**a",
    "**a*",
    "(",
    "(a. ",
    "\"",
    "“a. ",
    "a. ",
    ".",
    ". ",
    "\n",
    "\u{301}",
    "a\u{301}",
    "א. ",
    "👩\u{200d}🔬 ",
    "1. ",
    "#",
    "# \n",
    "# a\n",
    "|",
    "|a\n",
    "a|b\n-|-\n",
    "- a\n",
    "- a\n\n",
    "  ",
    "&",
    "&amp;",
    "\\",
    "$",
    "~",
    "~a~~",
    "```\n",
    "a",
    "a ",
    "a\n",
    "A\n\n",
    "A.\n",
    "U.S. ",
    "Dr. ",
    "…",
    "[1]",
    "[1. ",
    "(http://",
    "a-\n",
    "=",
    "a\n=\n",
    "中",
    "。",
    "[^a]",
    "[^a]: b\n",
    "[a]: b\n",
    "<div>\n",
    "<script>",
    "<?",
    "<![CDATA[",
    "> > > > > > > > a\n",
    "* * * * * * * * a\n\n\n",
    "\u{ad}\n",
    "\t",
    "\u{fdfa}",
    "p. 1\n",
    "Page 1\n\n1\n",
    "a p. 1\n\n",
    "[1, 5] ",
    "x[1] ",
    "x.[1",
    "[1] A b\n\n",
    "1\n",
    "a\n\n",
    "- \n",
    "* a\n  * b\n",
    "    a\n",
    "a: b\n",
    "||||\n",
    "Chapter 1\n",
    "1.1 A\n\n",
    "A. ",
    "_",
    "__a__ ",
    "*a",
    "¿",
    "« ",
    "\"a\" ",
    "“”",
    "<li>",
    "<table>",
    "</table>",
    "<pre>a</pre>\n\n",
    "<sup>",
    "!",
    "!!! ",
    "。」",
    "A？",
    "a\u{a0}",
    "&#39;",
    "---\n",
    "a: [\n",
];

#[test]
fn hostile_texts_are_read_in_linear_time() {
    for shape in HOSTILE_PARTS {
        for prefix in ["", "# Head\n\n"] {
            let text: String = prefix.chars().chain(shape.chars().cycle()).take(HOSTILE_CHARACTERS).collect();
            let watch = Stopwatch::start();
            if let Ok(source) = Source::read(&text) {
                assert_eq!(source.anchor("what is not there"), None);
            }
            assert!(watch.worked() < HOSTILE_LIMIT, "{shape:?} took {:?}", watch.worked());
        }
    }
}

/// Marks that open and close around each other, as deep as a text has room for.
const HOSTILE_PAIRS: [(&str, &str); 12] = [
    ("**a ", " a**"),
    ("*a ", " a*"),
    ("__a ", " a__"),
    ("*a", "a*"),
    ("~~a ", " a~~"),
    ("[", "](u)"),
    ("![", "](u)"),
    ("(a ", " a)"),
    ("（a ", " a)"),
    ("“a ", " a”"),
    ("<b>", "</b>"),
    ("<div>\n", "</div>\n"),
];

/// How many times as long as plain prose of its size a hostile text may take.
const HOSTILE_FACTOR: u32 = 25;

#[test]
fn marks_around_marks_take_little_longer_than_prose() {
    let work = |text: &str| {
        let watch = Stopwatch::start();
        assert!(Source::read(text).is_ok());
        watch.worked()
    };
    let size = 100_000;
    let prose: String = "Plants need light and water to grow. ".chars().cycle().take(size).collect();
    let usual = work(&prose);
    for (open, close) in HOSTILE_PAIRS {
        let depth = size / (open.chars().count() + close.chars().count());
        let nested = format!("# Head\n\n{}x{}", open.repeat(depth), close.repeat(depth));
        let taken = work(&nested);
        assert!(taken < usual * HOSTILE_FACTOR, "{open:?} took {taken:?}, prose {usual:?}");
    }
}

#[test]
fn deep_nesting_is_read_without_recursion() {
    let staircase: String = (0..300).map(|depth| format!("{}- item {depth}\n", "  ".repeat(depth))).collect();
    let blank = format!("# H\n\n{staircase}{}", "\n".repeat(50_000));
    let quotes = format!("# H\n\n{} deep\n{}", "> ".repeat(20), "lazy\n".repeat(20_000));
    for text in [staircase, blank, quotes] {
        let watch = Stopwatch::start();
        assert!(!read(&text).sentences().is_empty());
        assert!(watch.worked() < HOSTILE_LIMIT, "{:?}", watch.worked());
    }
}
