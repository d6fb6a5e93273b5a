//! Words by which a course syllabus is read: what counts its units, what heads their list, and what
//! belongs to the running of a course rather than to its matter. How they are used is known to
//! `extractive::analysis`.

/// The words of one language, in lower case; lists of words are parted by spaces, lists of phrases
/// by ` | `.
#[derive(Debug)]
pub struct SyllabusWords {
    /// Words that a counted unit begins with ("Week 3: …").
    pub unit_words: &'static str,
    /// Headings over a list of units (phrases).
    pub unit_headings: &'static str,
    /// Words of which headings about the running of a course are made ("Grading and Late Work").
    pub administration: &'static str,
    /// Words that such headings may hold besides.
    pub fillers: &'static str,
    /// Words (or phrases) in sentences that tell of the running of a course (phrases).
    pub course_phrases: &'static str,
    /// Ends of the sentence that leads into a list of objectives, before its colon (phrases).
    pub objective_leads: &'static str,
    /// Names of the document that a title may hold beside the subject (phrases).
    pub document_names: &'static str,
    /// What takes the place of a verb that cannot be observed ("understand").
    pub observable_verb: &'static str,
}

impl SyllabusWords {
    /// Whether a lower-case word counts units.
    #[must_use]
    pub fn is_unit_word(&self, word: &str) -> bool {
        has_word(self.unit_words, word)
    }

    /// Whether a heading tops a list of units.
    #[must_use]
    pub fn is_unit_heading(&self, heading: &str) -> bool {
        has_phrase(self.unit_headings, &heading.to_lowercase())
    }

    /// Whether a heading or a part of it is about the running of a course.
    #[must_use]
    pub fn is_administration(&self, heading: &str) -> bool {
        let lower = heading.to_lowercase();
        let words: Vec<&str> =
            lower.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.iter().any(|word| has_word(self.administration, word))
            && words.iter().all(|word| {
                has_word(self.administration, word)
                    || has_word(self.fillers, word)
                    || word.chars().all(char::is_numeric)
            })
    }

    /// Whether a sentence is about the running of a course.
    #[must_use]
    pub fn tells_of_the_course(&self, sentence: &str) -> bool {
        let words: Vec<String> = sentence
            .split(|mark: char| !mark.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let joined = format!(" {} ", words.join(" "));
        self.course_phrases.split('|').any(|phrase| joined.contains(&format!(" {} ", phrase.trim())))
    }

    /// Whether a sentence leads into a list of objectives.
    #[must_use]
    pub fn leads_into_objectives(&self, sentence: &str) -> bool {
        let lower = sentence.to_lowercase();
        let phrases = self.objective_leads.split('|');
        lower.ends_with(':') && phrases.into_iter().any(|phrase| lower.contains(phrase.trim()))
    }

    /// Whether a part of a title names the document.
    #[must_use]
    pub fn names_the_document(&self, part: &str) -> bool {
        has_phrase(self.document_names, &part.trim().to_lowercase())
    }
}

fn has_word(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

fn has_phrase(list: &str, phrase: &str) -> bool {
    list.split('|').any(|entry| entry.trim() == phrase)
}

/// Returns the words of the language with that two-letter code.
#[must_use]
pub fn syllabus(language: &str) -> Option<&'static SyllabusWords> {
    match language {
        "en" => Some(&ENGLISH),
        "es" => Some(&SPANISH),
        "fr" => Some(&FRENCH),
        "de" => Some(&GERMAN),
        _ => None,
    }
}

static ENGLISH: SyllabusWords = SyllabusWords {
    unit_words: "week weeks unit units lesson module session class lecture topic chapter",
    unit_headings: "weekly topics | topics | course topics | weekly schedule | schedule | course schedule | class schedule | \
                    course outline | course content | course contents | units | modules | \
                    lessons | lectures | weekly plan | course plan | calendar | course calendar | tentative schedule | \
                    topics and schedule | schedule of topics | list of topics | program | programme",
    administration: "assessment assessments assignment assignments attendance accommodation accommodations grading grade grades \
                     policy policies office instructor instructors teacher contact exam exams examination examinations midterm \
                     midterms final finals quiz quizzes homework prerequisite prerequisites textbook textbooks deadline \
                     deadlines plagiarism syllabus logistics requirement requirements integrity honesty evaluation credit \
                     credits late makeup review recap presentation presentations wrap holiday holidays registration \
                     enrollment fees orientation coursework",
    fillers: "and the of for to a an in course class hours hour work project projects lab labs academic required recommended \
              material materials reading readings general information student students up break final week group first \
              second paper papers technology breakdown scale participation conduct with disability disabilities day session",
    course_phrases: "this course | the course | students | student | instructor | midterm | examination | examinations | \
                     exam | exams | problem set | problem sets | homework | assignment | assignments | office hours | \
                     final grade | classes meet | class meets | the final class | the first class | the second class | \
                     our main example | lab reports | no prior knowledge | prerequisite | prerequisites | is required | textbook | \
                     attendance | syllabus | this week | week course | this unit | is dropped | are due",
    objective_leads: "will be able to | should be able to | are able to | you will be able | students will | students should | \
                      students can | learners will | objectives of this | aims of this",
    document_names: "syllabus | course syllabus | course outline | course description | course plan | course handout | \
                     course guide | course program | course programme | syllabus and schedule | module handbook",
    observable_verb: "Describe",
};

static SPANISH: SyllabusWords = SyllabusWords {
    unit_words: "semana semanas unidad unidades lección tema módulo sesión clase capítulo parte bloque día",
    unit_headings: "temas | temas semanales | temario | contenido | contenidos | programa | calendario | cronograma | \
                    unidades | módulos | plan semanal | contenidos del curso | temas del curso | programa semanal | \
                    unidades temáticas | plan de clases",
    administration: "evaluación evaluaciones calificación calificaciones asistencia política políticas normas examen exámenes \
                     parcial parciales requisitos prerrequisitos tareas tarea entregas entrega horario horarios tutorías \
                     tutoría contacto profesor profesora docente docentes plagio repaso presentación presentaciones \
                     inscripción créditos asignación asignaciones reglamento logística deberes plazos",
    fillers: "y e el la los las de del para por a en con curso clase final finales trabajo trabajos proyecto proyectos \
              laboratorio académica general generales información estudiantes alumnos grupo primer segundo oficina \
              materiales material atención previos semana integridad",
    course_phrases: "este curso | el curso | la asignatura | esta asignatura | los estudiantes | los alumnos | el profesor | \
                     la profesora | el docente | examen | exámenes | tareas | nota final | calificación final | tutoría | \
                     tutorías | entrega | entregas | asistencia | las clases | nuestro ejemplo principal | se requiere",
    objective_leads: "serán capaces de | será capaz de | capaz de | capaces de | el estudiante podrá | los estudiantes podrán | \
                      el alumno podrá | los alumnos podrán | podrás | los objetivos",
    document_names: "programa | programa del curso | programa de la asignatura | guía docente | plan de estudios | temario | \
                     sílabo | programa de curso",
    observable_verb: "Describir",
};

static FRENCH: SyllabusWords = SyllabusWords {
    unit_words: "semaine semaines unité unités leçon module séance cours chapitre partie thème jour",
    unit_headings: "thèmes | programme | calendrier | contenu | contenus | contenu du cours | plan du cours | séances | \
                    semaines | unités | modules | thèmes hebdomadaires | programme hebdomadaire | déroulement du cours",
    administration: "évaluation évaluations notation notes note présence assiduité politique règlement règles examen examens \
                     partiel partiels devoirs devoir prérequis horaires horaire contact enseignant enseignante professeur \
                     plagiat révision révisions présentation présentations inscription crédits modalités retard retards \
                     logistique manuel manuels permanence",
    fillers: "et le la les l de du des d pour à en avec cours classe final finale travail travaux projet projets étudiants \
              général générale générales informations pratiques groupe matériel intégrité contrôle connaissances",
    course_phrases: "ce cours | le cours | les étudiants | l étudiant | les élèves | enseignant | enseignante | professeur | \
                     examen | examens | partiel | devoirs | note finale | les séances | présence | notre exemple principal | \
                     est exigé | est exigée | rendus",
    objective_leads: "seront capables de | sera capable de | serez capable de | capables de | capable de | pourront | \
                      en mesure de | objectifs de ce",
    document_names: "syllabus | plan de cours | programme | programme du cours | plan du cours | descriptif du cours",
    observable_verb: "Décrire",
};

static GERMAN: SyllabusWords = SyllabusWords {
    unit_words: "woche wochen einheit lektion modul sitzung stunde thema kapitel teil block tag",
    unit_headings: "themen | wochenthemen | themenplan | semesterplan | zeitplan | ablauf | inhalte | kursinhalte | \
                    kursplan | wochenplan | lehrinhalte | stundenplan | programm | themenübersicht",
    administration: "bewertung benotung noten note anwesenheit teilnahme regelungen regeln richtlinien prüfung prüfungen \
                     klausur klausuren abschlussprüfung zwischenprüfung hausaufgaben hausaufgabe abgabe abgaben \
                     voraussetzungen sprechstunde sprechstunden kontakt dozent dozentin lehrkraft plagiat wiederholung \
                     präsentation präsentationen anmeldung leistungsnachweis leistungsnachweise organisatorisches \
                     prüfungsleistung lehrbuch kursregeln",
    fillers: "und der die das des den dem für zu zum zur im in mit kurs kurses seminar projekt projekte allgemeine \
              informationen studierende studierenden gruppe material materialien arbeit",
    course_phrases: "dieser kurs | diesem kurs | der kurs | im kurs | die studierenden | studierende | der dozent | die dozentin | \
                     klausur | prüfung | hausaufgaben | endnote | sprechstunde | anwesenheit | unser hauptbeispiel | \
                     die sitzungen | abgabe",
    objective_leads: "in der lage sein | in der lage | werden sie können | können die studierenden | können studierende | \
                      können sie | lernziele",
    document_names: "kursplan | syllabus | seminarplan | lehrplan | kursbeschreibung | modulbeschreibung",
    observable_verb: "",
};

#[cfg(test)]
mod tests {
    use super::syllabus;

    #[test]
    fn headings_about_the_running_of_a_course_are_told_from_its_matter() {
        for (code, administrative, taught) in [
            ("en", "Course Policies", "Final causes in Aristotle"),
            ("en", "Grading and Late Work", "Assessment of water quality"),
            ("en", "Midterm Exam", "The normal distribution"),
            ("es", "Evaluación y asistencia", "La evaluación del riesgo sísmico"),
            ("fr", "Modalités d'évaluation", "L'évaluation des forêts"),
            ("de", "Prüfungen und Noten", "Die Bewertung von Aktien"),
        ] {
            let words = syllabus(code).unwrap();
            assert!(words.is_administration(administrative), "{administrative}");
            assert!(!words.is_administration(taught), "{taught}");
        }
    }

    #[test]
    fn a_sentence_about_the_course_is_told_by_whole_words() {
        let words = syllabus("en").unwrap();
        assert!(words.tells_of_the_course("The midterm examination takes place in the second class."));
        assert!(!words.tells_of_the_course("Social class shapes the course of a life."));
        assert!(words.leads_into_objectives("By the end of the course, students will be able to:"));
        assert!(!words.leads_into_objectives("Students will be able to."));
    }
}
