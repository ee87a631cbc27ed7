//! The pages: one for each widget, all alike but for the tag.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use stories::harness::server;

use crate::widgets::WIDGETS;

const PROBE: &str = include_str!("probe.js");

/// A server on a thread of its own; it lasts as long as the process.
pub struct Pages {
    address: SocketAddr,
    content: Arc<OnceLock<Content>>,
}

struct Content {
    edge: String,
    button: String,
    files: Vec<Option<PathBuf>>,
}

impl Pages {
    pub fn start() -> io::Result<Self> {
        let content = Arc::new(OnceLock::new());
        let router = Router::new()
            .route("/page/{at}", get(page))
            .route("/script/{at}", get(script))
            .with_state(content.clone());
        let address = server::serve(router)?;
        Ok(Self { address, content })
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn page(&self, at: usize) -> String {
        format!("{}/page/{at}", self.origin())
    }

    pub fn fill(&self, edge: &str, button: &str, files: Vec<Option<PathBuf>>) {
        // It is filled once.
        let _ = self.content.set(Content {
            edge: edge.trim_end_matches('/').to_owned(),
            button: button.to_owned(),
            files,
        });
    }
}

type Shared = State<Arc<OnceLock<Content>>>;

async fn page(Path(at): Path<usize>, State(content): Shared) -> Response {
    let (Some(widget), Some(content)) = (WIDGETS.get(at), content.get()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = widget
        .tag
        .replace("EDGE", &content.edge)
        .replace("BUTTON", &content.button)
        .replace("SCRIPT", &format!("/script/{at}"));
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>A page</title>
<script>{PROBE}</script>
</head>
<body>
<h1>Ann Example</h1>
<div style="min-height: 44px">{tag}</div>
<p>Call us, we are glad to help.</p>
</body>
</html>"#
    ))
    .into_response()
}

async fn script(Path(at): Path<usize>, State(content): Shared) -> Response {
    let file = content.get().and_then(|all| all.files.get(at)?.as_ref());
    match file.and_then(|file| std::fs::read(file).ok()) {
        Some(bytes) => {
            let headers = [
                (CONTENT_TYPE.as_str(), "text/javascript"),
                ("cache-control", "public, max-age=31536000, immutable"),
            ];
            (headers, bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
