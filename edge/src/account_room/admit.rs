//! How an account's room admits calls: it collects what the decision needs,
//! and books what is decided. Nothing here waits, so nothing comes between the
//! counting and the booking.

use call::{Millis, Number, watch};
use serde_json::Value;

use super::documents::Kind;
use super::plan::{No, Planned, plan};
use super::store::{Earlier, Store};
use super::words::{Admit, Decision, Grant};
use crate::admission::limits::{self, Limits};
use crate::admission::{self, Counts, Lease, Refusal, Tally, Verdict, Way};
use crate::config::Settings;
use crate::document::{Account, Button};

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

fn answer(settings: &Settings, store: &Store, admit: &Admit) -> Result<Decision, No> {
    let planned = plan(settings, store, admit)?;
    if let Some(button) = &planned.button {
        check_entrance(button, admit)?;
    }
    if let Some(grant) = &admit.grant {
        check_grant(store, grant)?;
    }
    if let Some(earlier) = repeated(store, admit)? {
        return Ok(earlier);
    }
    check_spent(store, admit)?;
    let recent = Recent::read(store, &planned, admit)?;
    let mut tally = store.tally(admit.now)?;
    let counts = recent.counts(&tally);
    let rules = planned.button.as_ref().map(|button| &button.rules);
    let request = planned.request(admit);
    match admission::decide(&planned.account.rules, rules, &request, &counts) {
        Ok(Verdict::Admit) => {}
        Ok(Verdict::Verify) => return Ok(Decision::Verify),
        Ok(Verdict::Active(lease)) => return Ok(Decision::Active(lease)),
        Ok(Verdict::Full(leases)) => return Ok(Decision::Full(leases)),
        Err(refusal) => {
            trip(store, &mut tally, &planned.account, admit, refusal)?;
            return Err(refusal.into());
        }
    }
    recent.keep(store, &planned.account.rules.limits, admit.now)?;
    let page = book(store, &mut tally, &planned, admit)?;
    Ok(Decision::Admitted(Box::new(planned.admitted(page))))
}

/// The embed key that has made an agent's token still stands.
fn check_grant(store: &Store, grant: &Grant) -> Result<(), No> {
    let key = grant.key.to_string();
    let key = store.documents().read(Kind::EmbedKey, &key)?;
    key.map(|_| ()).ok_or_else(|| Refusal::EmbedKeyGone.into())
}

/// The same request once more leads to the same call; the same key with another
/// body is a mistake.
fn repeated(store: &Store, admit: &Admit) -> Result<Option<Decision>, No> {
    let since = Millis(admit.now.0.saturating_sub(KEY_LIFE_S * 1000));
    match store.earlier(&admit.key, since)? {
        None => Ok(None),
        Some(Earlier { body, call_id }) if body == admit.body => {
            Ok(Some(Decision::Replay(call_id)))
        }
        Some(_) => Err(Refusal::KeyReused.into()),
    }
}

/// A token that is good for one call has not been used for one.
fn check_spent(store: &Store, admit: &Admit) -> Result<(), No> {
    match admit.once() {
        Some((token, _)) if store.is_spent(token, admit.now)? => Err(Refusal::TokenUsed.into()),
        _ => Ok(()),
    }
}

/// Who was called lately, where a visitor calls.
struct Recent<'a> {
    number: Option<&'a str>,
    address: Option<&'a str>,
    /// When the number was called.
    times: Vec<Millis>,
    /// Which numbers were called from the address, and when last.
    called: Vec<(String, Millis)>,
}

impl<'a> Recent<'a> {
    fn read(store: &Store, planned: &Planned<'a>, admit: &'a Admit) -> worker::Result<Self> {
        let number = planned.contact.map(Number::e164);
        let address = admit.address.as_deref().filter(|_| number.is_some());
        Ok(Self {
            number,
            address,
            times: number.map_or(Ok(Vec::new()), |number| store.recent(number))?,
            called: address.map_or(Ok(Vec::new()), |address| store.recent(address))?,
        })
    }

    fn counts<'b>(&'b self, tally: &'b Tally) -> Counts<'b> {
        Counts {
            number: &self.times,
            address: &self.called,
            tally,
        }
    }

    /// Counts this call too.
    fn keep(self, store: &Store, limits: &Limits, now: Millis) -> worker::Result<()> {
        let Some(number) = self.number else {
            return Ok(());
        };
        let times = limits::remembered(self.times, now, &limits.per_number);
        store.keep_recent(number, &times, now)?;
        let Some(address) = self.address else {
            return Ok(());
        };
        let called = limits::address_remembered(self.called, number, now, &limits.per_address);
        store.keep_recent(address, &called, now)
    }
}

/// Books an admitted call, and gives back the page that is kept with it.
fn book(
    store: &Store,
    tally: &mut Tally,
    planned: &Planned<'_>,
    admit: &Admit,
) -> worker::Result<Option<Value>> {
    if let Some((token, until)) = admit.once() {
        store.spend(token, until, admit.now)?;
    }
    let button = planned.button.as_ref();
    let consent = button.and_then(|button| button.rules.consent.as_ref());
    let agreed = consent.and(admit.consent.as_deref());
    let page = match button {
        Some(button) => button.describe(admit.page.clone()),
        None => admit.page.clone(),
    };
    store.book(admit, page.as_ref(), agreed)?;
    let lease = Lease {
        who: planned.who.clone(),
        pair: planned.pair.clone(),
        call_id: admit.call_id.clone(),
        since: admit.now,
        until: admit.now.plus_seconds(LEASE_S),
        open: false,
    };
    tally.book(lease, button.map(|_| planned.id.as_str()));
    store.keep_tally(tally)?;
    Ok(page)
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
