//! A button: Kazoo's `clicktocall` document, with more fields.

use call::Party;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::account::LONGEST_NAME;
use super::{Flaw, Flaws, Look, Place, set};
use crate::admission::ButtonRules;
use crate::origin::OriginRule;

/// Origins of one button: a large enterprise's sites fit, and a look through
/// them stays short.
const MOST_ORIGINS: usize = 100;
/// Variables of one button; each travels with every event of a call.
const MOST_VARS: usize = 50;
/// Nobody lets a phone ring longer, and the setup limit is near.
const LONGEST_RING_S: u64 = 120;

/// A stored button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What visitors are told they call (Kazoo `name`).
    pub name: String,
    /// The enterprise's own number or extension (Kazoo `extension`).
    pub extension: Party,
    /// Who is rung first (Kazoo `dial_first`).
    pub dial_first: DialFirst,
    /// Whether a call needs a token (Kazoo `auth_required`; there as here, yes
    /// where nothing is said).
    pub auth_required: bool,
    /// Which pages may use it.
    pub origins: Vec<OriginRule>,
    /// The connection that places its calls, instead of the account's first.
    pub connection: Option<String>,
    /// How its calls are rung, at operators that can be told.
    pub manner: Manner,
    /// Handed on with every call (Kazoo `custom_application_vars`).
    pub vars: Vec<(String, String)>,
    /// Whether its calls are recorded.
    pub record: bool,
    /// Who may be called when, and how much.
    pub rules: ButtonRules,
    /// What visitors see.
    pub look: Look,
}

/// How a call is rung, where an operator can be told; only a Kazoo system can.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// Seconds the first party is rung (Kazoo `timeout`).
    pub timeout_s: Option<u64>,
    /// The number that the enterprise's phone shows (Kazoo `caller_id_number`).
    pub caller_id_number: Option<String>,
    /// The name that the contact's phone shows (Kazoo `outbound_callee_id_name`).
    pub outbound_callee_id_name: Option<String>,
    /// The number that the contact's phone shows (Kazoo `outbound_callee_id_number`).
    pub outbound_callee_id_number: Option<String>,
}

/// Who is rung first (Kazoo `dial_first`; there as here the default is the extension).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialFirst {
    /// The enterprise's own phone.
    Extension,
    /// The visitor's phone.
    Contact,
}

impl Button {
    /// Reads a button's document. Properties that nobody knows are the owner's.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaws> {
        let words = [
            ("extension", DialFirst::Extension),
            ("contact", DialFirst::Contact),
        ];
        let mut flaws = Flaws::default();
        let name = flaws.keep(
            place
                .field("name")
                .and_then(|at| at.text_up_to(LONGEST_NAME)),
        );
        let extension = flaws.keep(place.field("extension").and_then(|at| at.party()));
        let dial_first =
            flaws.keep(place.optional_or("dial_first", DialFirst::Extension, |at| at.word(&words)));
        let auth_required = flaws.keep(place.optional_or("auth_required", true, Place::flag));
        let origins = flaws.keep(place.optional_or("origins", Vec::new(), read_origins));
        let connection = flaws.keep(optional_text(place, "connection"));
        let manner = flaws.keep(Manner::read(place));
        let vars = flaws.keep(place.optional_or("custom_application_vars", Vec::new(), read_vars));
        let record = flaws.keep(place.optional_or("recording", false, Place::flag));
        let rules = flaws.keep_all(ButtonRules::read(place));
        let look = flaws.keep(Look::read(place));
        let button = || {
            Some(Self {
                name: name?.to_owned(),
                extension: extension?,
                dial_first: dial_first?,
                auth_required: auth_required?,
                origins: origins?,
                connection: connection?,
                manner: manner?,
                vars: vars?,
                record: record?,
                rules: rules?,
                look: look?,
            })
        };
        button().ok_or(flaws)
    }
}

impl Button {
    /// What is kept with a call: what its page says of itself, and the button's
    /// own variables where the page has none of that name.
    #[must_use]
    pub fn describe(&self, page: Option<Value>) -> Option<Value> {
        if self.vars.is_empty() {
            return page;
        }
        let mut page = page.unwrap_or_else(|| json!({}));
        let said = page.get("context").and_then(Value::as_object).cloned();
        let mut context = Map::new();
        for (name, value) in &self.vars {
            context.insert(name.clone(), value.as_str().into());
        }
        context.extend(said.unwrap_or_default());
        set(&mut page, "context", Value::Object(context));
        Some(page)
    }
}

impl Manner {
    fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        Ok(Self {
            timeout_s: place.optional_or("timeout", None, |at| {
                at.whole_number_within(1, LONGEST_RING_S).map(Some)
            })?,
            caller_id_number: optional_text(place, "caller_id_number")?,
            outbound_callee_id_name: optional_text(place, "outbound_callee_id_name")?,
            outbound_callee_id_number: optional_text(place, "outbound_callee_id_number")?,
        })
    }
}

fn optional_text(place: &Place<'_>, name: &str) -> Result<Option<String>, Flaw> {
    let text = place.optional(name)?;
    text.map(|at| at.text_up_to(LONGEST_NAME).map(str::to_owned))
        .transpose()
}

fn read_vars(place: &Place<'_>) -> Result<Vec<(String, String)>, Flaw> {
    let entries = place.entries()?;
    if entries.len() > MOST_VARS {
        let message = format!("has more than {MOST_VARS} properties");
        return Err(place.breaks("maxProperties", &message));
    }
    let named = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let read = |(name, at): &(&str, Place<'_>)| {
        if !named(name) || name.is_empty() {
            return Err(at.breaks(
                "patternProperties",
                "Name may have letters, digits, - and _",
            ));
        }
        Ok(((*name).to_owned(), at.string()?.to_owned()))
    };
    entries.iter().map(read).collect()
}

fn read_origins(place: &Place<'_>) -> Result<Vec<OriginRule>, Flaw> {
    let list = place.list()?;
    if list.len() > MOST_ORIGINS {
        let message = format!("Array must not have more than {MOST_ORIGINS} items");
        return Err(place.breaks("maxItems", &message));
    }
    let read = |place: &Place<'_>| {
        OriginRule::parse(place.text()?).map_err(|problem| place.wrong(&format!("is {problem}")))
    };
    list.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_variables_are_kept_with_every_call_and_the_page_goes_first() {
        let document = json!({
            "name": "Sales", "extension": "+12025550142",
            "custom_application_vars": {"team": "north", "deal": "none"},
        });
        let button = Button::read(&Place::whole(&document)).unwrap();
        let page = json!({"url": "https://a.example", "context": {"deal": "42"}});
        assert_eq!(
            button.describe(Some(page)),
            Some(json!({"url": "https://a.example", "context": {"team": "north", "deal": "42"}}))
        );
        assert_eq!(
            button.describe(None),
            Some(json!({"context": {"team": "north", "deal": "none"}}))
        );
    }
}
