//! Cloudflare Turnstile: what is asked of its verifier, and what the answer
//! means (Turnstile documentation, "Server-side validation").

use serde_json::{Map, Value};

use crate::keys::digest;

/// What a page names the check for; an answer for another action is another
/// page's.
pub const ACTION: &str = "place-call";
/// Characters of a token (Turnstile documentation).
pub const LONGEST_TOKEN: usize = 2_048;
/// Cloudflare's verifier.
const VERIFY_URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// Cloudflare's script.
const SCRIPT_URL: &str = "https://challenges.cloudflare.com/turnstile/v0/api.js";

/// What is wrong with the token, not with us.
const TOKENS_FAULT: [&str; 3] = [
    "missing-input-response",
    "invalid-input-response",
    "timeout-or-duplicate",
];

/// A deployment's captcha. Has no `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Turnstile {
    /// Where tokens are verified.
    pub verify_url: String,
    /// The script that pages of ours load for it.
    pub script_url: String,
    /// Names the deployment to the script; public.
    pub site_key: String,
    secret: String,
}

/// What the verifier's answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody passed it, here and for this.
    Passed,
    /// The token is worth nothing: wrong, used, too old, or made elsewhere.
    Worthless,
    /// The verifier does not work for us.
    Broken,
}

impl Turnstile {
    /// Reads the settings; `None` where there is no captcha. The error names
    /// the setting that is missing.
    pub fn read(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Self>, &'static str> {
        let or = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        match (get("TURNSTILE_SITE_KEY"), get("TURNSTILE_SECRET")) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err("TURNSTILE_SITE_KEY"),
            (Some(_), None) => Err("TURNSTILE_SECRET"),
            (Some(site_key), Some(secret)) => Ok(Some(Self {
                verify_url: or("TURNSTILE_VERIFY_URL", VERIFY_URL),
                script_url: or("TURNSTILE_SCRIPT_URL", SCRIPT_URL),
                site_key,
                secret,
            })),
        }
    }

    /// The body of the question whether a token is good. A token is good once;
    /// asked again for the same admission, the verifier repeats itself.
    #[must_use]
    pub fn question(&self, token: &str, address: Option<&str>, admission: &str) -> String {
        let again = uuid(&digest(&[admission.as_bytes(), token.as_bytes()]));
        let mut question = Map::new();
        let mut ask = |name: &str, value: &str| question.insert(name.to_owned(), value.into());
        ask("secret", &self.secret);
        ask("response", token);
        ask("idempotency_key", &again);
        if let Some(address) = address {
            ask("remoteip", address);
        }
        Value::Object(question).to_string()
    }

    /// What the verifier's answer means; `host` is where our pages are.
    #[must_use]
    pub fn verdict(&self, body: &str, host: &str) -> Verdict {
        let Ok(answer) = serde_json::from_str::<Value>(body) else {
            return Verdict::Broken;
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        match answer.get("success").and_then(Value::as_bool) {
            Some(true) if text("action") == Some(ACTION) && text("hostname") == Some(host) => {
                Verdict::Passed
            }
            Some(true) => Verdict::Worthless,
            Some(false) => refused(&answer),
            None => Verdict::Broken,
        }
    }
}

fn refused(answer: &Value) -> Verdict {
    let codes = answer.get("error-codes").and_then(Value::as_array);
    let tokens_fault = |code: &Value| {
        code.as_str()
            .is_some_and(|code| TOKENS_FAULT.contains(&code))
    };
    match codes {
        Some(codes) if !codes.is_empty() && codes.iter().all(tokens_fault) => Verdict::Worthless,
        _ => Verdict::Broken,
    }
}

/// The host of an origin, without its port.
#[must_use]
pub fn host(origin: &str) -> &str {
    let (_, authority) = origin.split_once("://").unwrap_or(("", origin));
    let end = authority
        .rfind(']')
        .map_or_else(|| authority.find(':'), |at| Some(at + 1));
    end.and_then(|end| authority.get(..end))
        .unwrap_or(authority)
}

/// RFC 9562, version 8: sixteen bytes of our own.
fn uuid(bytes: &[u8; 32]) -> String {
    let hex = base16ct::lower::encode_string(bytes);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let (a, b, c, d, e) = (
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32),
    );
    format!("{a}-{b}-8{c}-8{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn turnstile() -> Turnstile {
        let get = |name: &str| match name {
            "TURNSTILE_SITE_KEY" => Some("1x00000000000000000000AA".to_owned()),
            "TURNSTILE_SECRET" => Some("hush".to_owned()),
            _ => None,
        };
        Turnstile::read(&get).ok().flatten().unwrap()
    }

    fn verdict(answer: &Value) -> Verdict {
        turnstile().verdict(&answer.to_string(), "edge.example")
    }

    #[test]
    fn both_keys_or_none() {
        let with = |names: &'static [&str]| {
            let get = |name: &str| names.contains(&name).then(|| "x".to_owned());
            Turnstile::read(&get).map(|found| found.is_some())
        };
        assert_eq!(with(&[]), Ok(false));
        assert_eq!(with(&["TURNSTILE_SITE_KEY", "TURNSTILE_SECRET"]), Ok(true));
        assert_eq!(with(&["TURNSTILE_SITE_KEY"]), Err("TURNSTILE_SECRET"));
        assert_eq!(with(&["TURNSTILE_SECRET"]), Err("TURNSTILE_SITE_KEY"));
    }

    #[test]
    fn the_same_admission_asks_the_same_and_another_asks_anew() {
        let question = |admission: &str, token: &str| {
            let text = turnstile().question(token, Some("192.0.2.1"), admission);
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let one = question("a", "t");
        assert_eq!(one, question("a", "t"));
        assert_ne!(
            one["idempotency_key"],
            question("b", "t")["idempotency_key"]
        );
        assert_ne!(
            one["idempotency_key"],
            question("a", "u")["idempotency_key"]
        );
        assert_eq!(
            (&one["secret"], &one["response"]),
            (&"hush".into(), &"t".into())
        );
        assert_eq!(one["remoteip"], "192.0.2.1");
        let key = one["idempotency_key"].as_str().unwrap();
        let lengths: Vec<_> = key.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{key}");
    }

    #[test]
    fn only_a_pass_here_and_for_this_is_one() {
        let pass = |action: &str, hostname: &str| json!({"success": true, "action": action, "hostname": hostname, "error-codes": []});
        assert_eq!(
            verdict(&pass("place-call", "edge.example")),
            Verdict::Passed
        );
        assert_eq!(verdict(&pass("login", "edge.example")), Verdict::Worthless);
        assert_eq!(
            verdict(&pass("place-call", "evil.example")),
            Verdict::Worthless
        );
        assert_eq!(verdict(&json!({"success": true})), Verdict::Worthless);
    }

    #[test]
    fn a_bad_token_is_the_visitors_and_everything_else_is_ours() {
        let no = |codes: &[&str]| json!({"success": false, "error-codes": codes});
        for code in TOKENS_FAULT {
            assert_eq!(verdict(&no(&[code])), Verdict::Worthless);
        }
        for ours in [
            no(&["invalid-input-secret"]),
            no(&["internal-error"]),
            no(&[]),
            json!({"success": false}),
            no(&["timeout-or-duplicate", "bad-request"]),
            json!([]),
            json!({"success": "true"}),
        ] {
            assert_eq!(verdict(&ours), Verdict::Broken, "{ours}");
        }
        assert_eq!(
            turnstile().verdict("<html>", "edge.example"),
            Verdict::Broken
        );
    }

    #[test]
    fn a_host_has_no_port() {
        for (origin, expected) in [
            ("https://edge.example", "edge.example"),
            ("http://127.0.0.1:8787", "127.0.0.1"),
            ("http://[::1]:8787", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(host(origin), expected);
        }
    }
}
