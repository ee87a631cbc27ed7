//! The deployment's settings: typed, checked once, and never shown.
//!
//! An error names the setting and the field, never the value, because most
//! values here are secrets or phone numbers.

mod seeds;

use std::fmt;

use call::Number;
use serde_json::Value;

use crate::admission::captcha::Turnstile;
use crate::document::{Flaw, Flaws, Place};
use crate::ids::{ButtonId, HexId};
use crate::keys::Key;
use crate::operator::{camara, china_mobile, kazoo};
pub use seeds::Seed;
use seeds::{demo_seeds, read_seeds};

/// Seconds an ended call stays readable.
const DEFAULT_RETENTION_S: u64 = 86_400;
/// Seconds between two heartbeats of an events stream: below every idle limit
/// known on the way, and what the field uses.
const DEFAULT_HEARTBEAT_S: u64 = 15;
/// Seconds until a sink that did not listen is told again.
const DEFAULT_SINK_PAUSE_S: u64 = 5;
/// The connection that needs no setting.
pub const SANDBOX: &str = "sandbox";

/// All settings of a deployment.
pub struct Settings {
    /// What every authentication code is derived from.
    pub key: Key,
    /// The base that operators are given for their webhooks, where it is not
    /// the origin that the request came to.
    pub public_url: Option<String>,
    /// The accounts that the deployment starts with.
    pub seeds: Vec<Seed>,
    /// Connections by name; always has [`SANDBOX`].
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

/// One account at one operator. Has no `Debug`: it holds credentials.
#[derive(Clone)]
pub enum Connection {
    /// The built-in sandbox.
    Sandbox(SandboxConnection),
    /// An operator that speaks CAMARA Click to Dial.
    Camara(camara::Connection),
    /// China Mobile's open platform.
    ChinaMobile(china_mobile::Connection),
    /// A 2600Hz Kazoo system.
    Kazoo(kazoo::Connection),
}

/// The built-in sandbox as a connection.
#[derive(Clone)]
pub struct SandboxConnection {
    /// What both phones would show.
    pub platform_number: Number,
}

impl Connection {
    /// The number that both phones show. Without one there is no connection:
    /// the parties' own numbers would leak.
    #[must_use]
    pub fn platform_number(&self) -> &Number {
        match self {
            Self::Sandbox(sandbox) => &sandbox.platform_number,
            Self::Camara(camara) => &camara.platform_number,
            Self::ChinaMobile(china_mobile) => &china_mobile.platform_number,
            Self::Kazoo(kazoo) => &kazoo.platform_number,
        }
    }

    /// The dialect's name.
    #[must_use]
    pub fn dialect(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => SANDBOX,
            Self::Camara(_) => "camara",
            Self::ChinaMobile(_) => "china-mobile",
            Self::Kazoo(_) => "kazoo",
        }
    }
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
            public_url: get("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
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

/// From the same range of fiction as the demo button's number.
const DEMO_PLATFORM_NUMBER: &str = "+12025550199";

/// What a connection's setting is called: `CONNECTION_OUR_PBX` is `our-pbx`.
const CONNECTION: &str = "CONNECTION_";

fn connections(
    names: &[String],
    get: &impl Fn(&str) -> Option<String>,
    loopback: bool,
) -> Result<Vec<(String, Connection)>, SettingError> {
    let mut connections = Vec::new();
    if let Ok(platform_number) = Number::parse(DEMO_PLATFORM_NUMBER) {
        let sandbox = SandboxConnection { platform_number };
        connections.push((SANDBOX.to_owned(), Connection::Sandbox(sandbox)));
    }
    for setting in names {
        let (Some(name), Some(text)) = (setting.strip_prefix(CONNECTION), get(setting)) else {
            continue;
        };
        let name = name.to_ascii_lowercase().replace('_', "-");
        let read = |place: &Place<'_>| Ok(read_connection(place, loopback)?);
        let connection = document(setting, &text, read)?;
        connections.retain(|(known, _)| *known != name);
        connections.push((name, connection));
    }
    Ok(connections)
}

/// An account whose connection is missing could never place a call.
fn demand_connections(
    seed: &Seed,
    connections: &[(String, Connection)],
) -> Result<(), SettingError> {
    let listed = seed.account.get("connections").and_then(Value::as_array);
    let names = listed.into_iter().flatten().filter_map(Value::as_str);
    for name in names {
        if !connections.iter().any(|(known, _)| known == name) {
            let setting = format!(
                "{CONNECTION}{}",
                name.to_ascii_uppercase().replace('-', "_")
            );
            return Err(wrong(&setting, "is missing, but an account uses it"));
        }
    }
    Ok(())
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

fn read_connection(place: &Place<'_>, loopback: bool) -> Result<Connection, Flaw> {
    let dialect = place.field("dialect")?;
    match dialect.text()? {
        SANDBOX => {
            place.only(&["dialect", "platform_number"])?;
            let platform_number = place.field("platform_number")?.number()?;
            Ok(Connection::Sandbox(SandboxConnection { platform_number }))
        }
        "camara" => camara::Connection::read(place, loopback).map(Connection::Camara),
        "china-mobile" => {
            china_mobile::Connection::read(place, loopback).map(Connection::ChinaMobile)
        }
        "kazoo" => kazoo::Connection::read(place, loopback).map(Connection::Kazoo),
        _ => Err(dialect.wrong("is none of sandbox, camara, china-mobile, kazoo")),
    }
}

#[cfg(test)]
mod tests;
