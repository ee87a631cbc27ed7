//! The deployment's settings, as far as an operator has to know of them. An
//! error names the setting and the field, never the value.

use std::path::Path;

use serde_json::Value;

use crate::Outcome;

/// Settings of the environment, and of a file for what is not there.
pub struct Settings {
    file: Vec<(String, String)>,
    environment: fn(&str) -> Option<String>,
    names: fn() -> Vec<String>,
}

/// What a connection's setting is called: `CONNECTION_OUR_PBX` is `our-pbx`.
const CONNECTION: &str = "CONNECTION_";

/// A connection to a Kazoo system. Has no `Debug`: it holds secrets.
pub struct Connection {
    /// Its name in the deployment.
    pub name: String,
    /// Base of the API, without a slash at its end.
    pub base_url: String,
    /// The account at that system.
    pub account_id: String,
    /// Opens it.
    pub api_key: String,
    /// Goes into the webhooks' address.
    pub webhook_secret: String,
}

impl Settings {
    /// Reads the file, if there is one.
    pub fn read(file: Option<&Path>) -> Outcome<Self> {
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
        };
        Ok(Self {
            file: text.lines().filter_map(read_line).collect(),
            environment: |name| std::env::var(name).ok(),
            names: || {
                let names = std::env::vars_os().map(|(name, _)| name.into_string());
                names.filter_map(Result::ok).collect()
            },
        })
    }

    fn get(&self, name: &str) -> Option<String> {
        let in_file = || {
            let found = self.file.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        (self.environment)(name).or_else(in_file)
    }

    fn document(&self, name: &str) -> Outcome<Value> {
        let text = self
            .get(name)
            .ok_or(format!("the setting {name} is missing"))?;
        serde_json::from_str(&text).map_err(|_| format!("the setting {name} is not JSON"))
    }

    /// Where the deployment is reached from outside.
    pub fn public_url(&self) -> Outcome<String> {
        let url = self.get("PUBLIC_URL").ok_or(
            "the setting PUBLIC_URL is missing: where does the operator reach the deployment?",
        )?;
        if url.starts_with("https://") || url.starts_with("http://") {
            Ok(url.trim_end_matches('/').to_owned())
        } else {
            Err("the setting PUBLIC_URL must begin with https://".to_owned())
        }
    }

    /// The connections to Kazoo systems.
    pub fn kazoo_connections(&self) -> Outcome<Vec<Connection>> {
        let mut names: Vec<String> = (self.names)();
        names.extend(self.file.iter().map(|(name, _)| name.clone()));
        names.retain(|name| name.starts_with(CONNECTION));
        names.sort_unstable();
        names.dedup();
        let mut connections = Vec::new();
        for setting in names {
            let document = self.document(&setting)?;
            if document.get("dialect").and_then(Value::as_str) == Some("kazoo") {
                let name = setting.trim_start_matches(CONNECTION);
                let name = name.to_ascii_lowercase().replace('_', "-");
                connections.push(connection(&name, &setting, &document)?);
            }
        }
        if connections.is_empty() {
            return Err("there is no connection with the dialect kazoo".to_owned());
        }
        Ok(connections)
    }
}

fn connection(name: &str, setting: &str, document: &Value) -> Outcome<Connection> {
    let text = |field: &str| {
        let text = document.get(field).and_then(Value::as_str);
        let text = text.filter(|text| !text.is_empty()).map(str::to_owned);
        text.ok_or(format!("the setting {setting} lacks the property {field}"))
    };
    let base_url = text("base_url")?;
    let allows_http = document.get("allow_http") == Some(&Value::Bool(true));
    if !(base_url.starts_with("https://") || allows_http) {
        let problem = "base_url must begin with https:// (or set allow_http)";
        return Err(format!("the setting {setting}: {problem}"));
    }
    Ok(Connection {
        name: name.to_owned(),
        base_url: base_url.trim_end_matches('/').to_owned(),
        account_id: text("account_id")?,
        api_key: text("api_key")?,
        webhook_secret: text("webhook_secret")?,
    })
}

/// `NAME=value`, with or without quotes around the value.
fn read_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.trim();
    let inner = ['\'', '"'].iter().find_map(|quote| {
        let inner = value.strip_prefix(*quote)?;
        inner.strip_suffix(*quote)
    });
    Some((name.trim().to_owned(), inner.unwrap_or(value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(lines: &str) -> Settings {
        Settings {
            file: lines.lines().filter_map(read_line).collect(),
            environment: |_| None,
            names: Vec::new,
        }
    }

    const KAZOO: &str = r#"{"dialect":"kazoo","base_url":"https://pbx.example/v2/","account_id":"a","api_key":"k","webhook_secret":"s"}"#;

    #[test]
    fn connections_are_found_by_their_dialect() {
        let settings = settings(&format!(
            "# comment\nCONNECTION_OUR_PBX='{KAZOO}'\nCONNECTION_OTHER={{\"dialect\":\"camara\"}}\nPUBLIC_URL=\"https://dial.example/\""
        ));
        let found = settings.kazoo_connections().ok().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "our-pbx");
        assert_eq!(found[0].base_url, "https://pbx.example/v2");
        assert_eq!(settings.public_url().unwrap(), "https://dial.example");
    }

    #[test]
    fn what_is_missing_is_named_without_any_value() {
        let none = settings("").kazoo_connections().err().unwrap();
        assert!(none.contains("kazoo"), "{none}");
        for (wrong, named) in [
            (KAZOO.replace("api_key", "apikey"), "api_key"),
            (KAZOO.replace("https:", "http:"), "base_url"),
            (KAZOO.replace('{', ""), "CONNECTION_MAIN"),
        ] {
            let settings = settings(&format!("CONNECTION_MAIN={wrong}"));
            let problem = settings.kazoo_connections().err().unwrap();
            assert!(problem.contains(named), "{problem}");
            assert!(!problem.contains("pbx.example"), "{problem}");
        }
    }
}
