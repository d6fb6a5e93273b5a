//! The pieces of a job as schemas. The types stand in `content`; which belongs to which name on the wire is
//! said once more here, since a map whose values depend on their names is no type.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::content::{
    DetailedReadingMaterial, Faqs, Flashcards, Kind, OnePagerSummary, Outline, PodcastScript,
    ReadingGuideQuestions, StudyGuide,
};

/// The finished pieces of a job, each under the name of its kind.
#[derive(Debug)]
pub(in crate::api) struct Pieces;

/// One piece, of any kind.
#[derive(Debug)]
pub(in crate::api) struct AnyPiece;

fn piece(kind: Kind, generator: &mut SchemaGenerator) -> Schema {
    match kind {
        Kind::Outline => generator.subschema_for::<Outline>(),
        Kind::PodcastScript => generator.subschema_for::<PodcastScript>(),
        Kind::StudyGuide => generator.subschema_for::<StudyGuide>(),
        Kind::OnePagerSummary => generator.subschema_for::<OnePagerSummary>(),
        Kind::DetailedReadingMaterial => generator.subschema_for::<DetailedReadingMaterial>(),
        Kind::Faqs => generator.subschema_for::<Faqs>(),
        Kind::Flashcards => generator.subschema_for::<Flashcards>(),
        Kind::ReadingGuideQuestions => generator.subschema_for::<ReadingGuideQuestions>(),
    }
}

impl JsonSchema for Pieces {
    fn schema_name() -> Cow<'static, str> {
        "Pieces".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let pieces = Kind::ALL.into_iter().map(|kind| (kind.to_string(), piece(kind, generator).to_value()));
        let pieces: Map<String, Value> = pieces.collect();
        json_schema!({
            "description": "The finished pieces of a job, each under the name of its kind.",
            "type": "object",
            "properties": pieces,
            "additionalProperties": false,
        })
    }
}

impl JsonSchema for AnyPiece {
    fn schema_name() -> Cow<'static, str> {
        "Piece".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<Value> = Kind::ALL.into_iter().map(|kind| piece(kind, generator).to_value()).collect();
        json_schema!({ "description": "One piece, of the kind that was asked for.", "anyOf": kinds })
    }
}
