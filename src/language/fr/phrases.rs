//! French objectives and questions. Terms stand in quotation marks, so that no phrase asks for elision
//! or agreement.

use crate::content::BloomLevel;
use crate::language::phrases::{Frame, ObjectivePhrase, Phrases, QuestionPhrase, Use, Why};
use crate::language::table::Verbs;

pub(super) const VERBS: Verbs = Verbs {
    by_level: &[
        (
            BloomLevel::Remember,
            &[
                "définir",
                "identifier",
                "nommer",
                "énumérer",
                "citer",
                "rappeler",
                "reconnaître",
                "situer",
                "lister",
            ],
        ),
        (
            BloomLevel::Understand,
            &[
                "expliquer",
                "décrire",
                "résumer",
                "illustrer",
                "interpréter",
                "classer",
                "reformuler",
                "présenter",
                "comparer",
                "paraphraser",
                "exposer",
            ],
        ),
        (
            BloomLevel::Apply,
            &[
                "appliquer",
                "calculer",
                "utiliser",
                "employer",
                "résoudre",
                "démontrer",
                "exécuter",
                "construire",
            ],
        ),
        (
            BloomLevel::Analyze,
            &[
                "analyser",
                "distinguer",
                "examiner",
                "relier",
                "différencier",
                "décomposer",
                "opposer",
                "retracer",
            ],
        ),
        (
            BloomLevel::Evaluate,
            &[
                "évaluer",
                "juger",
                "justifier",
                "critiquer",
                "défendre",
                "apprécier",
                "argumenter",
                "vérifier",
            ],
        ),
        (
            BloomLevel::Create,
            &[
                "concevoir",
                "créer",
                "rédiger",
                "élaborer",
                "formuler",
                "composer",
                "inventer",
                "planifier",
                "produire",
            ],
        ),
    ],
    forbidden: &[
        "comprendre",
        "savoir",
        "connaître",
        "apprendre",
        "se familiariser",
        "prendre conscience",
        "saisir",
    ],
};

pub(super) const PHRASES: Phrases = Phrases {
    objectives: &[
        objective(Use::Cause, BloomLevel::Understand, "Expliquer pourquoi {C}"),
        objective(Use::When, BloomLevel::Understand, "Décrire ce qui se passe quand {C}"),
        objective(Use::PastWhen, BloomLevel::Understand, "Décrire ce qui se passa quand {C}"),
        objective(
            Use::Contrast,
            BloomLevel::Analyze,
            "Distinguer les notions {X} et {Y} par leurs traits principaux",
        ),
        objective(
            Use::Contrast,
            BloomLevel::Understand,
            "Comparer les notions {X} et {Y} par leurs traits principaux",
        ),
        objective(
            Use::Sequence,
            BloomLevel::Analyze,
            "Retracer dans l'ordre les étapes principales du thème {X}",
        ),
        objective(Use::Definition, BloomLevel::Remember, "Définir la notion {X} en lien avec la notion {Y}"),
        objective(
            Use::Definition,
            BloomLevel::Understand,
            "Expliquer la notion {X} et son lien avec la notion {Y}",
        ),
        objective(Use::Relation, BloomLevel::Analyze, "Examiner le rapport entre {X} et {Y}"),
        objective(Use::Relation, BloomLevel::Understand, "Décrire le lien qui unit {X} et {Y}"),
        objective(Use::Relation, BloomLevel::Analyze, "Relier les notions {X} et {Y} à l'aide d'exemples"),
        objective(Use::Example, BloomLevel::Understand, "Illustrer la notion {X} par un exemple précis"),
        objective(
            Use::Importance,
            BloomLevel::Evaluate,
            "Évaluer l'importance du thème {X} pour le thème {Y}",
        ),
        objective(Use::Topic, BloomLevel::Understand, "Présenter les points principaux du thème {X}"),
    ],
    questions: &[
        question(Use::Definition, "Que désigne le terme {X} ?"),
        question(Use::PastDefinition, "Que désignait le terme {X} ?"),
        question(Use::Person, "Qui est {X} ?"),
        question(Use::PastPerson, "Qui était {X} ?"),
        question(Use::When, "Que se passe-t-il quand {C} ?"),
        question(Use::PastWhen, "Que se passa-t-il quand {C} ?"),
        question(Use::If, "Que se passe-t-il si {C} ?"),
        question(Use::Contrast, "Quelle différence y a-t-il entre les notions {X} et {Y} ?"),
        question(Use::Function, "À quoi sert ce que l'on appelle {X} ?"),
        question(Use::Relation, "Quel est le lien entre les notions {X} et {Y} ?"),
    ],
    why: Why::Plain("Comment expliquer ce fait : {C} ?"),
    because: "En voici la raison : {C}.",
    function_questions: &[],
    title_pair: "{X} et {Y}",
    and: "et",
    key_ideas: "Les idées principales sont ici {X}.",
    contractions: &[
        ("si il ", "s'il "),
        ("si ils ", "s'ils "),
        ("que il ", "qu'il "),
        ("que elle ", "qu'elle "),
        ("que un ", "qu'un "),
        ("que une ", "qu'une "),
        ("que on ", "qu'on "),
        ("de le ", "du "),
        ("de les ", "des "),
        ("à le ", "au "),
        ("à les ", "aux "),
    ],
    clause_headings: &["pourquoi", "comment"],
};

const fn objective(for_use: Use, level: BloomLevel, text: &'static str) -> ObjectivePhrase {
    ObjectivePhrase { for_use, level, frame: Frame::same(text) }
}

const fn question(for_use: Use, text: &'static str) -> QuestionPhrase {
    QuestionPhrase { for_use, frame: Frame::same(text) }
}
