//! What is written down in the browser: the record of the call under way, where
//! a reload and other tabs find it; and the visitor's number, if the visitor
//! wishes so.

use crate::bridge::Browser;
use crate::door::{self, Unchecked};
use crate::told::Record;

/// One number for all buttons of a page's site.
const NUMBER: &str = "ctd-number";

/// Where the record of this button's call is. The loader looks there too.
pub fn name(button: &str) -> String {
    ["ctd:", button].concat()
}

/// The record that is there, if it can be read.
pub fn recall(browser: &Browser, button: &str) -> Option<Record> {
    Unchecked::parse(&browser.recall(&name(button))?)?.record()
}

/// Writes the record down, or removes every trace of it.
pub fn keep(browser: &Browser, button: &str, record: Option<&Record>) {
    browser.keep(&name(button), record.map(text));
}

fn text(record: &Record) -> String {
    let call = record.call.as_ref();
    door::write(&[
        ("key", Some(record.key.as_str().into())),
        ("number", record.number.as_deref().map(Into::into)),
        ("consent", record.consent.as_deref().map(Into::into)),
        ("started", Some(record.started.into())),
        ("callId", call.map(|call| call.id.as_str().into())),
        ("token", call.map(|call| call.token.as_str().into())),
        (
            "eventsToken",
            call.map(|call| call.events_token.as_str().into()),
        ),
        ("connected", record.connected.map(Into::into)),
    ])
}

/// The visitor's own number.
pub fn number(browser: &Browser) -> Option<String> {
    browser.recall(NUMBER)
}

/// Remembers the visitor's number, or forgets it.
pub fn keep_number(browser: &Browser, number: Option<String>) {
    browser.keep(NUMBER, number);
}
