//! Recordings on their way from an operator to whoever asks for one: bytes or
//! base64 in JSON on either side, a piece at a time, so that no file is ever
//! held as a whole. Pure.

mod base64;
mod json;
mod kind;
mod tone;
mod transcode;

pub use kind::Kind;
pub use tone::tone;
pub use transcode::{Source, Target, Transcoder};

/// Bytes of a recording: what 20,971,520 characters of base64 hold (CAMARA
/// `RecordingResource.content.maxLength`).
pub const MOST_BYTES: usize = 20_971_520 / 4 * 3;

/// Why a recording cannot be handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoiled {
    /// There is none in the answer.
    Missing,
    /// It is larger than the document allows.
    TooLarge,
    /// What came is no audio, or another kind of audio than it says.
    NotAudio,
    /// What came is not in the form that was promised, or broke off.
    Unreadable,
}
