//! Syllabuses: what is taught makes the outline, the running of the course does not.

use std::sync::Arc;

use super::Analysis;
use crate::content::{BloomLevel, Kind, Outline, Piece, Request};
use crate::source::Source;

const STATISTICS: &str = include_str!("../../examples/syllabus-introductory-statistics.md");

const SPANISH: &str = "# Ecología: programa del curso\n\n## Presentación\n\nLa ecología es la ciencia que estudia \
las relaciones de los seres vivos con su medio. Los estudiantes asisten a dos clases por semana.\n\n## Objetivos\n\n\
Al final del curso, los estudiantes serán capaces de:\n\n- describir las partes de un ecosistema con ejemplos propios;\n\
- comparar las cadenas tróficas de dos ecosistemas distintos;\n- evaluar el efecto de la contaminación en las poblaciones.\n\n\
## Temario\n\n\
- **Semana 1: Los ecosistemas.** Un ecosistema es un conjunto de seres vivos y del medio en el que viven. Los ecosistemas \
intercambian energía y materia con su entorno. El clima determina qué plantas crecen en un ecosistema y qué animales viven de ellas.\n\
- **Semana 2: Las cadenas tróficas.** Una cadena trófica es una serie de seres vivos en la que cada uno come al anterior. \
Los productores fabrican su alimento con la luz del sol. Los consumidores obtienen la energía de otros seres vivos.\n\
- **Semana 3: Las poblaciones.** Una población es un grupo de individuos de la misma especie que vive en un lugar. \
Las poblaciones crecen cuando hay alimento suficiente. La contaminación reduce muchas poblaciones de peces en los ríos.\n\
- **Semana 4: Examen parcial.** El examen dura dos horas y se hace en la sala grande.\n\n\
## Evaluación\n\nLa nota final se compone de dos exámenes y de un trabajo. Las tareas se entregan los viernes.\n\n\
## Normas de asistencia\n\nLa asistencia es obligatoria en todas las clases del curso.\n";

fn outline(text: &str) -> Outline {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    match super::write(Kind::Outline, &analysis, None).unwrap() {
        Piece::Outline(outline) => outline,
        other => panic!("{other:?}"),
    }
}

fn titles(outline: &Outline) -> Vec<&str> {
    outline.sections.iter().map(|section| section.title.as_str()).collect()
}

#[test]
fn the_weeks_of_a_syllabus_are_its_sections() {
    let outline = outline(STATISTICS);
    assert_eq!(outline.title, "Introductory Statistics");
    let titles = titles(&outline).join(" | ").to_lowercase();
    for topic in [
        "data and variables",
        "describing distributions",
        "sampling",
        "experiments and observational studies",
        "probability",
        "the normal distribution",
        "sampling distributions",
        "confidence intervals",
        "hypothesis tests",
        "comparing groups",
        "correlation and regression",
        "categorical data",
    ] {
        assert!(titles.contains(topic), "{topic}: {titles}");
    }
    for other in ["week", "midterm", "presentations", "assessment", "policies", "description"] {
        assert!(!titles.split([' ', ',']).any(|word| word == other), "{other}: {titles}");
    }
}

#[test]
fn the_running_of_a_course_is_not_taught() {
    for text in [STATISTICS, SPANISH] {
        let outline = outline(text);
        for section in &outline.sections {
            let points = section.key_points.iter().map(|point| point.text.as_str());
            for point in points.chain([section.description.as_str()]) {
                for word in
                    ["Week", "midterm", "Fridays", "Students", "dropped", "viernes", "examen", "Semana"]
                {
                    assert!(!point.contains(word), "{point}");
                }
            }
        }
    }
}

#[test]
fn objectives_that_a_text_states_are_taken_over() {
    let outline = outline(STATISTICS);
    let found: Vec<(&str, BloomLevel)> = outline
        .learning_objectives
        .iter()
        .map(|objective| (objective.text.as_str(), objective.level))
        .collect();
    assert_eq!(found.len(), 6);
    assert_eq!(
        found[0],
        (
            "Describe the distribution of a variable with suitable graphs and numerical measures",
            BloomLevel::Understand
        )
    );
    assert_eq!(found[5].1, BloomLevel::Evaluate);
    for number in 1..=6 {
        assert!(outline.sections.iter().any(|section| section.objectives.contains(&number)), "{number}");
    }
    assert!(outline.sections.iter().all(|section| !section.objectives.is_empty()));
}

#[test]
fn a_spanish_syllabus_is_read_the_same_way() {
    let outline = outline(SPANISH);
    assert_eq!(titles(&outline), ["Los ecosistemas", "Las cadenas tróficas", "Las poblaciones"]);
    let objectives: Vec<&str> =
        outline.learning_objectives.iter().map(|objective| objective.text.as_str()).collect();
    assert_eq!(
        objectives,
        [
            "Describir las partes de un ecosistema con ejemplos propios",
            "Comparar las cadenas tróficas de dos ecosistemas distintos",
            "Evaluar el efecto de la contaminación en las poblaciones",
        ]
    );
}

#[test]
fn a_text_that_is_no_syllabus_keeps_a_section_on_assessment() {
    let text = "# Water\n\n## Springs\n\nA spring is a place where water leaves the ground. Springs feed most rivers. \
        Rain fills the ground under the hills.\n\n## Rivers\n\nA river is a stream of water that flows to the sea. \
        Rivers carry sand to the coast. Floods shape the valleys of rivers.\n\n## Assessment\n\nAn assessment is a study \
        of the state of a river. Assessments count insects in the water. Students of rivers count fish in spring.\n";
    assert_eq!(titles(&outline(text)), ["Springs", "Rivers", "Assessment"]);
}
