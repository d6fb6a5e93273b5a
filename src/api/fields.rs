//! The fields of a small JSON body. As with the parameters of a path (`query`), each is taken by its name,
//! and everything that is wrong with any of them is told at once.

use serde_json::{Map, Value};

use crate::content::Violation;

/// The fields of a body while they are taken, and what was wrong with them so far.
pub(super) struct Fields {
    left: Map<String, Value>,
    faults: Vec<Violation>,
}

/// Faults that are listed, and characters of a name that is not known: an answer is not to grow with
/// the nonsense of a caller.
const MAX_FAULTS: usize = 20;
const MAX_NAME: usize = 64;

impl Fields {
    /// Takes a body, which must be an object; one that is not there has no fields.
    pub(super) fn of(body: Option<Value>) -> Fields {
        match body {
            None => Fields { left: Map::new(), faults: Vec::new() },
            Some(Value::Object(left)) => Fields { left, faults: Vec::new() },
            Some(_) => Fields { left: Map::new(), faults: vec![Violation::new("", "must be an object")] },
        }
    }

    /// Takes a field and reads it; `wanted` says to the caller what it must be. `None` where it is not
    /// there, null, or at fault.
    pub(super) fn take<T>(
        &mut self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.left.shift_remove(name).filter(|value| !value.is_null())?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(format!("/{name}"), wanted);
        }
        read
    }

    /// Takes a field that may be any text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, "must be a text", |value| value.as_str().map(str::to_owned))
    }

    /// Takes a list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let read = |value: &Value| value.as_array()?.iter().map(text).collect();
        self.take(name, "must be a list of texts", read).unwrap_or_default()
    }

    /// Notes that something is at fault, unless the same place is already.
    pub(super) fn refuse(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let fault = Violation::new(path, message);
        if self.faults.iter().all(|known| known.path != fault.path) {
            self.faults.push(fault);
        }
    }

    /// Gives everything that was wrong.
    pub(super) fn finish(mut self) -> Vec<Violation> {
        let unknown: Vec<String> =
            self.left.keys().take(MAX_FAULTS + 1).map(|name| name.chars().take(MAX_NAME).collect()).collect();
        for name in unknown {
            self.refuse(format!("/{name}"), "is no field here");
        }
        if self.faults.len() > MAX_FAULTS {
            self.faults.truncate(MAX_FAULTS);
            self.faults.push(Violation::new("", "there are more faults than are listed"));
        }
        self.faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(faults: &[Violation]) -> Vec<(&str, &str)> {
        faults.iter().map(|fault| (fault.path.as_str(), fault.message.as_str())).collect()
    }

    #[test]
    fn what_fits_is_taken_and_null_is_as_good_as_nothing() {
        let mut fields = Fields::of(Some(json!({ "a": "x", "b": null, "c": ["y", "z"] })));
        assert_eq!(
            (fields.text("a"), fields.text("b"), fields.text("d")),
            (Some("x".to_owned()), None, None)
        );
        assert_eq!(fields.texts("c"), ["y", "z"]);
        assert_eq!(fields.finish(), []);
        assert_eq!(Fields::of(None).finish(), []);
    }

    #[test]
    fn every_fault_is_told_once_and_a_flood_of_them_makes_a_short_answer() {
        let mut fields = Fields::of(Some(json!({ "a": 1, "c": ["y", 2], "e": {} })));
        assert_eq!((fields.text("a"), fields.texts("c").len()), (None, 0));
        fields.refuse("/a", "is at fault in another way too");
        let faults = fields.finish();
        let wanted =
            [("/a", "must be a text"), ("/c", "must be a list of texts"), ("/e", "is no field here")];
        assert_eq!(listed(&faults), wanted);
        assert_eq!(listed(&Fields::of(Some(json!([]))).finish()), [("", "must be an object")]);
        let flood: Map<String, Value> =
            (0..500).map(|n| (format!("{n}{}", "x".repeat(99)), json!(0))).collect();
        let faults = Fields::of(Some(Value::Object(flood))).finish();
        assert_eq!(faults.len(), MAX_FAULTS + 1);
        assert!(faults.iter().all(|fault| fault.path.chars().count() <= MAX_NAME + 1));
    }
}
