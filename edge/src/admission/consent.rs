//! What a visitor agrees to before being called.

use serde_json::Value;

use crate::document::{Flaw, Place};

/// Characters of a version.
const LONGEST_VERSION: usize = 64;
/// Characters of a text: a paragraph in any language.
const LONGEST_TEXT: usize = 2_000;
/// Most languages.
const MOST_LANGUAGES: usize = 50;

/// The property `consent` of a button: `{"version": "2026-11", "texts": {"en":
/// "…", "de": "…"}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// Names the texts; a visitor's consent is recorded with it.
    pub version: String,
    /// As it was written, for the public view.
    public: Value,
}

impl Consent {
    /// Reads the property.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        place.only(&["version", "texts"])?;
        let version = place.field("version")?.text_up_to(LONGEST_VERSION)?;
        let texts = place.field("texts")?;
        let entries = texts.entries()?;
        if entries.is_empty() || entries.len() > MOST_LANGUAGES {
            return Err(texts.wrong("needs a text in at least one language, and at most fifty"));
        }
        for (_, text) in &entries {
            text.text_up_to(LONGEST_TEXT)?;
        }
        Ok(Self {
            version: version.to_owned(),
            public: place.value().clone(),
        })
    }

    /// As pages learn it.
    #[must_use]
    pub fn public(&self) -> &Value {
        &self.public
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_needs_a_version_and_a_text() {
        let good = json!({"version": "1", "texts": {"en": "Call me."}});
        assert_eq!(Consent::read(&Place::whole(&good)).unwrap().version, "1");
        for (bad, path) in [
            (json!({"texts": {"en": "Call me."}}), "version"),
            (json!({"version": "1", "texts": {}}), "texts"),
            (json!({"version": "1", "texts": {"en": ""}}), "texts.en"),
            (json!({"version": "", "texts": {"en": "x"}}), "version"),
            (
                json!({"version": "1", "texts": {"en": "x"}, "required": true}),
                "",
            ),
        ] {
            let flaw = Consent::read(&Place::whole(&bad)).unwrap_err();
            assert_eq!(flaw.path, path, "{flaw}");
        }
    }
}
