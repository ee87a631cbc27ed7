//! `wasm-quiet FROM GLUE TO GLUE_TO`: takes out of a wasm file what only serves to word
//! a panic, and gives it and its glue short names for each other (`brief`).
//!
//! A panic in the browser ends the app whether or not it has words, and the app
//! writes nothing to the console. Its wording, and the whole of `core::fmt`
//! behind it, is a tenth of the file. So every function that words or reports a
//! panic becomes a trap, and what formats text goes with them, after a look that
//! nothing else formats. The words themselves go, too (`hush`).

mod brief;
mod hush;

use std::process::ExitCode;

use walrus::ir::{Call, Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module, ModuleConfig};

/// What a panic runs through, by the beginning of its name.
const PANICS: [&str; 17] = [
    "core::panicking::",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::cell::panic_",
    "core::str::slice_error_fail",
    "core::slice::index::slice_",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "alloc::alloc::handle_alloc_error",
    "std::panicking::",
    "<std::panicking::",
    "std::alloc::rust_oom",
    "std::thread::local::panic_access_error",
    "<hashbrown::raw::Fallibility>::capacity_overflow",
    "console_error_panic_hook::",
    "__rustc::rust_panic",
];
/// What formats text, by a part of its name.
const FORMATS: [&str; 3] = [
    "core::fmt::",
    "<char>::escape_debug",
    "core::fmt::Formatter",
];
/// What says a text only if it panics, by the beginning of its name. It goes on without.
const SPEAKERS: [&str; 3] = [
    "core::result::Result<T,E>::expect",
    "core::option::Option<T>::expect",
    "wasm_bindgen::throw_str",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, glue, to, glue_to] = arguments.as_slice() else {
        eprintln!("usage: wasm-quiet FROM GLUE TO GLUE_TO");
        return ExitCode::FAILURE;
    };
    match quieten(from, glue, to, glue_to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-quiet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn quieten(from: &str, glue: &str, to: &str, glue_to: &str) -> Result<(), String> {
    let mut module = ModuleConfig::new()
        .parse_file(from)
        .map_err(|error| error.to_string())?;
    let panics = named(&module, |name| PANICS.iter().any(|p| name.starts_with(p)));
    if panics.is_empty() {
        return Err(format!("{from} has no names, or no panics"));
    }
    let formats = named(&module, |name| FORMATS.iter().any(|p| name.contains(p)));
    let speakers = named(&module, |name| SPEAKERS.iter().any(|s| name.starts_with(s)));
    hush::hush(&mut module, &[&panics[..], &formats, &speakers].concat());
    for id in &panics {
        trap(&mut module, *id);
    }
    let formats: Vec<_> = formats
        .into_iter()
        .filter(|id| !panics.contains(id))
        .collect();
    if let Some((who, what)) = caller(&module, &formats) {
        return Err(format!("{who} formats text, with {what}: it would trap"));
    }
    for id in &formats {
        trap(&mut module, *id);
    }
    let text = std::fs::read_to_string(glue).map_err(|error| format!("{glue}: {error}"))?;
    let text = brief::shorten(&mut module, &text)?;
    std::fs::write(glue_to, text).map_err(|error| format!("{glue_to}: {error}"))?;
    let bytes = blank_paths(module.emit_wasm());
    std::fs::write(to, bytes).map_err(|error| format!("{to}: {error}"))
}

/// The functions of this module whose plain name satisfies.
fn named(module: &Module, wanted: impl Fn(&str) -> bool) -> Vec<FunctionId> {
    let local = module.funcs.iter_local();
    local
        .filter_map(|(id, _)| {
            let name = plain(module.funcs.get(id).name.as_deref()?);
            wanted(&name).then_some(id)
        })
        .collect()
}

/// A name without the hashes of its crates: `core[c59…]::fmt` is `core::fmt`.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in name.chars() {
        match c {
            '[' => inside = true,
            ']' if inside => inside = false,
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// Makes a function a trap.
fn trap(module: &mut Module, id: FunctionId) {
    let kind = module.types.get(module.funcs.get(id).ty());
    let (parameters, results) = (kind.params().to_vec(), kind.results().to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    let arguments = parameters.iter().map(|kind| module.locals.add(*kind));
    let function = builder.local_func(arguments.collect());
    module.funcs.get_mut(id).kind = FunctionKind::Local(function);
}

/// A function that calls one of these without being one of them.
fn caller(module: &Module, formats: &[FunctionId]) -> Option<(String, String)> {
    let name = |id: FunctionId| module.funcs.get(id).name.clone().unwrap_or_default();
    let mut others = module
        .funcs
        .iter_local()
        .filter(|(id, _)| !formats.contains(id));
    others.find_map(|(id, function)| {
        let called = calls(function)
            .into_iter()
            .find(|called| formats.contains(called))?;
        Some((name(id), name(called)))
    })
}

fn calls(function: &LocalFunction) -> Vec<FunctionId> {
    struct Calls(Vec<FunctionId>);
    impl<'a> Visitor<'a> for Calls {
        fn visit_call(&mut self, call: &Call) {
            self.0.push(call.func);
        }
    }
    let mut calls = Calls(Vec::new());
    dfs_in_order(&mut calls, function, function.entry_block());
    calls.0
}

/// Panics name source files. Nobody reads them now, and zeros take no room when
/// compressed; their places stay, so that all other data stays where it is.
fn blank_paths(mut wasm: Vec<u8>) -> Vec<u8> {
    let is_path = |c: u8| c.is_ascii_alphanumeric() || b"/_-.".contains(&c);
    let mut at = 0;
    while let Some(found) = find(wasm.get(at..).unwrap_or_default(), b".rs") {
        let end = at + found + b".rs".len();
        let before = wasm.get(..end).unwrap_or_default();
        let begin = before
            .iter()
            .rposition(|c| !is_path(*c))
            .map_or(0, |p| p + 1);
        let text = String::from_utf8_lossy(wasm.get(begin..end).unwrap_or_default());
        if text.contains("/src/")
            && let Some(path) = wasm.get_mut(begin..end)
        {
            path.fill(0);
        }
        at = end;
    }
    wasm
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
