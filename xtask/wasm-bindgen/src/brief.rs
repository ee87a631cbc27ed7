//! Short names for what a wasm file and its glue call each other by. wasm-bindgen's own
//! have 16 random digits each and stand in both files, where no compression helps.

use std::collections::HashMap;

use walrus::Module;

/// The name of what is imported from, in a file that imports from its glue alone.
const GLUE: &str = "g";

/// New names, by the old ones.
type Names = HashMap<String, String>;

/// Renames the imports and exports of a module, and in its glue.
pub fn shorten(module: &mut Module, glue: &str) -> Result<String, String> {
    let (mut imports, mut exports) = (Names::new(), Names::new());
    for (at, import) in module.imports.iter_mut().enumerate() {
        imports.insert(format!("\"{}\"", import.module), format!("\"{GLUE}\""));
        imports.insert(import.name.clone(), name(at));
        (import.module, import.name) = (GLUE.to_owned(), name(at));
    }
    for (at, export) in module.exports.iter_mut().enumerate() {
        exports.insert(export.name.clone(), name(at));
        export.name = name(at);
    }
    let mut short = String::new();
    let mut named = 0;
    for word in words(glue) {
        // What the glue calls has `wasm.` in front, and maybe more behind it.
        if let Some(called) = word.strip_prefix("wasm.") {
            let (called, more) = called.split_at(called.find('.').unwrap_or(called.len()));
            let new = exports.get(called);
            let new = new.ok_or_else(|| format!("the module has no {called}"))?;
            short.extend(["wasm.", new, more]);
        } else {
            let new = imports.get(word);
            named += usize::from(new.is_some());
            short.push_str(new.map_or(word, String::as_str));
        }
    }
    // Each import is named in the glue once, where it is; and so is where all are.
    if named == imports.len() {
        Ok(short)
    } else {
        let all = imports.len();
        Err(format!("the glue names {named} of {all} imports"))
    }
}

/// `a` to `z`, then `aa` and so on.
fn name(at: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let letter = |at: usize| LETTERS.get(at).map_or('_', |letter| char::from(*letter));
    match at.checked_sub(LETTERS.len()) {
        None => letter(at).to_string(),
        Some(rest) => format!(
            "{}{}",
            name(rest / LETTERS.len()),
            letter(rest % LETTERS.len())
        ),
    }
}

/// A text in pieces: names with their dots, quoted modules, and what is in between.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "_$.\"/".contains(c);
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest
            .find(|c| of_name(c) != of_name(first))
            .unwrap_or(rest.len());
        let (word, next) = rest.split_at(end);
        rest = next;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::{name, words};

    #[test]
    fn no_two_names_are_the_same() {
        let names: Vec<String> = (0..1_000).map(name).collect();
        assert_eq!(
            (names[0].as_str(), names[25].as_str(), names[26].as_str()),
            ("a", "z", "aa")
        );
        let mut different = names.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), names.len());
    }

    #[test]
    fn a_text_falls_into_names_and_the_rest() {
        let text = r#"__wbg_x_1: function() { wasm.f(a) }, "./app_bg.js": b"#;
        let found: Vec<&str> = words(text).collect();
        for word in ["__wbg_x_1", "wasm.f", r#""./app_bg.js""#] {
            assert!(found.contains(&word), "{found:?}");
        }
        assert_eq!(found.concat(), text);
    }
}
