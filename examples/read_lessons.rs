//! Temporary reader.
use content_factory::content::{self, *};
use content_factory::extractive::{Analysis, write};
use content_factory::source::Source;
use std::sync::Arc;
fn main() {
    let mut args = std::env::args().skip(1);
    let file = args.next().unwrap();
    let wanted: Vec<String> = args.collect();
    let text = std::fs::read_to_string(&file).unwrap();
    let duration = std::env::var("MINUTES").ok().map(|m| m.parse::<u64>().unwrap());
    let mut body = serde_json::json!({"syllabus_text": text});
    if let Some(d) = duration {
        body["target_duration"] = d.into();
    }
    let request = Request::parse(&body).unwrap();
    let source = Arc::new(Source::read(&text).unwrap());
    let analysis = Analysis::of(source.clone(), &request).unwrap();
    let outline = match write(Kind::Outline, &analysis, None) {
        Ok(Piece::Outline(outline)) => {
            let anchor = |e: &Evidence| source.anchor(&e.quote);
            let frame = Frame {
                request: &request,
                outline: None,
                language: analysis.language_code(),
                anchor: &anchor,
            };
            finish(outline, &frame).unwrap().material.as_outline().unwrap().clone()
        }
        other => {
            eprintln!("no outline: {other:?}");
            let sections = source.sections().iter().filter(|s| !s.sentences.is_empty());
            let mut o = Outline {
                title: source.title().unwrap_or("A text without title").to_owned(),
                ..Default::default()
            };
            for s in sections {
                o.sections.push(Section {
                    title: s.heading.clone().unwrap_or("Intro".into()),
                    objectives: vec![1],
                    ..Default::default()
                });
            }
            o.learning_objectives = vec![Objective::default()];
            o
        }
    };
    let anchor = |e: &Evidence| source.anchor(&e.quote);
    let frame = Frame {
        request: &request,
        outline: Some(&outline),
        language: analysis.language_code(),
        anchor: &anchor,
    };
    println!("# {} [{}]", outline.title, analysis.language_code());
    for s in &outline.sections {
        println!("   - {}", s.title);
    }
    for kind in [
        Kind::PodcastScript,
        Kind::StudyGuide,
        Kind::OnePagerSummary,
        Kind::DetailedReadingMaterial,
        Kind::ReadingGuideQuestions,
    ] {
        if !wanted.is_empty() && !wanted.iter().any(|w| kind.as_str().starts_with(w.as_str())) {
            continue;
        }
        println!("\n================ {kind}");
        match write(kind, &analysis, Some(&outline)) {
            Err(error) => println!("ERROR {error}"),
            Ok(piece) => match content::finish(piece, &frame) {
                Err(violations) => println!("VIOLATIONS {violations:#?}"),
                Ok(finished) => {
                    if !finished.unanchored.is_empty() {
                        println!("UNANCHORED {:?}", finished.unanchored);
                    }
                    let mut words = std::collections::BTreeMap::new();
                    for block in finished.material.document(analysis.language_code()).blocks {
                        use content_factory::content::document::Body::*;
                        match block.body {
                            Heading { level, text } => println!("{} {text}", "#".repeat(level.into())),
                            Paragraph(text) => println!("{text}\n"),
                            Item(text) => println!("- {text}"),
                            Definition { term, explanation } => println!("* {term} :: {explanation}"),
                            Turn { speaker, text } => {
                                *words.entry(speaker.clone()).or_insert(0) += text.split_whitespace().count();
                                println!("{speaker}: {text}\n")
                            }
                            Question { question, level, .. } => {
                                println!("? [{:?}] {question} {:?}", level, block.objectives)
                            }
                            other => println!("{other:?}"),
                        }
                    }
                    if !words.is_empty() {
                        println!("WORDS {words:?}");
                    }
                }
            },
        }
    }
}
