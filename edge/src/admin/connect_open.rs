//! Connecting without a token: which buttons may be used so, and whether a
//! person has asked.
//!
//! Kazoo places a call on every GET, also one that a mail program or a search
//! engine sends by itself. Here a GET without a token places one only where the
//! button says so (`get_connect`), and only if a person is behind it as far as
//! its headers tell.

use serde_json::Value;

use super::connect::failed;
use super::enter;
use crate::account_room::trouble::Trouble;
use crate::account_room::words::{Ask, Decision};
use crate::api::Asked;
use crate::ids::ButtonId;
use crate::room;

/// The button's document, if it takes calls in this way without a token.
pub(super) async fn read_open(
    asked: &Asked,
    method: &str,
    button: ButtonId,
) -> Result<Value, Trouble> {
    let document = read(asked, button).await?;
    check(asked, method, &document)?;
    Ok(document)
}

/// Without a token an unknown button is a closed one, as in Kazoo.
async fn read(asked: &Asked, button: ButtonId) -> Result<Value, Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    if !enter::is_ours(&settings, button.account) {
        return Err(Trouble::STRANGER);
    }
    let room = room::account_room(&asked.env, button.account).map_err(failed)?;
    match room::ask(&room, &Ask::Button(button)).await {
        Ok(Decision::Button { document, .. }) => Ok(document),
        Ok(_) => Err(Trouble::STRANGER),
        Err(error) => Err(failed(error)),
    }
}

/// Whether somebody without a token may connect in this way.
fn check(asked: &Asked, method: &str, document: &Value) -> Result<(), Trouble> {
    let is = |name: &str| document.get(name).and_then(Value::as_bool);
    if is("auth_required") != Some(false) {
        return Err(Trouble::STRANGER);
    }
    let by_get = method == "GET";
    let captcha = is("captcha") == Some(true);
    let may_get =
        is("get_connect") == Some(true) && !captcha && is_deliberate(|name| asked.header(name));
    if by_get && !may_get {
        return Err(Trouble::FORBIDDEN);
    }
    Ok(())
}

/// Whether a person has asked, and not a browser ahead of them or another
/// site's page (Fetch Metadata Request Headers, `Purpose`).
fn is_deliberate(header: impl Fn(&str) -> Option<String>) -> bool {
    let says = |name: &str, word: &str| {
        let value = header(name).unwrap_or_default();
        value.to_ascii_lowercase().contains(word)
    };
    let ahead = ["purpose", "sec-purpose", "x-purpose", "x-moz"];
    let early =
        |name: &&str| says(name, "prefetch") || says(name, "prerender") || says(name, "preview");
    let foreign = says("sec-fetch-site", "cross-site") || says("sec-fetch-site", "same-site");
    let embedded =
        header("sec-fetch-dest").is_some_and(|dest| dest != "document" && dest != "empty");
    !ahead.iter().any(early) && !foreign && !embedded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_ahead_of_its_user_and_another_sites_page_place_no_call() {
        let deliberate = |name: &str, value: &str| {
            is_deliberate(|asked| (asked == name).then(|| value.to_owned()))
        };
        for (name, value) in [
            ("purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("x-moz", "prefetch"),
            ("x-purpose", "preview"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-dest", "image"),
            ("sec-fetch-dest", "script"),
        ] {
            assert!(!deliberate(name, value), "{name}: {value}");
        }
        assert!(deliberate("sec-fetch-site", "none"));
        assert!(deliberate("sec-fetch-dest", "document"));
        assert!(deliberate("user-agent", "curl"));
    }
}
