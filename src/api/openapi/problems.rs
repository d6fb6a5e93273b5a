//! How calls fail, as answers of the document. Which codes a row can answer with follows from its facts:
//! who may call it, whether it has a deadline, a name in its path, a body. Only codes that come from what
//! the handler does are named by hand (`Operation::fails_with`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::headers;
use super::schemas::Schemas;
use crate::api::error::{ApiError, Code};
use crate::api::request_id::ProblemView;
use crate::api::routes::{Access, Class, Route, Timing};

/// The media type of every problem body.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";
/// A name of a request, in examples.
const REQUEST: &str = "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c";

/// The answers that operations have in common, each made once.
pub(super) struct Problems {
    schema: Value,
    components: BTreeMap<String, Value>,
}

/// Says with which codes any call of the row may fail.
pub(super) fn codes_of(route: &Route) -> BTreeSet<Code> {
    // A service that stops answers so; any handler may have a fault, and any request be none.
    let mut codes =
        BTreeSet::from([Code::Overloaded, Code::Internal, Code::MalformedRequest, Code::HeadTooLarge]);
    match route.access {
        Access::Public => {}
        Access::AnyKey => codes.extend([Code::Unauthenticated, Code::RateLimited]),
        Access::Key(_) => codes.extend([Code::Unauthenticated, Code::Forbidden, Code::RateLimited]),
    }
    if route.class == Class::Create {
        codes.extend([Code::QuotaExceeded]);
    }
    match route.timing {
        Timing::Deadline => codes.extend([Code::DeadlineExceeded]),
        Timing::CallersOwn | Timing::Probe => {}
    }
    match route.timing {
        Timing::Deadline | Timing::CallersOwn => codes.extend([Code::Blocked]),
        // Who watches the service is never kept out.
        Timing::Probe => {}
    }
    if route.path.contains('{') {
        codes.extend([Code::NotFound]);
    }
    codes
}

/// With which codes the reading of a JSON body fails.
pub(super) const OF_BODY: [Code; 5] = [
    Code::MalformedJson,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
    Code::InvalidRequest,
    Code::DeadlineExceeded,
];

impl Problems {
    pub(super) fn new(schemas: &mut Schemas) -> Problems {
        Problems { schema: schemas.of_written::<ProblemView<'_>>(), components: BTreeMap::new() }
    }

    /// Gives the answers for these codes by status, each as it stands among the components, and its name there.
    pub(super) fn answers(&mut self, codes: &BTreeSet<Code>) -> BTreeMap<u16, (String, Value)> {
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in codes {
            by_status.entry(code.status().as_u16()).or_default().push(*code);
        }
        let mut answers = BTreeMap::new();
        for (status, codes) in by_status {
            let name = name_of(&codes);
            let answer = self.components.entry(name.clone()).or_insert_with(|| answer(&self.schema, &codes));
            answers.insert(status, (name, answer.clone()));
        }
        answers
    }

    pub(super) fn into_components(self) -> Map<String, Value> {
        self.components.into_iter().collect()
    }
}

/// Writes codes as one name: `InvalidRequestOrSourceTooThin`.
fn name_of(codes: &[Code]) -> String {
    let names: Vec<String> = codes.iter().map(|code| format!("{code:?}")).collect();
    names.join("Or")
}

fn answer(schema: &Value, codes: &[Code]) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let titles: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.facts().2)).collect();
    let own = |code: &Code| (code.as_str().to_owned(), json!({ "value": example(*code) }));
    let examples: Map<String, Value> = codes.iter().map(own).collect();
    let code = json!({ "type": "object", "properties": { "code": { "enum": names } } });
    json!({
        "description": titles.join(" "),
        "headers": headers::of_problem(codes),
        "content": { MEDIA_TYPE: { "schema": { "allOf": [schema, code] }, "examples": examples } },
    })
}

fn example(code: Code) -> Value {
    let error = ApiError::new(code, code.facts().2.to_lowercase());
    json!(ProblemView::new(&error, REQUEST))
}
