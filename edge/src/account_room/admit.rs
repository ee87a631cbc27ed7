//! How an account's room admits calls: it collects what the decision needs,
//! and books what is decided. Nothing here waits, so nothing comes between the
//! counting and the booking.

use call::{Millis, Number, watch};

use super::documents::Kind;
use super::store::{Earlier, Store};
use super::words::{Admit, Decision, Wanted};
use crate::admission::{
    self, Admitted, Counts, Lease, Parties, Refusal, Request, Tally, Verdict, Way, limits,
};
use crate::config::{Connection, Settings};
use crate::document::{Account, Button, DialFirst};
use crate::zone::Zone;

/// How long the same idempotency key means the same call, in seconds.
const KEY_LIFE_S: u64 = 86_400;
/// A lease outlives the longest call by this many seconds.
const LEASE_GRACE_S: u64 = 60;
/// A lease's life, if no end is ever reported.
const LEASE_S: u64 =
    watch::SETUP_LIMIT_S + watch::LONGEST_CALL_S + watch::HANG_UP_LIMIT_S + LEASE_GRACE_S;

/// Decides on one request, and books it if it is admitted.
pub fn decide(settings: &Settings, store: &Store, admit: &Admit) -> worker::Result<Decision> {
    match answer(settings, store, admit) {
        Ok(decision) => Ok(decision),
        Err(No::Refused(refusal)) => Ok(Decision::Refused(refusal)),
        Err(No::Failed(error)) => Err(error),
    }
}

/// Why there is no decision to place a call.
enum No {
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
struct Planned<'a> {
    account: Account,
    button: Option<Button>,
    /// The button's id, or nothing.
    id: String,
    contact: Option<&'a Number>,
    parties: Parties,
    dial_first: DialFirst,
    connection: String,
    /// What its lease is under.
    who: String,
}

fn answer(settings: &Settings, store: &Store, admit: &Admit) -> Result<Decision, No> {
    let planned = plan(settings, store, admit)?;
    if let Some(button) = &planned.button {
        check_entrance(button, admit)?;
    }
    if let Some(grant) = &admit.grant {
        let key = store
            .documents()
            .read(Kind::EmbedKey, &grant.key.to_string())?;
        key.ok_or(Refusal::EmbedKeyGone)?;
    }
    let key_since = Millis(admit.now.0.saturating_sub(KEY_LIFE_S * 1000));
    if let Some(Earlier { body, call_id }) = store.earlier(&admit.key, key_since)? {
        return if body == admit.body {
            Ok(Decision::Replay(call_id))
        } else {
            Err(Refusal::KeyReused.into())
        };
    }
    let once = admit
        .grant
        .as_ref()
        .and_then(|it| it.once.as_deref().map(|once| (once, it.until)));
    if let Some((token, _)) = once
        && store.is_spent(token, admit.now)?
    {
        return Err(Refusal::TokenUsed.into());
    }
    let number = planned.contact.map_or("", Number::e164);
    let counted = planned.contact.is_some();
    let times: Vec<Millis> = if counted {
        store.recent(number)?
    } else {
        Vec::new()
    };
    let address = admit.address.as_deref().filter(|_| counted);
    let called = address.map_or(Ok(Vec::new()), |address| store.recent(address))?;
    let mut tally = store.tally(admit.now)?;
    let counts = Counts {
        number: &times,
        address: &called,
        tally: &tally,
    };
    let rules = planned.button.as_ref().map(|button| &button.rules);
    let verdict = admission::decide(
        &planned.account.rules,
        rules,
        &planned.request(admit),
        &counts,
    );
    match verdict {
        Ok(Verdict::Admit) => {}
        Ok(Verdict::Verify) => return Ok(Decision::Verify),
        Ok(Verdict::Active(lease)) => return Ok(Decision::Active(lease)),
        Ok(Verdict::Full(leases)) => return Ok(Decision::Full(leases)),
        Err(refusal) => {
            trip(store, &mut tally, &planned.account, admit, refusal)?;
            return Err(refusal.into());
        }
    }
    let limits = &planned.account.rules.limits;
    if counted {
        let times = limits::remembered(times, admit.now, &limits.per_number);
        store.keep_recent(number, &times, admit.now)?;
    }
    if let Some(address) = address {
        let called = limits::address_remembered(called, number, admit.now, &limits.per_address);
        store.keep_recent(address, &called, admit.now)?;
    }
    if let Some((token, until)) = once {
        store.spend(token, until, admit.now)?;
    }
    let agreed = rules.and_then(|rules| rules.consent.as_ref());
    let page = match &planned.button {
        Some(button) => button.describe(admit.page.clone()),
        None => admit.page.clone(),
    };
    let agreed = agreed.and(admit.consent.as_deref());
    store.book(admit, page.as_ref(), agreed)?;
    let lease = Lease {
        who: planned.who,
        call_id: admit.call_id.clone(),
        since: admit.now,
        until: admit.now.plus_seconds(LEASE_S),
        open: false,
    };
    tally.book(
        lease,
        planned.button.is_some().then_some(planned.id.as_str()),
    );
    store.keep_tally(&tally)?;
    Ok(Decision::Admitted(Box::new(Admitted {
        parties: planned.parties,
        dial_first: planned.dial_first,
        connection: planned.connection,
        record: planned.button.as_ref().is_some_and(|it| it.record),
        manner: planned.button.map(|it| it.manner).unwrap_or_default(),
        sink: planned.account.sink,
        page,
    })))
}

/// Finds out which call it would be.
fn plan<'a>(settings: &Settings, store: &Store, admit: &'a Admit) -> Result<Planned<'a>, No> {
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
            Ok(Planned {
                connection,
                account,
                id: clicktocall.to_string(),
                contact: Some(contact),
                parties: admission::in_order(button.dial_first, outside, extension),
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
            who: admission::pair(parties.caller.as_str(), parties.callee.as_str()),
        }),
    }
}

/// Whether a connection's operator knows internal extensions.
fn has_extensions(settings: &Settings, connection: &str) -> bool {
    matches!(settings.connection(connection), Some(Connection::Kazoo(_)))
}

/// Whether this page, or whoever has no page, may use the button at all.
fn check_entrance(button: &Button, admit: &Admit) -> Result<(), Refusal> {
    if matches!(admit.way, Way::Click | Way::Agent) && !admit.framed {
        admission::check_origin(button, admit.origin.as_deref(), &admit.own_origin)?;
    }
    if button.auth_required && matches!(admit.way, Way::Click | Way::Connect) {
        return Err(Refusal::TokenRequired);
    }
    Ok(())
}

impl Planned<'_> {
    fn request<'a>(&'a self, admit: &'a Admit) -> Request<'a> {
        let hours = self.button.as_ref().and_then(|it| it.rules.hours.as_ref());
        let zone = hours.and_then(|hours| Zone::named(&hours.time_zone));
        Request {
            way: admit.way,
            parties: &self.parties,
            contact: self.contact,
            who: &self.who,
            consent: admit.consent.as_deref(),
            captcha: admit.captcha,
            wall: zone.and_then(|zone| zone.wall(admit.now)),
            button: &self.id,
            now: admit.now,
        }
    }
}

/// Tells that the spend breaker has tripped: once a day, in the log and in the
/// account.
fn trip(
    store: &Store,
    tally: &mut Tally,
    account: &Account,
    admit: &Admit,
    refusal: Refusal,
) -> worker::Result<()> {
    if !matches!(refusal, Refusal::QuotaExceeded(_)) {
        return Ok(());
    }
    let Some(spent) = tally.spent(&account.rules.limits, admit.now) else {
        return Ok(());
    };
    if tally.trip(spent, admit.now) {
        store.keep_tally(tally)?;
        let (account, what) = (admit.account, spent.as_str());
        worker::console_error!("account {account}: no more calls today, its {what} are used up");
    }
    Ok(())
}
