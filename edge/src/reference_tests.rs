//! The API reference (`docs/openapi.json`) says what the code does: the same
//! routes, the same codes, and nothing else.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::admission::numbering;
use crate::auth::scopes::Scope;
use crate::{admin, route};

/// What an item of `paths` has besides its methods.
const NO_METHODS: [&str; 1] = ["parameters"];

fn document() -> Value {
    let text = include_str!("../../docs/openapi.json");
    serde_json::from_str(text).expect("JSON")
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

/// The documented operations: `GET /path`.
fn documented(of_admins: bool) -> BTreeSet<String> {
    let document = document();
    let mut operations = BTreeSet::new();
    for (path, item) in object(&document["paths"]) {
        let methods = object(item)
            .keys()
            .filter(|key| !NO_METHODS.contains(&key.as_str()));
        for method in methods.filter(|_| path.starts_with("/v2/") == of_admins) {
            operations.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    operations
}

#[track_caller]
fn assert_same(documented: &BTreeSet<String>, served: &BTreeSet<String>) {
    let missing: Vec<_> = served.difference(documented).collect();
    let gone: Vec<_> = documented.difference(served).collect();
    assert!(missing.is_empty(), "docs/openapi.json lacks {missing:#?}");
    assert!(
        gone.is_empty(),
        "docs/openapi.json has, but nothing serves {gone:#?}"
    );
}

#[test]
fn every_route_is_in_the_reference_and_the_other_way_round() {
    assert_same(&documented(false), &route::operations().collect());
    assert_same(&documented(true), &admin::operations().collect());
}

#[test]
fn the_call_api_has_the_versions_that_are_served() {
    let document = document();
    let named = &document["components"]["parameters"]["version"]["schema"]["enum"];
    assert_eq!(*named, serde_json::json!(route::CALL_API));
}

/// Every text in capitals of `error.rs`, and those of the operators' failures
/// that the outside is told, is a code.
fn codes() -> BTreeSet<String> {
    let source = include_str!("error.rs");
    let (source, _) = source.split_once("#[cfg(test)]").expect("tests");
    let is_code = |text: &&str| {
        let fits = |b: u8| b.is_ascii_uppercase() || b == b'_';
        text.len() > 3 && text.bytes().all(fits)
    };
    let written = source.split('"').filter(is_code).map(str::to_owned);
    let failures = call::Failure::ALL
        .iter()
        .map(|failure| crate::error::Problem::Operator(*failure));
    let told = failures.map(|problem| problem.info().code.to_owned());
    written.chain(told).collect()
}

#[test]
fn every_error_code_is_in_the_reference_and_no_other() {
    let document = document();
    let listed = document["components"]["schemas"]["ErrorCode"]["enum"].as_array();
    let listed = listed.expect("a list").iter().filter_map(Value::as_str);
    assert_same(&listed.map(str::to_owned).collect(), &codes());
}

#[test]
fn the_countries_of_the_reference_are_those_that_have_numbers() {
    let document = document();
    let listed = document["components"]["schemas"]["Country"]["enum"].as_array();
    let listed = listed.expect("a list").iter().filter_map(Value::as_str);
    let known = numbering::codes().map(str::to_owned);
    assert_same(&listed.map(str::to_owned).collect(), &known.collect());
}

#[test]
fn every_operation_has_a_name_of_its_own_and_scopes_that_there_are() {
    let document = document();
    let mut names = BTreeSet::new();
    for item in object(&document["paths"]).values() {
        for operation in object(item).values() {
            let name = operation["operationId"].as_str().expect("an operationId");
            assert!(names.insert(name.to_owned()), "{name} twice");
            let scope = operation.pointer("/security/0/openId/0");
            let scope = scope.and_then(Value::as_str);
            let known = scope.is_none_or(|scope| Scope::parse(scope).is_some());
            assert!(known, "{name}: {scope:?}");
        }
    }
}

#[test]
fn every_reference_within_the_document_leads_somewhere() {
    let document = document();
    let mut places = vec![&document];
    while let Some(place) = places.pop() {
        if let Some(target) = place.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{target}");
        }
        match place {
            Value::Object(fields) => places.extend(fields.values()),
            Value::Array(items) => places.extend(items),
            _ => {}
        }
    }
}
