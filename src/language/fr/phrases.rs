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
        objective(Use::Section, BloomLevel::Understand, "Résumer les points principaux du thème « {C} »"),
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
        question(Use::Deed, "Que fit {X} {C} ?"),
        question(Use::Relation, "Quel est le lien entre les notions {X} et {Y} ?"),
    ],
    why: Why::Plain("Pourquoi est-ce que {C} ?"),
    because: "Parce que {C}.",
    explained_by: &[],
    leads_to: &[],
    function_questions: &[],
    title_pair: "{X} et {Y}",
    and: "et",
    key_ideas: "Les idées principales sont ici {X}.",
    contractions: &[
        ("si il ", "s'il "),
        ("si ils ", "s'ils "),
        ("-ce que a", "-ce qu'a"),
        ("-ce que à", "-ce qu'à"),
        ("-ce que e", "-ce qu'e"),
        ("-ce que é", "-ce qu'é"),
        ("-ce que i", "-ce qu'i"),
        ("-ce que o", "-ce qu'o"),
        ("-ce que u", "-ce qu'u"),
        ("-ce que A", "-ce qu'A"),
        ("-ce que E", "-ce qu'E"),
        ("-ce que É", "-ce qu'É"),
        ("-ce que I", "-ce qu'I"),
        ("-ce que O", "-ce qu'O"),
        ("-ce que U", "-ce qu'U"),
        ("Parce que a", "Parce qu'a"),
        ("Parce que e", "Parce qu'e"),
        ("Parce que é", "Parce qu'é"),
        ("Parce que i", "Parce qu'i"),
        ("Parce que o", "Parce qu'o"),
        ("Parce que u", "Parce qu'u"),
        ("Parce que A", "Parce qu'A"),
        ("Parce que E", "Parce qu'E"),
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
