//! `GET …/calls/{callId}/recording` (CAMARA `getRecording`): as the document's
//! JSON, or, for whoever accepts `audio/*`, as the bytes themselves. What the
//! operator sends is handed on while it comes.

use std::pin::pin;
use std::time::Duration;

use call::{Failure, Recording, Status};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::unfold;
use worker::{ByteStream, Delay, Headers, Response};

use super::asked::NO_SUCH_CALL;
use super::{Asked, reply};
use crate::auth::scopes::Scope;
use crate::call_room::words::{Ask, View};
use crate::error::Problem;
use crate::operator::{Connection, Form, Outcome, Recorded, Want, run};
use crate::recording::{Kind, MOST_BYTES, Source, Spoiled, Target, Transcoder, tone};
use crate::room::{self, failed};

/// The answer where there is none, or not yet.
const NONE: Problem = Problem::NotFound("There is no recording of this call.");
/// Bytes that JSON may have beside a recording in base64, line breaks included.
const BESIDE_BYTES: usize = 1 << 20;
/// Bytes that are read before anything is answered.
const READ_AHEAD: usize = 64 * 1024;
/// How long the operator may be silent amid a recording.
const PIECE_LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn answer(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let (call, _) = asked.clients_call(id, Scope::ReadRecordings).await?;
    let target = wanted(asked.header("accept").as_deref(), call.as_str())?;
    let room = room::call_room(&asked.env, &call).map_err(failed)?;
    let view = room::ask(&room, &Ask::Read).await.map_err(failed)?;
    let view = view.ok_or(NO_SUCH_CALL)?;
    let settings = asked.settings()?;
    let connection = settings.connection(&view.call.connection);
    let connection = connection.ok_or(Problem::NotConfigured)?;
    let want = Want::Recording(recorded(&view, connection).ok_or(NONE)?);
    let (outcome, opened) = run::converse(connection, &want).await;
    let flow = match (outcome, opened) {
        (Outcome::Recording(Form::Tone), _) => Flow::whole(target, &tone())?,
        (Outcome::Recording(Form::Body { source, success }), Some(mut answer)) => {
            check_length(&answer, source)?;
            let body = answer.stream().map_err(failed)?;
            let transcoder = Transcoder::new(source, target, success);
            Flow::begin(body, transcoder).await?
        }
        (Outcome::Gone, _) => return Err(NONE),
        (Outcome::Refused(Failure::OperatorUnreadable), _) => {
            return Err(Problem::Recording(Spoiled::Unreadable));
        }
        (Outcome::Refused(failure) | Outcome::Unsure(failure), _) => {
            return Err(Problem::Operator(failure));
        }
        _ => return Err(Problem::Internal),
    };
    flow.response(call.as_str())
}

/// The form in which it is asked for: the first of those accepted that there is.
fn wanted(accept: Option<&str>, call: &str) -> Result<Target, Problem> {
    let resource = || Target::Resource(call.to_owned());
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Ok(resource());
    };
    let ranges = accept
        .split(',')
        .filter_map(|range| range.split(';').next());
    let mut forms = ranges.filter_map(|range| match range.trim() {
        "application/json" | "application/*" | "*/*" => Some(resource()),
        audio if audio == "audio/*" || Kind::parse(audio).is_some() => Some(Target::Audio),
        _ => None,
    });
    forms.next().ok_or(Problem::NotAcceptable)
}

/// What says that it is too large is not even begun.
fn check_length(answer: &Response, source: Source) -> Result<(), Problem> {
    let length = answer.headers().get("content-length").ok().flatten();
    let length = length.and_then(|length| length.parse::<usize>().ok());
    let most = match source {
        Source::Audio(_) => MOST_BYTES,
        Source::Json(_) => MOST_BYTES / 3 * 4 + BESIDE_BYTES,
    };
    match length {
        Some(length) if length > most => Err(Problem::Recording(Spoiled::TooLarge)),
        _ => Ok(()),
    }
}

/// What to ask the operator for; `None` where there is certainly nothing.
fn recorded(view: &View, connection: &Connection) -> Option<Recorded> {
    let call = &view.call;
    let Status::Disconnected { recording, .. } = view.last.status else {
        return None;
    };
    let wanted = call.record || connection.operator().habits().records_by_itself;
    if !wanted || recording == Some(Recording::NoRecord) {
        return None;
    }
    Some(Recorded {
        operator_call: call.operator_call.clone()?,
        recording: call.recording_id.clone(),
        opened_at: call.opened_at,
    })
}

/// A recording under way to whoever asked.
struct Flow {
    /// What is still to come from the operator.
    body: Option<ByteStream>,
    transcoder: Transcoder,
    /// What may be handed on already.
    ready: Vec<u8>,
    target: Target,
}

impl Flow {
    /// A recording that is all there.
    fn whole(target: Target, file: &[u8]) -> Result<Self, Problem> {
        let mut transcoder = Transcoder::new(Source::Audio(Kind::Wav), target.clone(), "");
        let mut ready = transcoder.feed(file).map_err(Problem::Recording)?;
        ready.extend(transcoder.finish().map_err(Problem::Recording)?);
        Ok(Self {
            body: None,
            transcoder,
            ready,
            target,
        })
    }

    /// Reads on until it is known what it is, and some more: what goes wrong
    /// until then can still be answered, also of a whole short recording.
    async fn begin(body: ByteStream, transcoder: Transcoder) -> Result<Self, Problem> {
        let target = transcoder.target().clone();
        let mut flow = Self {
            body: Some(body),
            transcoder,
            ready: Vec::new(),
            target,
        };
        while flow.body.is_some()
            && (flow.transcoder.kind().is_none() || flow.ready.len() < READ_AHEAD)
        {
            flow.read_on().await.map_err(Problem::Recording)?;
        }
        Ok(flow)
    }

    /// Takes one more piece, or the end.
    async fn read_on(&mut self) -> Result<(), Spoiled> {
        let Some(body) = &mut self.body else {
            return Ok(());
        };
        let piece = match select(body.next(), pin!(Delay::from(PIECE_LIMIT))).await {
            Either::Left((piece, _)) => piece,
            Either::Right(_) => return Err(Spoiled::Unreadable),
        };
        match piece {
            Some(Ok(piece)) => self.ready.extend(self.transcoder.feed(&piece)?),
            Some(Err(_)) => return Err(Spoiled::Unreadable),
            None => {
                self.body = None;
                self.ready.extend(self.transcoder.finish()?);
            }
        }
        Ok(())
    }

    fn response(self, call: &str) -> Result<Response, Problem> {
        let headers = Headers::new();
        let kind = self.transcoder.kind().map_or("", Kind::as_str);
        match self.target {
            Target::Audio => {
                reply::set(&headers, "content-type", kind)?;
                // Never shown as a page, whatever somebody makes of it.
                reply::set(&headers, "content-disposition", "attachment")?;
            }
            Target::Resource(_) => reply::set(&headers, "content-type", "application/json")?,
        }
        reply::set(&headers, "cache-control", "no-store")?;
        let call = call.to_owned();
        let pieces = unfold(Some(self), move |flow| next_piece(flow, call.clone()));
        let response = Response::from_stream(Box::pin(pieces)).map_err(failed)?;
        Ok(response.with_headers(headers))
    }
}

/// The next piece to be handed on. What is found to be wrong by now can only
/// be broken off, so that nobody takes it for whole.
async fn next_piece(
    flow: Option<Flow>,
    call: String,
) -> Option<(Result<Vec<u8>, worker::Error>, Option<Flow>)> {
    let mut flow = flow?;
    while flow.ready.is_empty() {
        flow.body.as_ref()?;
        if let Err(spoiled) = flow.read_on().await {
            worker::console_warn!("call {call}: its recording broke off: {spoiled:?}");
            return Some((Err("the recording broke off".into()), None));
        }
    }
    let ready = std::mem::take(&mut flow.ready);
    Some((Ok(ready), Some(flow)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_that_there_is_is_taken() {
        let form = |accept| wanted(accept, "c");
        let resource = Ok(Target::Resource("c".to_owned()));
        for accept in [
            None,
            Some(""),
            Some("*/*"),
            Some("text/html, application/json;q=0.9"),
        ] {
            assert_eq!(form(accept), resource, "{accept:?}");
        }
        for accept in ["audio/*", "audio/mpeg;q=0.5", "audio/wav, application/json"] {
            assert_eq!(form(Some(accept)), Ok(Target::Audio), "{accept}");
        }
        assert_eq!(form(Some("text/html")), Err(Problem::NotAcceptable));
    }
}
