//! A CRM with a page for agents: its server makes a token whenever the page
//! asks for one, and neither phone number is in the page.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use call::Number;

use super::agents::Crm;
use super::server::serve;

/// The CRM's web server.
#[derive(Debug)]
pub struct CrmPages {
    address: SocketAddr,
    served: Arc<Served>,
}

#[derive(Debug, Default)]
struct Served {
    edge: String,
    /// Known once the button is there, which needs the server's origin.
    crm: OnceLock<(Crm, Number)>,
    tokens: AtomicUsize,
}

impl CrmPages {
    /// Starts the server on a thread of its own; it lasts as long as the process.
    pub fn start(edge: &str) -> io::Result<Self> {
        let served = Arc::new(Served {
            edge: edge.trim_end_matches('/').to_owned(),
            ..Served::default()
        });
        let router = Router::new()
            .route("/", get(page))
            .route("/agent-token", get(token))
            .with_state(Arc::clone(&served));
        let address = serve(router)?;
        Ok(Self { address, served })
    }

    /// Where the page is.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the page is about this contact.
    pub fn show(&self, crm: Crm, contact: Number) {
        self.served.crm.set((crm, contact)).expect("shown once");
    }

    /// How many tokens the page has asked for.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.served.tokens.load(Ordering::SeqCst)
    }
}

async fn token(State(served): State<Arc<Served>>) -> String {
    served.tokens.fetch_add(1, Ordering::SeqCst);
    let (crm, contact) = served.crm.get().expect("a contact");
    crm.token(Some(contact))
}

async fn page(State(served): State<Arc<Served>>) -> Html<String> {
    let (crm, _) = served.crm.get().expect("a contact");
    let (edge, button) = (&served.edge, &crm.button);
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page of a CRM</title>
<h1>Ann Example</h1>
<click-to-dial button="{button}"></click-to-dial>
<script>
window.told = [];
for (const name of ["ctd-before-call", "ctd-status", "ctd-end", "ctd-error"]) {{
  document.addEventListener(name, (event) => window.told.push({{ name, detail: event.detail }}));
}}
document.querySelector("click-to-dial").tokenProvider =
  () => fetch("/agent-token").then((answer) => answer.text());
</script>
<script async src="{edge}/widget.js"></script>
</html>"#
    ))
}
