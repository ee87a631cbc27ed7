//! The deployment's settings: typed, checked once, and never shown.
//!
//! An error names the setting and the field, never the value, because most
//! values here are secrets or phone numbers.

use std::collections::BTreeMap;
use std::fmt;

use call::Number;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::ids::{ButtonId, HexId};
use crate::keys::Key;
use crate::operator::camara;
use crate::origin::OriginRule;

/// Calls per day and account where the account sets nothing: enough for any
/// team's day, and few enough that a night of abuse stays affordable.
const DEFAULT_CALLS_PER_DAY: u32 = 1_000;
/// Seconds an ended call stays readable.
const DEFAULT_RETENTION_S: u64 = 86_400;
/// Seconds between two heartbeats of an events stream: below every idle limit
/// known on the way, and what the field uses.
const DEFAULT_HEARTBEAT_S: f64 = 15.0;
/// The connection that needs no setting.
pub const SANDBOX: &str = "sandbox";

/// All settings of a deployment.
pub struct Settings {
    /// What every authentication code is derived from.
    pub key: Key,
    /// The base that operators are given for their webhooks, where it is not
    /// the origin that the request came to.
    pub public_url: Option<String>,
    /// The accounts with their buttons.
    pub accounts: Vec<Account>,
    /// Connections by lower-case name; always has [`SANDBOX`].
    pub connections: BTreeMap<String, Connection>,
    /// Factor on the sandbox's pauses.
    pub sandbox_time_scale: f64,
    /// Seconds between heartbeats of an events stream.
    pub heartbeat_s: f64,
    /// Seconds of silence until an operator is asked, instead of the defaults.
    pub silence_s: Option<u64>,
    /// Seconds an ended call stays readable.
    pub retention_s: u64,
}

/// An enterprise with its buttons.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Kazoo's account id.
    pub id: HexId,
    /// Name of the connection that places its calls.
    #[serde(default = "sandbox_name")]
    pub connection: String,
    /// The spend breaker: calls per day (UTC).
    #[serde(default = "default_calls_per_day")]
    pub calls_per_day: u32,
    /// Its buttons.
    pub buttons: Vec<Button>,
}

/// A stored button; the names are those of Kazoo's `clicktocall` document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// The document's id.
    pub id: HexId,
    /// What visitors are told they call.
    pub name: String,
    /// The enterprise's own number.
    pub extension: Number,
    /// Who is rung first.
    #[serde(default)]
    pub dial_first: DialFirst,
    /// Which pages may use it.
    pub origins: Vec<OriginRule>,
}

/// Who is rung first (Kazoo `dial_first`; there as here the default is the extension).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DialFirst {
    /// The enterprise's own phone.
    #[default]
    Extension,
    /// The visitor's phone.
    Contact,
}

/// One account at one operator. Has no `Debug`: it holds credentials.
#[derive(Clone)]
pub enum Connection {
    /// The built-in sandbox.
    Sandbox(SandboxConnection),
    /// An operator that speaks CAMARA Click to Dial.
    Camara(camara::Connection),
}

/// Which of them a connection's text is.
#[derive(Deserialize)]
struct Dialect {
    dialect: String,
}

/// The built-in sandbox as a connection.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxConnection {
    #[serde(rename = "dialect")]
    _dialect: IgnoredAny,
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
        }
    }

    /// The dialect's name.
    #[must_use]
    pub fn dialect(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => SANDBOX,
            Self::Camara(_) => "camara",
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
    /// Reads all settings through `get`, which yields a setting's text by name.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let key = get("CTD_KEY").ok_or_else(|| {
            wrong(
                "CTD_KEY",
                "is missing; set it to 64 random hexadecimal characters",
            )
        })?;
        let key = Key::from_hex(&key)
            .ok_or_else(|| wrong("CTD_KEY", "is not 64 hexadecimal characters"))?;
        let loopback = get("LOOPBACK").as_deref() == Some("1");
        let accounts = match get("ACCOUNTS") {
            Some(text) => parse("ACCOUNTS", &text)?,
            None => demo_accounts(),
        };
        let connections = connections(&accounts, &get, loopback)?;
        Ok(Self {
            key,
            public_url: get("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            accounts,
            connections,
            sandbox_time_scale: number(&get, "SANDBOX_TIME_SCALE", 1.0)?,
            heartbeat_s: number(&get, "HEARTBEAT_SECONDS", DEFAULT_HEARTBEAT_S)?,
            silence_s: get("SILENCE_SECONDS")
                .map(|text| whole("SILENCE_SECONDS", &text))
                .transpose()?,
            retention_s: get("RETENTION_SECONDS").map_or(Ok(DEFAULT_RETENTION_S), |text| {
                whole("RETENTION_SECONDS", &text)
            })?,
        })
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: HexId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The button with its account and the connection that places its calls.
    #[must_use]
    pub fn button(&self, id: ButtonId) -> Option<(&Account, &Button, &Connection)> {
        let account = self.account(id.account)?;
        let button = account
            .buttons
            .iter()
            .find(|button| button.id == id.clicktocall)?;
        Some((account, button, self.connection(&account.connection)?))
    }

    /// The connection with this name.
    #[must_use]
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.get(name)
    }

    /// The button that the demo page shows: the first there is.
    #[must_use]
    pub fn demo_button(&self) -> Option<(ButtonId, &Connection)> {
        let account = self
            .accounts
            .iter()
            .find(|account| !account.buttons.is_empty())?;
        let clicktocall = account.buttons.first()?.id;
        let id = ButtonId {
            account: account.id,
            clicktocall,
        };
        Some((id, self.connection(&account.connection)?))
    }
}

/// The account of a deployment that has configured none: one button that only
/// the deployment's own pages may use, at the sandbox.
fn demo_accounts() -> Vec<Account> {
    let Ok(extension) = Number::parse(DEMO_EXTENSION) else {
        return Vec::new();
    };
    let button = Button {
        id: HexId::from([1; 16]),
        name: "Sales".to_owned(),
        extension,
        dial_first: DialFirst::Contact,
        origins: vec![OriginRule::Own],
    };
    vec![Account {
        id: HexId::from([0; 16]),
        connection: sandbox_name(),
        calls_per_day: DEFAULT_CALLS_PER_DAY,
        buttons: vec![button],
    }]
}

/// Both from the range that is kept for fiction (+1 … 555 0100 to 0199).
const DEMO_EXTENSION: &str = "+12025550142";
const DEMO_PLATFORM_NUMBER: &str = "+12025550199";

fn connections(
    accounts: &[Account],
    get: &impl Fn(&str) -> Option<String>,
    loopback: bool,
) -> Result<BTreeMap<String, Connection>, SettingError> {
    let mut connections = BTreeMap::new();
    if let Ok(platform_number) = Number::parse(DEMO_PLATFORM_NUMBER) {
        let sandbox = SandboxConnection {
            _dialect: IgnoredAny,
            platform_number,
        };
        connections.insert(sandbox_name(), Connection::Sandbox(sandbox));
    }
    for account in accounts {
        let name = &account.connection;
        let setting = format!("CONNECTION_{}", name.to_ascii_uppercase().replace('-', "_"));
        match get(&setting) {
            Some(text) => {
                connections.insert(name.clone(), connection(&setting, &text, loopback)?);
            }
            None if connections.contains_key(name) => {}
            None => return Err(wrong(&setting, "is missing, but an account uses it")),
        }
    }
    Ok(connections)
}

fn connection(setting: &str, text: &str, loopback: bool) -> Result<Connection, SettingError> {
    let Dialect { dialect } = parse(setting, text)?;
    match dialect.as_str() {
        SANDBOX => Ok(Connection::Sandbox(parse(setting, text)?)),
        "camara" => {
            let camara: camara::Connection = parse(setting, text)?;
            camara
                .check(loopback)
                .map_err(|problem| wrong(setting, problem))?;
            Ok(Connection::Camara(camara))
        }
        _ => Err(wrong(setting, "dialect is none of sandbox, camara")),
    }
}

fn sandbox_name() -> String {
    SANDBOX.to_owned()
}

fn default_calls_per_day() -> u32 {
    DEFAULT_CALLS_PER_DAY
}

fn wrong(setting: &str, problem: &str) -> SettingError {
    SettingError {
        setting: setting.to_owned(),
        problem: problem.to_owned(),
    }
}

fn number(
    get: &impl Fn(&str) -> Option<String>,
    setting: &str,
    default: f64,
) -> Result<f64, SettingError> {
    let Some(text) = get(setting) else {
        return Ok(default);
    };
    match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err(wrong(setting, "is not a number above 0")),
    }
}

fn whole(setting: &str, text: &str) -> Result<u64, SettingError> {
    match text.trim().parse() {
        Ok(value) if value > 0 => Ok(value),
        _ => Err(wrong(setting, "is not a whole number above 0")),
    }
}

fn parse<T: DeserializeOwned>(setting: &str, text: &str) -> Result<T, SettingError> {
    serde_json::from_str(text).map_err(|error| wrong(setting, &without_value(&error)))
}

/// Serde's messages quote the offending value, but for those of these kinds.
fn without_value(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let safe = [
        "missing field",
        "unknown field",
        "expected 32 hex",
        "not a phone number",
        "not an origin",
    ];
    if safe.iter().any(|start| message.starts_with(start)) {
        return message;
    }
    format!(
        "has a wrong value or shape at line {} column {}",
        error.line(),
        error.column()
    )
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
