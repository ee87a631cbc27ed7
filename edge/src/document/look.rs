//! What a button's owner has chosen for visitors to see: words, colours, and the way
//! out for pages that let nothing of ours run.

use serde_json::Value;

use super::{Flaw, Place};

/// A sentence of the widget, or the owner's own.
const LONGEST_TEXT: usize = 500;
/// Characters of a length such as `12.5px`.
const LONGEST_LENGTH: usize = 8;
/// Schemes of colours.
const SCHEMES: [(&str, ()); 3] = [("light", ()), ("dark", ()), ("auto", ())];

/// Each part as the widget gets it; checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Texts by language and key.
    pub texts: Option<Value>,
    /// `accent`, `accentText`, `radius`, `scheme`.
    pub theme: Option<Value>,
    /// `number`, `url`, `text`.
    pub fallback: Option<Value>,
}

impl Look {
    /// Reads these parts of a button's document.
    pub fn read(button: &Place<'_>) -> Result<Self, Flaw> {
        Ok(Self {
            texts: checked(button, "texts", texts)?,
            theme: checked(button, "theme", theme)?,
            fallback: checked(button, "fallback", fallback)?,
        })
    }
}

fn checked(
    button: &Place<'_>,
    name: &str,
    check: fn(&Place<'_>) -> Result<(), Flaw>,
) -> Result<Option<Value>, Flaw> {
    // `null` is as good as nothing.
    let part = button.optional(name)?;
    let Some(part) = part.filter(|part| !part.value().is_null()) else {
        return Ok(None);
    };
    check(&part)?;
    Ok(Some(part.value().clone()))
}

fn texts(part: &Place<'_>) -> Result<(), Flaw> {
    for (_, language) in part.entries()? {
        for (_, text) in language.entries()? {
            text.text_up_to(LONGEST_TEXT)?;
        }
    }
    Ok(())
}

fn theme(part: &Place<'_>) -> Result<(), Flaw> {
    part.only(&["accent", "accentText", "radius", "scheme"])?;
    for name in ["accent", "accentText"] {
        check(part, name, is_colour, "is not a colour such as #0f6b5c")?;
    }
    check(part, "radius", is_length, "is not a length such as 14px")?;
    part.optional_or("scheme", (), |at| at.word(&SCHEMES))
}

fn fallback(part: &Place<'_>) -> Result<(), Flaw> {
    part.only(&["number", "url", "text"])?;
    part.optional_or("number", (), |at| at.number().map(|_| ()))?;
    part.optional_or("url", (), |at| at.url(false).map(|_| ()))?;
    part.optional_or("text", (), |at| at.text_up_to(LONGEST_TEXT).map(|_| ()))
}

fn check(part: &Place<'_>, name: &str, fits: fn(&str) -> bool, message: &str) -> Result<(), Flaw> {
    part.optional_or(name, (), |at| {
        if fits(at.text()?) {
            Ok(())
        } else {
            Err(at.wrong(message))
        }
    })
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_length(text: &str) -> bool {
    let number = ["px", "rem", "em"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit));
    text.len() <= LONGEST_LENGTH
        && number.is_some_and(|number| {
            let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits(whole) && digits(part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(document: &Value) -> Result<Look, Flaw> {
        Look::read(&Place::whole(document))
    }

    #[test]
    fn what_the_owner_has_chosen_is_handed_on() {
        let document = json!({
            "name": "Sales",
            "texts": {"de": {"title": "Ruf uns an"}},
            "theme": {"accent": "#7a2e8e", "accentText": "#FFFFFF", "radius": "0.5rem", "scheme": "dark"},
            "fallback": {"number": "+4930123456", "url": "https://example.com/contact", "text": "Call us."},
        });
        let look = read(&document).unwrap();
        assert_eq!(look.texts.as_ref(), document.get("texts"));
        assert_eq!(look.theme.as_ref(), document.get("theme"));
        assert_eq!(look.fallback.as_ref(), document.get("fallback"));
        assert_eq!(read(&json!({"theme": null})).unwrap(), Look::default());
    }

    #[test]
    fn what_could_carry_more_than_a_look_is_refused_by_its_place() {
        for (document, path) in [
            (json!({"texts": {"de": "Ruf uns an"}}), "texts.de"),
            (json!({"theme": {"accent": "red; } *"}}), "theme.accent"),
            (json!({"theme": {"accent": "#12345"}}), "theme.accent"),
            (
                json!({"theme": {"radius": "1px;color:red"}}),
                "theme.radius",
            ),
            (json!({"theme": {"radius": "px"}}), "theme.radius"),
            (json!({"theme": {"scheme": "pink"}}), "theme.scheme"),
            (json!({"theme": {"font": "x"}}), "theme"),
            (
                json!({"fallback": {"url": "javascript:alert(1)"}}),
                "fallback.url",
            ),
            (json!({"fallback": {"number": "110"}}), "fallback.number"),
        ] {
            assert_eq!(read(&document).err().unwrap().path, path, "{document}");
        }
    }
}
