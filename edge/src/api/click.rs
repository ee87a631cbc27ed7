//! The body of a click.

use call::Number;
use serde_json::Value;

use crate::admission::captcha::LONGEST_TOKEN;
use crate::document::{Flaw, Place, read_strictly};
use crate::error::Problem;

/// Characters of a page's address, as far as any browser goes.
const LONGEST_URL: usize = 2_048;
/// What a page says about itself (`data-context-…`): a handful of ids.
const MOST_CONTEXT: usize = 20;
const LONGEST_CONTEXT_KEY: usize = 64;
const LONGEST_CONTEXT: usize = 512;
/// Characters of a consent's version.
const LONGEST_VERSION: usize = 64;

pub const SHAPE: Problem = Problem::InvalidArgument(
    "The body has to be {\"contact\":{\"number\":\"+…\"}}, with \"consent\":{\"version\":\"…\"}, \"captchaToken\":\"…\" \
     and \"page\":{\"url\":\"…\",\"context\":{…}} where needed, and nothing else.",
);

/// What a page sends with a click.
#[derive(Debug)]
pub struct Body {
    /// Whom to call; nobody where an agent's token says it.
    pub contact: Option<Number>,
    /// The version of the consent text that the visitor has agreed to.
    pub consent: Option<String>,
    /// What the captcha gave.
    pub captcha_token: Option<String>,
    /// The page, as it describes itself.
    pub page: Option<Value>,
    /// The rest, spelled in one way: a repetition may bring another token, or come
    /// from the next page of the site, and means the same call.
    pub meaning: String,
}

impl Body {
    /// Reads a body.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut whole = read_strictly(text).ok_or(SHAPE)?;
        let (number, consent, captcha_token, page) =
            read(&Place::whole(&whole)).map_err(|_| SHAPE)?;
        let contact = number.as_deref().map(Number::parse).transpose();
        let contact = contact.map_err(|_| Problem::InvalidNumber)?;
        if let Some(fields) = whole.as_object_mut() {
            fields.remove("captchaToken");
            fields.remove("page");
        }
        Ok(Self {
            contact,
            consent,
            captcha_token,
            page,
            meaning: whole.to_string(),
        })
    }
}

type Fields = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Value>,
);

fn read(body: &Place<'_>) -> Result<Fields, Flaw> {
    body.only(&["contact", "consent", "captchaToken", "page"])?;
    let number = body.optional("contact")?.map(|contact| {
        contact.only(&["number"])?;
        contact.field("number")?.string().map(str::to_owned)
    });
    let consent = body.optional("consent")?.map(|consent| {
        consent.only(&["version"])?;
        let version = consent.field("version")?;
        version.text_up_to(LONGEST_VERSION).map(str::to_owned)
    });
    let token = body.optional("captchaToken")?;
    let token = token.map(|token| token.text_up_to(LONGEST_TOKEN).map(str::to_owned));
    let page = body.optional("page")?.map(|page| read_page(&page));
    Ok((
        number.transpose()?,
        consent.transpose()?,
        token.transpose()?,
        page.transpose()?,
    ))
}

fn read_page(page: &Place<'_>) -> Result<Value, Flaw> {
    page.only(&["url", "context"])?;
    if let Some(url) = page.optional("url")? {
        url.text_up_to(LONGEST_URL)?;
        url.url(true)?;
    }
    if let Some(context) = page.optional("context")? {
        let entries = context.entries()?;
        if entries.len() > MOST_CONTEXT {
            return Err(context.wrong("has too many entries"));
        }
        for (name, value) in entries {
            if name.is_empty() || name.len() > LONGEST_CONTEXT_KEY {
                return Err(value.wrong("has no name or too long a one"));
            }
            if value.string()?.chars().count() > LONGEST_CONTEXT {
                return Err(value.wrong("is too long"));
            }
        }
    }
    Ok(page.value().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Result<Body, Problem> {
        Body::read(&body.to_string())
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = json!({"contact": {"number": "+4930123456"}});
        body[name] = value;
        body
    }

    #[test]
    fn a_whole_body() {
        let page = json!({"url": "https://crm.example.com/contacts/7", "context": {"campaign": "autumn", "empty": ""}});
        let body = read(&json!({
            "contact": {"number": "+4930123456"}, "consent": {"version": "2"}, "captchaToken": "t", "page": page,
        }))
        .unwrap();
        assert_eq!(body.contact.unwrap().e164(), "+4930123456");
        assert_eq!(body.consent.as_deref(), Some("2"));
        assert_eq!(body.captcha_token.as_deref(), Some("t"));
        assert_eq!(body.page, Some(page));
    }

    #[test]
    fn another_captcha_token_or_page_means_the_same_and_anything_else_does_not() {
        let meaning = |body: &Value| read(body).unwrap().meaning;
        let plain = meaning(&json!({"contact": {"number": "+4930123456"}}));
        assert_eq!(meaning(&with("captchaToken", json!("t"))), plain);
        let page = json!({"url": "https://crm.example.com/contacts/7"});
        assert_eq!(meaning(&with("page", page)), plain);
        assert_ne!(meaning(&with("consent", json!({"version": "2"}))), plain);
        assert_ne!(
            meaning(&json!({"contact": {"number": "+4930123457"}})),
            plain
        );
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            json!([]),
            json!({"contact": {}}),
            json!({"contact": {"number": 7}}),
            with("contact", json!({"number": "+4930123456", "name": "x"})),
            with("extension", json!("+4930123456")),
            with("consent", json!(true)),
            with("consent", json!({"version": ""})),
            with("consent", json!({"version": "1", "at": "now"})),
            with("captchaToken", json!("")),
            with("captchaToken", json!("x".repeat(2_049))),
            with("page", json!("https://crm.example.com")),
            with("page", json!({"url": "javascript:alert(1)"})),
            with("page", json!({"title": "x"})),
            with("page", json!({"context": {"a": 1}})),
            with("page", json!({"context": {"": "x"}})),
            with("page", json!({"context": {"a": "x".repeat(513)}})),
        ] {
            assert_eq!(read(&bad).unwrap_err(), SHAPE, "{bad}");
        }
        assert_eq!(read(&json!({})).unwrap().contact, None);
        assert_eq!(Body::read("{").unwrap_err(), SHAPE);
        let bad = json!({"contact": {"number": "030 123456"}});
        assert_eq!(read(&bad).unwrap_err(), Problem::InvalidNumber);
    }
}
