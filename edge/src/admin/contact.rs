//! The contact of a `connect` as Kazoo's clients write it. Pure.
//!
//! Kazoo encodes a contact before it normalises it, so that a `+` reaches
//! nobody there. Here it does: what people write is what they mean.

use call::{Number, Party};

/// Marks that people put into numbers.
const MARKS: &[char] = &[' ', '-', '.', '/', '(', ')', '\u{a0}'];
/// Digits of a number within North America.
const NATIONAL: usize = 10;
/// Fewest digits that are taken for an international number without its `+`
/// (Kazoo's converters).
const INTERNATIONAL: usize = 8;

/// Reads a contact: with a `+`, with `00` or `011` before it, digits alone as
/// Kazoo's converters take them, or an extension of the enterprise.
#[must_use]
pub fn read(text: &str) -> Option<Party> {
    // In a query an unescaped plus is a space.
    let plus = text.starts_with(['+', ' ']);
    let bare: String = text.chars().filter(|c| !MARKS.contains(c)).collect();
    let digits = bare.trim_start_matches('+');
    if plus {
        return number(digits);
    }
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    if !all_digits {
        return Party::parse(&bare).ok();
    }
    let national = digits
        .strip_prefix('1')
        .filter(|rest| rest.len() == NATIONAL)
        .unwrap_or(digits);
    if is_north_american(national) {
        return number(&format!("1{national}"));
    }
    for prefix in ["011", "00"] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return number(rest);
        }
    }
    let international = digits.starts_with(|first: char| ('2'..='9').contains(&first));
    if digits.len() >= INTERNATIONAL && international {
        return number(digits);
    }
    Party::parse(digits).ok()
}

fn number(digits: &str) -> Option<Party> {
    Number::parse(&format!("+{digits}")).ok().map(Party::from)
}

/// `[2-9]\d\d[2-9]\d{6}`.
fn is_north_american(digits: &str) -> bool {
    let at = |place: usize| digits.as_bytes().get(place).copied().unwrap_or_default();
    digits.len() == NATIONAL && at(0) >= b'2' && at(3) >= b'2'
}

/// Decodes a query's value (`application/x-www-form-urlencoded`). What is
/// wrongly encoded stays as it is.
#[must_use]
pub fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let mut hex = rest.clone().take(2).map(|b| char::from(b).to_digit(16));
        let code = hex.try_fold(0, |sum, digit| Some(sum * 16 + digit?));
        match (byte, code, rest.len() >= 2) {
            (b'+', _, _) => bytes.push(b' '),
            (b'%', Some(code), true) => {
                bytes.push(u8::try_from(code).unwrap_or_default());
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;

    fn means(text: &str) -> Option<String> {
        read(text).map(|party| party.as_str().to_owned())
    }

    #[test]
    fn what_kazoos_clients_send_is_understood() {
        for text in [
            "4155550123",
            "14155550123",
            "+14155550123",
            " 14155550123",
            "(415) 555-0123",
            "0014155550123",
            "01114155550123",
        ] {
            assert_eq!(means(text).as_deref(), Some("+14155550123"), "{text}");
        }
        for text in [
            "442071838750",
            "00442071838750",
            "011442071838750",
            "+44 20 7183 8750",
        ] {
            assert_eq!(means(text).as_deref(), Some("+442071838750"), "{text}");
        }
        assert_eq!(means("2600").as_deref(), Some("2600"), "an extension");
        assert_eq!(means("*97").as_deref(), Some("*97"));
        for text in ["", "+", "sip:a@b", "nobody"] {
            assert_eq!(means(text), None, "{text}");
        }
    }

    #[test]
    fn a_query_is_decoded() {
        assert_eq!(decode("%2B1415"), "+1415");
        assert_eq!(decode("+1415"), " 1415");
        assert_eq!(decode("a%2"), "a%2");
        assert_eq!(decode("%zz%C3%A4"), "%zzä");
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics(text: String) {
            let _ = read(&decode(&text));
        }
    }
}
