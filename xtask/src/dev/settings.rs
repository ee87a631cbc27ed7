//! The worker's settings on a developer's machine.
//!
//! They go to the worker in a file and not on its command line, which everyone on the
//! machine can read.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::{paths, stamps};

use super::lab::Lab;
use super::options::{Options, SANDBOX};

/// Ids are no secrets. They stay the same, so that calls of earlier runs stay readable.
const ACCOUNT: &str = "0de0acc00000000000000000000000d1";
const BUTTONS: [(&str, &str); 3] = [
    ("0de0b0770000000000000000000000d1", "Sales"),
    ("0de0b0770000000000000000000000d2", "Support"),
    ("0de0b0770000000000000000000000d3", "Accounts"),
];
const API_KEY: &str = "0de0a91000000000000000000000d1aa";
const API_CLIENT: &str = "0de0c11e00000000000000000000d1aa";
/// Numbers of the range that is kept for fiction.
const EXTENSION: &str = "+12025550142";
const PLATFORM_NUMBER: &str = "+12025550199";
/// All MACs derive from a key of this length.
const KEY_BYTES: usize = 32;

/// Writes the file, in the form of wrangler's `--env-file`.
pub fn write(options: &Options, lab: Option<&Lab>) -> Outcome<PathBuf> {
    let mut lines = vec![
        line("CTD_KEY", &key()?),
        line("LOOPBACK", "1"),
        line("ACCOUNTS", &accounts()?.to_string()),
        line("CTD_ADMIN_KEY", &secret("admin-key")?),
        line("CONNECTION_MAIN", &connection(lab).to_string()),
    ];
    if let Some(url) = &options.public_url {
        lines.push(line("PUBLIC_URL", url));
    }
    let file = folder().join("settings.env");
    write_secret(&file, &lines.concat())?;
    Ok(file)
}

/// Where a developer's state lies.
pub fn folder() -> PathBuf {
    paths::target().join("dev")
}

/// No value here has a single quote in it: a URL, digits, or JSON made of both.
fn line(name: &str, value: &str) -> String {
    format!("{name}='{}'\n", value.replace('\'', "%27"))
}

fn accounts() -> Outcome<Value> {
    Ok(json!([{
        "id": ACCOUNT,
        "name": "Demo",
        "connections": ["main"],
        "calls_per_day": 1000,
        // A developer tries the same few numbers again and again.
        "calls_per_number": { "per_15_minutes": 1000, "per_60_minutes": 1000, "per_24_hours": 1000 },
        "buttons": buttons(),
        "api_keys": [{"id": API_KEY, "name": "Developer", "key": api_key()?}],
        "api_clients": [{"id": API_CLIENT, "name": "Developer", "secret": client_secret()?}],
    }]))
}

/// Opens the account to the admin API.
pub fn api_key() -> Outcome<String> {
    let secret = secret("api-key")?;
    let half = secret.get(..ACCOUNT.len()).unwrap_or(&secret);
    Ok(format!("{ACCOUNT}{half}"))
}

/// The secret of the API client.
pub fn client_secret() -> Outcome<String> {
    secret("client-secret")
}

/// One for each of the demo pages' three places.
fn buttons() -> Value {
    let button = |(id, name): (&str, &str)| {
        json!({
            "id": id,
            "name": name,
            "extension": EXTENSION,
            "dial_first": "contact",
            "auth_required": false,
            "origins": ["http://127.0.0.1:*", "http://localhost:*"],
        })
    };
    BUTTONS.map(button).to_vec().into()
}

fn connection(lab: Option<&Lab>) -> Value {
    let sandbox = || json!({"dialect": SANDBOX, "platform_number": PLATFORM_NUMBER});
    lab.map_or_else(sandbox, |lab| lab.connection.clone())
}

/// The key, made once.
pub fn key() -> Outcome<String> {
    secret("key")
}

fn secret(name: &str) -> Outcome<String> {
    let file = folder().join(name);
    if !file.exists() {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::new(format!("no random numbers: {error}")))?;
        write_secret(&file, &stamps::hex(&bytes))?;
    }
    paths::read_text(&file)
}

/// Writes a file that only its owner may read.
pub fn write_secret(path: &std::path::Path, content: &str) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    paths::write(path, "")?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| Failure::file("protect", path, error))?;
    paths::write(path, content)
}
