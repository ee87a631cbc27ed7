//! Foreign pages with the tag pasted in, on an origin of their own.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse};
use axum::routing::get;

use super::server::serve;

/// A web server that knows nothing of the product but its tag.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
}

/// What a page is like. In each text, `EDGE` and `BUTTON` are put in.
#[derive(Clone, Copy, Debug)]
pub struct Kind<'a> {
    /// The header `Content-Security-Policy`; none if empty.
    pub policy: &'a str,
    /// Whether it has no doctype, as pages had before there was one that counts.
    pub quirks: bool,
    /// Whether it isolates itself (COOP and COEP, as for shared memory).
    pub isolated: bool,
    /// What stands at the end of `<head>`.
    pub head: &'a str,
    /// What stands in the body, after the page's own words.
    pub body: &'a str,
}

impl Default for Kind<'_> {
    /// The tag as an admin pastes it.
    fn default() -> Self {
        Self {
            policy: "",
            quirks: false,
            isolated: false,
            head: "",
            body: r#"<script async src="EDGE/widget.js" data-button="BUTTON"></script>"#,
        }
    }
}

impl Pages {
    /// Starts the server on a thread of its own; it lasts as long as the process.
    pub fn start() -> io::Result<Self> {
        let told = || async { ([(CONTENT_TYPE, "text/javascript")], TOLD) };
        let router = Router::new()
            .route("/", get(page))
            .route("/told.js", get(told))
            // Browsers ask for it unasked, and would say that there is none.
            .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
        let address = serve(router)?;
        Ok(Self { address })
    }

    /// The pages' origin, as an allow list has it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same pages under a name that no allow list has.
    #[must_use]
    pub fn stranger(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Where the page with this button is, below an origin.
    #[must_use]
    pub fn path(edge: &str, button: &str) -> String {
        Self::path_to(edge, button, Kind::default())
    }

    /// Where a page of another kind is.
    #[must_use]
    pub fn path_to(edge: &str, button: &str, kind: Kind<'_>) -> String {
        let edge = edge.trim_end_matches('/');
        let filled = |text: &str| text.replace("EDGE", edge).replace("BUTTON", button);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("policy", &filled(kind.policy))
            .append_pair("quirks", if kind.quirks { "yes" } else { "" })
            .append_pair("isolated", if kind.isolated { "yes" } else { "" })
            .append_pair("head", &filled(kind.head))
            .append_pair("body", &filled(kind.body))
            .finish();
        format!("/?{query}")
    }
}

async fn page(uri: Uri) -> impl IntoResponse {
    let query = uri.query().unwrap_or_default().as_bytes();
    let find = |name: &str| {
        let found = form_urlencoded::parse(query).find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let mut headers = HeaderMap::new();
    let policy = HeaderValue::from_str(&find("policy")).ok();
    if let Some(policy) = policy.filter(|policy| !policy.is_empty()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if find("isolated") == "yes" {
        headers.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            "cross-origin-embedder-policy",
            HeaderValue::from_static("require-corp"),
        );
    }
    let doctype = match find("quirks").as_str() {
        "yes" => "",
        _ => "<!doctype html>",
    };
    (headers, Html(html(doctype, &find("head"), &find("body"))))
}

fn html(doctype: &str, head: &str, body: &str) -> String {
    format!(
        r#"{doctype}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A foreign page</title>
<script nonce="told" src="/told.js"></script>
{head}
</head>
<body>
<h1>Ann Example</h1>
<p>Call us, we are glad to help.</p>
{body}
</body>
</html>"#
    )
}

/// A script of the page's own that keeps what the widget tells, and what the
/// page's policy has forbidden.
const TOLD: &str = r#"
window.told = [];
window.forbidden = [];
for (const name of ["ctd-before-call", "ctd-status", "ctd-end", "ctd-error"]) {
  document.addEventListener(name, (event) => window.told.push({ name, detail: event.detail }));
}
document.addEventListener("securitypolicyviolation", (event) => {
  window.forbidden.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
"#;
