//! What a teacher sent back from whole packages, as tests: summaries of what was not taught, takeaways
//! that are details, gaps that anything fills, questions about nothing.

use std::sync::Arc;

use super::{Analysis, write};
use crate::content::{
    Flashcards, Kind, OnePagerSummary, Outline, Part, Piece, PodcastScript, Request, Speaker, StudyGuide,
    Turn,
};
use crate::source::Source;

const PHOTOSYNTHESIS: &str = include_str!("../../examples/photosynthesis.md");
const PRESS: &str = include_str!("../../examples/printing-press.md");
const WATER: &str = include_str!("../../examples/el-ciclo-del-agua.md");
const MARKETS: &str = include_str!("../../examples/supply-and-demand.md");
const PACKETS: &str = include_str!("../../examples/how-the-internet-routes-packets.txt");
const CURIE: &str = include_str!("../../tests/fixtures/texts/marie-curie.md");

fn made(text: &str) -> (Analysis, Outline) {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    let outline = super::outline::write(&analysis).unwrap();
    let title = analysis.source().title().unwrap_or_default().to_owned();
    (analysis, Outline { title, ..outline })
}

fn piece(text: &str, kind: Kind) -> Piece {
    let (analysis, outline) = made(text);
    write(kind, &analysis, Some(&outline)).unwrap()
}

fn page(text: &str) -> OnePagerSummary {
    let Piece::OnePagerSummary(page) = piece(text, Kind::OnePagerSummary) else {
        panic!("the piece is of another kind than the one asked for")
    };
    page
}

fn guide(text: &str) -> StudyGuide {
    let Piece::StudyGuide(guide) = piece(text, Kind::StudyGuide) else {
        panic!("the piece is of another kind than the one asked for")
    };
    guide
}

fn turns(text: &str) -> Vec<Turn> {
    let Piece::PodcastScript(PodcastScript { turns, .. }) = piece(text, Kind::PodcastScript) else {
        panic!("the piece is of another kind than the one asked for")
    };
    turns
}

fn cards(text: &str) -> Flashcards {
    let Piece::Flashcards(cards) = piece(text, Kind::Flashcards) else {
        panic!("the piece is of another kind than the one asked for")
    };
    cards
}

/// The words of a text without its marks, so that what is said again in a frame is found.
fn bare(text: &str) -> String {
    let words = text.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[test]
fn takeaways_say_what_sections_come_to() {
    let takeaways =
        |text| page(text).key_takeaways.into_iter().map(|takeaway| takeaway.text).collect::<Vec<_>>();
    let of_press = takeaways(PRESS);
    for point in [
        "Printing with movable type was not a single discovery but a combination of existing crafts, joined to a few decisive improvements.",
        "Printing spread falsehood as efficiently as truth.",
    ] {
        assert!(of_press.iter().any(|takeaway| takeaway == point), "{of_press:?}");
    }
    assert!(!of_press.iter().any(|takeaway| takeaway.contains("alloy")), "{of_press:?}");
    let of_light = takeaways(PHOTOSYNTHESIS);
    let first = "The first stage of photosynthesis converts light energy into chemical energy.";
    assert!(of_light.iter().any(|takeaway| takeaway == first), "{of_light:?}");
    assert!(!of_light.iter().any(|takeaway| takeaway.contains("special pair")), "{of_light:?}");
    let of_water = takeaways(WATER);
    assert!(of_water.iter().any(|takeaway| takeaway.starts_with("El Sol evapora el agua")), "{of_water:?}");
    assert!(!of_water.iter().any(|takeaway| takeaway.contains("botella")), "{of_water:?}");
}

#[test]
fn a_life_is_summed_up_by_what_happened_in_it() {
    let takeaways: Vec<String> =
        page(CURIE).key_takeaways.into_iter().map(|takeaway| takeaway.text).collect();
    assert!(takeaways.iter().any(|takeaway| takeaway.contains("shared the Nobel Prize")), "{takeaways:?}");
    assert!(!takeaways.iter().any(|takeaway| takeaway.contains("attic room")), "{takeaways:?}");
}

#[test]
fn a_summary_adds_no_new_matter() {
    for text in [PHOTOSYNTHESIS, PRESS, WATER] {
        let guide = guide(text);
        let taught: Vec<String> = guide.detailed_sections.iter().map(|part| bare(&part.content)).collect();
        let parts: Vec<&str> = guide.summary.split(". ").collect();
        let frames = ["First, ", "Second, ", "Third, ", "Finally, ", "En ", "Por último, "];
        let points = parts.iter().filter(|part| frames.iter().any(|frame| part.starts_with(frame)));
        let points: Vec<&str> = points.map(|part| part.split_once(", ").unwrap().1).collect();
        assert!(points.len() > 2, "{}", guide.summary);
        for point in points {
            // A conclusion stands there without the word that draws it; its end is the same.
            let words = bare(point);
            let words: Vec<&str> = words.split(' ').collect();
            let end = words[words.len().saturating_sub(6)..].join(" ");
            assert!(taught.iter().any(|part| part.contains(&end)), "{point}");
        }
    }
}

#[test]
fn listeners_take_home_what_they_have_heard() {
    for text in [PHOTOSYNTHESIS, PRESS, WATER] {
        let turns = turns(text);
        let quotes = |part: Part| {
            let own = turns.iter().filter(move |turn| turn.part == part);
            own.flat_map(|turn| &turn.evidence).map(|evidence| evidence.quote.clone()).collect::<Vec<_>>()
        };
        let heard = [quotes(Part::Introduction), quotes(Part::MainContent)].concat();
        let kept = quotes(Part::Conclusion);
        assert_eq!(kept.len(), 3);
        let untold: Vec<&String> = kept.iter().filter(|quote| !heard.contains(quote)).collect();
        assert!(untold.is_empty(), "{untold:?}");
    }
}

#[test]
fn the_host_asks_about_what_comes_next() {
    for text in [PHOTOSYNTHESIS, PRESS, WATER] {
        let turns = turns(text);
        let hosts: Vec<&str> = turns
            .iter()
            .filter(|turn| turn.speaker == Speaker::Host)
            .map(|turn| turn.text.as_str())
            .collect();
        let empty = |turn: &&&str| {
            ["What would you add?", "¿Qué añadiría usted?"].iter().any(|ask| turn.ends_with(ask))
        };
        assert_eq!(hosts.iter().filter(empty).count(), 0, "{hosts:?}");
    }
    let turns = turns(PHOTOSYNTHESIS);
    let announces = |turn: &Turn| {
        turn.speaker == Speaker::Host
            && turn.text.contains("The cycle has three phases.")
            && turn.text.ends_with('?')
    };
    let place = turns.iter().position(announces).unwrap();
    assert!(
        turns[place + 1].text.contains("In the first, called carbon fixation"),
        "{}",
        turns[place + 1].text
    );
}

#[test]
fn a_section_is_opened_with_what_it_treats() {
    let turns = turns(PHOTOSYNTHESIS);
    let place = turns.iter().position(|turn| turn.text.contains("“Inside the Chloroplast”. ")).unwrap();
    let answer = &turns[place + 1].text;
    assert!(answer.contains("photosynthesis takes place in the chloroplast"), "{answer}");
}

#[test]
fn a_gap_asks_for_what_the_text_explains_or_turns_on() {
    let fronts: Vec<String> = cards(PRESS).items.into_iter().map(|card| card.term).collect();
    assert!(fronts.len() >= 10);
    for detail in ["spent part of his life", "everyday use", "Two practiced workers"] {
        assert!(!fronts.iter().any(|front| front.contains(detail)), "{fronts:?}");
    }
}

#[test]
fn a_card_asks_what_was_done_in_a_year() {
    let cards = cards(PRESS);
    let deed = cards.items.iter().find(|card| card.term.contains("Pope Paul IV")).unwrap();
    assert_eq!(deed.term, "What did Pope Paul IV do in 1559?");
    assert!(deed.definition.starts_with("Issued the first Roman Index"), "{}", deed.definition);
}

#[test]
fn who_somebody_was_is_asked_only_where_the_sentence_says_it() {
    let Piece::Faqs(faqs) = piece(PRESS, Kind::Faqs) else {
        panic!("the piece is of another kind than the one asked for")
    };
    let asked: Vec<&str> = faqs.items.iter().map(|item| item.question.as_str()).collect();
    assert!(!asked.contains(&"Who was Martin Luther?"), "{asked:?}");
    assert!(asked.contains(&"What did Martin Luther do in October 1517?"), "{asked:?}");
}

#[test]
fn a_biography_gets_its_ten_cards() {
    let cards = cards(CURIE);
    assert!(cards.items.len() >= 10, "{}", cards.items.len());
    let definitions = cards.items.iter().filter(|card| !card.term.contains(['?', '_'])).count();
    assert!(definitions >= 7, "{definitions}");
}

#[test]
fn a_definition_stops_before_another_clause_and_takes_an_infinitive_along() {
    let concepts: Vec<String> = guide(MARKETS).key_concepts.into_iter().map(|concept| concept.term).collect();
    assert!(!concepts.iter().any(|concept| concept == "Shelves"), "{concepts:?}");
    let aquifers = cards(WATER).items.into_iter().find(|card| card.term == "Acuíferos").unwrap();
    let wanted = "Formaciones de roca o sedimento capaces de almacenar agua y de dejarla circular.";
    assert_eq!(aquifers.definition, wanted);
}

#[test]
fn nothing_is_asked_about_what_only_the_text_before_names() {
    let Piece::Faqs(faqs) = piece(PACKETS, Kind::Faqs) else {
        panic!("the piece is of another kind than the one asked for")
    };
    let asked: Vec<&str> = faqs.items.iter().map(|item| item.question.as_str()).collect();
    for unnamed in ["the counter", "the list", "each announcement"] {
        assert!(!asked.iter().any(|question| question.contains(unnamed)), "{unnamed}: {asked:?}");
    }
}

#[test]
fn a_page_takes_no_numbers_out_of_a_worked_example() {
    let page = page(MARKETS);
    assert!(!page.main_content.contains("500"), "{}", page.main_content);
}

#[test]
fn what_a_market_is_is_a_concept_though_a_clause_stands_before_it() {
    let concepts = guide(MARKETS).key_concepts;
    let market = concepts.iter().find(|concept| concept.term == "Competitive market").unwrap();
    assert_eq!(market.explanation, "A market with many buyers and sellers.");
}

#[test]
fn a_list_that_one_voice_can_say_is_not_torn_by_a_question() {
    let turns = turns(WATER);
    let rain = turns.iter().find(|turn| turn.text.contains("puede seguir varios caminos")).unwrap();
    assert!(rain.text.contains("El resto penetra en el terreno"), "{}", rain.text);
}

#[test]
fn an_objective_relates_nothing_to_people_and_explains_no_definition() {
    let (_, outline) = made(CURIE);
    let objectives: Vec<&str> =
        outline.learning_objectives.iter().map(|objective| objective.text.as_str()).collect();
    for odd in
        ["mother", "physicists", "why fractional crystallization is", "of alone at", "about student in"]
    {
        assert!(!objectives.iter().any(|objective| objective.contains(odd)), "{odd}: {objectives:?}");
    }
}

#[test]
fn a_gap_leaves_enough_to_find_what_fills_it() {
    let fronts = |text| cards(text).items.into_iter().map(|card| card.term).collect::<Vec<_>>();
    let of_water = fronts(WATER);
    for guess in ["El _____ asciende", "Una _____ pasa en la atmósfera"] {
        assert!(!of_water.iter().any(|front| front.starts_with(guess)), "{guess}: {of_water:?}");
    }
    assert!(!fronts(MARKETS).iter().any(|front| front.starts_with("Real _____")));
}

#[test]
fn a_name_that_a_sentence_gives_is_asked_for_with_what_it_names() {
    let cards = cards(WATER).items;
    let card = cards.iter().find(|card| card.definition == "núcleos de condensación").unwrap();
    assert!(card.term.starts_with("Para formar gotas") && card.term.ends_with("Se conocen como _____."));
    assert_eq!(card.evidence.len(), 2);
}

#[test]
fn what_a_whole_subject_is_called_is_a_concept_and_what_a_word_means_is_none() {
    let concepts = guide(PRESS).key_concepts;
    let early = concepts.iter().find(|concept| concept.term == "Incunabula").unwrap();
    assert_eq!(early.explanation, "Books printed in Europe before 1501.");
    assert!(!concepts.iter().any(|concept| concept.explanation.starts_with("A word")), "{concepts:?}");
    let Piece::Faqs(faqs) = piece(PRESS, Kind::Faqs) else {
        panic!("the piece is of another kind than the one asked for")
    };
    assert!(faqs.items.iter().any(|item| item.question == "What are incunabula?"));
    let of_packets = cards(PACKETS).items;
    assert!(!of_packets.iter().any(|card| card.definition == "A path with a program."));
}

#[test]
fn no_two_questions_have_one_answer() {
    let Piece::Faqs(faqs) = piece(MARKETS, Kind::Faqs) else {
        panic!("the piece is of another kind than the one asked for")
    };
    let asked: Vec<&str> = faqs.items.iter().map(|item| item.question.as_str()).collect();
    assert!(
        asked.contains(&"What is demand?") && !asked.contains(&"What does demand describe?"),
        "{asked:?}"
    );
}

#[test]
fn a_thought_to_keep_is_no_measure_and_no_list_of_cases() {
    let kept = |text| {
        let takeaways = page(text).key_takeaways.into_iter().map(|takeaway| takeaway.text);
        takeaways.chain([guide(text).summary]).collect::<Vec<_>>().join(" ")
    };
    let (water, press) = (kept(WATER), kept(PRESS));
    assert!(!water.contains("1386 millones") && !water.contains("nueve días"), "{water}");
    assert!(!press.contains("works with safe sales"), "{press}");
}

#[test]
fn key_points_name_what_they_speak_of() {
    for (text, leaning) in [
        (PHOTOSYNTHESIS, "Each one is enclosed"),
        (PACKETS, "matches both entries"),
        (PACKETS, "one hop farther along"),
        (MARKETS, "they can charge more"),
    ] {
        let (_, outline) = made(text);
        let mut points = outline.sections.iter().flat_map(|section| &section.key_points);
        assert!(!points.any(|point| point.text.contains(leaning)), "{leaning}");
    }
}

#[test]
fn a_section_keeps_what_its_title_names_and_what_it_counts() {
    let guide = guide(PRESS);
    let content = |title: &str| {
        let section = guide.detailed_sections.iter().find(|section| section.heading.contains(title));
        section.unwrap().content.as_str()
    };
    assert!(content("Pamphlet").contains("A pamphlet is a short"), "{}", content("Pamphlet"));
    let science = content("Science");
    assert!(science.contains("Two famous books") && science.contains("Vesalius"), "{science}");
}

#[test]
fn what_the_lead_says_stands_under_no_section() {
    let Piece::Faqs(faqs) = piece(PHOTOSYNTHESIS, Kind::Faqs) else {
        panic!("the piece is of another kind than the one asked for")
    };
    let first = &faqs.items[0];
    assert_eq!((first.question.as_str(), &first.category), ("What is photosynthesis?", &None));
    assert!(faqs.items[1..].iter().all(|item| item.category.is_some()));
}
