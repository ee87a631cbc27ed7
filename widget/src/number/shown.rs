//! How a number stands in the field while it is typed, and wherever it is shown. Pure.

use super::{code_length, scan};

/// How the digits after some country codes are commonly grouped; the rest of a
/// number that is longer goes into the last group. Others are grouped by threes.
const GROUPS: &[(&str, &[usize])] = &[
    ("1", &[3, 3, 4]),
    ("31", &[1, 4, 4]),
    ("33", &[1, 2, 2, 2, 2]),
    ("34", &[3, 3, 3]),
    ("41", &[2, 3, 2, 2]),
    ("44", &[4, 6]),
    ("45", &[2, 2, 2, 2]),
    ("86", &[3, 4, 4]),
    ("91", &[5, 5]),
];

/// The text's number with another country code in place of its own.
pub fn recoded(text: &str, code: &str) -> String {
    let digits = scan(text).digits;
    let (_, rest) = digits
        .split_at_checked(code_length(&digits))
        .unwrap_or(("", ""));
    group(&[code, rest].concat())
}

/// The text as it should stand in the field, and where the caret belongs.
/// `caret` and the result count characters; the caret stays behind the digit
/// it was behind. What cannot be read is left as it was typed.
pub fn tidy(text: &str, caret: usize) -> (String, usize) {
    let reading = scan(text);
    // An open bracket may become a `(0)`, which is not to be dialled.
    let open = text.rfind('(') > text.rfind(')');
    if reading.odd || !reading.international || open {
        return (text.to_owned(), caret);
    }
    let before: String = text.chars().take(caret).collect();
    let kept = scan(&before);
    // Whatever was dropped (a `tel:`, a `00`, a `(0)`) no longer counts.
    let digits_before = if kept.international {
        kept.digits.len()
    } else {
        0
    };
    let shown = group(&reading.digits);
    let caret = place(&shown, digits_before.min(reading.digits.len()));
    (shown, caret)
}

/// A number as people write it: `+12025550199` becomes `+1 202 555 0199`.
pub fn pretty(e164: &str) -> String {
    group(e164.trim_start_matches('+'))
}

pub(super) fn plus(digits: &str) -> String {
    let mut number = String::from("+");
    number.push_str(digits);
    number
}

fn group(digits: &str) -> String {
    let (code, mut rest) = digits
        .split_at_checked(code_length(digits))
        .unwrap_or((digits, ""));
    let groups = GROUPS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(&[] as &[usize], |(_, groups)| groups);
    let mut shown = plus(code);
    let mut position = 0;
    while !rest.is_empty() {
        let size = match groups.get(position) {
            Some(_) if position + 1 == groups.len() => rest.len(),
            Some(size) => *size,
            // By threes, but never one digit alone at the end.
            None if rest.len() <= 4 => rest.len(),
            None => 3,
        };
        let (head, tail) = rest.split_at_checked(size).unwrap_or((rest, ""));
        shown.push(' ');
        shown.push_str(head);
        rest = tail;
        position += 1;
    }
    shown
}

/// The place right behind the nth digit; behind the `+` for none.
fn place(shown: &str, digits: usize) -> usize {
    let mut seen = 0;
    // The text is ASCII: a `+`, digits and spaces.
    for (at, c) in shown.bytes().enumerate() {
        if c.is_ascii_digit() {
            seen += 1;
        }
        if seen == digits {
            return at + 1;
        }
    }
    shown.len()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn numbers_are_grouped_as_people_write_them() {
        let cases = [
            ("+12025550199", "+1 202 555 0199"),
            ("+442079460123", "+44 2079 460123"),
            ("+33123456789", "+33 1 23 45 67 89"),
            ("+4930123456", "+49 301 234 56"),
            ("+4930123456789", "+49 301 234 567 89"),
            ("+493012345678", "+49 301 234 5678"),
            ("+35312345678", "+353 123 456 78"),
        ];
        for (number, shown) in cases {
            assert_eq!(pretty(number), shown);
        }
    }

    #[test]
    fn the_caret_stays_behind_its_digit() {
        // A digit typed in the middle.
        assert_eq!(tidy("+1 2092 555 0199", 6), ("+1 209 255 50199".into(), 6));
        // A digit typed at the end.
        assert_eq!(tidy("+1 2025", 7), ("+1 202 5".into(), 8));
        // The space before a group deleted: the caret is before the space again.
        assert_eq!(tidy("+1 202555 0199", 6), ("+1 202 555 0199".into(), 6));
        // Typed from scratch.
        assert_eq!(tidy("+", 1), ("+".into(), 1));
        assert_eq!(tidy("00", 2), ("+".into(), 1));
        assert_eq!(tidy("004", 3), ("+4".into(), 2));
    }

    #[test]
    fn what_is_typed_key_by_key_is_read_as_what_is_pasted() {
        for text in ["+49 (0)30 123456", "tel:+49-30-123456", "0049.30 123 456"] {
            let (mut shown, mut caret) = (String::new(), 0);
            for key in text.chars() {
                let at = shown.char_indices().nth(caret).map_or(shown.len(), |c| c.0);
                shown.insert(at, key);
                (shown, caret) = tidy(&shown, caret + 1);
            }
            assert_eq!(
                read(&shown, None),
                Ok("+4930123456".to_owned()),
                "{text}: {shown}"
            );
        }
    }

    #[test]
    fn a_pasted_number_ends_with_the_caret_behind_it() {
        for pasted in ["tel:+12025550199", "+1(202)555.0199", "001 202 555 0199"] {
            let (shown, caret) = tidy(pasted, pasted.chars().count());
            assert_eq!((shown.as_str(), caret), ("+1 202 555 0199", 15), "{pasted}");
        }
    }

    #[test]
    fn what_has_no_country_code_or_cannot_be_read_stays_as_typed() {
        for text in ["030 12", "call me", "0", "+49 30 x", "+49 (0"] {
            assert_eq!(tidy(text, 2), (text.to_owned(), 2));
        }
    }

    #[test]
    fn tidying_twice_changes_nothing_and_no_text_panics() {
        let pieces = [
            "+", "0", "(0)", "49", " ", "é", "٣", "(", ";", "00", "1", "a",
        ];
        let mut text = String::new();
        for step in 0..4000_usize {
            text.push_str(pieces[(step * 7 + step / 5) % pieces.len()]);
            let (once, caret) = tidy(&text, step % 20);
            assert_eq!(tidy(&once, caret), (once.clone(), caret), "{text:?}");
            let _ = read(&text, None);
            if text.len() > 24 {
                text.clear();
            }
        }
    }
}
