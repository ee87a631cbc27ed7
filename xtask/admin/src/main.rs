//! `cargo xtask account` and `cargo xtask button`: an admin's first steps
//! without a console. Speaks the deployment's `/v2` API, as any client could.
//!
//! Keys come from the environment, since everyone on the machine can read a
//! command line.

mod api;
mod options;

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use api::Api;
use options::Options;

const USAGE: &str = "\
cargo xtask account create --url URL --name NAME [--connection NAME]…
  Makes an account, and prints its id and the first API key to it.
  Reads CTD_ADMIN_KEY, the deployment's admin key, from the environment.
cargo xtask button create --url URL --name NAME --extension NUMBER [--dial-first contact|extension]
                          [--origin ORIGIN]… [--agents-only] [--connection NAME]
  Makes a button, and prints the tag to paste.
  Reads CTD_API_KEY, an API key of the account, from the environment.";

/// What went wrong, in one line for a person.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("admin: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Outcome<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["account", "create", rest @ ..] => create_account(&Options::parse(rest)?),
        ["button", "create", rest @ ..] => create_button(&Options::parse(rest)?),
        _ => Err(format!("cannot understand this\n\n{USAGE}")),
    }
}

fn create_account(options: &Options) -> Outcome<String> {
    options.only(&["url", "name", "connection"])?;
    let mut account = Map::from_iter([("name".to_owned(), options.one("name")?.into())]);
    let connections = options.all("connection");
    if !connections.is_empty() {
        account.insert("connections".to_owned(), connections.into());
    }
    let api = Api::new(&options.one("url")?, &variable("CTD_ADMIN_KEY")?);
    let made = api.put("accounts", &account.into())?;
    let (id, key) = (text(&made, "/id")?, text(&made, "/api_key")?);
    Ok(format!(
        "account {id}\nAPI key {key}\n\nThe key is shown this once. It opens the account: keep it as a password."
    ))
}

fn create_button(options: &Options) -> Outcome<String> {
    options.only(&[
        "url",
        "name",
        "extension",
        "dial-first",
        "origin",
        "agents-only",
        "connection",
    ])?;
    let agents_only = options.flag("agents-only");
    let dial_first = options.optional("dial-first");
    let usual = if agents_only { "extension" } else { "contact" };
    let button = json!({
        "name": options.one("name")?,
        "extension": options.one("extension")?,
        "auth_required": agents_only,
        "dial_first": dial_first.as_deref().unwrap_or(usual),
        "origins": options.all("origin"),
        // A property without a value is as if it were not there.
        "connection": options.optional("connection"),
    });
    let url = options.one("url")?;
    let api = Api::enter(&url, &variable("CTD_API_KEY")?)?;
    let made = api.put("clicktocall", &button)?;
    let id = text(&made, "/_read_only/button_id")?;
    Ok(tag(&url, &id))
}

/// What the admin pastes into a page.
fn tag(url: &str, button: &str) -> String {
    let url = url.trim_end_matches('/');
    format!(r#"<script async src="{url}/widget.js" data-button="{button}"></script>"#)
}

fn variable(name: &str) -> Outcome<String> {
    let value = std::env::var(name).map_err(|_| format!("{name} is not set"))?;
    Ok(value.trim().to_owned())
}

fn text(made: &Value, pointer: &str) -> Outcome<String> {
    let text = made.pointer(pointer).and_then(Value::as_str);
    let text = text.ok_or("the deployment answered something else than was asked for")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_what_the_readme_shows() {
        assert_eq!(
            tag("https://dial.example/", "B"),
            r#"<script async src="https://dial.example/widget.js" data-button="B"></script>"#
        );
    }

    #[test]
    fn what_is_missing_is_named_before_anything_is_asked() {
        let run = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            run(&words).unwrap_err()
        };
        assert!(run(&[]).contains("cargo xtask account create"));
        assert!(run(&["account", "create"]).contains("--name"));
        assert!(run(&["button", "create", "--colour", "red"]).contains("--colour"));
        assert!(run(&["button", "create", "--name"]).contains("--name"));
    }
}
