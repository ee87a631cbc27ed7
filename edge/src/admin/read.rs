//! What a request of the admin API brings: an envelope, a revision, a page.

use std::num::IntErrorKind;

use serde_json::{Value, json};

use super::LARGEST_BODY;
use crate::account_room::paging::Page;
use crate::account_room::trouble::Trouble;
use crate::api::Asked;
use crate::document::read_strictly;
use crate::error::Problem;
use crate::query;

/// The body's `data`, without what only the room may write.
pub async fn body(asked: &mut Asked) -> Result<Value, Trouble> {
    read_data(&text(asked).await?)
}

/// The same where there may be none.
pub async fn optional_body(asked: &mut Asked) -> Result<Value, Trouble> {
    let text = text(asked).await?;
    if text.is_empty() {
        return Ok(json!({}));
    }
    read_data(&text)
}

async fn text(asked: &mut Asked) -> Result<String, Trouble> {
    asked
        .body(LARGEST_BODY)
        .await
        .map_err(|problem| match problem {
            Problem::TooLarge => Trouble {
                status: 413,
                ..Trouble::invalid("file", "maxSize", "File size must be at most 65536 bytes")
            },
            _ => Trouble::invalid("json", "invalid", "The body broke off or is not UTF-8"),
        })
}

fn read_data(text: &str) -> Result<Value, Trouble> {
    let Some(Value::Object(mut envelope)) = read_strictly(text) else {
        return Err(Trouble::invalid(
            "json",
            "invalid",
            "The body is not a JSON object, or a name in it comes twice",
        ));
    };
    match envelope.remove("data") {
        Some(Value::Object(mut data)) => {
            data.retain(|name, _| !name.starts_with("pvt_"));
            Ok(Value::Object(data))
        }
        Some(_) => Err(Trouble::invalid(
            "data",
            "type",
            "Value did not match type(s): object",
        )),
        None => Err(Trouble::invalid(
            "data",
            "required",
            "Field is required but missing",
        )),
    }
}

/// The revision in an `If-Match` header: `"3"`; `*` is any. What is neither must
/// not pass for none: a change would be made that the asker did not want.
pub(super) fn revision(tag: Option<&str>) -> Result<Option<u64>, Trouble> {
    let Some(tag) = tag.map(str::trim).filter(|tag| !["", "*"].contains(tag)) else {
        return Ok(None);
    };
    let revision = tag.trim_matches('"').parse().ok();
    let wrong = || Trouble::invalid("If-Match", "invalid", "is no revision such as \"3\"");
    revision.map(Some).ok_or_else(wrong)
}

pub(super) fn page(asked: &Asked) -> Result<Page, Trouble> {
    let parameter = |name| query::parameter(&asked.url, name);
    Ok(Page {
        size: parameter("page_size").map(page_size).transpose()?,
        start_key: parameter("start_key").map(str::to_owned),
    })
}

/// How many rows are wished for: more than there can be is all that there can be.
fn page_size(text: &str) -> Result<u64, Trouble> {
    let size = match text.parse::<u64>() {
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(u64::MAX),
        size => size.ok().filter(|size| *size > 0),
    };
    size.ok_or_else(|| Trouble::invalid("page_size", "invalid", "is no number of rows"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_an_envelope() {
        assert_eq!(
            read_data(r#"{"data":{"name":"x","pvt_hashes":["y"]}}"#),
            Ok(json!({"name": "x"}))
        );
        for (text, property, rule) in [
            ("", "json", "invalid"),
            ("[]", "json", "invalid"),
            ("name=x", "json", "invalid"),
            (r#"{"data":{"a":1,"a":2}}"#, "json", "invalid"),
            ("{}", "data", "required"),
            (r#"{"data":[]}"#, "data", "type"),
        ] {
            let trouble = read_data(text).unwrap_err();
            assert!(trouble.data[property].get(rule).is_some(), "{text}");
        }
    }

    #[test]
    fn a_revision_is_what_an_etag_says() {
        for (tag, seen) in [
            (None, None),
            (Some(""), None),
            (Some("*"), None),
            (Some("\"3\""), Some(3)),
            (Some("3"), Some(3)),
        ] {
            assert_eq!(revision(tag), Ok(seen));
        }
        for bad in ["{}", "W/\"3\"", "three"] {
            assert_eq!(revision(Some(bad)).unwrap_err().status, 400, "{bad}");
        }
    }

    #[test]
    fn a_page_has_rows() {
        assert_eq!(page_size("7"), Ok(7));
        assert_eq!(page_size("2323287787387558297600"), Ok(u64::MAX));
        for bad in ["", "0", "-1", "null", "1.5"] {
            assert_eq!(page_size(bad).unwrap_err().status, 400, "{bad}");
        }
    }
}
