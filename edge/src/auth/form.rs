//! Reading `application/x-www-form-urlencoded` (WHATWG URL, section 5.1).

/// A form's fields as they were sent.
pub struct Form(Vec<(String, String)>);

/// A field came twice: nobody can say which one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

impl Form {
    /// Reads a form. `None`: an escape is broken, or a text is not UTF-8.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        let pairs = body.split('&').filter(|pair| !pair.is_empty());
        let read = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        };
        pairs.map(read).collect::<Option<_>>().map(Self)
    }

    /// A field's value. One without a value counts as one that is not there
    /// (RFC 6749, section 3.2).
    pub fn field(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Repeated),
            (Some((_, value)), None) => Ok(Some(value.as_str()).filter(|value| !value.is_empty())),
            (None, None) => Ok(None),
        }
    }
}

/// Undoes `+` and `%XX`.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                let mut one = [0];
                base16ct::mixed::decode(digits, &mut one).ok()?;
                let [one] = one;
                one
            }
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn fields_are_decoded() {
        let form = Form::read("scope=a%3Ab+c&empty=&&grant_type=x&%61=%C3%A4").unwrap();
        assert_eq!(form.field("scope"), Ok(Some("a:b c")));
        assert_eq!(form.field("a"), Ok(Some("ä")));
        assert_eq!(form.field("empty"), Ok(None));
        assert_eq!(form.field("missing"), Ok(None));
    }

    #[test]
    fn what_comes_twice_or_broken_is_not_guessed() {
        let form = Form::read("a=1&a=2&b=1&b").unwrap();
        assert_eq!(form.field("a"), Err(Repeated));
        assert_eq!(form.field("b"), Err(Repeated));
        for broken in ["a=%", "a=%4", "a=%zz", "a=%FF", "%C3=1"] {
            assert!(Form::read(broken).is_none(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics(body: String) {
            let _ = Form::read(&body);
        }

        #[test]
        fn letters_and_digits_stay(text in "[a-z0-9_.-]*") {
            prop_assert_eq!(decode(&text), Some(text));
        }
    }
}
