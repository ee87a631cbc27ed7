//! The record of the call under way: in localStorage, where a reload and other
//! tabs find it; in memory where storage is forbidden, so that at least an
//! element that is moved within the page keeps its call.

use std::cell::RefCell;

use web_sys::Storage;

use crate::door::{self, Unchecked};
use crate::told::Record;

thread_local! {
    /// Names and texts, for pages that may not store anything.
    static MEMORY: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// Where the record of this button's call is. The loader looks there too.
pub fn name(button: &str) -> String {
    let mut name = String::from("ctd:");
    name.push_str(button);
    name
}

/// The record that is there, if it can be read.
pub fn recall(button: &str) -> Option<Record> {
    let name = name(button);
    let stored = match storage() {
        Some(storage) => storage.get_item(&name).ok().flatten(),
        None => None,
    };
    let text = stored.or_else(|| {
        MEMORY.with_borrow(|memory| {
            let found = memory.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| text.clone())
        })
    })?;
    Unchecked::parse(&text)?.record()
}

/// Writes the record down.
pub fn keep(button: &str, record: &Record) {
    let call = record.call.as_ref();
    let text = door::write(&[
        ("key", Some(record.key.as_str().into())),
        ("number", record.number.as_deref().map(Into::into)),
        ("started", Some(record.started.into())),
        ("callId", call.map(|call| call.id.as_str().into())),
        ("token", call.map(|call| call.token.as_str().into())),
        (
            "eventsToken",
            call.map(|call| call.events_token.as_str().into()),
        ),
        ("connected", record.connected.map(Into::into)),
    ]);
    forget_memory(&name(button));
    let stored = storage().is_some_and(|storage| storage.set_item(&name(button), &text).is_ok());
    if !stored {
        MEMORY.with_borrow_mut(|memory| memory.push((name(button), text)));
    }
}

/// Removes every trace of it.
pub fn forget(button: &str) {
    let name = name(button);
    forget_memory(&name);
    if let Some(storage) = storage() {
        // A storage that cannot remove could not be written either.
        let _ = storage.remove_item(&name);
    }
}

fn forget_memory(name: &str) {
    MEMORY.with_borrow_mut(|memory| memory.retain(|(known, _)| known != name));
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
