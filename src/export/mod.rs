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
