//! What a teacher sent back from packages in Spanish and French, as tests.

use std::sync::Arc;

use super::analysis::{leans, tokens};
use super::sense::announces;
use super::{Analysis, write};
use crate::content::{Kind, Outline, Piece, Request};
use crate::language::language;
use crate::source::Source;

const HISTORY: &str = include_str!("test_texts/independencia.md");

fn made(text: &str) -> (Analysis, Outline) {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    let outline = super::outline::write(&analysis).unwrap();
    (analysis, outline)
}

fn lesson() -> (Analysis, Outline) {
    made(include_str!("../../examples/el-ciclo-del-agua.md"))
}

fn piece(kind: Kind) -> Piece {
    let (analysis, outline) = lesson();
    write(kind, &analysis, Some(&outline)).unwrap()
}

#[test]
fn what_is_measured_or_owned_by_something_outside_leans() {
    let lexicon = language("es").lexicon();
    for (sentence, wanted) in [
        ("¿Qué fuerza mantiene en marcha un mecanismo tan enorme?", true),
        ("La lluvia, la nieve y el granizo son sus formas principales.", true),
        ("Las gotas son tan pequeñas que flotan en el aire.", false),
        ("El agua es tan necesaria como el aire.", false),
        ("Los criollos defendieron sus privilegios.", false),
    ] {
        assert_eq!(leans(&tokens(sentence, lexicon), lexicon), wanted, "{sentence}");
    }
}

#[test]
fn a_clause_that_counts_what_follows_announces_behind_a_condition_too() {
    let (analysis, _) = lesson();
    assert!(announces(&analysis, "Cuando la lluvia llega al suelo, puede seguir varios caminos."));
    assert!(!announces(&analysis, "Cuando la lluvia llega al suelo, se infiltra."));
}

#[test]
fn a_point_of_the_outline_hangs_on_nothing() {
    let (_, outline) = lesson();
    let points: Vec<&str> =
        outline.sections.iter().flat_map(|section| &section.key_points).map(|point| &*point.text).collect();
    assert!(points.len() > 15, "{points:?}");
    for hanging in ["no pasaría", "sus formas principales", "varios caminos", "puede quedar retenida"] {
        assert!(!points.iter().any(|point| point.contains(hanging)), "{hanging}");
    }
}

#[test]
fn an_objective_names_no_title_that_was_cut_short() {
    let (_, outline) = lesson();
    let objectives = outline.learning_objectives.iter();
    assert!(objectives.clone().any(|objective| objective.text.contains("intervención humana")));
    assert_eq!(objectives.filter(|objective| objective.text.contains("camino de vuelta")).count(), 0);
}

#[test]
fn a_conclusion_leaves_no_sentence_alone_in_its_paragraph() {
    let Piece::DetailedReadingMaterial(reading) = piece(Kind::DetailedReadingMaterial) else { panic!() };
    let sections: Vec<&str> = reading.sections.iter().map(|section| &*section.content).collect();
    let climate = sections.iter().flat_map(|section| section.split("\n\n"));
    let mut climate = climate.filter(|paragraph| paragraph.starts_with("El cambio climático"));
    let climate = climate.next();
    assert!(climate.is_some_and(|paragraph| paragraph.contains("Por cada grado")), "{climate:?}");
}

#[test]
fn a_card_asks_for_no_setting_and_tells_more_than_a_kind() {
    let Piece::Flashcards(cards) = piece(Kind::Flashcards) else { panic!() };
    let fronts: Vec<&str> = cards.items.iter().map(|card| &*card.term).collect();
    assert!(fronts.contains(&"Condensación"), "{fronts:?}");
    assert!(!fronts.contains(&"Estomas") && !fronts.iter().any(|front| front.starts_with("A _____")));
}

#[test]
fn an_announced_list_is_answered_to_its_end() {
    let Piece::Faqs(faqs) = piece(Kind::Faqs) else { panic!() };
    let rain = faqs.items.iter().find(|item| item.question.contains("la lluvia llega al suelo"));
    assert!(rain.unwrap().answer.contains("El resto penetra en el terreno"));
}

#[test]
fn the_subject_stands_in_the_welcome_as_in_running_text() {
    let Piece::PodcastScript(script) = piece(Kind::PodcastScript) else { panic!() };
    let welcome = &script.turns.first().unwrap().text;
    assert!(welcome.contains("el ciclo del agua"), "{welcome}");
}

#[test]
fn a_verb_of_the_present_imagines_nothing() {
    let lexicon = language("es").lexicon();
    for (word, wanted) in
        [("enfría", false), ("varía", false), ("cualquiera", false), ("ocuparía", true), ("tendrían", true)]
    {
        assert_eq!(lexicon.is_imagined(word), wanted, "{word}");
    }
}

#[test]
fn a_front_is_not_cut_inside_a_list() {
    let made = made(HISTORY);
    let Ok(Piece::Flashcards(cards)) = write(Kind::Flashcards, &made.0, Some(&made.1)) else { panic!() };
    let fronts: Vec<&str> = cards.items.iter().map(|card| &*card.term).collect();
    assert!(fronts.len() >= 10, "{fronts:?}");
    for cut in ["cuando falta el rey.", "en tres países"] {
        assert!(!fronts.iter().any(|front| front.ends_with(cut)), "{fronts:?}");
    }
    let backs = cards.items.iter().find(|card| card.term == "Realistas").map(|card| &*card.definition);
    assert_eq!(backs, Some("Los partidarios de la Corona."));
}

#[test]
fn what_is_asked_can_be_asked() {
    let (analysis, _) = made(HISTORY);
    let asked: Vec<String> =
        super::question::all(&analysis).into_iter().map(|asked| asked.question).collect();
    assert!(asked.contains(&"¿Por qué creció el descontento?".to_owned()), "{asked:?}");
    assert!(asked.contains(&"¿Quién fue Simón Bolívar?".to_owned()), "{asked:?}");
    assert!(!asked.iter().any(|question| question.contains("se diferencian")), "{asked:?}");
    assert!(!asked.iter().any(|question| question.contains("causa inmediata")), "{asked:?}");
}

#[test]
fn a_term_stands_in_a_phrase_with_its_definite_article() {
    let (analysis, _) = made(HISTORY);
    let named = |surface: &str| {
        let term = analysis.terms().iter().find(|term| term.surface == surface);
        super::sense::named(&analysis, term.unwrap())
    };
    assert_eq!(named("junta").as_deref(), Some("la junta"));
    assert_eq!(named("criollos").as_deref(), Some("los criollos"));
    for term in analysis.terms() {
        let phrase = super::sense::named(&analysis, term).unwrap_or_else(|| "el".to_owned());
        let first = phrase.split(' ').next().unwrap();
        assert!(["el", "la", "los", "las"].contains(&first) || term.name, "{phrase}");
    }
}

#[test]
fn a_french_place_named_before_leans_and_a_date_does_not() {
    let lexicon = language("fr").lexicon();
    for (sentence, wanted) in [
        ("La roche y reste solide, parce que la pression est forte.", true),
        ("En 1902, une nuée ardente détruisit la ville de Saint-Pierre.", false),
        ("Dans les campagnes, il y a peu de routes.", false),
    ] {
        assert_eq!(leans(&tokens(sentence, lexicon), lexicon), wanted, "{sentence}");
    }
}
