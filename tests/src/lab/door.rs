//! The way in: listens, routes, notes every request, and can close a
//! connection without an answer.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tower::ServiceExt;

use super::switchboard::{Asked, Switchboard};

/// What ties a request to the records of whoever sent it.
pub(super) const CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");
/// More than any request of the documents needs.
const LARGEST_BODY: usize = 64 * 1024;

/// Marks a response that is never sent: the connection is closed instead.
#[derive(Clone)]
pub(super) struct Unanswered;

impl Unanswered {
    pub(super) fn response() -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Self);
        response
    }
}

pub(super) async fn serve(listener: std::net::TcpListener, board: Arc<Switchboard>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let router = board.dialect.router(&board);
    loop {
        // A connection that failed to arrive is its client's trouble.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let (router, board) = (router.clone(), Arc::clone(&board));
        let service =
            service_fn(move |request| answer(router.clone(), Arc::clone(&board), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

/// A JSON answer.
pub(super) fn json_answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

async fn answer(
    router: Router,
    board: Arc<Switchboard>,
    request: hyper::Request<Incoming>,
) -> io::Result<Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(Body::new(body), LARGEST_BODY)
        .await
        .map_err(io::Error::other)?;
    let correlator = parts.headers.get(CORRELATOR);
    let number = board.note(Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        correlator: correlator.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: None,
    });
    let Ok(response) = router
        .oneshot(Request::from_parts(parts, Body::from(body)))
        .await;
    if response.extensions().get::<Unanswered>().is_some() {
        return Err(io::Error::other("closed without an answer"));
    }
    board.note_answer(number, response.status().as_u16());
    Ok(response)
}
