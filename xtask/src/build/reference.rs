//! The API reference: its document with the examples in it, and its viewer.

use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::{paths, processes};

/// What goes into it, for whoever must know whether it is fresh.
pub const INPUTS: [&str; 2] = ["docs/openapi.json", "examples/call-api"];
/// Writes the viewer to its output.
const VIEWER: &str = include_str!("viewer.mjs");
/// A text of the document with this property alone stands for a file's content.
const FILE: &str = "$file";

/// Writes both below the assets' root.
pub fn write(stage: &Path) -> Outcome {
    let mut document = read()?;
    put_files_in(&mut document)?;
    paths::write(&stage.join("docs/openapi.json"), document.to_string())?;
    paths::write(&stage.join("docs/viewer.js"), viewer()?)
}

fn read() -> Outcome<Value> {
    let file = paths::root().join("docs/openapi.json");
    serde_json::from_slice(&paths::read(&file)?)
        .map_err(|error| Failure::file("read", &file, error))
}

/// Puts the content of files in the place of their names.
fn put_files_in(value: &mut Value) -> Outcome {
    if let Some(name) = value.get(FILE).and_then(Value::as_str) {
        *value = paths::read_text(&paths::root().join(name))?.into();
        return Ok(());
    }
    match value {
        Value::Object(fields) => fields.values_mut().try_for_each(put_files_in),
        Value::Array(items) => items.iter_mut().try_for_each(put_files_in),
        _ => Ok(()),
    }
}

fn viewer() -> Outcome<String> {
    let arguments = ["--input-type=module", "--eval", VIEWER];
    processes::output("node", &arguments)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Failure::new("the viewer of the API reference is not where it was"))
}
