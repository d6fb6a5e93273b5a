//! The outline in the words of a prompt: numbered, so that pieces can name its objectives.

use std::fmt::Write as _;

use crate::content::{BloomLevel, Outline, Section};

/// Writes an outline out.
pub(super) fn written(outline: &Outline) -> String {
    let mut text = format!("Title: {}\nOverview: {}\n", outline.title, outline.overview);
    if let Some(audience) = &outline.target_audience {
        let _ = writeln!(text, "Audience: {audience}");
    }
    text.push_str("\nObjectives:\n");
    for objective in &outline.learning_objectives {
        let _ = writeln!(text, "{}. [{}] {}", objective.number, level(objective.level), objective.text);
    }
    text.push_str("\nSections:\n");
    for section in &outline.sections {
        add_section(&mut text, section);
    }
    text.trim_end().to_owned()
}

/// Names a section as other parts of a prompt refer to it.
pub(super) fn heading(section: &Section) -> String {
    format!("{}. {}", section.section_number, section.title)
}

fn add_section(text: &mut String, section: &Section) {
    let _ = write!(text, "{}", heading(section));
    if !section.objectives.is_empty() {
        let numbers: Vec<String> = section.objectives.iter().map(u32::to_string).collect();
        let _ = write!(text, " (objectives {})", numbers.join(", "));
    }
    let _ = writeln!(text, "\n   {}", section.description);
    for point in &section.key_points {
        let _ = writeln!(text, "   - {}", point.text);
    }
}

const fn level(level: BloomLevel) -> &'static str {
    match level {
        BloomLevel::Remember => "remember",
        BloomLevel::Understand => "understand",
        BloomLevel::Apply => "apply",
        BloomLevel::Analyze => "analyze",
        BloomLevel::Evaluate => "evaluate",
        BloomLevel::Create => "create",
    }
}
