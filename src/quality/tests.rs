//! Every check at its limit and past it, what screening leaves out, and what the scores say.

use serde_json::{Value, json};

use super::*;
use crate::content::samples;
use crate::content::{Frame, Material, finish, parse};
use crate::source::Source;

fn source() -> Source {
    Source::read(&samples::source()).unwrap()
}

/// Runs a check on the sample of that kind after a change to its draft.
fn found(kind: Kind, check: Check, change: impl FnOnce(&mut Value)) -> Vec<Finding> {
    let source = source();
    let findings = check_piece(&changed(kind, change).document("en"), &english(&source));
    findings.into_iter().filter(|finding| finding.check == check).collect()
}

fn paths(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.path.as_str()).collect()
}

fn changed(kind: Kind, change: impl FnOnce(&mut Value)) -> Material {
    let (request, outline) = (samples::request(), samples::outline());
    let mut draft = samples::draft(kind);
    change(&mut draft);
    parse(kind, &draft, &samples::frame(&request, Some(&outline))).unwrap().material
}

fn english(source: &Source) -> Setting<'_> {
    Setting { language: "en", source: Some(source) }
}

/// Checks and scores pieces as a job does that has read them back from its records.
fn assess(materials: &[Material], setting: &Setting<'_>) -> Quality {
    let appraisals: Vec<Appraisal> =
        materials.iter().map(|material| Appraisal::of(material, setting)).collect();
    super::assess(&appraisals.iter().collect::<Vec<_>>(), setting)
}

fn screened(kind: Kind, change: impl FnOnce(&mut Value)) -> Screened {
    let (request, outline, source) = (samples::request(), samples::outline(), source());
    screen_with(changed(kind, change), &samples::frame(&request, Some(&outline)), &english(&source))
}

fn screen_with(material: Material, frame: &Frame<'_>, setting: &Setting<'_>) -> Screened {
    let checked = Checked::of(&material, setting);
    screen(material, checked, frame, setting)
}

#[test]
fn a_good_package_has_no_finding_and_full_scores() {
    let source = source();
    let materials = Kind::ALL.map(samples::material);
    let quality = assess(&materials, &english(&source));
    assert_eq!(quality.findings, []);
    assert_eq!((quality.structure, quality.format_compliance), (Some(1.0), Some(1.0)));
    let missing = [quality.overall, quality.readability, quality.relevance, quality.engagement];
    assert_eq!(missing, [None; 4]);
    assert_eq!(quality.pieces.len(), 8);
}

#[test]
fn quality_is_written_as_clients_know_it() {
    let source = source();
    let cards = changed(Kind::Flashcards, |draft| draft["items"][3]["term"] = json!("Pore"));
    let quality = serde_json::to_value(assess(&[cards], &english(&source))).unwrap();
    assert_eq!(quality["overall"], Value::Null);
    let finding = &quality["findings"][0];
    assert_eq!(finding["check"], "FC-09");
    assert_eq!(finding["kind"], "flashcards");
    assert_eq!(finding["path"], "/items/3");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["message"], "has the same front as /items/0");
    assert_eq!(quality["pieces"]["flashcards"]["format_compliance"], json!(0.909));
    let read: Quality = serde_json::from_value(quality.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), quality);
}

#[test]
fn a_front_of_more_than_twenty_words_or_two_questions_is_noted() {
    let front =
        |text: String| found(Kind::Flashcards, Check::Fc01, |draft| draft["items"][1]["term"] = json!(text));
    assert_eq!(front("a b c d ".repeat(5)), []);
    assert_eq!(paths(&front("a b c d ".repeat(5) + "e")), ["/items/1"]);
    assert_eq!(paths(&front("What is it? Why?".into())), ["/items/1"]);
}

#[test]
fn a_back_of_more_than_thirty_words_is_noted() {
    let back = |count: usize| {
        let text = (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        found(Kind::Flashcards, Check::Fc02, |draft| draft["items"][1]["definition"] = json!(text))
    };
    assert_eq!(back(30), []);
    assert_eq!(paths(&back(31)), ["/items/1"]);
}

#[test]
fn a_front_that_holds_more_than_three_tenths_of_the_back_gives_it_away() {
    let card = |front: &str| {
        found(Kind::Flashcards, Check::Fc04, |draft| {
            draft["items"][1]["term"] = json!(front);
            draft["items"][1]["definition"] =
                json!("Red blue green yellow orange violet black white brown grey");
        })
    };
    assert_eq!(card("Red blue green paints"), []);
    assert_eq!(paths(&card("Red, blue, green, yellow paints")), ["/items/1"]);
    assert_eq!(paths(&card("Reds, blues, greens and yellows")), ["/items/1"]);
}

#[test]
fn the_back_of_a_gap_may_repeat_the_sentence_but_must_fill_it() {
    let gap = |back: &str| {
        found(Kind::Flashcards, Check::Fc04, |draft| {
            draft["items"][1]["term"] = json!("Leaves catch the ___ of the sun.");
            draft["items"][1]["definition"] = json!(back);
        })
    };
    assert_eq!(gap("Light: leaves catch the light of the sun."), []);
    assert_eq!(paths(&gap("Leaves catch the sun.")), ["/items/1"]);
}

#[test]
fn only_a_blank_is_a_gap() {
    let card = |front: &str| {
        found(Kind::Flashcards, Check::Fc04, |draft| {
            draft["items"][1]["term"] = json!(front);
            draft["items"][1]["definition"] = json!("Light: leaves catch the light of the sun.");
        })
    };
    for gap in ["___", "__", "[…]", "[...]", "_____s"] {
        assert_eq!(card(&format!("Leaves catch the {gap} of the sun.")), [], "{gap}");
    }
    for none in ["…", "...", "_", "__init__"] {
        assert_eq!(paths(&card(&format!("Leaves catch the {none} of the sun."))), ["/items/1"], "{none}");
    }
}

#[test]
fn a_side_that_leans_on_something_before_it_is_noted() {
    let side = |name: &str, text: &str| {
        found(Kind::Flashcards, Check::Fc05, |draft| draft["items"][1][name] = json!(text)).len()
    };
    assert_eq!(side("definition", "It opens a leaf in the morning."), 1);
    assert_eq!(side("definition", "These shut a leaf in the evening."), 1);
    assert_eq!(side("term", "They do what?"), 1);
    assert_eq!(side("definition", "Item that opens a leaf in the morning."), 0);
}

#[test]
fn a_card_that_is_nearly_another_one_is_an_error() {
    let again = |front: &str, back: &str| {
        found(Kind::Flashcards, Check::Fc08, |draft| {
            draft["items"][5]["term"] = json!(front);
            draft["items"][5]["definition"] = json!(back);
        })
    };
    let nearly = "Opening through which carbon dioxide enters the leaf.";
    assert_eq!(paths(&again("The pore", nearly)), ["/items/5"]);
    assert_eq!(again("The pore", "Small mouth of the underside."), []);
    assert_eq!(again("Stoma", "Opening through which carbon dioxide leaves a leaf."), []);
    assert_eq!(paths(&again("Gap", "Opening through which carbon dioxide enters a leaf.")), ["/items/5"]);
}

#[test]
fn two_fronts_that_differ_in_case_and_marks_alone_are_the_same() {
    let findings =
        found(Kind::Flashcards, Check::Fc09, |draft| draft["items"][5]["term"] = json!("“guard   CELL”?"));
    assert_eq!(paths(&findings), ["/items/5"]);
}

#[test]
fn two_fronts_that_differ_in_a_sign_are_not_the_same() {
    let fronts = |fronts: [&str; 4]| {
        found(Kind::Flashcards, Check::Fc09, |draft| {
            for (item, front) in fronts.into_iter().enumerate() {
                draft["items"][item]["term"] = json!(front);
            }
        })
    };
    assert_eq!(fronts(["What is C?", "What is C++?", "What is C#?", "“c”"]), []);
    assert_eq!(fronts(["??", "->", "=>", "€$"]), []);
    assert_eq!(
        paths(&fronts(["What is C++?", "What is C?", "“WHAT is C++”", "what IS C"])),
        ["/items/2", "/items/3"]
    );
    assert_eq!(paths(&fronts(["=>", "->", "??", "\"=>\""])), ["/items/3"]);
}

#[test]
fn what_a_voice_cannot_say_is_an_error() {
    let said = |text: &str| {
        found(Kind::PodcastScript, Check::Pod05, |draft| draft["turns"][3]["text"] = json!(text)).len()
    };
    for text in [
        "See https://leaf.example for more.",
        "See www.leaf.example for more.",
        r"The energy is \frac{1}{2} of all.",
        "The energy is $E_1$ in all.",
        "Sugar! 🌱 How nice.",
        "This is **really** good.",
        "Read `it` in the book.",
        "Read it in the <b>book</b>.",
        "This is *really* good.",
        "This is _really_ good.",
        "See leaf.example/light for more.",
        "The energy $x$ is all.",
        "The sum $a + b$.",
        "- one\n- two",
        "| a | b |",
        "# Light",
        "A [leaf](page) is green.",
    ] {
        assert_eq!(said(text), 1, "{text}");
    }
    for text in [
        "It costs $5 today and $6 tomorrow.",
        "One in five - or less!",
        "Is C# hard? Take 3 * 4 * 5.",
        "Copyright © 2020.",
        "Leaf.example sells leaves and/or roots, at 5 km/h, e.g. here.",
        "It costs US$ 5 or US$ 6, or A$7 and B$8.",
    ] {
        assert_eq!(said(text), 0, "{text}");
    }
}

#[test]
fn remains_of_markup_are_errors_and_program_text_is_not() {
    let said =
        |text: &str| found(Kind::Faqs, Check::Fmt01, |draft| draft["items"][2]["answer"] = json!(text)).len();
    for text in [
        "A leaf is <em>green</em> in summer.",
        "A leaf &amp; its stalk are green.",
        "A leaf is **green** in every summer.",
        "The parts are: • stalk • blade • veins.",
        "See the note[^1] on the green leaf.",
        "Text ```code``` and no more text.",
        "Text with `code` in the middle of it.",
        "A leaf is _really_ green in every summer.",
    ] {
        assert_eq!(said(text), 1, "{text}");
    }
    for text in [
        "A Vec<u8> holds bytes, a List<T> holds values.",
        "Let a < b and c > d hold, so a*b*c is small.",
        "The method __init__ sets self.x_y - and more.",
        "The names snake_case and _private stay, and so does 2 * 3 * 4.",
        "The declaration int *p, *q makes p and q pointers; a[0] is *a.",
        "AT&T sold phones; 5 - 3 = 2, then [sic] it closed.",
    ] {
        assert_eq!(said(text), 0, "{text}");
    }
}

#[test]
fn the_title_is_held_to_the_same_form() {
    let findings = {
        let (request, source) = (samples::request(), source());
        let mut draft = samples::draft(Kind::Outline);
        draft["title"] = json!("How **plants** make sugar (and oxygen");
        let outline = parse(Kind::Outline, &draft, &samples::frame(&request, None)).unwrap().material;
        check_piece(&outline.document("en"), &english(&source))
    };
    let found: Vec<_> = findings.iter().map(|finding| (finding.check, finding.path.as_str())).collect();
    assert_eq!(found, [(Check::Fmt01, "/title"), (Check::Fmt02, "/title")]);
}

#[test]
fn a_bracket_or_quotation_mark_that_does_not_close_is_noted() {
    let said =
        |text: &str| found(Kind::Faqs, Check::Fmt02, |draft| draft["items"][2]["answer"] = json!(text)).len();
    for text in [
        "A leaf (green is a part of it.",
        "A leaf green) is a part.",
        "He said “green and left the room.",
        "The «leaf is a green part.",
        "A \"leaf is a green part of it.",
    ] {
        assert_eq!(said(text), 1, "{text}");
    }
    for text in [
        "Either a) a leaf or b) a stalk.",
        "Ein „Blatt“ ist grün und flach.",
        "He’s here: “green”, «vert», (ok).",
        "A board of 5\" is a wide one.",
    ] {
        assert_eq!(said(text), 0, "{text}");
    }
}

#[test]
fn an_answer_that_stops_in_the_middle_is_noted() {
    let said =
        |text: &str| found(Kind::Faqs, Check::Fmt03, |draft| draft["items"][2]["answer"] = json!(text)).len();
    assert_eq!(said("A leaf is green because of"), 1);
    assert_eq!(said("He said: “A leaf is green.”"), 0);
    assert_eq!(said("Is a leaf really green (yes!)"), 0);
}

#[test]
fn a_sentence_that_comes_twice_is_noted_at_its_second_place() {
    let findings = found(Kind::OnePagerSummary, Check::Str02, |draft| {
        draft["key_takeaways"][1]["text"] = json!("Every green leaf is covered by a thin layer of wax.");
    });
    assert_eq!(paths(&findings), ["/key_takeaways/1"]);
    assert_eq!(findings[0].message, "repeats a sentence of /executive_summary");
}

#[test]
fn a_section_far_shorter_than_the_longest_is_noted() {
    let words =
        |count: usize| (0..count).map(|number| format!("word{number}")).collect::<Vec<_>>().join(" ") + ".";
    let sections = |short: usize| {
        found(Kind::DetailedReadingMaterial, Check::Str03, |draft| {
            draft["sections"][0]["content"] = json!(words(400));
            draft["sections"][1]["content"] = json!(words(short));
            draft["sections"][2]["content"] = json!(words(80));
            draft["sections"][3]["content"] = json!(words(90));
        })
    };
    assert_eq!(sections(50), []);
    assert_eq!(paths(&sections(49)), ["/sections/1"]);
}

#[test]
fn a_heading_over_nothing_is_noted() {
    use crate::content::document::{Block, Body};
    let mut document = Document::new(Kind::StudyGuide, "Title", "en");
    let heading = |level, path: &str| Block::new(path, Body::Heading { level, text: "Leaves".into() });
    document.push(heading(2, "/a"));
    document.push(heading(3, "/b"));
    document.push(heading(3, "/c"));
    document.push(Block::new("/d", Body::paragraph("Text.")));
    document.push(heading(2, "/e"));
    let mut findings = Findings::of(Kind::StudyGuide);
    structure::check(&document, &mut findings);
    assert_eq!(paths(&findings.into_vec()), ["/b", "/e"]);
}

#[test]
fn a_quote_that_is_not_the_slice_at_its_offsets_is_an_error() {
    let source = source();
    let mut piece = serde_json::to_value(samples::material(Kind::Faqs)).unwrap();
    let start = piece["items"][1]["evidence"][0]["start"].as_u64().unwrap();
    piece["items"][1]["evidence"][0]["start"] = json!(start + 1);
    let material = Material::stored(Kind::Faqs, piece).unwrap();
    let findings = check_piece(&material.document("en"), &english(&source));
    assert_eq!(paths(&findings), ["/items/1"]);
    assert_eq!(findings[0].check, Check::Grd02);
}

#[test]
fn a_piece_in_another_language_is_an_error() {
    let source = source();
    let german = Setting { language: "de", ..english(&source) };
    let findings = check_piece(&samples::material(Kind::PodcastScript).document("de"), &german);
    let language: Vec<_> = findings.iter().filter(|finding| finding.check == Check::Xcn06).collect();
    assert_eq!(language.len(), 1);
    assert_eq!((language[0].path.as_str(), language[0].severity), ("", Severity::Error));
    let quality = assess(&[samples::material(Kind::PodcastScript)], &german);
    assert_eq!(quality.format_compliance, Some(0.0));
}

#[test]
fn a_section_of_the_source_that_no_piece_uses_is_named() {
    let source = source();
    let quoting_the_first_section = changed(Kind::Faqs, |draft| {
        for index in 0..5 {
            draft["items"][index]["quote"] = json!("Roots draw water from the soil");
        }
    });
    let quality = assess(&[quoting_the_first_section], &english(&source));
    let uncovered: Vec<_> = quality.findings.iter().filter(|finding| finding.check == Check::Cov01).collect();
    assert_eq!(uncovered.len(), 3);
    assert!(uncovered.iter().all(|finding| finding.kind.is_none() && finding.severity == Severity::Info));
    // One section of four, a quarter of the weight: 0.75 + 0.25 / 4.
    assert_eq!(quality.structure, Some(0.813));
}

#[test]
fn checks_that_cannot_run_say_so() {
    let setting = Setting { language: "fi", source: None };
    let quality = assess(&[samples::material(Kind::Flashcards)], &setting);
    let not_run: Vec<Check> = quality
        .findings
        .iter()
        .filter(|finding| finding.message.starts_with("not checked"))
        .map(|finding| finding.check)
        .collect();
    for check in [Check::Fc04, Check::Fc05, Check::Grd02, Check::Cov01] {
        assert!(not_run.contains(&check), "{check:?}");
    }
    assert!(
        quality.findings.iter().any(|finding| finding.message == "not checked: no tables for language fi")
    );
}

#[test]
fn an_item_with_an_error_is_left_out_and_reported() {
    let screened = screened(Kind::Flashcards, |draft| draft["items"][3]["term"] = json!("Pore"));
    assert_eq!(screened.checked.findings, []);
    assert_eq!(screened.material.document("en").blocks.len(), 10);
    assert_eq!(screened.dropped.len(), 1);
    let dropped = &screened.dropped[0];
    assert_eq!((dropped.path.as_str(), dropped.severity), ("/items", Severity::Info));
    assert_eq!(dropped.message, "an item was left out: has the same front as /items/0");
}

#[test]
fn an_item_that_the_minimum_needs_is_kept_and_flagged() {
    let screened = screened(Kind::Flashcards, |draft| {
        draft["items"][3]["term"] = json!("Pore");
        draft["items"][4]["term"] = json!("Xylem");
    });
    assert_eq!(screened.material.document("en").blocks.len(), 10);
    assert_eq!(screened.dropped.len(), 1);
    assert_eq!(paths(&screened.checked.findings), ["/items/3"]);
    assert_eq!(screened.checked.findings[0].severity, Severity::Error);
}

#[test]
fn turns_and_warnings_are_kept() {
    let with_markup = screened(Kind::PodcastScript, |draft| {
        draft["turns"][3]["text"] =
            json!("This is **really** good, and so is the light that leaves catch all day.");
    });
    assert_eq!(paths(&with_markup.checked.findings), ["/turns/3"]);
    assert_eq!(with_markup.dropped, []);
    let with_warning = screened(Kind::Flashcards, |draft| {
        draft["items"][2]["definition"] =
            json!((0..31).map(|number| format!("w{number} ")).collect::<String>());
    });
    assert_eq!((with_warning.checked.findings.len(), with_warning.dropped.len()), (1, 0));
}

#[test]
fn a_faulty_key_point_goes_and_its_section_stays() {
    let (request, source) = (samples::request(), source());
    let mut draft = samples::draft(Kind::Outline);
    draft["sections"][2]["key_points"][0]["text"] = json!("Sugar is <b>sweet</b> to most.");
    let frame: Frame<'_> = samples::frame(&request, None);
    let outline = finish(parse(Kind::Outline, &draft, &frame).unwrap().material.piece().clone(), &frame)
        .unwrap()
        .material;
    let screened = screen_with(outline, &frame, &english(&source));
    let sections = &screened.material.as_outline().unwrap().sections;
    assert_eq!(sections.iter().map(|section| section.key_points.len()).collect::<Vec<_>>(), [1, 1, 0, 1]);
    assert_eq!(screened.dropped[0].path, "/sections/2/key_points");
}

#[test]
fn every_check_has_its_own_row_and_bears_its_own_name() {
    let mut ids: Vec<&str> = CHECKS.iter().map(|entry| entry.id).collect();
    for entry in CHECKS {
        assert_eq!(entry.check.entry().id, entry.id);
        assert_eq!(serde_json::to_value(entry.check).unwrap(), entry.id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CHECKS.len());
    let total: f64 = OVERALL_WEIGHTS.iter().map(|(_, weight)| weight).sum();
    assert!((total - 1.0).abs() < 1e-9);
}

#[test]
fn overall_appears_with_the_last_of_its_parts() {
    let mut quality = Quality { readability: Some(1.0), relevance: Some(0.5), ..Quality::default() };
    quality.pieces.insert(Kind::Faqs, PieceScores { structure: Some(1.0), format_compliance: Some(0.8) });
    scores::summarise(&mut quality, None);
    assert_eq!(quality.overall, None);
    quality.engagement = Some(0.0);
    scores::summarise(&mut quality, None);
    assert_eq!(quality.overall, Some(0.725));
}

#[test]
fn every_pattern_compiles() {
    assert_eq!((form::MARKUP.len(), podcast::UNSPEAKABLE.len()), (11, 3));
}
