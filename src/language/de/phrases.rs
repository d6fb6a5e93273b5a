//! German objectives and questions. Terms stand in quotation marks beside a noun that carries the case.

use crate::content::BloomLevel;
use crate::language::phrases::{Frame, ObjectivePhrase, Phrases, QuestionPhrase, Use, Why};
use crate::language::table::Verbs;

pub(super) const VERBS: Verbs = Verbs {
    by_level: &[
        (
            BloomLevel::Remember,
            &["nennen", "definieren", "aufzählen", "wiedergeben", "benennen", "bestimmen", "angeben"],
        ),
        (
            BloomLevel::Understand,
            &[
                "erklären",
                "beschreiben",
                "zusammenfassen",
                "veranschaulichen",
                "erläutern",
                "darstellen",
                "vergleichen",
                "einordnen",
                "umschreiben",
                "schildern",
            ],
        ),
        (
            BloomLevel::Apply,
            &[
                "anwenden",
                "berechnen",
                "verwenden",
                "nutzen",
                "lösen",
                "durchführen",
                "ausführen",
                "übertragen",
            ],
        ),
        (
            BloomLevel::Analyze,
            &[
                "analysieren",
                "unterscheiden",
                "untersuchen",
                "gliedern",
                "gegenüberstellen",
                "ableiten",
                "nachzeichnen",
            ],
        ),
        (
            BloomLevel::Evaluate,
            &["beurteilen", "bewerten", "begründen", "prüfen", "verteidigen", "einschätzen", "kritisieren"],
        ),
        (
            BloomLevel::Create,
            &[
                "entwerfen",
                "entwickeln",
                "verfassen",
                "gestalten",
                "planen",
                "formulieren",
                "erstellen",
                "schreiben",
            ],
        ),
    ],
    forbidden: &[
        "verstehen",
        "wissen",
        "kennen",
        "lernen",
        "kennenlernen",
        "begreifen",
        "sich vertraut machen",
    ],
};

pub(super) const PHRASES: Phrases = Phrases {
    objectives: &[
        objective(
            Use::Contrast,
            BloomLevel::Analyze,
            "Unterscheiden Sie die Begriffe {X} und {Y} anhand ihrer Merkmale",
        ),
        objective(
            Use::Contrast,
            BloomLevel::Understand,
            "Vergleichen Sie die Begriffe {X} und {Y} anhand ihrer Merkmale",
        ),
        objective(
            Use::Sequence,
            BloomLevel::Understand,
            "Schildern Sie die wichtigsten Schritte zum Thema {X} in ihrer Reihenfolge",
        ),
        objective(
            Use::Definition,
            BloomLevel::Remember,
            "Definieren Sie den Begriff {X} im Zusammenhang mit dem Begriff {Y}",
        ),
        objective(
            Use::Definition,
            BloomLevel::Understand,
            "Erklären Sie den Begriff {X} und seinen Bezug zum Begriff {Y}",
        ),
        objective(
            Use::Relation,
            BloomLevel::Analyze,
            "Untersuchen Sie den Zusammenhang zwischen den Begriffen {X} und {Y}",
        ),
        objective(
            Use::Relation,
            BloomLevel::Understand,
            "Beschreiben Sie das Verhältnis der Begriffe {X} und {Y}",
        ),
        objective(
            Use::Relation,
            BloomLevel::Understand,
            "Erläutern Sie an Beispielen, wie {X} und {Y} zusammenhängen",
        ),
        objective(
            Use::Example,
            BloomLevel::Understand,
            "Veranschaulichen Sie den Begriff {X} durch ein Beispiel",
        ),
        objective(
            Use::Importance,
            BloomLevel::Evaluate,
            "Beurteilen Sie die Bedeutung des Themas {X} für das Thema {Y}",
        ),
        objective(Use::Topic, BloomLevel::Understand, "Beschreiben Sie die wichtigsten Punkte zum Thema {X}"),
    ],
    questions: &[
        question(Use::Definition, "Was versteht man unter dem Begriff {X}?"),
        question(Use::PastDefinition, "Was verstand man unter dem Begriff {X}?"),
        question(Use::Person, "Wer ist {X}?"),
        question(Use::PastPerson, "Wer war {X}?"),
        question(Use::Contrast, "Worin unterscheiden sich die Begriffe {X} und {Y}?"),
        question(Use::Function, "Wozu dient das, was man {X} nennt?"),
        question(Use::Relation, "Wie hängen die Begriffe {X} und {Y} zusammen?"),
    ],
    why: Why::Plain("Wie lässt sich Folgendes erklären: {C}?"),
    because: "Weil {C}.",
    function_questions: &[],
    title_pair: "{X} und {Y}",
    and: "und",
    key_ideas: "Die Kerngedanken sind hier {X}.",
    contractions: &[],
    clause_headings: &["warum", "wie"],
};

const fn objective(for_use: Use, level: BloomLevel, text: &'static str) -> ObjectivePhrase {
    ObjectivePhrase { for_use, level, frame: Frame::same(text) }
}

const fn question(for_use: Use, text: &'static str) -> QuestionPhrase {
    QuestionPhrase { for_use, frame: Frame::same(text) }
}
