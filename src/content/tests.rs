//! The way from a draft to a piece: rules, anchoring, what code sets, and what it withstands.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::document::Body;
use super::labels::{default_title, kind_name};
use super::*;
use samples::{anchor, draft, frame, material, outline, request, source};

/// Parses a draft of that kind after a change to it.
fn parsed(kind: Kind, change: impl FnOnce(&mut Value)) -> Result<Finished, Vec<Violation>> {
    let (request, outline) = (request(), outline());
    let mut draft = draft(kind);
    change(&mut draft);
    parse(kind, &draft, &frame(&request, (kind != Kind::Outline).then_some(&outline)))
}

fn paths(result: Result<Finished, Vec<Violation>>) -> Vec<String> {
    result.unwrap_err().into_iter().map(|violation| violation.path).collect()
}

#[test]
fn the_sample_of_every_kind_is_valid_and_wholly_anchored() {
    for kind in Kind::ALL {
        let finished = parsed(kind, |_| {}).unwrap();
        assert_eq!(finished.unanchored, [], "{kind}");
        assert_eq!(finished.material.kind(), kind);
        let stored = serde_json::to_value(&finished.material).unwrap();
        assert_eq!(Material::stored(kind, stored).unwrap(), finished.material);
    }
}

#[test]
fn questions_end_with_a_question_mark() {
    let faq = parsed(Kind::Faqs, |draft| draft["items"][2]["question"] = json!("Where is it kept."));
    assert_eq!(paths(faq), ["/items/2/question"]);
    let question = parsed(Kind::ReadingGuideQuestions, |draft| {
        draft["questions"][0]["question"] = json!("Discuss the leaf now.")
    });
    assert_eq!(paths(question), ["/questions/0/question"]);
}

#[test]
fn an_objective_that_the_outline_lacks_is_refused_in_every_kind() {
    let places = [
        (Kind::Outline, "/sections/0/objectives"),
        (Kind::PodcastScript, "/turns/1/objectives"),
        (Kind::StudyGuide, "/key_concepts/0/objectives"),
        (Kind::StudyGuide, "/detailed_sections/1/objectives"),
        (Kind::OnePagerSummary, "/key_takeaways/2/objectives"),
        (Kind::DetailedReadingMaterial, "/sections/3/objectives"),
        (Kind::Faqs, "/items/0/objectives"),
        (Kind::Flashcards, "/items/9/objectives"),
        (Kind::ReadingGuideQuestions, "/questions/4/objectives"),
    ];
    for (kind, place) in places {
        let result = parsed(kind, |draft| *draft.pointer_mut(place).unwrap() = json!([3, 4]));
        assert_eq!(paths(result), [format!("{place}/1")], "{kind}");
    }
}

#[test]
fn a_reading_has_one_section_for_each_of_the_outline() {
    let result = parsed(Kind::DetailedReadingMaterial, |draft| {
        draft["sections"].as_array_mut().unwrap().pop();
    });
    assert_eq!(paths(result), ["/sections"]);
}

#[test]
fn the_parts_of_a_podcast_keep_their_order() {
    let result = parsed(Kind::PodcastScript, |draft| draft["turns"][5]["part"] = json!("introduction"));
    assert_eq!(paths(result), ["/turns/5/part"]);
}

#[test]
fn a_control_character_is_refused_where_it_stands_line_breaks_and_quotes_aside() {
    let with = |text: &str| {
        let answer = format!("{} {text}", draft(Kind::Faqs)["items"][1]["answer"].as_str().unwrap());
        parsed(Kind::Faqs, |draft| draft["items"][1]["answer"] = json!(answer))
    };
    for text in ["a\u{8}eta", "a\u{c}rac", "nul\u{0}", "\u{1b}[31m", "a\rb", "\u{85}"] {
        assert_eq!(paths(with(text)), ["/items/1/answer"], "{text:?}");
    }
    with("one\ntwo\r\nthree\tfour.").unwrap();
}

#[test]
fn a_blank_text_is_refused_where_it_stands() {
    let result = parsed(Kind::StudyGuide, |draft| {
        draft["key_concepts"][3]["explanation"] = json!(" \n".repeat(20));
    });
    assert_eq!(paths(result), ["/key_concepts/3/explanation"]);
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction() {
    parsed(Kind::Faqs, |draft| draft["items"][0]["objectives"] = json!([1.0, 2.0])).unwrap();
    let half = parsed(Kind::Faqs, |draft| draft["items"][0]["objectives"] = json!([1.5]));
    assert_eq!(paths(half), ["/items/0/objectives/0"]);
    let request = Request::parse(&json!({ "topic": "Light", "target_duration": 10.0 })).unwrap();
    assert_eq!(request.target_duration(), Some(10));
}

#[test]
fn a_quote_gets_its_true_offsets_whatever_it_brings() {
    let text = source();
    let (request, outline) = (request(), outline());
    let mut faqs: Faqs = serde_json::from_value(serde_json::to_value(material(Kind::Faqs)).unwrap()).unwrap();
    let right = faqs.items[1].evidence.clone();
    faqs.items[1].evidence[0].start = 7;
    faqs.items[1].evidence[0].end = 9;
    let finished = finish(faqs, &frame(&request, Some(&outline))).unwrap();
    let Piece::Faqs(faqs) = finished.material.piece() else { panic!("not the faqs") };
    assert_eq!(faqs.items[1].evidence, right);
    let Evidence { quote, start, end } = &right[0];
    let slice = (0..).zip(text.chars()).filter(|(place, _): &(u32, char)| (*start..*end).contains(place));
    let slice: String = slice.map(|(_, character)| character).collect();
    assert_eq!(slice, *quote);
}

#[test]
fn a_quote_that_the_text_does_not_hold_is_left_out_and_reported() {
    let finished = parsed(Kind::Flashcards, |draft| {
        draft["items"][0]["quote"] = json!("Leaves are made of gold.");
        draft["items"][4]["quote"] = json!("So are roots.");
    })
    .unwrap();
    let paths: Vec<&str> = finished.unanchored.iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["/items/0/evidence/0", "/items/4/evidence/0"]);
    let Piece::Flashcards(cards) = finished.material.piece() else { panic!("not the cards") };
    assert_eq!(cards.items.iter().filter(|card| card.evidence.is_empty()).count(), 2);
}

#[test]
fn a_quote_may_be_missing_or_null() {
    let finished = parsed(Kind::Faqs, |draft| {
        draft["items"][0]["quote"] = Value::Null;
        draft["items"][1].as_object_mut().unwrap().remove("quote");
    })
    .unwrap();
    let Piece::Faqs(faqs) = finished.material.piece() else { panic!("not the faqs") };
    let counts: Vec<usize> = faqs.items.iter().map(|item| item.evidence.len()).collect();
    assert_eq!(counts, [0, 0, 1, 1, 1]);
}

#[test]
fn a_draft_cannot_set_what_code_sets() {
    for (kind, pointer, field) in [
        (Kind::Faqs, "", "title"),
        (Kind::PodcastScript, "", "main_content"),
        (Kind::StudyGuide, "", "detailed_content"),
        (Kind::Outline, "/sections/0", "section_number"),
        (Kind::Outline, "/learning_objectives/0", "number"),
        (Kind::Faqs, "/items/0", "evidence"),
    ] {
        let result = parsed(kind, |draft| draft.pointer_mut(pointer).unwrap()[field] = json!("mine"));
        assert_eq!(paths(result), [pointer], "{kind} {field}");
    }
}

#[test]
fn code_sets_titles_numbers_and_joined_texts() {
    let piece = |kind| serde_json::to_value(material(kind)).unwrap();
    assert_eq!(piece(Kind::StudyGuide)["title"], "How plants make sugar");
    assert_eq!(piece(Kind::Faqs)["title"], "Frequently Asked Questions");
    assert_eq!(piece(Kind::DetailedReadingMaterial)["sections"][3]["section_number"], 4);
    let podcast = piece(Kind::PodcastScript);
    assert!(podcast["introduction"].as_str().unwrap().starts_with("Host: Plants make sugar"), "{podcast}");
    assert!(podcast["introduction"].as_str().unwrap().contains("\n\nGuest: Small pores"), "{podcast}");
    assert_eq!(podcast["estimated_duration_minutes"], 2.1);
    let guide = piece(Kind::StudyGuide);
    assert!(
        guide["detailed_content"]
            .as_str()
            .unwrap()
            .starts_with("## Catching light in membranes\n\nOne carrier")
    );
}

#[test]
fn the_minutes_of_an_outline_add_up_where_each_section_has_its_own() {
    let total = |change: fn(&mut Value)| {
        let finished = parsed(Kind::Outline, change).unwrap();
        finished.material.as_outline().unwrap().estimated_total_duration
    };
    assert_eq!(total(|draft| draft["estimated_total_duration"] = json!(500)), Some(40.0));
    let without_one = |draft: &mut Value| draft["sections"][0]["estimated_duration_minutes"] = Value::Null;
    assert_eq!(total(without_one), Some(40.0));
    assert_eq!(
        total(|draft| {
            draft["sections"][0]["estimated_duration_minutes"] = Value::Null;
            draft["estimated_total_duration"] = json!(55);
        }),
        Some(55.0)
    );
}

#[test]
fn a_wished_duration_bounds_the_podcast_and_wished_pages_the_reading() {
    let outline = outline();
    let asking =
        |field: &str, value: u16| Request::parse(&json!({ "topic": "Light", field: value })).unwrap();
    let three = asking("target_duration", 3);
    assert_eq!(bounds(Kind::PodcastScript, &three)[0].characters, 800..=3000);
    assert_eq!(bounds(Kind::PodcastScript, &three)[1].characters, 1000..=3600);
    assert_eq!(bounds(Kind::DetailedReadingMaterial, &asking("target_pages", 1))[0].characters, 600..=4000);
    assert_eq!(bounds::podcast_total(&asking("target_duration", 60)), 1000..=72_000);
    assert_eq!(bounds::podcast_total(&request()), 1000..=12_000);
    assert_eq!(bounds::reading_total(&asking("target_pages", 1)), 600..=4000);

    let mut long = draft(Kind::PodcastScript);
    long["turns"][4]["text"] = json!("a".repeat(2000));
    parse(Kind::PodcastScript, &long, &frame(&request(), Some(&outline))).unwrap();
    let refused = parse(Kind::PodcastScript, &long, &frame(&three, Some(&outline)));
    assert_eq!(paths(refused), ["/main_content", "/turns"]);

    let mut reading = draft(Kind::DetailedReadingMaterial);
    reading["sections"][0]["content"] = json!("a".repeat(4000));
    parse(Kind::DetailedReadingMaterial, &reading, &frame(&request(), Some(&outline))).unwrap();
    let one_page = asking("target_pages", 1);
    assert_eq!(
        paths(parse(Kind::DetailedReadingMaterial, &reading, &frame(&one_page, Some(&outline)))),
        ["/sections"]
    );
}

#[test]
fn a_part_that_is_too_short_is_reported_once_for_its_length() {
    let result = parsed(Kind::PodcastScript, |draft| {
        draft["turns"].as_array_mut().unwrap().drain(3..13).for_each(drop)
    });
    assert_eq!(paths(result), ["/main_content", "/turns"]);
}

#[test]
fn items_are_left_out_by_where_they_stand_in_the_piece_as_it_is() {
    let (request, outline) = (request(), outline());
    let frame = frame(&request, Some(&outline));
    let cards = material(Kind::Flashcards);
    let terms = |material: &Material| -> Vec<String> {
        let Piece::Flashcards(cards) = material.piece() else { panic!("not the cards") };
        cards.items.iter().map(|card| card.term.clone()).collect()
    };
    let mut expected = terms(&cards);
    expected.remove(2);
    assert_eq!(terms(&cards.without(&["/items/2".into(), "/items/2".into()], &frame).unwrap()), expected);
    let too_few = cards.without(&["/items/1".into(), "/items/2".into()], &frame).unwrap_err();
    assert_eq!(too_few[0].path, "/items");
    for unknown in ["/items/11", "/items/-", "/title", "/items/0/term", ""] {
        assert_eq!(cards.without(&[unknown.into()], &frame).unwrap_err()[0].path, unknown);
    }
}

#[test]
fn leaving_out_an_item_and_the_list_it_lies_in_do_not_disturb_each_other() {
    let request = request();
    let frame = frame(&request, None);
    let pointers = ["/sections/0".to_owned(), "/sections/1/key_points/0".to_owned()];
    let shorter = material(Kind::Outline).without(&pointers, &frame).unwrap();
    let sections = &shorter.as_outline().unwrap().sections;
    let points: Vec<usize> = sections.iter().map(|section| section.key_points.len()).collect();
    assert_eq!(points, [0, 1, 1]);
    assert_eq!(sections[0].section_number, 1);
}

#[test]
fn leaving_out_an_objective_closes_the_gap_in_the_numbers() {
    let request = request();
    let frame = frame(&request, None);
    let mut four = draft(Kind::Outline);
    four["learning_objectives"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "text": "Judge what forests do.", "level": "evaluate" }));
    four["sections"][3]["objectives"] = json!([2, 4]);
    let outline = parse(Kind::Outline, &four, &frame).unwrap().material;
    let shorter = outline.without(&["/learning_objectives/1".into()], &frame).unwrap();
    let outline = shorter.as_outline().unwrap();
    let served: Vec<Vec<u32>> = outline.sections.iter().map(|section| section.objectives.clone()).collect();
    assert_eq!(served, [vec![1], vec![], vec![2], vec![3]]);
    assert_eq!(outline.learning_objectives[2].text, "Judge what forests do.");
}

#[test]
fn every_text_of_a_piece_stands_in_its_document() {
    for kind in Kind::ALL {
        let material = material(kind);
        let document = material.document("en");
        let words: String = document.blocks.iter().flat_map(|block| block.body.texts()).collect();
        let draft = draft(kind);
        let mut pending = vec![&draft];
        while let Some(value) = pending.pop() {
            match value {
                Value::Object(fields) => {
                    let said = fields.iter().filter(|(name, value)| {
                        let is_text =
                            !["quote", "category", "target_audience", "title"].contains(&name.as_str());
                        is_text && value.as_str().is_some_and(|text| text.contains(' '))
                    });
                    for (name, value) in said {
                        let first = value.as_str().unwrap().split("\n\n").next().unwrap();
                        assert!(words.contains(first), "{kind} lacks {name}: {first}");
                    }
                    pending.extend(fields.values());
                }
                Value::Array(items) => pending.extend(items),
                _ => {}
            }
        }
        for block in document.blocks.iter().filter(|block| !block.path.is_empty()) {
            let piece = serde_json::to_value(&material).unwrap();
            assert!(piece.pointer(&block.path).is_some(), "{kind} has no {}", block.path);
        }
    }
}

#[test]
fn a_heading_mark_makes_a_heading_of_its_line_alone() {
    let mut document = Document::new(Kind::StudyGuide, "Title", "en");
    document.prose("/x", "## First\nRunning on.\n\n## Second\n\n \n\nLast.", &[]);
    let heading = |text: &str| Body::Heading { level: 3, text: text.into() };
    let bodies: Vec<Body> = document.blocks.into_iter().map(|block| block.body).collect();
    let expected =
        [heading("First"), Body::paragraph("Running on."), heading("Second"), Body::paragraph("Last.")];
    assert_eq!(bodies, expected);
}

#[test]
fn every_language_has_titles_that_a_piece_may_bear() {
    for language in ["en", "es", "fr", "de", "xx"] {
        for kind in Kind::ALL {
            let title = default_title(kind, language).unwrap_or("The title of the outline");
            assert!((10..=200).contains(&title.chars().count()), "{title}");
            assert!(
                language == "en" || language == "xx" || kind_name(kind, language) != kind_name(kind, "en")
            );
        }
    }
}

fn refused(request: Value) -> Vec<String> {
    Request::parse(&request).unwrap_err().into_iter().map(|violation| violation.path).collect()
}

#[test]
fn a_request_needs_a_text_or_a_topic_that_says_something() {
    assert_eq!(refused(json!({})), [""]);
    assert_eq!(refused(json!({ "topic": null, "syllabus_text": null })), [""]);
    assert_eq!(refused(json!([])), [""]);
    assert_eq!(refused(json!({ "syllabus_text": " ".repeat(60) })), ["/syllabus_text"]);
    assert_eq!(refused(json!({ "topic": "   " })), ["/topic"]);
    assert_eq!(refused(json!({ "topic": "Light", "tone": "a\u{0}b" })), ["/tone"]);
    assert_eq!(refused(json!({ "syllabus_text": format!("{}\u{0}", "a".repeat(60)) })), ["/syllabus_text"]);
    Request::parse(&json!({ "topic": "Light" })).unwrap();
}

#[test]
fn a_request_names_its_kinds_once_and_without_the_outline() {
    let kinds = |request: Value| Request::parse(&request).unwrap().kinds();
    assert_eq!(kinds(json!({ "topic": "Light" })), Kind::PIECES);
    assert_eq!(kinds(json!({ "topic": "Light", "target_format": "guide" })), [Kind::StudyGuide]);
    let several = json!({ "topic": "Light", "kinds": ["flashcards", "outline", "faqs", "faqs"], "target_format": "guide" });
    assert_eq!(kinds(several), [Kind::Faqs, Kind::Flashcards]);
    assert_eq!(kinds(json!({ "topic": "Light", "kinds": ["outline"] })), []);
}

#[test]
fn the_wanted_language_is_known_by_its_code() {
    let code =
        |tag: &str| Request::parse(&json!({ "topic": "Light", "language": tag })).unwrap().language_code();
    assert_eq!(code("en-GB").as_deref(), Some("en"));
    assert_eq!(code("ES").as_deref(), Some("es"));
    assert_eq!(Request::parse(&json!({ "topic": "Light" })).unwrap().language_code(), None);
}

#[test]
fn a_request_survives_being_stored_apart_from_its_text() {
    let request =
        Request::parse(&json!({ "syllabus_text": source(), "tone": "warm", "priority": "high" })).unwrap();
    let stored = serde_json::to_value(request.without_text()).unwrap();
    assert_eq!(stored, json!({ "tone": "warm", "priority": "high" }));
    let restored = Request::restored(serde_json::from_value(stored).unwrap(), Some(source()));
    assert_eq!(restored, request);
}

#[test]
fn nesting_without_end_is_refused_at_once() {
    let watch = crate::clock::Stopwatch::start();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(serde_json::from_str::<Value>(&text).is_err());
    }
    let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
    let value: Value = serde_json::from_str(&deepest).unwrap();
    let outline = outline();
    for kind in Kind::ALL {
        assert!(parse(kind, &value, &frame(&request(), Some(&outline))).is_err());
        assert!(parse(kind, &json!({ "items": value }), &frame(&request(), Some(&outline))).is_err());
    }
    assert!(watch.worked() < Duration::from_secs(1), "{:?}", watch.worked());
}

/// JSON of any shape, with the field names of drafts among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "items",
        "question",
        "quote",
        "evidence",
        "turns",
        "objectives",
        "sections",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_parsed_or_refused(value in any_json(), place in 0..64_usize) {
        let (request, outline) = (request(), outline());
        let frame = frame(&request, Some(&outline));
        for kind in Kind::ALL {
            let _ = parse(kind, &value, &frame);
            let _ = Material::stored(kind, value.clone());
            // The same in the middle of a draft that is right everywhere else.
            let mut spoilt = draft(kind);
            let fields = spoilt.as_object_mut().unwrap();
            let name = fields.keys().nth(place % fields.len()).unwrap().clone();
            fields.insert(name, value.clone());
            if let Ok(finished) = parse(kind, &spoilt, &frame) {
                let stored = serde_json::to_value(&finished.material).unwrap();
                prop_assert!(Material::stored(kind, stored).is_ok());
            }
        }
        let _ = Request::parse(&value);
    }

    #[test]
    fn a_piece_quotes_exactly_what_was_submitted(quotes in prop::collection::vec("[a-z ]{1,12}|Roots draw water|wax", 5)) {
        let (request, outline) = (request(), outline());
        let mut given = draft(Kind::Faqs);
        for (index, quote) in quotes.iter().enumerate() {
            given["items"][index]["quote"] = json!(quote);
        }
        let finished = parse(Kind::Faqs, &given, &frame(&request, Some(&outline))).unwrap();
        let kept = finished.material.document("en").blocks.into_iter().flat_map(|block| block.evidence).collect::<Vec<_>>();
        prop_assert_eq!(kept.len() + finished.unanchored.len(), 5);
        for evidence in kept {
            prop_assert_eq!(anchor(&evidence), Some(evidence));
        }
    }
}
