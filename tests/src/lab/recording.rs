//! The recording of a call, and what can go wrong with one.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use call::State;

use super::fault::Spoilt;
use super::line::Line;
use super::playing;
use super::spoiling::HalfBody;

/// Samples of a second.
const RATE: u32 = 8_000;
/// A tenth of a second.
const SHORT: u32 = RATE / 10;
/// Half an hour: 14 MB, which base64 makes 19 MB of.
const LONG: u32 = 1_800 * RATE;
/// More than base64 of 20,971,520 characters holds.
const TOO_LONG: u32 = 2_100 * RATE;

/// Whether there is one: something was said, and somebody has recorded it.
pub(super) fn exists(line: &Line) -> bool {
    line.state().is_end() && line.has_been(State::Connected)
}

/// What is answered instead of a recording.
pub(super) fn instead(line: &Line) -> Option<Response> {
    match line.orders().spoilt()? {
        Spoilt::Page => Some(playing::web_page(StatusCode::OK)),
        Spoilt::Refused(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            Some(playing::web_page(status))
        }
        _ => None,
    }
}

/// The recording: WAV, 8 kHz, 8 bits, one channel. Silence.
pub(super) fn file(line: &Line) -> Vec<u8> {
    match line.orders().spoilt() {
        Some(Spoilt::Long | Spoilt::LongClosedInMidBody) => wave(LONG),
        Some(Spoilt::TooLong) => wave(TOO_LONG),
        Some(Spoilt::NoAudio) => b"<!doctype html><script>alert(1)</script>".to_vec(),
        _ => wave(SHORT),
    }
}

/// The same in base64.
pub(super) fn text(line: &Line) -> String {
    BASE64_STANDARD.encode(file(line))
}

/// The media type that is said of it.
pub(super) fn kind(line: &Line) -> &'static str {
    match line.orders().spoilt() {
        Some(Spoilt::OtherKind) => "text/html",
        _ => "audio/wav",
    }
}

/// Gives the answer as its faults have it.
pub(super) fn answer(line: &Line, kind: &'static str, body: Vec<u8>) -> Response {
    let body = match line.orders().spoilt() {
        Some(Spoilt::ClosedInMidBody | Spoilt::LongClosedInMidBody) => {
            Body::new(HalfBody::of(body.into()))
        }
        _ => Body::from(body),
    };
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn wave(samples: u32) -> Vec<u8> {
    const HEADER_BYTES: u32 = 36;
    let mut file = b"RIFF".to_vec();
    file.extend((HEADER_BYTES + samples).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(b"\x01\0\x08\0data");
    file.extend(samples.to_le_bytes());
    file.resize(file.len() + samples as usize, 0x80);
    file
}
