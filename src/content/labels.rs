//! The few words that code itself puts into a piece: default titles, headings of the projection,
//! names of the two voices. One table for each language; an unknown language falls back to English.

use super::flashcards::CardDifficulty;
use super::{BloomLevel, Difficulty, Kind};

/// Names a word or phrase that the product itself writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Heading over the learning objectives.
    LearningObjectives,
    /// Heading over the sections of an outline.
    Sections,
    /// Heading over key concepts.
    KeyConcepts,
    /// Heading over the study guide's text.
    DetailedContent,
    /// Heading over a summary.
    Summary,
    /// Heading over recommended reading.
    RecommendedReading,
    /// Heading over takeaways.
    KeyTakeaways,
    /// Heading over an introduction.
    Introduction,
    /// Heading over a conclusion.
    Conclusion,
    /// Heading over references.
    References,
    /// Heading over the host's notes.
    SpeakerNotes,
    /// The voice that asks.
    Host,
    /// The voice that knows.
    Guest,
    /// Before who the material is for.
    Audience,
    /// Before how demanding the material is.
    Difficulty,
    /// Before a duration in minutes.
    Minutes,
    /// Column of a flashcard's front.
    CardFront,
    /// Column of a flashcard's back.
    CardBack,
    /// Column of what a flashcard is about.
    Category,
    /// Title of FAQs.
    FaqsTitle,
    /// Title of flashcards.
    FlashcardsTitle,
    /// Title of reading questions.
    ReadingGuideTitle,
}

/// Returns the label in the language of that two-letter code, or in English.
#[must_use]
pub fn label(name: Label, language: &str) -> &'static str {
    match language {
        "es" => spanish(name),
        "fr" => french(name),
        "de" => german(name),
        _ => english(name),
    }
}

/// Returns the fixed title of a kind that does not take over the outline's.
#[must_use]
pub fn default_title(kind: Kind, language: &str) -> Option<&'static str> {
    let name = match kind {
        Kind::Faqs => Label::FaqsTitle,
        Kind::Flashcards => Label::FlashcardsTitle,
        Kind::ReadingGuideQuestions => Label::ReadingGuideTitle,
        Kind::Outline
        | Kind::PodcastScript
        | Kind::StudyGuide
        | Kind::OnePagerSummary
        | Kind::DetailedReadingMaterial => return None,
    };
    Some(label(name, language))
}

/// Returns what a kind is called in the language of that two-letter code, or in English.
#[must_use]
pub const fn kind_name(kind: Kind, language: &str) -> &'static str {
    let names = match kind {
        Kind::Outline => ["Outline", "Esquema", "Plan", "Gliederung"],
        Kind::PodcastScript => ["Podcast script", "Guion de pódcast", "Script de podcast", "Podcast-Skript"],
        Kind::StudyGuide => ["Study guide", "Guía de estudio", "Guide d’étude", "Lernleitfaden"],
        Kind::OnePagerSummary => [
            "One-page summary",
            "Resumen de una página",
            "Résumé en une page",
            "Zusammenfassung auf einer Seite",
        ],
        Kind::DetailedReadingMaterial => {
            ["Detailed reading", "Lectura detallada", "Lecture détaillée", "Ausführlicher Lesetext"]
        }
        Kind::Faqs => {
            ["Frequently asked questions", "Preguntas frecuentes", "Questions fréquentes", "Häufige Fragen"]
        }
        Kind::Flashcards => ["Flashcards", "Tarjetas de estudio", "Cartes de révision", "Lernkarten"],
        Kind::ReadingGuideQuestions => {
            ["Reading questions", "Preguntas de lectura", "Questions de lecture", "Fragen zum Lesen"]
        }
    };
    choose(names, language)
}

/// Returns what a level of Bloom's taxonomy is called in that language, or in English.
#[must_use]
pub const fn level_name(level: BloomLevel, language: &str) -> &'static str {
    let names = match level {
        BloomLevel::Remember => ["remember", "recordar", "mémoriser", "erinnern"],
        BloomLevel::Understand => ["understand", "comprender", "comprendre", "verstehen"],
        BloomLevel::Apply => ["apply", "aplicar", "appliquer", "anwenden"],
        BloomLevel::Analyze => ["analyze", "analizar", "analyser", "analysieren"],
        BloomLevel::Evaluate => ["evaluate", "evaluar", "évaluer", "bewerten"],
        BloomLevel::Create => ["create", "crear", "créer", "erschaffen"],
    };
    choose(names, language)
}

/// Returns what a difficulty is called in that language, or in English.
#[must_use]
pub const fn difficulty_name(difficulty: Difficulty, language: &str) -> &'static str {
    let names = match difficulty {
        Difficulty::Beginner => ["beginner", "principiante", "débutant", "Einstieg"],
        Difficulty::Intermediate => ["intermediate", "intermedia", "intermédiaire", "mittel"],
        Difficulty::Advanced => ["advanced", "avanzada", "avancé", "fortgeschritten"],
    };
    choose(names, language)
}

/// Returns what a card's difficulty is called in that language, or in English.
#[must_use]
pub const fn card_difficulty_name(difficulty: CardDifficulty, language: &str) -> &'static str {
    let names = match difficulty {
        CardDifficulty::Easy => ["easy", "fácil", "facile", "leicht"],
        CardDifficulty::Medium => ["medium", "media", "moyenne", "mittel"],
        CardDifficulty::Hard => ["hard", "difícil", "difficile", "schwer"],
    };
    choose(names, language)
}

/// Chooses among English, Spanish, French and German.
const fn choose(names: [&'static str; 4], language: &str) -> &'static str {
    let [english, spanish, french, german] = names;
    match language.as_bytes() {
        b"es" => spanish,
        b"fr" => french,
        b"de" => german,
        _ => english,
    }
}

const fn english(name: Label) -> &'static str {
    match name {
        Label::LearningObjectives => "Learning objectives",
        Label::Sections => "Sections",
        Label::KeyConcepts => "Key concepts",
        Label::DetailedContent => "In detail",
        Label::Summary => "Summary",
        Label::RecommendedReading => "Recommended reading",
        Label::KeyTakeaways => "Key takeaways",
        Label::Introduction => "Introduction",
        Label::Conclusion => "Conclusion",
        Label::References => "References",
        Label::SpeakerNotes => "Speaker notes",
        Label::Host => "Host",
        Label::Guest => "Guest",
        Label::Audience => "Audience",
        Label::Difficulty => "Difficulty",
        Label::Minutes => "Minutes",
        Label::CardFront => "Term",
        Label::CardBack => "Definition",
        Label::Category => "Topic",
        Label::FaqsTitle => "Frequently Asked Questions",
        Label::FlashcardsTitle => "Study Flashcards",
        Label::ReadingGuideTitle => "Reading Guide Questions",
    }
}

const fn spanish(name: Label) -> &'static str {
    match name {
        Label::LearningObjectives => "Objetivos de aprendizaje",
        Label::Sections => "Secciones",
        Label::KeyConcepts => "Conceptos clave",
        Label::DetailedContent => "En detalle",
        Label::Summary => "Resumen",
        Label::RecommendedReading => "Lecturas recomendadas",
        Label::KeyTakeaways => "Ideas clave",
        Label::Introduction => "Introducción",
        Label::Conclusion => "Conclusión",
        Label::References => "Referencias",
        Label::SpeakerNotes => "Notas para la locución",
        Label::Host => "Presentadora",
        Label::Guest => "Invitado",
        Label::Audience => "Destinatarios",
        Label::Difficulty => "Dificultad",
        Label::Minutes => "Minutos",
        Label::CardFront => "Término",
        Label::CardBack => "Definición",
        Label::Category => "Tema",
        Label::FaqsTitle => "Preguntas frecuentes",
        Label::FlashcardsTitle => "Tarjetas de estudio",
        Label::ReadingGuideTitle => "Preguntas de guía de lectura",
    }
}

const fn french(name: Label) -> &'static str {
    match name {
        Label::LearningObjectives => "Objectifs d’apprentissage",
        Label::Sections => "Sections",
        Label::KeyConcepts => "Notions clés",
        Label::DetailedContent => "En détail",
        Label::Summary => "Résumé",
        Label::RecommendedReading => "Lectures conseillées",
        Label::KeyTakeaways => "À retenir",
        Label::Introduction => "Introduction",
        Label::Conclusion => "Conclusion",
        Label::References => "Références",
        Label::SpeakerNotes => "Notes pour l’animation",
        Label::Host => "Animatrice",
        Label::Guest => "Invité",
        Label::Audience => "Public",
        Label::Difficulty => "Difficulté",
        Label::Minutes => "Minutes",
        Label::CardFront => "Terme",
        Label::CardBack => "Définition",
        Label::Category => "Thème",
        Label::FaqsTitle => "Questions fréquentes",
        Label::FlashcardsTitle => "Cartes de révision",
        Label::ReadingGuideTitle => "Questions de guide de lecture",
    }
}

const fn german(name: Label) -> &'static str {
    match name {
        Label::LearningObjectives => "Lernziele",
        Label::Sections => "Abschnitte",
        Label::KeyConcepts => "Schlüsselbegriffe",
        Label::DetailedContent => "Im Einzelnen",
        Label::Summary => "Zusammenfassung",
        Label::RecommendedReading => "Leseempfehlungen",
        Label::KeyTakeaways => "Das Wichtigste",
        Label::Introduction => "Einleitung",
        Label::Conclusion => "Schluss",
        Label::References => "Quellen",
        Label::SpeakerNotes => "Hinweise zur Moderation",
        Label::Host => "Moderatorin",
        Label::Guest => "Gast",
        Label::Audience => "Zielgruppe",
        Label::Difficulty => "Schwierigkeit",
        Label::Minutes => "Minuten",
        Label::CardFront => "Begriff",
        Label::CardBack => "Bedeutung",
        Label::Category => "Thema",
        Label::FaqsTitle => "Häufig gestellte Fragen",
        Label::FlashcardsTitle => "Lernkarten",
        Label::ReadingGuideTitle => "Fragen zur Lektüre",
    }
}
