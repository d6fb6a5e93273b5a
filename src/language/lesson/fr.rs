//! French phrases around the text's own words in guides, readings and reading questions.

use super::Need::{
    Cause, Contrast, Definition, Example, Figures, Pair, Section, Sequence, Statement, TwoSections,
    Vocabulary, Whole,
};
use super::{Announcing, Lesson, Need, ReadingPhrase, TermStyle};
use crate::content::BloomLevel::{self, Analyze, Apply, Create, Evaluate, Remember, Understand};

pub(super) const LESSON: Lesson = Lesson {
    quotation: ("«\u{a0}", "\u{a0}»"),
    numbers: "zéro une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
    and: "et",
    terms: TermStyle::Quoted,
    guide_overview: "Les {count} parties de ce guide mènent de la partie {first} à la partie {last}.",
    guide_summary: "Le guide a conduit de la partie {first} à la partie {last}.",
    guide_concepts: "Après ce travail, on peut expliquer ces notions et dire comment elles sont liées : {terms}.",
    points: "Voici ce qu'il faut en retenir.",
    point: ["Premièrement, {point}", "Deuxièmement, {point}", "Troisièmement, {point}", "Enfin, {point}"],
    reading_introduction: "Les {count} parties qui suivent mènent de {first} à {last}.",
    reading_conclusion: "Ces parties ont mené de {first} à {last}.",
    reading_terms: "Les termes qui portent le sujet méritent d'être revus : {terms}.",
    leaning: &[
        "en outre",
        "cependant",
        "pourtant",
        "toutefois",
        "donc",
        "ainsi",
        "d'entre eux",
        "d'entre elles",
        "de ces",
        "de ce",
        "enfin",
        "ensuite",
        "alors",
        "quant à",
        "en revanche",
    ],
    concluding: "donc",
    adding: &["aussi", "également", "autre", "autres", "par exemple"],
    announcing: Announcing {
        numbers: "deux trois quatre cinq six sept huit plusieurs différents différentes quelques",
        nouns: "raisons phases parties étapes sortes types manières formes facteurs points conséquences chemins causes buts inconvénients questions problèmes effets différences règles couches groupes réponses méthodes principes cas",
        phrases: &[
            "les conséquences furent",
            "a un prix",
            "a des conséquences",
            "ce qui suit",
            "les suivants",
            "les suivantes",
            "deux choses",
        ],
    },
    questions: &[
        asks(
            Definition,
            Understand,
            "Comment expliqueriez-vous avec vos propres mots le terme {xq}, et quel rôle cette idée joue-t-elle dans la partie {section} ?",
        ),
        asks(
            Definition,
            Understand,
            "Que signifie le terme {xq}, et en quoi ce sens aide-t-il à suivre la partie {section} ?",
        ),
        asks(
            Definition,
            Apply,
            "Comment expliqueriez-vous le terme {xq} à une personne qui ne connaît pas le sujet, et quel exemple choisiriez-vous ?",
        ),
        asks(
            Contrast,
            Analyze,
            "Qu'est-ce qui distingue les notions {xq} et {yq}, et pourquoi cette différence est-elle importante ?",
        ),
        asks(
            Contrast,
            Analyze,
            "À quels égards les notions {xq} et {yq} s'opposent-elles dans la partie {section}, et que peut-on en conclure ?",
        ),
        asks(
            Cause,
            Analyze,
            "Quelle raison est donnée pour l'affirmation {claim}, et que faudrait-il encore savoir pour l'accepter ?",
        ),
        asks(
            Cause,
            Evaluate,
            "La raison donnée pour l'affirmation {claim} vous paraît-elle convaincante, et quelles autres preuves demanderiez-vous ?",
        ),
        asks(
            Cause,
            Understand,
            "Comment expliqueriez-vous avec vos propres mots pourquoi l'affirmation {claim} est vraie ?",
        ),
        asks(
            Sequence,
            Understand,
            "Dans quel ordre se suivent les étapes décrites dans la partie {section}, et comment chacune prépare-t-elle la suivante ?",
        ),
        asks(
            Sequence,
            Apply,
            "Comment raconteriez-vous la partie {section} comme une chaîne d'étapes, et laquelle serait la plus difficile à supprimer ?",
        ),
        asks(
            Example,
            Apply,
            "Quel exemple est donné au sujet du thème {xq}, et quel autre exemple vous vient à l'esprit ?",
        ),
        asks(
            Example,
            Analyze,
            "Que montre exactement l'exemple donné dans la partie {section} au sujet du thème {xq}, et où sont ses limites ?",
        ),
        asks(
            Figures,
            Evaluate,
            "Que montrent les chiffres de l'affirmation {claim}, et que laissent-ils sans réponse ?",
        ),
        asks(
            Figures,
            Apply,
            "À quoi pourriez-vous comparer les chiffres de l'affirmation {claim} pour mieux vous les représenter ?",
        ),
        asks(
            Statement,
            Analyze,
            "Quel lien l'affirmation {claim} a-t-elle avec ce que dit par ailleurs la partie {section} ?",
        ),
        asks(
            Statement,
            Evaluate,
            "Quelle importance l'affirmation {claim} a-t-elle pour comprendre la partie {section}, et pourquoi ?",
        ),
        asks(
            Statement,
            Understand,
            "Comment expliqueriez-vous l'affirmation {claim} à une personne qui n'a pas lu le texte ?",
        ),
        asks(
            Statement,
            Apply,
            "Que pourriez-vous observer, essayer ou consulter pour vérifier l'affirmation {claim} ?",
        ),
        asks(
            Pair,
            Analyze,
            "Quel lien existe entre les notions {xq} et {yq}, et quelles phrases de la partie {section} le montrent ?",
        ),
        asks(Pair, Understand, "D'après la partie {section}, quel rapport y a-t-il entre {xq} et {yq} ?"),
        asks(
            Vocabulary,
            Remember,
            "Quels termes spécialisés la partie {section} introduit-elle, et que signifie chacun d'eux ?",
        ),
        asks(
            TwoSections,
            Analyze,
            "En quoi ce que vous avez lu dans la partie {section} prépare-t-il la partie {other} ?",
        ),
        asks(
            TwoSections,
            Evaluate,
            "Laquelle des deux parties, {section} ou {other}, compte le plus pour comprendre le sujet dans son ensemble, et pourquoi ?",
        ),
        asks(
            Whole,
            Create,
            "Comment dessineriez-vous un schéma qui montre les liens entre {xq}, {yq} et {zq} ?",
        ),
        asks(
            Section,
            Remember,
            "Quels points principaux la partie {section} expose-t-elle, et dans quel ordre ?",
        ),
        asks(
            Section,
            Evaluate,
            "Quelle phrase de la partie {section} vous paraît la plus importante, et par quelles raisons défendez-vous ce choix ?",
        ),
        asks(
            Section,
            Create,
            "Quelle question la partie {section} laisse-t-elle ouverte pour vous, et comment pourrait-on chercher la réponse ?",
        ),
    ],
};

const fn asks(need: Need, level: BloomLevel, text: &'static str) -> ReadingPhrase {
    ReadingPhrase { need, level, text }
}
