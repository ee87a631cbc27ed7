//! Foreign pages with the tag pasted in, on an origin of their own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use axum::Router;
use axum::http::Uri;
use axum::response::Html;
use axum::routing::get;

/// A web server that knows nothing of the product but its tag.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
}

#[derive(Debug)]
struct Wanted {
    edge: String,
    button: String,
}

impl Pages {
    /// Starts the server on a thread of its own; it lasts as long as the process.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, Router::new().route("/", get(page))).await
            })
        });
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
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("edge", edge.trim_end_matches('/'))
            .append_pair("button", button)
            .finish();
        format!("/?{query}")
    }
}

async fn page(uri: Uri) -> Html<String> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let find = |name: &str| {
        let found = form_urlencoded::parse(query).find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Html(html(&Wanted {
        edge: find("edge"),
        button: find("button"),
    }))
}

/// The tag as an admin pastes it, and a script of the page's own that keeps
/// what the widget tells.
fn html(Wanted { edge, button }: &Wanted) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A foreign page</title>
<script>
window.told = [];
for (const name of ["ctd-before-call", "ctd-status", "ctd-end", "ctd-error"]) {{
  document.addEventListener(name, (event) => window.told.push({{ name, detail: event.detail }}));
}}
</script>
<h1>Ann Example</h1>
<p>Call us, we are glad to help.</p>
<script async src="{edge}/widget.js" data-button="{button}"></script>
</html>"#
    )
}
