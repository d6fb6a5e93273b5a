//! The document of the API says what the service does: every row and no more, with schemas that every
//! example keeps to, and who may call what.

use std::collections::BTreeSet;

use content_factory::api::{Access, Code, document, routes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::described::{each_operation, resolved, validator};
use crate::support::{Program, TestApp, problem};

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let described: BTreeSet<(String, String)> =
        each_operation().map(|(method, path, _)| (method.to_string(), path.to_owned())).collect();
    let served: BTreeSet<(String, String)> =
        routes().into_iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    assert_eq!(described, served);
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_does() {
    let mut ids = BTreeSet::new();
    for (_, path, operation) in each_operation() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(!id.is_empty() && ids.insert(id), "{path}: {id:?}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
        let tag = &operation["tags"][0];
        let tag = document()["tags"].as_array().unwrap().iter().find(|known| known["name"] == *tag);
        assert!(
            !tag.unwrap()["description"].as_str().unwrap().is_empty(),
            "{path}: its tag is not described"
        );
        let placed = operation["parameters"].as_array().unwrap().iter();
        let placed =
            placed.filter(|parameter| parameter["in"] == "path").map(|one| one["name"].as_str().unwrap());
        let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(placed.collect::<BTreeSet<_>>(), in_path.collect(), "{path}");
    }
}

#[test]
fn every_link_leads_to_an_operation() {
    let ids: BTreeSet<&str> =
        each_operation().map(|(.., one)| one["operationId"].as_str().unwrap()).collect();
    let answers = each_operation().flat_map(|(.., one)| one["responses"].as_object().unwrap().values());
    let links: Vec<&Value> =
        answers.filter_map(|answer| answer["links"].as_object()).flat_map(|links| links.values()).collect();
    assert!(links.len() > 10);
    for link in links {
        assert!(ids.contains(link["operationId"].as_str().unwrap()), "{link}");
    }
}

#[test]
fn every_schema_is_one_and_every_example_keeps_to_it() {
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::draft202012::meta::is_valid(schema), "{name} is no schema");
    }
    let mut checked = 0;
    for (_, path, operation) in each_operation() {
        let answers = operation["responses"].as_object().unwrap().values().map(resolved);
        for holder in answers.chain(operation.get("requestBody")) {
            let Some(content) = holder.get("content").and_then(Value::as_object) else { continue };
            for (media_type, media) in content {
                let compiled = validator(&media["schema"]);
                let examples = media["examples"].as_object().unwrap();
                assert!(!examples.is_empty(), "{path} {media_type}");
                for example in examples.values() {
                    let value = &example["value"];
                    let faults: Vec<String> =
                        compiled.iter_errors(value).map(|fault| fault.to_string()).collect();
                    assert!(faults.is_empty(), "{path} {media_type}: {faults:?} in {value}");
                    checked += 1;
                }
            }
        }
        for parameter in operation["parameters"].as_array().unwrap().iter().map(resolved) {
            let compiled = validator(&parameter["schema"]);
            assert!(compiled.is_valid(&parameter["example"]), "{path}: {parameter}");
        }
    }
    assert!(checked > 200, "only {checked} examples");
}

#[test]
fn every_failure_is_a_problem_that_names_its_codes_and_every_code_is_named() {
    let mut named = BTreeSet::new();
    for (_, path, operation) in each_operation() {
        let answers = operation["responses"].as_object().unwrap();
        let failures = answers.iter().filter(|(status, _)| status.starts_with(['4', '5']));
        for (status, answer) in failures {
            let all_of = &resolved(answer)["content"]["application/problem+json"]["schema"]["allOf"];
            assert_eq!(all_of[0], json!({ "$ref": "#/components/schemas/Problem" }), "{path} {status}");
            let codes = all_of[1]["properties"]["code"]["enum"].as_array().unwrap();
            assert!(!codes.is_empty(), "{path} {status}");
            for code in codes {
                let code = Code::ALL.into_iter().find(|known| known.as_str() == code).unwrap();
                assert_eq!(code.facts().1.to_string(), *status, "{path}: {code:?}");
                named.insert(code);
            }
        }
    }
    let all: BTreeSet<Code> = Code::ALL.into_iter().filter(|code| *code != Code::MethodNotAllowed).collect();
    // A method that a path does not have is no operation.
    assert_eq!(named, all);
    let known = document()["components"]["schemas"]["ErrorCode"]["enum"].as_array().unwrap();
    assert_eq!(known.len(), Code::ALL.len());
}

#[test]
fn every_answer_lists_the_headers_of_all_answers() {
    let always = ["x-request-id", "x-content-type-options", "content-security-policy", "cache-control"];
    for (_, path, operation) in each_operation() {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let headers = names(&resolved(answer)["headers"]);
            assert!(always.iter().all(|name| headers.contains(name)), "{path} {status}");
            let is_invitation = ["429", "503"].contains(&status.as_str())
                && resolved(answer)["content"]["application/problem+json"].is_object();
            assert_eq!(headers.contains("retry-after"), is_invitation, "{path} {status}");
            assert_eq!(headers.contains("www-authenticate"), status == "401", "{path} {status}");
        }
    }
}

#[tokio::test]
async fn whoever_the_document_asks_for_a_key_is_refused_without_one_and_nobody_else() {
    let app = TestApp::start().await;
    let mut public = BTreeSet::new();
    for (method, path, operation) in each_operation() {
        let filled = path
            .replace("{id}", "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c")
            .replace("{kind}", "faqs")
            .replace("{file}", "init.js");
        assert!(!filled.contains('{'), "{path}: the test does not know what to put there");
        let response = app.anonymous(method, &filled).send().await.unwrap();
        if operation["security"] == json!([]) {
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            public.insert(path);
            continue;
        }
        assert!(names(&operation["security"][0]).contains("bearer"), "{path}");
        assert!(names(&operation["security"][1]).contains("api_key"), "{path}");
        assert_eq!(problem(response).await["code"], "unauthenticated", "{path}");
    }
    let table = routes().into_iter().filter(|route| route.access == Access::Public);
    assert_eq!(public, table.map(|route| route.path).collect());
    assert!(public.contains("/openapi.json") && public.contains("/docs") && public.len() == 7);
}

#[tokio::test]
async fn the_document_is_served_to_everybody_and_printed_by_the_program() {
    let app = TestApp::start().await;
    let response = app.anonymous(Method::GET, "/openapi.json").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    let tag = response.headers()["etag"].clone();
    let served = response.text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&served).unwrap(), *document());
    let again =
        app.anonymous(Method::GET, "/openapi.json").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    // Without settings, and also where those that are there are at fault.
    let program = Program::new();
    program.write("content-factory.toml", "nonsense = true");
    let printed = program.run(&["openapi"]).await;
    assert_eq!((printed.code, printed.out), (Some(0), served));
}
