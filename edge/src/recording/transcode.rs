//! From the form in which an operator has a recording to the form in which it
//! is asked for.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::base64::{Decoder, Encoder};
use super::json::Texts;
use super::kind::TELLING_BYTES;
use super::{Kind, MOST_BYTES, Spoiled};

/// Characters of the short texts beside a recording.
const LONGEST_TEXT: usize = 64;
/// Where each of the wanted texts is, see [`Source::Json`].
const CONTENT: usize = 0;
const KIND: usize = 1;
const MADE_AT: usize = 2;
const CODE: usize = 3;

/// The form in which an operator has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The bytes.
    Audio(Kind),
    /// Base64 in a JSON object. The names of its properties: the content, and,
    /// where the dialect has them (else empty), its media type, when it was
    /// made, and a code that says whether all is well.
    Json(&'static [&'static str; 4]),
}

/// The form in which it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The bytes.
    Audio,
    /// CAMARA `RecordingResource` of the call with this id.
    Resource(String),
}

/// A recording on its way. What goes in comes out in the other form, except
/// for what is still needed to tell what it is.
#[derive(Debug)]
pub struct Transcoder {
    target: Target,
    /// Where the source is JSON.
    texts: Option<Texts>,
    decoder: Decoder,
    encoder: Encoder,
    /// Short texts beside the content, in the order of [`Source::Json`].
    beside: [String; 4],
    /// A code that says yes.
    success: &'static str,
    /// The kind that the operator says it is.
    said: Option<Kind>,
    /// What it is, once known.
    kind: Option<Kind>,
    /// Bytes that came before that.
    head: Vec<u8>,
    bytes: usize,
}

impl Transcoder {
    /// A recording in this form, wanted in that one. `success` is the code by
    /// which the operator says yes, where its dialect has one.
    #[must_use]
    pub fn new(source: Source, target: Target, success: &'static str) -> Self {
        let (texts, said) = match source {
            Source::Audio(kind) => (None, Some(kind)),
            Source::Json(names) => (Some(Texts::new(names)), None),
        };
        Self {
            target,
            texts,
            decoder: Decoder::default(),
            encoder: Encoder::default(),
            beside: Default::default(),
            success,
            said,
            kind: None,
            head: Vec::new(),
            bytes: 0,
        }
    }

    /// The form in which it is asked for.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What it is, once known. Nothing comes out before.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Takes a piece, gives what can be handed on.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Vec<u8>, Spoiled> {
        let mut audio = Vec::new();
        match &mut self.texts {
            None => audio.extend_from_slice(piece),
            Some(texts) => {
                let (decoder, beside) = (&mut self.decoder, &mut self.beside);
                texts.feed(piece, &mut |which, text| {
                    if which == CONTENT {
                        return decoder.feed(text, &mut audio);
                    }
                    keep(beside.get_mut(which), text)
                })?;
            }
        }
        self.bytes += audio.len();
        if self.bytes > MOST_BYTES {
            return Err(Spoiled::TooLarge);
        }
        let mut out = Vec::new();
        self.hand_on(audio, false, &mut out)?;
        Ok(out)
    }

    /// All has come: gives the rest.
    pub fn finish(&mut self) -> Result<Vec<u8>, Spoiled> {
        if let Some(texts) = &self.texts {
            if !texts.is_whole() {
                return Err(Spoiled::Unreadable);
            }
            let code = self.beside.get(CODE).map_or("", String::as_str);
            if self.bytes == 0 || (!code.is_empty() && code != self.success) {
                return Err(Spoiled::Missing);
            }
            if !self.decoder.is_whole() {
                return Err(Spoiled::Unreadable);
            }
        }
        if self.bytes == 0 {
            return Err(Spoiled::Missing);
        }
        let mut out = Vec::new();
        self.hand_on(Vec::new(), true, &mut out)?;
        // What it says of itself may come after the content.
        if let (Some(said), Some(kind)) = (self.said_kind()?, self.kind)
            && !said.is_also(kind)
        {
            return Err(Spoiled::NotAudio);
        }
        if let Target::Resource(_) = self.target {
            self.encoder.finish(&mut out);
            out.push(b'"');
            if let Some(at) = self.made_at() {
                out.extend_from_slice(format!(r#","generatedAt":"{at}""#).as_bytes());
            }
            out.push(b'}');
        }
        Ok(out)
    }

    /// Hands bytes on, once it is known what they are.
    fn hand_on(&mut self, audio: Vec<u8>, all: bool, out: &mut Vec<u8>) -> Result<(), Spoiled> {
        if self.kind.is_some() {
            self.put(&audio, out);
            return Ok(());
        }
        self.head.extend(audio);
        if self.head.is_empty() || (self.head.len() < TELLING_BYTES && !all) {
            return Ok(());
        }
        let said = self.said_kind()?;
        let kind = match (Kind::of(&self.head), said) {
            (Some(is), Some(said)) if said.is_also(is) => said,
            // Nothing is taken for audio only because somebody says so.
            (None, _) | (Some(_), Some(_)) => return Err(Spoiled::NotAudio),
            (Some(is), None) => is,
        };
        self.kind = Some(kind);
        if let Target::Resource(call) = &self.target {
            let (call, kind) = (Value::from(call.as_str()), kind.as_str());
            let open = format!(r#"{{"callId":{call},"contentType":"{kind}","content":""#);
            out.extend_from_slice(open.as_bytes());
        }
        let head = std::mem::take(&mut self.head);
        self.put(&head, out);
        Ok(())
    }

    fn put(&mut self, audio: &[u8], out: &mut Vec<u8>) {
        match self.target {
            Target::Audio => out.extend_from_slice(audio),
            Target::Resource(_) => self.encoder.feed(audio, out),
        }
    }

    /// What the operator says that it is. A word that the document does not
    /// have is refused.
    fn said_kind(&self) -> Result<Option<Kind>, Spoiled> {
        match self.beside.get(KIND).map(String::as_str) {
            None | Some("") => Ok(self.said),
            Some(text) => Kind::parse(text).map(Some).ok_or(Spoiled::NotAudio),
        }
    }

    fn made_at(&self) -> Option<String> {
        let text = self.beside.get(MADE_AT)?;
        let at: DateTime<Utc> = DateTime::parse_from_rfc3339(text).ok()?.into();
        Some(at.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

fn keep(text: Option<&mut String>, piece: &[u8]) -> Result<(), Spoiled> {
    let text = text.ok_or(Spoiled::Unreadable)?;
    text.push_str(std::str::from_utf8(piece).map_err(|_| Spoiled::Unreadable)?);
    if text.len() > LONGEST_TEXT {
        return Err(Spoiled::Unreadable);
    }
    Ok(())
}

#[cfg(test)]
#[path = "transcode_tests.rs"]
mod tests;
