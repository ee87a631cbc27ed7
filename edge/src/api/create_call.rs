//! `POST /click-to-dial/{version}/calls` (CAMARA `createCall`): a program of the
//! account has two numbers connected.

use call::{Number, Status};
use worker::Response;

use super::{Asked, reply, resource};
use crate::account_room::words::{Admit, Wanted};
use crate::admission::{Captcha, Parties, Refusal, Way};
use crate::auth::client::Client;
use crate::auth::scopes::Scope;
use crate::document::{DialFirst, Flaw, Place, read_strictly};
use crate::error::Problem;
use crate::ids::{CallId, PublicId};
use crate::placing::Placing;
use crate::room::failed;
use crate::sinks::{Allowed, Sink, host, read_sink};
use crate::{clock, keys};

/// Bytes of a body: the largest token and address fit, and some to spare.
const LARGEST_BODY: usize = 16 * 1024;

/// `CreateCallRequest`.
struct Request {
    parties: Parties,
    record: bool,
    sink: Option<Sink>,
}

pub(super) async fn answer(mut asked: Asked) -> Result<Response, Problem> {
    let client = asked.client(Scope::CreateCalls).await?;
    asked.demand_media_type("application/json", "The body has to be application/json.")?;
    let again = asked.idempotency_key()?;
    let body = asked.body(LARGEST_BODY).await?;
    let Some(document) = read_strictly(&body) else {
        return Err(Problem::InvalidArgument(
            "The body is not JSON, or not without doubt: no name may come twice.",
        ));
    };
    let settings = asked.settings()?;
    let hosts = hosts(&asked, &client, &document).await?;
    let request = asked.read(&Place::whole(&document), &hosts)?;
    let random = clock::random().map_err(|error| failed(error.to_string().into()))?;
    let call = CallId::new(&settings.key, client.account, random);
    // Without a key of the client's every request is one of its own.
    let key = again.unwrap_or_else(|| call.as_str().to_owned());
    let admit = Admit {
        account: client.account,
        way: Way::Create,
        wanted: Wanted::Pair {
            parties: request.parties,
            // The party rung first is the account's own where that matters.
            dial_first: DialFirst::Extension,
            connection: None,
        },
        grant: None,
        origin: None,
        framed: false,
        own_origin: asked.own_origin().to_owned(),
        consent: None,
        captcha: Captcha::Unavailable,
        address: None,
        page: None,
        key: keys::short_digest(&[client.id.as_bytes(), key.as_bytes()]),
        body: keys::short_digest(&[body.as_bytes()]),
        call_id: call.as_str().to_owned(),
        now: asked.now,
    };
    let placing = Placing {
        record: request.record,
        sink: request.sink,
        ..asked.placing()?
    };
    let work = placing.admit_and_place(call, admit);
    let (_, view) = asked.see_through(work).await?.map_err(in_its_words)?;
    if let Status::Failed { failure } = view.last.status {
        return Err(Problem::Operator(failure));
    }
    reply::json(201, &resource::call(&settings, &view))
}

/// The hosts that the client has registered, where it wants to be told.
async fn hosts(
    asked: &Asked,
    client: &Client,
    document: &serde_json::Value,
) -> Result<Vec<String>, Problem> {
    if document.get("sink").is_none() {
        return Ok(Vec::new());
    }
    let id = PublicId {
        account: client.account,
        document: client.document,
    };
    let registered = asked.api_client(id).await?;
    Ok(registered.map(|client| client.sinks).unwrap_or_default())
}

impl Asked {
    fn read(&self, place: &Place<'_>, hosts: &[String]) -> Result<Request, Problem> {
        let settings = self.settings()?;
        let public = settings.public_url.as_deref().unwrap_or_default();
        let allowed = Allowed {
            hosts: Some(hosts),
            own: [host(self.own_origin()), host(public)],
            loopback: settings.loopback,
        };
        let shape = || {
            place.only(&[
                "caller",
                "callee",
                "sink",
                "sinkCredential",
                "recordingEnabled",
            ])?;
            let record = place.optional_or("recordingEnabled", false, Place::flag)?;
            let (caller, callee) = (number(place, "caller")?, number(place, "callee")?);
            Ok((
                caller,
                callee,
                record,
                read_sink(place, &allowed, self.now)?,
            ))
        };
        let (caller, callee, record, sink) =
            shape().map_err(|flaw: Flaw| Problem::Flawed(flaw.to_string()))?;
        let parse = |text| Number::parse(text).map_err(|_| Problem::InvalidNumber);
        let (caller, callee) = (parse(caller)?, parse(callee)?);
        if caller == callee {
            return Err(Problem::Refused(Refusal::SameNumber));
        }
        let parties = Parties {
            caller: caller.into(),
            callee: callee.into(),
        };
        Ok(Request {
            parties,
            record,
            sink,
        })
    }
}

fn number<'a>(place: &Place<'a>, party: &str) -> Result<&'a str, Flaw> {
    let party = place.field(party)?;
    party.only(&["number"])?;
    party.field("number")?.string()
}

/// The document has words of its own for a number that may not be called.
fn in_its_words(problem: Problem) -> Problem {
    match problem {
        Problem::Refused(Refusal::NumberNotAllowed) => Problem::NotApplicable,
        other => other,
    }
}
