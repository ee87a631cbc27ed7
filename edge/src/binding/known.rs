//! Names that this isolate has seen lead to a call. A name leads to one call for
//! good, so that its room need not be asked of every event; an isolate that does
//! not know asks it.

use std::cell::RefCell;
use std::collections::VecDeque;

/// Calls that go on at the same time through one isolate, and some to spare.
const MOST: usize = 512;

thread_local! {
    /// Plain data: which call a name leads to, the latest first.
    static KNOWN: RefCell<VecDeque<(String, String)>> = const { RefCell::new(VecDeque::new()) };
}

/// The call that this name leads to, where that is known here.
pub fn recall(connection: &str, name: &str) -> Option<String> {
    let wanted = key(connection, name);
    KNOWN.with_borrow(|known| {
        let found = known.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, call)| call.clone())
    })
}

/// Remembers which call a name leads to.
pub fn keep(connection: &str, name: &str, call: &str) {
    let name = key(connection, name);
    KNOWN.with_borrow_mut(|known| {
        known.retain(|(other, _)| *other != name);
        known.push_front((name, call.to_owned()));
        known.truncate(MOST);
    });
}

fn key(connection: &str, name: &str) -> String {
    format!("{connection} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_connection_and_not_without_end() {
        assert_eq!(recall("main", "op-1"), None);
        keep("main", "op-1", "call");
        assert_eq!(recall("main", "op-1").as_deref(), Some("call"));
        assert_eq!(recall("other", "op-1"), None);
        for number in 0..MOST {
            keep("main", &number.to_string(), "another");
        }
        assert_eq!(recall("main", "op-1"), None);
        assert_eq!(recall("main", "0").as_deref(), Some("another"));
    }
}
