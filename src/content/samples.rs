//! One text and one valid draft of each kind made from it, for tests of this crate.

use serde_json::{Value, json};

use super::{Evidence, Frame, Kind, Material, Outline, Request, parse};

/// Sentences of a lesson; nine of them make one section of [`source`].
const SENTENCES: [&str; 36] = [
    "Plants make sugar from light, water and carbon dioxide.",
    "Every green leaf is covered by a thin layer of wax.",
    "Small pores on the underside let carbon dioxide enter.",
    "Guard cells open those pores in the morning and close them at night.",
    "Roots draw water from the soil through fine hairs.",
    "Xylem vessels carry this water upwards to the leaves.",
    "Phloem vessels move finished sugar to roots, fruits and seeds.",
    "Chlorophyll absorbs red and blue light and reflects green light.",
    "Most chlorophyll sits inside flat membranes called thylakoids.",
    "Light reactions split water and set oxygen free.",
    "Energy from light is stored in two carrier molecules.",
    "One carrier is known as ATP and powers many steps in every cell.",
    "Another carrier, NADPH, delivers electrons to later steps.",
    "Oxygen leaves the leaf through the same pores.",
    "Strong light can damage the membranes of a leaf.",
    "Orange pigments protect membranes by turning extra energy into heat.",
    "Shade plants hold more chlorophyll than plants of open fields.",
    "Researchers measure light reactions by the glow of a leaf.",
    "Carbon fixation builds sugar without needing light.",
    "Rubisco binds carbon dioxide to a molecule with five carbon atoms.",
    "Two short molecules arise from each binding step.",
    "ATP and NADPH turn these short molecules into simple sugars.",
    "Part of the sugar is used to renew the starting molecule.",
    "Heat makes rubisco bind oxygen more often by mistake.",
    "Maize avoids that mistake by concentrating carbon dioxide first.",
    "Cacti open their pores at night and save water by day.",
    "Farmers raise carbon dioxide in greenhouses to speed up growth.",
    "Forests store carbon in wood for many decades.",
    "Algae in the sea produce about half of the oxygen in the air.",
    "Cutting down trees returns stored carbon to the atmosphere.",
    "Warmer years bring longer seasons of growth to northern lands.",
    "Dry summers force leaves to close their pores early.",
    "Breeders look for wheat that needs less water.",
    "Satellites watch the green of the continents every day.",
    "Fossil fuels hold carbon that plants took up long ago.",
    "Food chains begin with the sugar made in leaves.",
];

const HEADINGS: [&str; 4] = [
    "Leaves and their supplies",
    "Catching light in membranes",
    "Building sugar from carbon",
    "Plants and the climate",
];

/// The text that the drafts are made from, as submitted.
pub(crate) fn source() -> String {
    let sections = HEADINGS.iter().zip(SENTENCES.chunks(9));
    let sections = sections.map(|(heading, sentences)| format!("## {heading}\n\n{}\n", sentences.join(" ")));
    format!("# How plants make sugar\n\n{}", sections.collect::<Vec<_>>().join("\n"))
}

/// A request for everything from [`source`].
pub(crate) fn request() -> Request {
    Request::parse(&json!({ "syllabus_text": source() })).unwrap()
}

/// Finds a quote in [`source`] whatever its offsets say.
pub(crate) fn anchor(evidence: &Evidence) -> Option<Evidence> {
    let text = source();
    let offset = text.find(&evidence.quote)?;
    let start = u32::try_from(text.get(..offset)?.chars().count()).unwrap();
    let length = u32::try_from(evidence.quote.chars().count()).unwrap();
    Some(Evidence { quote: evidence.quote.clone(), start, end: start + length })
}

/// Returns the frame of English pieces under that outline.
pub(crate) fn frame<'a>(request: &'a Request, outline: Option<&'a Outline>) -> Frame<'a> {
    Frame { request, outline, language: "en", anchor: &anchor }
}

/// Returns the finished outline.
pub(crate) fn outline() -> Outline {
    let material = parse(Kind::Outline, &draft(Kind::Outline), &frame(&request(), None)).unwrap().material;
    material.as_outline().unwrap().clone()
}

/// Returns the finished piece of that kind.
pub(crate) fn material(kind: Kind) -> Material {
    let (request, outline) = (request(), outline());
    let outline = (kind != Kind::Outline).then_some(&outline);
    parse(kind, &draft(kind), &frame(&request, outline)).unwrap().material
}

fn text(range: std::ops::Range<usize>) -> String {
    SENTENCES[range].join(" ")
}

/// Returns a valid draft; every field that may be left out is there.
pub(crate) fn draft(kind: Kind) -> Value {
    match kind {
        Kind::Outline => outline_draft(),
        Kind::PodcastScript => podcast(),
        Kind::StudyGuide => study_guide(),
        Kind::OnePagerSummary => one_pager(),
        Kind::DetailedReadingMaterial => reading(),
        Kind::Faqs => faqs(),
        Kind::Flashcards => flashcards(),
        Kind::ReadingGuideQuestions => questions(),
    }
}

fn outline_draft() -> Value {
    let sections = HEADINGS.iter().zip([0, 9, 18, 27]).enumerate();
    let sections = sections.map(|(index, (title, first))| {
        json!({
            "title": title, "description": text(first..first + 2),
            "key_points": [{ "text": SENTENCES[first + 2], "quote": SENTENCES[first + 2] }],
            "estimated_duration_minutes": 10, "objectives": [index.min(2) + 1], "quote": SENTENCES[first],
        })
    });
    json!({
        "title": "How plants make sugar", "overview": text(34..36),
        "learning_objectives": [
            { "text": "Name the parts of a leaf and their tasks.", "level": "remember", "quote": SENTENCES[1] },
            { "text": "Explain how light becomes stored energy.", "level": "understand", "quote": SENTENCES[10] },
            { "text": "Compare the ways in which plants fix carbon.", "level": "analyze", "quote": SENTENCES[18] },
        ],
        "sections": sections.collect::<Vec<_>>(), "estimated_total_duration": 40,
        "target_audience": "School classes", "difficulty_level": "beginner", "quote": SENTENCES[0],
    })
}

fn podcast() -> Value {
    let parts =
        ["introduction", "introduction"].into_iter().chain(["main_content"; 12]).chain(["conclusion"; 2]);
    let turns = parts.zip(SENTENCES.chunks(2)).enumerate().map(|(index, (part, said))| {
        let speaker = if index % 2 == 0 { "host" } else { "guest" };
        json!({ "part": part, "speaker": speaker, "text": said.join(" "), "objectives": [1], "quote": said[0] })
    });
    json!({ "turns": turns.collect::<Vec<_>>(), "speaker_notes": "Speak slowly and pause after each part." })
}

fn study_guide() -> Value {
    let terms = ["Pore", "Xylem", "Thylakoid", "Carrier molecule", "Rubisco"];
    let concepts = terms.iter().zip([2, 5, 8, 10, 19]).map(|(term, index)| {
        json!({ "term": term, "explanation": SENTENCES[index], "objectives": [1], "quote": SENTENCES[index] })
    });
    json!({
        "overview": text(0..2), "key_concepts": concepts.collect::<Vec<_>>(),
        "detailed_sections": [
            { "heading": HEADINGS[1], "content": text(11..18), "objectives": [2], "quote": SENTENCES[11] },
            { "heading": HEADINGS[2], "content": text(20..27), "objectives": [3], "quote": SENTENCES[20] },
        ],
        "summary": text(27..30), "recommended_reading": ["A textbook of botany"], "quote": SENTENCES[0],
    })
}

fn one_pager() -> Value {
    let takeaways = [9, 18, 28]
        .map(|index| json!({ "text": SENTENCES[index], "objectives": [1], "quote": SENTENCES[index] }));
    json!({
        "executive_summary": text(0..3), "key_takeaways": takeaways, "main_content": text(19..25),
        "quote": SENTENCES[0],
    })
}

fn reading() -> Value {
    let sections = HEADINGS.iter().zip([4, 11, 18, 25]).map(|(title, first)| {
        json!({
            "title": title, "content": format!("{}\n\n{}", text(first..first + 3), text(first + 3..first + 6)),
            "objectives": [1], "quote": SENTENCES[first],
        })
    });
    json!({
        "introduction": text(0..4), "sections": sections.collect::<Vec<_>>(), "conclusion": text(31..36),
        "references": ["A textbook of botany"], "quote": SENTENCES[0],
    })
}

fn faqs() -> Value {
    let questions = [
        ("What do plants need to make sugar?", 0),
        ("How does water reach the leaves?", 5),
        ("Where is chlorophyll found?", 8),
        ("Why do leaves contain orange pigments?", 15),
        ("How do cacti save water?", 25),
    ];
    let items = questions.map(|(question, index)| {
        json!({
            "question": question, "answer": SENTENCES[index], "category": "Plants", "objectives": [1],
            "quote": SENTENCES[index],
        })
    });
    json!({ "items": items })
}

fn flashcards() -> Value {
    let cards = [
        ("Pore", "Opening through which carbon dioxide enters a leaf.", 2),
        ("Guard cell", "Opens a leaf in the morning and shuts it in the evening.", 3),
        ("Xylem", "Vessels that carry water upwards.", 5),
        ("Phloem", "Vessels that move finished sugar away from the leaves.", 6),
        ("Chlorophyll", "Pigment that takes in red and blue light.", 7),
        ("Thylakoid", "Flat membrane in which light is caught.", 8),
        ("ATP", "Molecule that powers many steps in a cell.", 11),
        ("NADPH", "Carrier that delivers electrons to later steps.", 12),
        ("Rubisco", "Binds carbon dioxide to a molecule of five carbon atoms.", 19),
        ("Algae", "Life in the sea that makes half of all oxygen.", 28),
        ("Fossil fuel", "Holds carbon that was taken up long ago.", 34),
    ];
    let items = cards.map(|(term, definition, index)| {
        json!({
            "term": term, "definition": definition, "category": "Plants", "difficulty": "easy",
            "objectives": [1], "quote": SENTENCES[index],
        })
    });
    json!({ "items": items })
}

fn questions() -> Value {
    let questions = [
        ("Which pigments does the text name?", "remember", 7),
        ("Why does a leaf close its pores?", "understand", 31),
        ("How would you show that a leaf gives off oxygen?", "apply", 9),
        ("How do maize and cacti differ in saving water?", "analyze", 25),
        ("Is it wise to plant forests against climate change?", "evaluate", 27),
    ];
    let items = questions.map(|(question, level, index)| {
        json!({ "question": question, "level": level, "objectives": [1], "quote": SENTENCES[index] })
    });
    json!({ "questions": items })
}
