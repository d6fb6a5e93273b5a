//! The schemas of what is written and what is read, made from the types and kept in one place of the
//! document. A type that is both has one schema.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

use crate::content::schema::tidy;

/// Where the document keeps them.
const PLACE: &str = "/components/schemas";

/// The schemas that the document needs so far.
pub(super) struct Schemas {
    written: SchemaGenerator,
    read: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Schemas {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = PLACE.into();
            settings.meta_schema = None;
        });
        Schemas {
            written: settings.clone().for_serialize().into_generator(),
            read: settings.for_deserialize().into_generator(),
        }
    }
}

impl Schemas {
    /// Gives the schema of what the service writes, by its name where it has one.
    pub(super) fn of_written<T: JsonSchema>(&mut self) -> Value {
        tidied(self.written.subschema_for::<T>().to_value())
    }

    /// Gives the schema of what the service reads.
    pub(super) fn of_read<T: JsonSchema>(&mut self) -> Value {
        tidied(self.read.subschema_for::<T>().to_value())
    }

    /// Gives all schemas that have a name, in the order of the alphabet.
    pub(super) fn into_components(mut self) -> Map<String, Value> {
        let mut all = self.read.take_definitions(true);
        all.extend(self.written.take_definitions(true));
        let mut all: Vec<(String, Value)> = all.into_iter().collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all.into_iter().map(|(name, schema)| (name, tidied(schema))).collect()
    }

    /// Names the types whose two schemas differ, so that one name would stand for both.
    pub(super) fn ambiguous(&self) -> Vec<String> {
        let (written, read) = (self.written.definitions(), self.read.definitions());
        let differs =
            |(name, schema): &(&String, &Value)| written.get(*name).is_some_and(|other| other != *schema);
        read.iter()
            .filter(differs)
            .map(|(name, _)| format!("{name} is written in another form than read"))
            .collect()
    }
}

fn tidied(mut schema: Value) -> Value {
    tidy(&mut schema);
    schema
}
