//! A phone number while a person types or pastes it. Pure text in, text out.
//!
//! What has no country code is read as people dial it inside their country.
//! Judging a number is the operator's work. Here it is read out of whatever
//! people paste, and grouped so that they can compare it with what they meant.

mod shown;

pub use shown::{pretty, recoded, tidy};

use crate::countries;

/// Fewest and most digits of an E.164 number, as `call::Number` has them.
const FEWEST_DIGITS: usize = 5;
const MOST_DIGITS: usize = 15;
/// All numbers of the countries with the code 1 have this many.
const NORTH_AMERICA: usize = 11;
/// Numbers inside a country with fewer digits are emergency calls and services,
/// which are not what they are once a country code stands before them.
const FEWEST_INSIDE: usize = 4;

/// Italy keeps the 0 that other countries drop after their code.
const KEEPS_ZERO: &str = "39";

/// What keeps a text from being an international number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing was entered.
    Empty,
    /// It does not say which country.
    NoCountry,
    /// Fewer digits than any number has.
    TooShort,
    /// More digits than any number has.
    TooLong,
    /// It has letters or signs that no phone number has.
    NotANumber,
    /// The visitor has not agreed to the terms.
    NoConsent,
    /// The terms are others now.
    OtherTerms,
}

/// A text as far as it can be read.
struct Reading {
    international: bool,
    digits: String,
    odd: bool,
}

/// The number in E.164 form, or what is wrong with it. A number without a
/// country code is read as one of `country`.
pub fn read(text: &str, country: Option<&str>) -> Result<String, Flaw> {
    let reading = scan(text);
    if reading.odd {
        return Err(Flaw::NotANumber);
    }
    if reading.digits.is_empty() {
        return Err(Flaw::Empty);
    }
    let mut digits = reading.digits;
    if !reading.international {
        let (country, code) = country
            .and_then(|country| Some((country, countries::code(country)?)))
            .ok_or(Flaw::NoCountry)?;
        let inside = countries::significant(country, &digits);
        if inside.len() < FEWEST_INSIDE {
            return Err(Flaw::TooShort);
        }
        digits = [code, inside].concat();
    }
    let (fewest, most) = if digits.starts_with('1') {
        (NORTH_AMERICA, NORTH_AMERICA)
    } else {
        (FEWEST_DIGITS, MOST_DIGITS)
    };
    if digits.starts_with('0') {
        Err(Flaw::NotANumber)
    } else if digits.len() < fewest {
        Err(Flaw::TooShort)
    } else if digits.len() > most {
        Err(Flaw::TooLong)
    } else {
        Ok(shown::plus(&digits))
    }
}

/// Whether the text says its country itself, and which one that is.
pub fn country(text: &str) -> Option<&'static str> {
    let reading = scan(text);
    (reading.international && !reading.odd)
        .then(|| countries::of(&reading.digits))
        .flatten()
}

/// Reads whatever people paste: `tel:` links, spaces, dots, brackets, `00` for
/// `+`, a `(0)` that is only dialled inside the country, digits of other scripts.
fn scan(text: &str) -> Reading {
    let mut reading = Reading {
        international: false,
        digits: String::new(),
        odd: false,
    };
    let mut letters = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            // The parameters of a `tel:` link.
            ';' => break,
            '+' | '\u{ff0b}' => reading.plus(),
            '(' if reading.is_domestic_zero(rest.as_str()) => {
                rest.next();
            }
            '*' | '#' | '@' => reading.odd = true,
            _ => match digit(c) {
                Some(digit) => reading.push(digit),
                // What stands before the first digit ("tel:", "Phone ") says nothing.
                None => {
                    let letter = c.is_ascii_alphabetic();
                    letters |= letter;
                    reading.odd |= letter && !reading.is_empty();
                }
            },
        }
    }
    reading.odd |= letters && reading.is_empty();
    reading
}

impl Reading {
    fn is_empty(&self) -> bool {
        self.digits.is_empty() && !self.international
    }

    fn plus(&mut self) {
        self.odd |= !self.is_empty();
        self.international = true;
    }

    fn push(&mut self, digit: char) {
        self.digits.push(digit);
        if !self.international && self.digits == "00" {
            self.international = true;
            self.digits.clear();
        }
    }

    /// Whether a `(0)` begins here that is only dialled inside the country.
    fn is_domestic_zero(&self, rest: &str) -> bool {
        self.international
            && !self.digits.is_empty()
            && code_length(&self.digits) == self.digits.len()
            && self.digits != KEEPS_ZERO
            && rest.as_bytes().starts_with(b"0)")
    }
}

/// The ASCII form of a digit of the scripts that phones and keyboards produce.
fn digit(c: char) -> Option<char> {
    let c32 = u32::from(c);
    let zero = [0x30, 0x0660, 0x06f0, 0x0966, 0xff10]
        .into_iter()
        .find(|zero| (*zero..*zero + 10).contains(&c32))?;
    char::from_digit(c32 - zero, 10)
}

fn code_length(digits: &str) -> usize {
    countries::of(digits)
        .and_then(countries::code)
        .map_or(3, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_people_paste_is_read() {
        for text in [
            "+4930123456",
            "+49 30 123456",
            "+49 (0)30 / 123-456",
            "+49(0)30123456",
            "0049 30 123456",
            "00 49 30.123.456",
            "tel:+49-30-123456",
            "Tel.: +49 30 123456",
            "  +49\u{a0}30\u{202f}123456\u{202c} ",
            "tel:+4930123456;ext=5",
            "\u{ff0b}\u{ff14}\u{ff19}30123456",
            "+\u{0664}\u{0669}30123456",
        ] {
            assert_eq!(read(text, None), Ok("+4930123456".to_owned()), "{text}");
        }
    }

    #[test]
    fn italy_keeps_its_zero() {
        assert_eq!(
            read("+39 (0)6 1234567", None),
            Ok("+39061234567".to_owned())
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", Flaw::Empty),
            ("  ", Flaw::Empty),
            ("+", Flaw::Empty),
            ("030 123456", Flaw::NoCountry),
            ("(202) 555-0123", Flaw::NoCountry),
            ("tel:2025550123", Flaw::NoCountry),
            ("+1", Flaw::TooShort),
            ("+123", Flaw::TooShort),
            ("+1234567890123456", Flaw::TooLong),
            ("+1 800 FLOWERS", Flaw::NotANumber),
            ("+49 30 12+34 56", Flaw::NotANumber),
            ("12+4930123456", Flaw::NotANumber),
            ("anna@example.com", Flaw::NotANumber),
            ("+0301234567", Flaw::NotANumber),
        ];
        for (text, flaw) in cases {
            assert_eq!(read(text, None), Err(flaw), "{text}");
        }
    }

    #[test]
    fn a_number_without_a_country_code_is_one_of_the_visitors_country() {
        for text in [
            "030 123456",
            "(030) 12 34 56",
            "30123456",
            "٠٣٠ ١٢٣٤٥٦",
            "tel:030-123456",
        ] {
            let number = read(text, Some("DE"));
            assert_eq!(number, Ok("+4930123456".to_owned()), "{text}");
        }
        let whole = read("+1 202 555 0123", Some("DE"));
        assert_eq!(
            whole,
            Ok("+12025550123".to_owned()),
            "a code that is typed counts"
        );
        for emergency in ["112", "911", "0110"] {
            assert_eq!(
                read(emergency, Some("DE")),
                Err(Flaw::TooShort),
                "{emergency}"
            );
        }
        assert_eq!(read("030 123456", Some("XX")), Err(Flaw::NoCountry));
    }

    #[test]
    fn a_typed_code_says_its_country() {
        assert_eq!(country("+49 30"), Some("DE"));
        assert_eq!(country("0044 20"), Some("GB"));
        assert_eq!(country("030"), None);
        assert_eq!(country("+"), None);
        assert_eq!(recoded("+1 202 555 0123", "49"), "+49 202 555 0123");
        assert_eq!(recoded("+", "49"), "+49");
    }
}
