//! The deployment's settings: typed, checked once, and never shown.
//!
//! An error names the setting and the field, never the value, because most
//! values here are secrets or phone numbers.

mod connections;
mod seeds;

use std::fmt;

use serde_json::Value;

use crate::admission::captcha::Turnstile;
use crate::document::{Flaws, Place};
use crate::ids::{ButtonId, HexId};
use crate::keys::Key;
use crate::operator::Connection;
pub use connections::SANDBOX;
use connections::{connections, demand_connections};
pub use seeds::Seed;
use seeds::{demo_seeds, read_seeds};

/// Seconds an ended call stays readable.
const DEFAULT_RETENTION_S: u64 = 86_400;
/// Seconds between two heartbeats of an events stream: below every idle limit
/// known on the way, and what the field uses.
const DEFAULT_HEARTBEAT_S: u64 = 15;
/// Seconds until a sink that did not listen is told again.
const DEFAULT_SINK_PAUSE_S: u64 = 5;
/// All settings of a deployment.
pub struct Settings {
    /// What every authentication code is derived from.
    pub key: Key,
    /// The base that operators are given for their webhooks, where it is not
    /// the origin that the request came to.
    pub public_url: Option<String>,
    /// The accounts that the deployment starts with.
    pub seeds: Vec<Seed>,
    /// Connections by name; always has the sandbox.
    pub connections: Vec<(String, Connection)>,
    /// Factor on the sandbox's pauses.
    pub sandbox_time_scale: f64,
    /// Seconds between heartbeats of an events stream.
    pub heartbeat_s: u64,
    /// Seconds of silence until an operator is asked, instead of the defaults.
    pub silence_s: Option<u64>,
    /// Seconds an ended call stays readable.
    pub retention_s: u64,
    /// Seconds until a sink that did not listen is told again; then more.
    pub sink_pause_s: u64,
    /// Opens all accounts to whoever runs the deployment; without it none can
    /// be made.
    pub admin_key: Option<String>,
    /// Whether a developer may have the operators checked.
    pub operator_check: bool,
    /// The captcha, where there is one.
    pub turnstile: Option<Turnstile>,
    /// Whether this is a developer's machine.
    pub loopback: bool,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The setting's name.
    pub setting: String,
    /// What is wrong, without its value.
    pub problem: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "setting {}: {}", self.setting, self.problem)
    }
}

impl Settings {
    /// Reads all settings through `get`, which yields a setting's text by name;
    /// `names` are those of all settings.
    pub fn read(
        names: &[String],
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingError> {
        let key = get("CTD_KEY").ok_or_else(|| {
            wrong(
                "CTD_KEY",
                "is missing; set it to 64 random hexadecimal characters",
            )
        })?;
        let key = Key::from_hex(&key)
            .ok_or_else(|| wrong("CTD_KEY", "is not 64 hexadecimal characters"))?;
        let loopback = get("LOOPBACK").as_deref() == Some("1");
        let seeds = match get("ACCOUNTS") {
            Some(text) => document("ACCOUNTS", &text, read_seeds)?,
            None => demo_seeds(),
        };
        let turnstile = Turnstile::read(&get)
            .map_err(|setting| wrong(setting, "is missing, but its counterpart is set"))?;
        let connections = connections(names, &get, loopback)?;
        for seed in &seeds {
            demand_connections(seed, &connections)?;
        }
        Ok(Self {
            key,
            turnstile,
            loopback,
            public_url: public_url(&get, loopback)?,
            seeds,
            connections,
            sandbox_time_scale: time_scale(&get)?,
            heartbeat_s: whole(&get, "HEARTBEAT_SECONDS")?.unwrap_or(DEFAULT_HEARTBEAT_S),
            admin_key: admin_key(&get)?,
            operator_check: get("OPERATOR_CHECK").as_deref() == Some("1"),
            silence_s: whole(&get, "SILENCE_SECONDS")?,
            sink_pause_s: whole(&get, "SINK_PAUSE_SECONDS")?.unwrap_or(DEFAULT_SINK_PAUSE_S),
            retention_s: whole(&get, "RETENTION_SECONDS")?.unwrap_or(DEFAULT_RETENTION_S),
        })
    }

    /// Checks what only the runtime can tell: whether it knows the time zones
    /// that the first buttons' hours are in.
    pub fn check_zones(&self, is_zone: impl Fn(&str) -> bool) -> Result<(), SettingError> {
        for seed in &self.seeds {
            for (button, document) in &seed.buttons {
                let zone = document.pointer("/hours/timeZone").and_then(Value::as_str);
                if zone.is_some_and(|zone| !is_zone(zone)) {
                    let problem = format!(
                        "the hours.timeZone of button {button} is no time zone that is known, such as Europe/Berlin"
                    );
                    return Err(wrong("ACCOUNTS", &problem));
                }
            }
        }
        Ok(())
    }

    /// The first documents of the account with this id.
    #[must_use]
    pub fn seed(&self, id: HexId) -> Option<&Seed> {
        self.seeds.iter().find(|seed| seed.id == id)
    }

    /// The connection with this name.
    #[must_use]
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, connection)| connection)
    }

    /// The buttons that the demo pages show: those of the first account that has
    /// some, at least one.
    #[must_use]
    pub fn demo_buttons(&self) -> Option<(Vec<ButtonId>, &Connection)> {
        let seed = self.seeds.iter().find(|seed| !seed.buttons.is_empty())?;
        let ids = seed.buttons.iter().map(|(clicktocall, _)| ButtonId {
            account: seed.id,
            clicktocall: *clicktocall,
        });
        Some((ids.collect(), self.connection(seed.connection())?))
    }
}

fn wrong(setting: &str, problem: &str) -> SettingError {
    SettingError {
        setting: setting.to_owned(),
        problem: problem.to_owned(),
    }
}

fn time_scale(get: &impl Fn(&str) -> Option<String>) -> Result<f64, SettingError> {
    let setting = "SANDBOX_TIME_SCALE";
    let Some(text) = get(setting) else {
        return Ok(1.0);
    };
    // Read as JSON: the standard library's own reading brings 10 KB of tables along.
    match serde_json::from_str::<Value>(text.trim())
        .ok()
        .and_then(|value| value.as_f64())
    {
        Some(value) if value > 0.0 => Ok(value),
        _ => Err(wrong(setting, "is not a number above 0")),
    }
}

/// Characters of the deployment's admin key at least: as many as of an API key.
const ADMIN_KEY_CHARS: usize = 64;

fn admin_key(get: &impl Fn(&str) -> Option<String>) -> Result<Option<String>, SettingError> {
    let setting = "CTD_ADMIN_KEY";
    match get(setting) {
        Some(key) if key.trim().len() < ADMIN_KEY_CHARS => {
            Err(wrong(setting, "has fewer than 64 characters"))
        }
        key => Ok(key.map(|key| key.trim().to_owned())),
    }
}

/// `PUBLIC_URL`: an origin, to which paths are added.
fn public_url(
    get: &impl Fn(&str) -> Option<String>,
    loopback: bool,
) -> Result<Option<String>, SettingError> {
    let setting = "PUBLIC_URL";
    let Some(url) = get(setting) else {
        return Ok(None);
    };
    let url = url.trim().trim_end_matches('/');
    let plain = || url.strip_prefix("http://").filter(|_| loopback);
    let host = url.strip_prefix("https://").or_else(plain);
    let is_host = |host: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
        !host.is_empty() && host.bytes().all(fits)
    };
    if host.is_some_and(is_host) {
        Ok(Some(url.to_owned()))
    } else {
        Err(wrong(
            setting,
            "is no address such as https://edge.example.com, without a path",
        ))
    }
}

fn whole(
    get: &impl Fn(&str) -> Option<String>,
    setting: &str,
) -> Result<Option<u64>, SettingError> {
    let Some(text) = get(setting) else {
        return Ok(None);
    };
    match text.trim().parse() {
        Ok(value) if value > 0 => Ok(Some(value)),
        _ => Err(wrong(setting, "is not a whole number above 0")),
    }
}

/// Reads a setting that is a JSON document.
fn document<T>(
    setting: &str,
    text: &str,
    read: impl FnOnce(&Place<'_>) -> Result<T, Flaws>,
) -> Result<T, SettingError> {
    let value: Value = serde_json::from_str(text).map_err(|_| wrong(setting, "is not JSON"))?;
    read(&Place::whole(&value)).map_err(|problem| wrong(setting, &problem.to_string()))
}

#[cfg(test)]
mod tests;
