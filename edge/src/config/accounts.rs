//! Accounts and their buttons, as long as they are configuration.

use call::Number;
use serde::Serialize;

use super::{Place, SANDBOX};
use crate::ids::HexId;
use crate::origin::OriginRule;

/// Calls per day and account where the account sets nothing: enough for any
/// team's day, and few enough that a night of abuse stays affordable.
const DEFAULT_CALLS_PER_DAY: u64 = 1_000;
/// An enterprise with its buttons.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Kazoo's account id.
    pub id: HexId,
    /// Name of the connection that places its calls.
    pub connection: String,
    /// The spend breaker: calls per day (UTC).
    pub calls_per_day: u64,
    /// Its buttons.
    pub buttons: Vec<Button>,
}

/// A stored button; the names are those of Kazoo's `clicktocall` document.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// The document's id.
    pub id: HexId,
    /// What visitors are told they call.
    pub name: String,
    /// The enterprise's own number.
    pub extension: Number,
    /// Who is rung first.
    pub dial_first: DialFirst,
    /// Which pages may use it.
    pub origins: Vec<OriginRule>,
}

/// Who is rung first (Kazoo `dial_first`; there as here the default is the extension).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DialFirst {
    /// The enterprise's own phone.
    Extension,
    /// The visitor's phone.
    Contact,
}

/// The account of a deployment that has configured none: one button that only
/// the deployment's own pages may use, at the sandbox.
pub(super) fn demo_accounts() -> Vec<Account> {
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
        connection: SANDBOX.to_owned(),
        calls_per_day: DEFAULT_CALLS_PER_DAY,
        buttons: vec![button],
    }]
}

/// From the range that is kept for fiction (+1 … 555 0100 to 0199).
const DEMO_EXTENSION: &str = "+12025550142";

pub(super) fn read_accounts(place: &Place<'_>) -> Result<Vec<Account>, String> {
    place.list()?.iter().map(read_account).collect()
}

fn read_account(place: &Place<'_>) -> Result<Account, String> {
    place.only(&["id", "connection", "calls_per_day", "buttons"])?;
    let connection = place.optional("connection")?;
    let calls_per_day = place.optional("calls_per_day")?;
    Ok(Account {
        id: read_id(&place.field("id")?)?,
        connection: connection
            .map_or(Ok(SANDBOX), |name| name.text())?
            .to_owned(),
        calls_per_day: calls_per_day
            .map_or(Ok(DEFAULT_CALLS_PER_DAY), |calls| calls.whole_number())?,
        buttons: place
            .field("buttons")?
            .list()?
            .iter()
            .map(read_button)
            .collect::<Result<_, _>>()?,
    })
}

fn read_button(place: &Place<'_>) -> Result<Button, String> {
    place.only(&["id", "name", "extension", "dial_first", "origins"])?;
    Ok(Button {
        id: read_id(&place.field("id")?)?,
        name: place.field("name")?.text()?.to_owned(),
        extension: place.field("extension")?.number()?,
        dial_first: place
            .optional("dial_first")?
            .map_or(Ok(DialFirst::Extension), |first| match first.text()? {
                "extension" => Ok(DialFirst::Extension),
                "contact" => Ok(DialFirst::Contact),
                _ => Err(first.wrong("is neither extension nor contact")),
            })?,
        origins: place
            .field("origins")?
            .list()?
            .iter()
            .map(read_origin)
            .collect::<Result<_, _>>()?,
    })
}

fn read_id(place: &Place<'_>) -> Result<HexId, String> {
    HexId::parse(place.text()?).ok_or_else(|| place.wrong("is not 32 hexadecimal characters"))
}

fn read_origin(place: &Place<'_>) -> Result<OriginRule, String> {
    OriginRule::parse(place.text()?).map_err(|problem| place.wrong(&format!("is {problem}")))
}
