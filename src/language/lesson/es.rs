//! Spanish phrases around the text's own words in guides, readings and reading questions.

use super::Need::{
    Cause, Contrast, Definition, Example, Figures, Pair, Section, Sequence, Statement, TwoSections,
    Vocabulary, Whole,
};
use super::{Announcing, Lesson, Need, ReadingPhrase, TermStyle};
use crate::content::BloomLevel::{self, Analyze, Apply, Create, Evaluate, Remember, Understand};

pub(super) const LESSON: Lesson = Lesson {
    quotation: ("«", "»"),
    numbers: "cero una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
    and: "y",
    terms: TermStyle::Phrase,
    guide_overview: "Las {count} partes de esta guía llevan desde {first} hasta {last}.",
    guide_summary: "La guía ha llevado desde {first} hasta {last}.",
    guide_concepts: "Quien haya trabajado esta guía puede explicar estos conceptos y decir cómo se relacionan entre sí: {terms}.",
    points: "Estas son las ideas que conviene recordar.",
    point: [
        "En primer lugar, {point}",
        "En segundo lugar, {point}",
        "En tercer lugar, {point}",
        "Por último, {point}",
    ],
    reading_introduction: "Las {count} secciones que siguen llevan desde {first} hasta {last}.",
    reading_conclusion: "Estas secciones han llevado desde {first} hasta {last}.",
    reading_terms: "Merece la pena repasar los términos que sostienen el tema: {terms}.",
    leaning: &[
        "sin embargo",
        "en cambio",
        "por tanto",
        "por eso",
        "así",
        "de ellos",
        "de ellas",
        "de estos",
        "de estas",
        "a su vez",
        "por su parte",
        "en consecuencia",
        "el resto",
        "por último",
        "finalmente",
    ],
    concluding: "entonces pues",
    adding: &[
        "también",
        "tampoco",
        "además",
        "otro",
        "otra",
        "otros",
        "otras",
        "por ejemplo",
        "primero",
        "segundo",
        "segunda",
    ],
    announcing: Announcing {
        numbers: "dos tres cuatro cinco seis siete ocho varios varias distintos distintas diferentes algunos algunas",
        nouns: "razones fases partes pasos etapas clases tipos maneras formas factores puntos consecuencias caminos rutas causas fines inconvenientes preguntas problemas efectos diferencias reglas capas grupos respuestas métodos principios motivos casos",
        phrases: &[
            "las consecuencias fueron",
            "tiene un precio",
            "tiene límites",
            "tiene consecuencias",
            "lo siguiente",
            "los siguientes",
            "las siguientes",
            "hay que tener en cuenta",
            "dos cosas",
        ],
    },
    questions: &[
        asks(
            Definition,
            Understand,
            "¿Cómo explicarías con tus propias palabras qué se entiende por {xq} y por qué es importante esta idea?",
        ),
        asks(Definition, Understand, "¿Qué significa {xq} y para qué hace falta este término en {section}?"),
        asks(
            Definition,
            Apply,
            "¿Cómo explicarías qué quiere decir {xq} a alguien que no conoce el tema y qué ejemplo elegirías?",
        ),
        asks(
            Contrast,
            Analyze,
            "¿Qué diferencia hay entre {x} y {y}, y por qué es importante esa diferencia?",
        ),
        asks(
            Contrast,
            Analyze,
            "¿En qué aspectos se contraponen {x} y {y} en {section}, y qué se deduce de ese contraste?",
        ),
        asks(
            Cause,
            Analyze,
            "¿Qué razón se da para la afirmación {claim} y qué más habría que saber para aceptarla?",
        ),
        asks(
            Cause,
            Evaluate,
            "¿Te convence la razón que se da para la afirmación {claim}, y qué otras pruebas pedirías?",
        ),
        asks(
            Cause,
            Understand,
            "¿Cómo explicarías con tus propias palabras por qué es cierta la afirmación {claim}?",
        ),
        asks(
            Sequence,
            Understand,
            "¿En qué orden se suceden los pasos descritos en {section} y cómo prepara cada uno el siguiente?",
        ),
        asks(
            Sequence,
            Apply,
            "¿Cómo volverías a contar lo que ocurre en {section} como una cadena de pasos, y cuál de ellos no podría faltar?",
        ),
        asks(Example, Apply, "¿Qué ejemplo se da en relación con {x} y qué otro ejemplo se te ocurre?"),
        asks(
            Example,
            Analyze,
            "¿Qué muestra exactamente el ejemplo sobre {x} en {section} y cuáles son sus límites?",
        ),
        asks(
            Figures,
            Evaluate,
            "¿Qué muestran las cifras de la afirmación {claim} y qué dejan sin responder?",
        ),
        asks(
            Figures,
            Apply,
            "¿Con qué podrías comparar las cifras de la afirmación {claim} para imaginarlas mejor?",
        ),
        asks(
            Statement,
            Analyze,
            "¿Qué relación tiene la afirmación {claim} con lo demás que se dice en {section}?",
        ),
        asks(
            Statement,
            Evaluate,
            "¿Qué importancia tiene la afirmación {claim} para comprender {section} y por qué?",
        ),
        asks(
            Statement,
            Understand,
            "¿Cómo explicarías la afirmación {claim} a alguien que no ha leído el texto?",
        ),
        asks(
            Statement,
            Apply,
            "¿Qué podrías observar, probar o consultar para comprobar la afirmación {claim}?",
        ),
        asks(Pair, Analyze, "¿Qué relación existe entre {x} y {y}, y qué afirmaciones la muestran?"),
        asks(Pair, Understand, "A juzgar por {section}, ¿qué tienen que ver entre sí {x} y {y}?"),
        asks(
            Vocabulary,
            Remember,
            "¿Qué términos especializados introduce {section} y qué significa cada uno de ellos?",
        ),
        asks(TwoSections, Analyze, "¿De qué manera prepara lo leído en {section} el terreno para {other}?"),
        asks(
            TwoSections,
            Evaluate,
            "¿Cuál de las dos secciones, {section} o {other}, es más importante para comprender el tema en su conjunto y por qué?",
        ),
        asks(Whole, Create, "¿Cómo dibujarías un esquema que muestre la relación entre {x}, {y} y {z}?"),
        asks(Section, Remember, "¿Qué puntos principales expone {section} y en qué orden?"),
        asks(
            Section,
            Evaluate,
            "¿Qué afirmación de la sección {section} te parece la más importante y con qué razones defiendes tu elección?",
        ),
        asks(
            Section,
            Create,
            "¿Qué pregunta te deja abierta {section} y cómo se podría tratar de responderla?",
        ),
    ],
};

const fn asks(need: Need, level: BloomLevel, text: &'static str) -> ReadingPhrase {
    ReadingPhrase { need, level, text }
}
