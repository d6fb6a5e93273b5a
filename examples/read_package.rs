//! Prints every piece that the extractive writer makes of a file, to be read as a teacher would:
//! `cargo run --example read_package -- FILE`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::process::ExitCode;
use std::sync::Arc;

use content_factory::content::document::Body;
use content_factory::content::{self, Evidence, Frame, Kind, Material, Outline, Request};
use content_factory::extractive::{self, Analysis};
use content_factory::source::Source;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: read_package FILE");
        return ExitCode::from(2);
    };
    match read(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text }))
        .map_err(|violations| format!("{violations:?}"))?;
    let source = Arc::new(Source::read(&text).map_err(|error| error.to_string())?);
    let analysis = Analysis::of(source, &request).map_err(|error| error.to_string())?;
    let outline = piece(Kind::Outline, &analysis, &request, None)?;
    show(&outline, &analysis);
    for kind in Kind::PIECES {
        println!("\n======== {kind}\n");
        match piece(kind, &analysis, &request, outline.as_outline()) {
            Ok(material) => show(&material, &analysis),
            Err(message) => println!("not made: {message}"),
        }
    }
    Ok(())
}

fn piece(
    kind: Kind,
    analysis: &Analysis,
    request: &Request,
    outline: Option<&Outline>,
) -> Result<Material, String> {
    let written = extractive::write(kind, analysis, outline).map_err(|error| error.to_string())?;
    let anchor = |evidence: &Evidence| analysis.source().anchor(&evidence.quote);
    let frame = Frame { request, outline, language: analysis.language_code(), anchor: &anchor };
    content::finish(written, &frame)
        .map(|finished| finished.material)
        .map_err(|faults| format!("{faults:#?}"))
}

fn show(material: &Material, analysis: &Analysis) {
    let document = material.document(analysis.language_code());
    println!("# {}\n", document.title);
    for block in &document.blocks {
        let serves = match block.objectives.as_slice() {
            [] => String::new(),
            numbers => format!("  {numbers:?}"),
        };
        match &block.body {
            Body::Heading { text, .. } => println!("\n## {text}"),
            Body::Paragraph(text) => println!("{text}{serves}"),
            Body::Item(text) => println!("- {text}"),
            Body::Objective { text, level } => println!("* {text}  ({level:?})"),
            Body::Definition { term, explanation } => println!("- {term}: {explanation}"),
            Body::Card { front, back, .. } => println!("- {front}\n      => {back}{serves}"),
            Body::Question { question, answer, level } => {
                println!("? {question}{serves} {level:?}\n      {}", answer.as_deref().unwrap_or_default());
            }
            Body::Turn { speaker, text } => println!("{speaker}: {text}"),
        }
    }
}
