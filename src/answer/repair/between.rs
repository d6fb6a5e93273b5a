//! Reads what stands between values: commas, closing brackets, and the marks at which an answer was ended.
//!
//! A missing bracket is put only where it can stand in one place; else the candidate fails as ambiguous.

use serde_json::Value;

use super::{Expect, Parser, Step};
use crate::answer::Reason;
use crate::answer::edit::Form;
use crate::answer::ending::Nest;

impl Parser<'_, '_> {
    pub(super) fn after(&mut self, at: usize) -> Step {
        let Some(byte) = self.scan.byte(at) else {
            self.drop_last_text();
            return Step::Cut;
        };
        let in_object = self.in_object();
        match byte {
            b',' if in_object => return self.comma(at, Expect::Key),
            b',' => return self.comma(at, Expect::Item),
            b'}' if in_object => return self.close(at + 1),
            b']' if !in_object => return self.close(at + 1),
            b'}' | b']' => return self.wrong_closer(at, byte),
            b':' if !in_object => return self.item_is_key(at),
            _ => {}
        }
        if self.scan.is_ellipsis(at) {
            return Step::Fail(Reason::Elided);
        }
        if self.scan.is_end_mark(at) {
            return self.ended_on_purpose(at);
        }
        if !self.stands_apart(at) {
            return Step::Fail(Reason::Malformed);
        }
        if self.last_text_ends_in_a_sign() || self.may_be_one_number(at) {
            return Step::Fail(Reason::Ambiguous);
        }
        if in_object && self.scan.is_key(at, true) {
            self.log.note(Form::MissingComma, at, "put a comma");
            return Step::Go(at, Expect::Key);
        }
        if !in_object && self.scan.value_may_start(at) {
            self.log.note(Form::MissingComma, at, "put a comma");
            return Step::Go(at, Expect::Item);
        }
        Step::Fail(Reason::Malformed)
    }

    /// True if two numbers stand on one line without a comma: `1 500` may be one of them.
    fn may_be_one_number(&mut self, at: usize) -> bool {
        let begins_number = matches!(self.scan.byte(at), Some(b'0'..=b'9' | b'-' | b'+' | b'.'));
        let before = self.scan.slice(0, at);
        let from = before.trim_end().len();
        begins_number && self.last_value().is_some_and(Value::is_number) && !self.scan.breaks_line(from, at)
    }

    /// True if a token does not run into the one before it, as in `12"`.
    fn stands_apart(&mut self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|index| self.scan.byte(index));
        !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
    }

    fn comma(&mut self, at: usize, expect: Expect) -> Step {
        let behind = self.scan.skip(at + 1);
        if matches!(self.scan.byte(behind), Some(b'}' | b']')) {
            self.log.note(Form::ExtraComma, at, "left out");
        }
        Step::Go(at + 1, expect)
    }

    /// Reads a colon behind an array's last string: the array's bracket is missing, the string is a key.
    fn item_is_key(&mut self, at: usize) -> Step {
        let key = match self.stack.last_mut() {
            // In a list of one the opening brace may be missing just as well.
            Some(frame) if frame.items.len() > 1 => frame.items.pop(),
            _ => None,
        };
        let (Some(Value::String(key)), Some(Nest::Object)) = (key, self.parent()) else {
            return Step::Fail(Reason::Malformed);
        };
        match self.close_missing(at) {
            Step::Go(next, _) => self.colon(key, next),
            other => other,
        }
    }

    /// Reads a bracket that does not close what is open: the right one is missing, or this is one too many.
    pub(super) fn wrong_closer(&mut self, at: usize, byte: u8) -> Step {
        let behind = self.scan.skip(at + 1);
        let parent_closes =
            matches!((byte, self.parent()), (b'}', Some(Nest::Object)) | (b']', Some(Nest::Array)));
        let goes_on_inside = match self.scan.byte(behind) {
            Some(b',') => {
                let next = self.scan.skip(behind + 1);
                if self.in_object() {
                    self.scan.is_key(next, false)
                } else {
                    matches!(self.scan.byte(next), Some(b'{' | b'['))
                }
            }
            Some(b']') => !self.in_object() && self.nests.len() <= 2,
            _ => false,
        };
        let doubled = self.scan.slice(0, at).trim_end().as_bytes().last() == Some(&byte);
        if parent_closes && !(goes_on_inside && doubled) {
            return match self.close_missing(at) {
                Step::Go(next, _) => Step::Go(next, Expect::After),
                other => other,
            };
        }
        if self.nests_in_its_kind || (parent_closes && self.nests.len() > 2) || self.read == 0 {
            return Step::Fail(Reason::Ambiguous);
        }
        if !doubled {
            // A lone closing bracket tells as well of a lost opening one.
            return Step::Fail(Reason::Ambiguous);
        }
        self.log.note(Form::ExtraCloser, at, "left out");
        Step::Go(at + 1, Expect::After)
    }

    /// True if the outermost object seems to begin anew within itself: an open one has its first key, or the value that
    /// was finished last has all of its keys.
    fn is_begun_again(&self) -> bool {
        let Some(outermost) = self.nests.iter().position(|nest| *nest == Nest::Object) else { return false };
        let Some(root) = self.stack.get(outermost) else { return false };
        let Some(first) = root.members.keys().next() else { return false };
        let is_open = self.stack.iter().skip(outermost + 1).any(|frame| frame.members.contains_key(first));
        let has_all = |value: &Value| {
            let one = value.as_array().and_then(|items| items.first()).unwrap_or(value);
            root.members.keys().chain(&root.key).all(|key| one.get(key).is_some())
        };
        is_open || self.last_value().is_some_and(has_all)
    }

    /// Closes everything at a mark that only a finished answer has.
    fn ended_on_purpose(&mut self, at: usize) -> Step {
        if self.is_begun_again() {
            return Step::Fail(Reason::Ambiguous);
        }
        while !self.stack.is_empty() {
            match self.close_missing(at) {
                Step::Go(..) => {}
                other => return other,
            }
        }
        Step::Fail(Reason::Malformed)
    }
}
