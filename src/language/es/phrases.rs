//! Spanish objectives and questions.

use crate::content::BloomLevel;
use crate::language::phrases::{Frame, ObjectivePhrase, Phrases, QuestionPhrase, Use, Why};
use crate::language::table::Verbs;

pub(super) const VERBS: Verbs = Verbs {
    by_level: &[
        (
            BloomLevel::Remember,
            &[
                "citar",
                "definir",
                "enumerar",
                "enunciar",
                "identificar",
                "localizar",
                "nombrar",
                "recordar",
                "reconocer",
                "señalar",
            ],
        ),
        (
            BloomLevel::Understand,
            &[
                "clasificar",
                "comparar",
                "contrastar",
                "describir",
                "ejemplificar",
                "explicar",
                "exponer",
                "ilustrar",
                "inferir",
                "interpretar",
                "parafrasear",
                "resumir",
                "traducir",
            ],
        ),
        (
            BloomLevel::Apply,
            &[
                "aplicar",
                "calcular",
                "completar",
                "construir",
                "demostrar",
                "ejecutar",
                "emplear",
                "mostrar",
                "realizar",
                "resolver",
                "usar",
                "utilizar",
            ],
        ),
        (
            BloomLevel::Analyze,
            &[
                "analizar",
                "categorizar",
                "descomponer",
                "determinar",
                "diferenciar",
                "distinguir",
                "examinar",
                "investigar",
                "organizar",
                "relacionar",
            ],
        ),
        (
            BloomLevel::Evaluate,
            &[
                "argumentar",
                "concluir",
                "criticar",
                "debatir",
                "defender",
                "evaluar",
                "juzgar",
                "justificar",
                "recomendar",
                "valorar",
            ],
        ),
        (
            BloomLevel::Create,
            &[
                "componer",
                "crear",
                "desarrollar",
                "diseñar",
                "elaborar",
                "formular",
                "idear",
                "inventar",
                "planificar",
                "producir",
                "proponer",
                "redactar",
            ],
        ),
    ],
    forbidden: &[
        "comprender",
        "entender",
        "conocer",
        "saber",
        "aprender",
        "apreciar",
        "familiarizarse",
        "tomar conciencia",
        "ser consciente",
        "captar",
    ],
};

pub(super) const PHRASES: Phrases = Phrases {
    objectives: &[
        objective(Use::Clause, BloomLevel::Understand, Frame::same("Explicar {C}")),
        objective(Use::Clause, BloomLevel::Understand, Frame::same("Explicar {C}, con referencia a {Y}")),
        objective(Use::Cause, BloomLevel::Understand, Frame::same("Explicar por qué {C}")),
        objective(Use::When, BloomLevel::Understand, Frame::same("Describir qué ocurre cuando {C}")),
        objective(Use::PastWhen, BloomLevel::Understand, Frame::same("Describir qué ocurrió cuando {C}")),
        objective(Use::If, BloomLevel::Understand, Frame::same("Exponer qué ocurre si {C}")),
        objective(
            Use::Contrast,
            BloomLevel::Analyze,
            Frame::same("Distinguir {X} de {Y} por sus rasgos principales"),
        ),
        objective(
            Use::Contrast,
            BloomLevel::Understand,
            Frame::same("Comparar {X} con {Y} en sus rasgos principales"),
        ),
        objective(
            Use::Sequence,
            BloomLevel::Understand,
            Frame::same("Resumir las etapas principales de {X} en orden"),
        ),
        objective(
            Use::Calculation,
            BloomLevel::Apply,
            Frame::same("Calcular {X} paso a paso con datos dados"),
        ),
        objective(
            Use::Definition,
            BloomLevel::Understand,
            Frame::of(
                "Describir qué es {X} y cómo se relaciona con {Y}",
                "Describir qué son {X} y cómo se relacionan con {Y}",
            ),
        ),
        objective(Use::Definition, BloomLevel::Remember, Frame::same("Definir {X} en relación con {Y}")),
        objective(Use::Relation, BloomLevel::Analyze, Frame::same("Examinar la relación entre {X} y {Y}")),
        objective(
            Use::Relation,
            BloomLevel::Analyze,
            Frame::same("Relacionar {X} con {Y} mediante ejemplos"),
        ),
        objective(
            Use::Example,
            BloomLevel::Understand,
            Frame::same("Ilustrar la idea de {X} con un ejemplo"),
        ),
        objective(
            Use::Importance,
            BloomLevel::Evaluate,
            Frame::same("Valorar la importancia de {X} para {Y}"),
        ),
        objective(
            Use::Topic,
            BloomLevel::Understand,
            Frame::same("Resumir los puntos principales sobre {X}"),
        ),
    ],
    questions: &[
        question(Use::Definition, Frame::of("¿Qué es {X}?", "¿Qué son {X}?")),
        question(Use::PastDefinition, Frame::of("¿Qué fue {X}?", "¿Qué fueron {X}?")),
        question(Use::Person, Frame::of("¿Quién es {X}?", "¿Quiénes son {X}?")),
        question(Use::PastPerson, Frame::of("¿Quién fue {X}?", "¿Quiénes fueron {X}?")),
        question(Use::When, Frame::same("¿Qué ocurre cuando {C}?")),
        question(Use::PastWhen, Frame::same("¿Qué ocurrió cuando {C}?")),
        question(Use::If, Frame::same("¿Qué ocurre si {C}?")),
        question(
            Use::Contrast,
            Frame::of("¿En qué se diferencia {X} de {Y}?", "¿En qué se diferencian {X} de {Y}?"),
        ),
        question(Use::Function, Frame::of("¿Qué hace {X}?", "¿Qué hacen {X}?")),
        question(
            Use::Relation,
            Frame::of("¿Qué relación tiene {X} con {Y}?", "¿Qué relación tienen {X} con {Y}?"),
        ),
    ],
    why: Why::Plain("¿Por qué {C}?"),
    because: "Porque {C}.",
    function_questions: &[
        ("mide", Frame::same("¿Qué mide {X}?")),
        ("describe", Frame::same("¿Qué describe {X}?")),
        ("describen", Frame::same("¿Qué describen {X}?")),
        ("indica", Frame::same("¿Qué indica {X}?")),
        ("establece", Frame::same("¿Qué establece {X}?")),
        ("consiste en", Frame::same("¿En qué consiste {X}?")),
        ("consisten en", Frame::same("¿En qué consisten {X}?")),
        ("depende de", Frame::same("¿De qué depende {X}?")),
        ("dependen de", Frame::same("¿De qué dependen {X}?")),
        ("contiene", Frame::same("¿Qué contiene {X}?")),
        ("contienen", Frame::same("¿Qué contienen {X}?")),
        ("causa", Frame::same("¿Qué causa {X}?")),
        ("produce", Frame::same("¿Qué produce {X}?")),
        ("producen", Frame::same("¿Qué producen {X}?")),
        ("sirve para", Frame::same("¿Para qué sirve {X}?")),
        ("sirven para", Frame::same("¿Para qué sirven {X}?")),
        ("se mide en", Frame::same("¿En qué se mide {X}?")),
        ("se divide en", Frame::same("¿En qué se divide {X}?")),
        ("se dividen en", Frame::same("¿En qué se dividen {X}?")),
        ("impide", Frame::same("¿Qué impide {X}?")),
        ("impiden", Frame::same("¿Qué impiden {X}?")),
        ("permite", Frame::same("¿Qué permite {X}?")),
        ("permiten", Frame::same("¿Qué permiten {X}?")),
    ],
    title_pair: "{X} y {Y}",
    and: "y",
    key_ideas: "Las ideas clave son {X}.",
    contractions: &[
        (" de el ", " del "),
        (" a el ", " al "),
        (" y i", " e i"),
        (" y hi", " e hi"),
        (" e hie", " y hie"),
    ],
    clause_headings: &["por", "cómo", "qué", "cuándo", "dónde"],
};

const fn objective(for_use: Use, level: BloomLevel, frame: Frame) -> ObjectivePhrase {
    ObjectivePhrase { for_use, level, frame }
}

const fn question(for_use: Use, frame: Frame) -> QuestionPhrase {
    QuestionPhrase { for_use, frame }
}
