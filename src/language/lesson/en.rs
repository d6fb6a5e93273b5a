//! English phrases around the text's own words in guides, readings and reading questions.

use super::Need::{
    Cause, Contrast, Definition, Example, Figures, Pair, Section, Sequence, TwoSections, Vocabulary, Whole,
};
use super::{Announcing, Lesson, Need, ReadingPhrase, TermStyle};
use crate::content::BloomLevel::{self, Analyze, Apply, Create, Evaluate, Remember, Understand};

pub(super) const LESSON: Lesson = Lesson {
    quotation: ("“", "”"),
    numbers: "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    and: "and",
    terms: TermStyle::Phrase,
    guide_overview: "The {count} parts of this guide lead from {first} to {last}.",
    guide_summary: "The guide has led from {first} to {last}.",
    guide_concepts: "Whoever has worked through it can explain these concepts and say how they belong together: {terms}.",
    reading_introduction: "The {count} sections that follow lead from {first} to {last}.",
    reading_conclusion: "These sections have led from {first} to {last}.",
    reading_terms: "The terms that carry the subject are worth a second look: {terms}.",
    leaning: &[
        "however",
        "instead",
        "therefore",
        "thus",
        "by contrast",
        "in contrast",
        "one of them",
        "of these",
        "of them",
        "of this",
        "the latter",
        "as a result",
        "even so",
        "finally",
        "any other",
        "in turn",
        "likewise",
        "does both",
        "do both",
    ],
    adding: &[
        "also",
        "too",
        "as well",
        "further",
        "again",
        "another",
        "other",
        "others",
        "for example",
        "for instance",
        "second",
        "third",
    ],
    announcing: Announcing {
        numbers: "two three four five six seven eight several various different some other",
        nouns: "reasons phases parts steps stages kinds types ways factors points consequences forms routes paths causes purposes drawbacks questions problems effects differences rules layers groups views answers methods principles cases",
        phrases: &[
            "has a price",
            "has consequences",
            "have consequences",
            "kept in mind",
            "what was possible",
            "do both",
            "does both",
            "as follows",
            "the following",
            "ways around",
            "a different cause",
            "two things",
            "one question remains",
            "in two respects",
            "is as simple as this",
        ],
    },
    questions: &[
        asks(
            Definition,
            Understand,
            "How would you explain {x} in your own words, and why does the idea matter for the subject?",
        ),
        asks(
            Definition,
            Understand,
            "What is meant by {x}, and where have you met the term outside this subject?",
        ),
        asks(
            Definition,
            Apply,
            "How would you explain {x} to someone who has never heard of the subject, and which example would you choose?",
        ),
        asks(Contrast, Analyze, "What distinguishes {x} from {y}, and why does the difference matter?"),
        asks(
            Contrast,
            Analyze,
            "In which respects are {x} and {y} set against each other in {section}, and what follows from the contrast?",
        ),
        asks(Cause, Analyze, "Which causes and effects are connected with {x}, and how are they linked?"),
        asks(
            Cause,
            Evaluate,
            "How convincing do you find the reasons given in {section} with regard to {x}, and what further evidence would you ask for?",
        ),
        asks(
            Cause,
            Understand,
            "Which explanation does {section} offer with regard to {x}, and which steps does the explanation consist of?",
        ),
        asks(
            Sequence,
            Understand,
            "In what order do the steps described in {section} follow one another, and how does each of them prepare the next?",
        ),
        asks(
            Sequence,
            Apply,
            "How would you retell the course of events in {section} as a chain of steps, and which step could least be left out?",
        ),
        asks(
            Example,
            Apply,
            "Which example is given in connection with {x}, and what other example could you add from your own experience?",
        ),
        asks(
            Example,
            Analyze,
            "What exactly does the example about {x} show, and where does it reach its limits?",
        ),
        asks(
            Figures,
            Evaluate,
            "How well do the figures support what is said about {x}, and what do they leave out?",
        ),
        asks(Pair, Analyze, "How are {x} and {y} connected, and which statements show the connection?"),
        asks(Pair, Understand, "What do {x} and {y} have to do with each other, judging by {section}?"),
        asks(
            Vocabulary,
            Remember,
            "Which technical terms does {section} introduce, and what does each of them mean?",
        ),
        asks(TwoSections, Analyze, "How does what you read in {section} prepare the ground for {other}?"),
        asks(
            TwoSections,
            Evaluate,
            "Which of the two sections, {section} or {other}, matters more for understanding the subject as a whole, and why?",
        ),
        asks(Whole, Create, "How would you draw a diagram that shows how {x}, {y} and {z} belong together?"),
        asks(Section, Remember, "Which main points does {section} make, and in which order?"),
        asks(
            Section,
            Evaluate,
            "Which statement in {section} seems most important to you, and what reasons can you give for your choice?",
        ),
        asks(
            Section,
            Create,
            "Which question does {section} leave open for you, and how could one set about answering it?",
        ),
    ],
};

const fn asks(need: Need, level: BloomLevel, text: &'static str) -> ReadingPhrase {
    ReadingPhrase { need, level, text }
}
