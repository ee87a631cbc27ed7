//! What is promised to pages: the types, the manifest and the code say the same.

use std::collections::BTreeSet;

use serde_json::Value;

const TYPES: &str = include_str!("../../widget.d.ts");
const MANIFEST: &str = include_str!("../../custom-elements.json");
const LOADER: &str = include_str!("../../loader/widget.js");
const GALLERY: &str = include_str!("../../../www/gallery.html");
/// Everything that draws or asks the page for something.
const CODE: [&str; 12] = [
    LOADER,
    include_str!("../../loader/fallback.js"),
    include_str!("../../loader/frame.js"),
    include_str!("../../loader/stage.js"),
    include_str!("../browser.js"),
    include_str!("../host.js"),
    include_str!("../page.rs"),
    include_str!("../panel.css"),
    include_str!("../permission.js"),
    include_str!("../tongue.js"),
    include_str!("../view.rs"),
    include_str!("../view/form.rs"),
];

fn names(list: &str) -> BTreeSet<String> {
    let manifest: Value = serde_json::from_str(MANIFEST).expect("the manifest is JSON");
    let entries = manifest.pointer(&format!("/modules/0/declarations/0/{list}"));
    let entries = entries.and_then(Value::as_array).expect("a list");
    let name = |entry: &Value| entry["name"].as_str().map(str::to_owned);
    entries.iter().filter_map(name).collect()
}

/// The words that follow a mark, up to the first character that no name has.
fn after(text: &str, mark: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '*';
    let rest = text.split(mark).skip(1);
    rest.map(|rest| rest.chars().take_while(|c| is_name(*c)).collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn types_and_manifest_name_the_same() {
    assert_eq!(names("cssParts"), after(TYPES, "@csspart "));
    assert_eq!(names("cssProperties"), after(TYPES, "@cssproperty "));
    assert_eq!(names("attributes"), after(TYPES, "@attr "));
    assert_eq!(names("events"), after(TYPES, "\n  \""));
    for member in names("members") {
        let typed = [format!("\n  {member}("), format!("\n  {member}?: ")];
        assert!(typed.iter().any(|typed| TYPES.contains(typed)), "{member}");
    }
}

#[test]
fn every_part_and_property_of_the_code_is_promised_and_none_else() {
    let code = CODE.concat();
    let mut parts = after(&code, "part=\"");
    for mark in [
        "part: \"",
        "\"part\", \"",
        "part={\"",
        "tick(\"",
        "tick(\n            \"",
    ] {
        parts.extend(after(&code, mark));
    }
    let promised = names("cssParts");
    assert!(
        parts.is_subset(&promised),
        "{:?}",
        parts.difference(&promised)
    );
    for part in &promised {
        assert!(code.contains(&format!("\"{part}\"")), "nobody draws {part}");
    }
    let mut used: BTreeSet<String> = after(&code, "--ctd-");
    used = used
        .into_iter()
        .map(|name| format!("--ctd-{name}"))
        .collect();
    assert_eq!(used, names("cssProperties"));
}

#[test]
fn the_gallery_lists_everything_that_can_be_styled() {
    let rows = GALLERY.split("<th scope=\"row\">").skip(1);
    let listed: BTreeSet<String> = rows
        .filter_map(|row| row.split_once("</th>"))
        .flat_map(|(names, _)| names.split(", "))
        .map(str::to_owned)
        .collect();
    let mut promised = names("cssParts");
    promised.extend(names("cssProperties"));
    assert_eq!(listed, promised);
}

#[test]
fn every_promised_attribute_method_and_event_is_in_the_code() {
    let code = CODE.concat();
    for attribute in names("attributes") {
        let read = [
            format!("\"{attribute}\""),
            format!("node.{attribute}"),
            format!("{attribute}="),
            format!("/^{}", attribute.trim_end_matches('*')),
        ];
        assert!(read.iter().any(|read| code.contains(read)), "{attribute}");
    }
    for member in names("members") {
        let there = [format!("\n    {member}("), format!("host.{member}")];
        assert!(there.iter().any(|there| code.contains(there)), "{member}");
    }
    let events = [CODE.concat().as_str(), include_str!("../widget.rs")].concat();
    for event in names("events") {
        assert!(events.contains(&format!("\"{event}\"")), "{event}");
    }
}
