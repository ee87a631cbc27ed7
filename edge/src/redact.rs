//! Makes foreign text fit for a log: no numbers, no tokens, not long.

/// A run of this many digits may be a phone number.
const DIGITS_OF_A_NUMBER: usize = 5;
/// A run of this many token characters may be a secret: longer than the words
/// and field names that explain an error.
const LETTERS_OF_A_SECRET: usize = 28;
/// Characters that a log line keeps of a foreign text.
const LONGEST: usize = 300;

/// The text with everything that may be a number or a secret hidden, control
/// characters taken out, and cut to a line's length.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut kept = String::new();
    let mut word = String::new();
    for c in text.chars().take(4 * LONGEST).chain([' ']) {
        if c.is_ascii_alphanumeric() || "+_-/=.~".contains(c) {
            word.push(c);
            continue;
        }
        kept.push_str(&hidden(&word));
        word.clear();
        kept.push(if c.is_control() { ' ' } else { c });
    }
    kept.trim_end().chars().take(LONGEST).collect()
}

fn hidden(word: &str) -> String {
    if word.len() >= LETTERS_OF_A_SECRET {
        return "[hidden]".to_owned();
    }
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if digits >= DIGITS_OF_A_NUMBER {
        "[number]".to_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn an_error_stays_readable_without_numbers_and_tokens() {
        let text = r#"{"code":"INVALID_PHONE_NUMBER","message":"+447700900123 is busy","t":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0"}"#;
        assert_eq!(
            redact(text),
            r#"{"code":"INVALID_PHONE_NUMBER","message":"[number] is busy","t":"[hidden]"}"#
        );
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(redact("a\nb\u{1b}[31m"), "a b [31m");
    }

    proptest! {
        #[test]
        fn no_number_survives(before in "\\PC{0,20}", number in "[1-9][0-9]{6,14}", after in "\\PC{0,20}") {
            let text = format!("{before} +{number} {after}");
            prop_assert!(!redact(&text).contains(&number));
        }
    }
}
