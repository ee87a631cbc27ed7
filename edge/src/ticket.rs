//! The ticket of our frame: a request from there carries our own origin, so
//! that this stands in for the page's. A browser shows the frame only within
//! pages that `frame-ancestors` allows, and lets nobody else read it.

use base64ct::{Base64UrlUnpadded, Encoding};
use call::Millis;

use crate::keys::{Key, Purpose};

/// Seconds a ticket is valid: the frame renews it while it is open.
const LIFE_S: u64 = 600;
/// Bytes of a ticket's code.
const CODE_BYTES: usize = 32;

/// Makes a ticket for a button, by its public id: `<expiry in seconds>.<code>`.
#[must_use]
pub fn make(key: &Key, button: &str, now: Millis) -> String {
    let expires = now.plus_seconds(LIFE_S).0 / 1000;
    let code = key.code(Purpose::FrameTicket, &message(button, expires));
    format!("{expires}.{}", Base64UrlUnpadded::encode_string(&code))
}

/// Whether `ticket` is this button's, and not expired.
#[must_use]
pub fn verify(key: &Key, button: &str, ticket: &str, now: Millis) -> bool {
    let Some((expires, code)) = ticket.split_once('.') else {
        return false;
    };
    let (Ok(expires), Ok(code)) = (expires.parse::<u64>(), Base64UrlUnpadded::decode_vec(code))
    else {
        return false;
    };
    code.len() == CODE_BYTES
        && key.verifies(Purpose::FrameTicket, &message(button, expires), &code)
        && now.0 / 1000 < expires
}

fn message(button: &str, expires: u64) -> Vec<u8> {
    [&expires.to_le_bytes(), button.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};

    const NOW: Millis = Millis(1_000_000);

    #[test]
    fn a_ticket_is_good_for_its_button_and_ten_minutes() {
        let ticket = make(&test_key(), "one", NOW);
        let good = |button, now| verify(&test_key(), button, &ticket, now);
        assert!(good("one", NOW));
        assert!(good("one", NOW.plus_seconds(LIFE_S - 1)));
        assert!(!good("one", NOW.plus_seconds(LIFE_S)), "expired");
        assert!(!good("two", NOW), "another button's");
    }

    #[test]
    fn a_longer_life_cannot_be_written_into_a_ticket() {
        let ticket = make(&test_key(), "one", NOW);
        let (expires, code) = ticket.split_once('.').unwrap();
        let later = expires.parse::<u64>().unwrap() + 1;
        let longer = format!("{later}.{code}");
        assert!(!verify(&test_key(), "one", &longer, NOW));
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_opens(ticket: String) {
            prop_assert!(!verify(&test_key(), "one", &ticket, Millis(0)));
        }
    }
}
