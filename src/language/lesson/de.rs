//! German phrases around the text's own words in guides, readings and reading questions.

use super::Need::{
    Cause, Contrast, Definition, Example, Figures, Pair, Section, Sequence, Statement, TwoSections,
    Vocabulary, Whole,
};
use super::{Announcing, Lesson, Need, ReadingPhrase, TermStyle};
use crate::content::BloomLevel::{self, Analyze, Apply, Create, Evaluate, Remember, Understand};

pub(super) const LESSON: Lesson = Lesson {
    quotation: ("„", "“"),
    numbers: "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn",
    and: "und",
    terms: TermStyle::Quoted,
    guide_overview: "Die {count} Teile dieses Leitfadens führen von {first} bis {last}.",
    guide_summary: "Der Leitfaden hat von {first} bis {last} geführt.",
    guide_concepts: "Wer diesen Leitfaden durchgearbeitet hat, kann die folgenden Begriffe erklären und sagen, wie sie zusammenhängen: {terms}.",
    points: "Das sind die Punkte, die bleiben sollten.",
    point: ["Erstens: {point}", "Zweitens: {point}", "Drittens: {point}", "Schließlich: {point}"],
    reading_introduction: "Die {count} Abschnitte, die folgen, führen von {first} bis {last}.",
    reading_conclusion: "Diese Abschnitte haben von {first} bis {last} geführt.",
    reading_terms: "Ein zweiter Blick auf die tragenden Begriffe lohnt sich: {terms}.",
    leaning: &[
        "jedoch",
        "allerdings",
        "dagegen",
        "hingegen",
        "deshalb",
        "daher",
        "also",
        "dadurch",
        "nämlich",
        "dieser",
        "diese",
        "diesem",
        "davon",
        "dabei",
        "ferner",
        "schließlich",
        "dort",
    ],
    concluding: "also somit",
    adding: &["auch", "außerdem", "zudem", "ebenfalls", "andere", "anderen", "anderer", "zum beispiel"],
    announcing: Announcing {
        numbers: "zwei drei vier fünf sechs sieben acht mehrere verschiedene einige",
        nouns: "gründe phasen teile schritte stufen arten formen faktoren punkte folgen wege ursachen zwecke nachteile fragen probleme wirkungen unterschiede regeln schichten gruppen antworten methoden prinzipien fälle",
        phrases: &[
            "die folgen waren",
            "hat ihren preis",
            "hat seinen preis",
            "hat folgen",
            "folgendes",
            "wie folgt",
            "zwei dinge",
        ],
    },
    questions: &[
        asks(
            Definition,
            Understand,
            "Wie würden Sie den Begriff {xq} in eigenen Worten erklären, und welche Rolle spielt er im Abschnitt {section}?",
        ),
        asks(
            Definition,
            Understand,
            "Was bedeutet der Begriff {xq}, und wie hilft diese Bedeutung beim Verständnis des Abschnitts {section}?",
        ),
        asks(
            Definition,
            Apply,
            "Wie würden Sie den Begriff {xq} jemandem erklären, der das Thema nicht kennt, und welches Beispiel würden Sie wählen?",
        ),
        asks(
            Contrast,
            Analyze,
            "Was unterscheidet die Begriffe {xq} und {yq} voneinander, und warum ist der Unterschied wichtig?",
        ),
        asks(
            Contrast,
            Analyze,
            "In welcher Hinsicht werden {xq} und {yq} im Abschnitt {section} einander gegenübergestellt, und was folgt daraus?",
        ),
        asks(
            Cause,
            Analyze,
            "Welche Begründung wird für die Aussage {claim} gegeben, und was müsste man noch wissen, um sie anzunehmen?",
        ),
        asks(
            Cause,
            Evaluate,
            "Wie überzeugend finden Sie die Begründung für die Aussage {claim}, und welche weiteren Belege würden Sie verlangen?",
        ),
        asks(
            Cause,
            Understand,
            "Wie würden Sie mit eigenen Worten erklären, warum die Aussage {claim} zutrifft?",
        ),
        asks(
            Sequence,
            Understand,
            "In welcher Reihenfolge stehen die Schritte, die der Abschnitt {section} beschreibt, und wie bereitet jeder den nächsten vor?",
        ),
        asks(
            Sequence,
            Apply,
            "Wie würden Sie den Abschnitt {section} als Kette von Schritten nacherzählen, und welcher Schritt darf am wenigsten fehlen?",
        ),
        asks(
            Example,
            Apply,
            "Welches Beispiel wird zum Stichwort {xq} gegeben, und welches weitere Beispiel fällt Ihnen ein?",
        ),
        asks(
            Example,
            Analyze,
            "Was genau zeigt das Beispiel zum Stichwort {xq} im Abschnitt {section}, und wo liegen seine Grenzen?",
        ),
        asks(Figures, Evaluate, "Was zeigen die Zahlen in der Aussage {claim}, und was lassen sie offen?"),
        asks(
            Figures,
            Apply,
            "Womit könnten Sie die Zahlen in der Aussage {claim} vergleichen, um sie anschaulicher zu machen?",
        ),
        asks(
            Statement,
            Analyze,
            "Wie hängt die Aussage {claim} mit dem zusammen, was der Abschnitt {section} sonst sagt?",
        ),
        asks(
            Statement,
            Evaluate,
            "Wie wichtig ist die Aussage {claim} für das Verständnis des Abschnitts {section}, und warum?",
        ),
        asks(
            Statement,
            Understand,
            "Wie würden Sie die Aussage {claim} jemandem erklären, der den Text nicht gelesen hat?",
        ),
        asks(
            Statement,
            Apply,
            "Was könnten Sie beobachten, ausprobieren oder nachschlagen, um die Aussage {claim} zu überprüfen?",
        ),
        asks(
            Pair,
            Analyze,
            "Wie hängen die Begriffe {xq} und {yq} zusammen, und welche Aussagen im Abschnitt {section} zeigen das?",
        ),
        asks(Pair, Understand, "Was haben {xq} und {yq} nach dem Abschnitt {section} miteinander zu tun?"),
        asks(
            Vocabulary,
            Remember,
            "Welche Fachbegriffe führt der Abschnitt {section} ein, und was bedeutet jeder von ihnen?",
        ),
        asks(
            TwoSections,
            Analyze,
            "Wie bereitet das, was Sie im Abschnitt {section} gelesen haben, den Abschnitt {other} vor?",
        ),
        asks(
            TwoSections,
            Evaluate,
            "Welcher der beiden Abschnitte, {section} oder {other}, ist für das Verständnis des Themas wichtiger, und warum?",
        ),
        asks(
            Whole,
            Create,
            "Wie würden Sie ein Schaubild zeichnen, das zeigt, wie {xq}, {yq} und {zq} zusammengehören?",
        ),
        asks(
            Section,
            Remember,
            "Welche Hauptpunkte nennt der Abschnitt {section}, und in welcher Reihenfolge?",
        ),
        asks(
            Section,
            Evaluate,
            "Welche Aussage im Abschnitt {section} erscheint Ihnen am wichtigsten, und womit begründen Sie Ihre Wahl?",
        ),
        asks(
            Section,
            Create,
            "Welche Frage lässt der Abschnitt {section} für Sie offen, und wie könnte man eine Antwort suchen?",
        ),
    ],
};

const fn asks(need: Need, level: BloomLevel, text: &'static str) -> ReadingPhrase {
    ReadingPhrase { need, level, text }
}
