//! Pieces as files. One file a format; each turns the neutral [`crate::content::Document`] or the
//! piece's own JSON into bytes.
//!
//! Pure, and the same bytes for the same pieces. Names of files, headers and folders are the
//! business of who asks. A new format is one file, one variant of [`Format`] and its arms here.

mod json;
mod markdown;

use crate::content::{Kind, Material};

/// A format that pieces can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// GitHub-flavoured Markdown, for people.
    Markdown,
    /// The piece as it is stored, for programs.
    Json,
}

impl Format {
    /// Every format, in the order in which they are listed to users.
    pub const ALL: [Format; 2] = [Format::Markdown, Format::Json];

    /// Returns the name used in requests and as the ending of file names.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Markdown => "md",
            Format::Json => "json",
        }
    }

    /// Returns the media type for a `Content-Type` header.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Markdown => "text/markdown; charset=utf-8",
            Format::Json => "application/json",
        }
    }

    /// Finds the format of that name: its extension, or `markdown`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "markdown" => Some(Format::Markdown),
            _ => Format::ALL.into_iter().find(|format| format.extension() == name),
        }
    }
}

/// Renders one piece, with labels in the language of that two-letter code.
#[must_use]
pub fn render(format: Format, material: &Material, language: &str) -> Vec<u8> {
    match format {
        Format::Markdown => markdown::document(&material.document(language)).into_bytes(),
        Format::Json => json::piece(material),
    }
}

/// Renders several pieces as one file, in the catalogue's order whatever the order given.
///
/// Markdown gets one heading a piece under the outline's title; JSON is an object from kind to piece.
#[must_use]
pub fn render_package(format: Format, materials: &[&Material], language: &str) -> Vec<u8> {
    let mut materials = materials.to_vec();
    materials.sort_by_key(|material| Kind::ALL.iter().position(|kind| *kind == material.kind()));
    match format {
        Format::Markdown => {
            let documents: Vec<_> = materials.iter().map(|material| material.document(language)).collect();
            markdown::package(&documents).into_bytes()
        }
        Format::Json => json::package(&materials),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::content::samples;

    fn text(format: Format, material: &Material, language: &str) -> String {
        String::from_utf8(render(format, material, language)).unwrap()
    }

    #[test]
    fn a_format_is_found_by_its_names() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.extension()), Some(format));
        }
        assert_eq!(Format::from_name("markdown"), Some(Format::Markdown));
        assert_eq!(Format::from_name("docx"), None);
    }

    #[test]
    fn json_reads_back_as_the_piece() {
        for kind in Kind::ALL {
            let material = samples::material(kind);
            let value: Value = serde_json::from_slice(&render(Format::Json, &material, "en")).unwrap();
            assert_eq!(Material::stored(kind, value).unwrap(), material);
        }
    }

    #[test]
    fn a_json_package_holds_every_piece_under_its_kind_in_the_catalogue_order() {
        let (faqs, outline) = (samples::material(Kind::Faqs), samples::material(Kind::Outline));
        let package: Value =
            serde_json::from_slice(&render_package(Format::Json, &[&faqs, &outline], "en")).unwrap();
        assert_eq!(package.as_object().unwrap().keys().collect::<Vec<_>>(), ["outline", "faqs"]);
        assert_eq!(package["faqs"], json!(faqs));
    }

    #[test]
    fn a_markdown_package_has_one_title_and_a_part_for_every_piece() {
        let materials = Kind::ALL.map(samples::material);
        let reversed: Vec<&Material> = materials.iter().rev().collect();
        let package = String::from_utf8(render_package(Format::Markdown, &reversed, "en")).unwrap();
        let faqs = samples::material(Kind::Faqs);
        let alone = render_package(Format::Markdown, &[&faqs], "en");
        assert_eq!(alone, render(Format::Markdown, &faqs, "en"), "one piece has one title");
        let parts: Vec<&str> = package.lines().filter(|line| line.starts_with("## ")).collect();
        let expected = [
            "## Outline",
            "## Podcast script",
            "## Study guide",
            "## One-page summary",
            "## Detailed reading",
            "## Frequently asked questions",
            "## Flashcards",
            "## Reading questions",
        ];
        assert_eq!(parts, expected);
        assert_eq!(package.lines().next(), Some("# How plants make sugar"));
        assert_eq!(package.lines().filter(|line| line.starts_with("# ")).count(), 1);
    }

    #[test]
    fn pieces_read_as_their_kind() {
        let cards = text(Format::Markdown, &samples::material(Kind::Flashcards), "en");
        assert!(
            cards.starts_with("# Study Flashcards\n\n| Term | Definition | Topic | Difficulty |\n| --- | --- | --- | --- |\n| **Pore** | ")
        );
        let podcast = text(Format::Markdown, &samples::material(Kind::PodcastScript), "es");
        assert!(podcast.contains("## Introducción\n\n**Presentadora:** Plants make sugar"), "{podcast}");
        let faqs = text(Format::Markdown, &samples::material(Kind::Faqs), "en");
        let first = "## What do plants need to make sugar?\n\nPlants make sugar from light, water and carbon dioxide.\n\n";
        assert!(faqs.contains(first), "{faqs}");
        let outline = text(Format::Markdown, &samples::material(Kind::Outline), "en");
        assert!(
            outline.contains("1. Name the parts of a leaf and their tasks. *(remember)*\n2. Explain"),
            "{outline}"
        );
    }
}
