//! Which call it would be that somebody asks for.

use call::Number;
use serde_json::Value;

use super::store::Store;
use super::words::{Admit, Wanted};
use crate::admission::{self, Admitted, Parties, Refusal, Request};
use crate::config::Settings;
use crate::document::{Account, Button, DialFirst};
use crate::zone::Zone;

/// Why there is no decision to place a call.
pub(super) enum No {
    Refused(Refusal),
    Failed(worker::Error),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<worker::Error> for No {
    fn from(error: worker::Error) -> Self {
        Self::Failed(error)
    }
}

/// The call that would be placed.
pub(super) struct Planned<'a> {
    pub(super) account: Account,
    pub(super) button: Option<Button>,
    /// The button's id, or nothing.
    pub(super) id: String,
    pub(super) contact: Option<&'a Number>,
    parties: Parties,
    dial_first: DialFirst,
    connection: String,
    /// What its lease is under.
    pub(super) who: String,
    /// The two, whichever is rung first.
    pub(super) pair: String,
}

/// Finds out which call it would be.
pub(super) fn plan<'a>(
    settings: &Settings,
    store: &Store,
    admit: &'a Admit,
) -> Result<Planned<'a>, No> {
    let documents = store.documents();
    let seed = settings.seed(admit.account);
    let account = documents.account(admit.account, seed, admit.now)?;
    let account = account.ok_or(Refusal::NoSuchButton)?;
    let connection = |account: &Account, wanted: Option<&str>| {
        let connection = account.connection(wanted).map(str::to_owned);
        connection.ok_or(Refusal::NoSuchButton)
    };
    match &admit.wanted {
        Wanted::Button {
            clicktocall,
            contact,
            extension,
        } => {
            let found = documents.button(*clicktocall)?;
            let (button, _) = found.ok_or(Refusal::NoSuchButton)?;
            let extension = extension.as_ref().unwrap_or(&button.extension).clone();
            let outside = contact.clone().into();
            let connection = connection(&account, button.connection.as_deref())?;
            // A button's own was looked at when it was stored; an agent's comes with the call.
            if extension.number().is_none() && !has_extensions(settings, &connection) {
                return Err(Refusal::NumberNotAllowed.into());
            }
            let parties = admission::in_order(button.dial_first, outside, extension);
            Ok(Planned {
                connection,
                account,
                id: clicktocall.to_string(),
                contact: Some(contact),
                pair: pair(&parties),
                parties,
                dial_first: button.dial_first,
                who: contact.e164().to_owned(),
                button: Some(button),
            })
        }
        Wanted::Pair {
            parties,
            dial_first,
            connection: wanted,
        } => Ok(Planned {
            connection: connection(&account, wanted.as_deref())?,
            account,
            button: None,
            id: String::new(),
            contact: None,
            parties: parties.clone(),
            dial_first: *dial_first,
            who: pair(parties),
            pair: pair(parties),
        }),
    }
}

fn pair(parties: &Parties) -> String {
    admission::pair(parties.caller.as_str(), parties.callee.as_str())
}

/// Whether a connection's operator knows internal extensions.
fn has_extensions(settings: &Settings, connection: &str) -> bool {
    let connection = settings.connection(connection);
    connection.is_some_and(|it| it.operator().habits().has_extensions)
}

impl Planned<'_> {
    /// What has to be decided on.
    pub(super) fn request<'a>(&'a self, admit: &'a Admit) -> Request<'a> {
        let hours = self.button.as_ref().and_then(|it| it.rules.hours.as_ref());
        let zone = hours.and_then(|hours| Zone::named(&hours.time_zone));
        Request {
            way: admit.way,
            parties: &self.parties,
            contact: self.contact,
            who: &self.who,
            pair: &self.pair,
            consent: admit.consent.as_deref(),
            captcha: admit.captcha,
            wall: zone.and_then(|zone| zone.wall(admit.now)),
            button: &self.id,
            now: admit.now,
        }
    }

    /// The call as it is admitted, with the page that is kept with it.
    pub(super) fn admitted(self, page: Option<Value>) -> Admitted {
        Admitted {
            parties: self.parties,
            dial_first: self.dial_first,
            connection: self.connection,
            record: self.button.as_ref().is_some_and(|it| it.record),
            manner: self.button.map(|it| it.manner).unwrap_or_default(),
            sink: self.account.sink,
            page,
        }
    }
}
