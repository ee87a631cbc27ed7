//! The way in: listens, routes, notes every request, echoes the correlator,
//! and can close a connection without an answer.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tower::ServiceExt;

use super::refusal::Refusal;
use super::switchboard::{Asked, Switchboard};
use super::{BASE_PATH, calls, token};

const CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");
/// `XCorrelator.maxLength`.
const LONGEST_CORRELATOR: usize = 256;
/// More than any request of the document needs.
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
    let router = router(&board);
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

fn router(board: &Arc<Switchboard>) -> Router {
    let not_allowed = || async { Refusal::METHOD_NOT_ALLOWED };
    Router::new()
        .route("/oauth2/token", post(token::give).fallback(not_allowed))
        .route(
            &format!("{BASE_PATH}/calls"),
            post(calls::create).fallback(not_allowed),
        )
        .route(
            &format!("{BASE_PATH}/calls/{{id}}"),
            get(calls::read).delete(calls::end).fallback(not_allowed),
        )
        .fallback(|| async { Refusal::NOT_FOUND })
        .with_state(Arc::clone(board))
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
    let correlator = parts.headers.get(CORRELATOR).cloned();
    let number = board.note(Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        correlator: correlator
            .as_ref()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: None,
    });
    let mut response = match &correlator {
        Some(value) if !is_correlator(value) => Refusal::INVALID_ARGUMENT.into_response(),
        _ => {
            let Ok(response) = router
                .oneshot(Request::from_parts(parts, Body::from(body)))
                .await;
            response
        }
    };
    if response.extensions().get::<Unanswered>().is_some() {
        return Err(io::Error::other("closed without an answer"));
    }
    board.note_answer(number, response.status().as_u16());
    if let Some(value) = correlator {
        response.headers_mut().insert(CORRELATOR, value);
    }
    Ok(response)
}

/// `XCorrelator.pattern`.
fn is_correlator(value: &HeaderValue) -> bool {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(b);
    value.len() <= LONGEST_CORRELATOR && value.as_bytes().iter().all(allowed)
}
