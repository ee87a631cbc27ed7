//! A request as the routes see it.

use std::future::Future;
use std::rc::Rc;

use call::Millis;

use futures_channel::oneshot;
use futures_util::StreamExt;
use worker::{Context, Env, Request};

use crate::admission;
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::{CallId, HexId};
use crate::keys::Purpose;
use crate::placing::Placing;
use crate::{clock, query, settings, ticket, tokens};

/// The longest `x-correlator` (CAMARA_common `XCorrelator`).
const LONGEST_CORRELATOR: usize = 256;

/// Characters of an `Idempotency-Key`.
const LONGEST_KEY: usize = 255;

/// A request with everything that routes need to answer it.
pub struct Asked {
    request: Request,
    /// The runtime's bindings.
    pub env: Env,
    context: Rc<Context>,
    /// The request's whole address.
    pub url: String,
    /// Ties this request to what it causes; CAMARA's `x-correlator`.
    pub correlator: String,
    /// When it came.
    pub now: Millis,
}

impl Asked {
    /// Looks at what every route needs. On failure, the correlator to answer with.
    pub fn new(
        request: Request,
        env: Env,
        context: Rc<Context>,
    ) -> Result<Self, (Problem, String)> {
        let made = clock::random::<16>()
            .map(|bytes| base16ct::lower::encode_string(&bytes))
            .unwrap_or_default();
        let correlator = match request.headers().get("x-correlator").ok().flatten() {
            None => made,
            Some(given) if is_correlator(&given) => given,
            Some(_) => {
                let problem = Problem::InvalidArgument(
                    "x-correlator may have up to 256 letters, digits and -_:;./<>{}.",
                );
                return Err((problem, made));
            }
        };
        let url = request.inner().url();
        Ok(Self {
            request,
            env,
            context,
            url,
            correlator,
            now: clock::now(),
        })
    }

    /// The deployment's settings.
    pub fn settings(&self) -> Result<Rc<Settings>, Problem> {
        settings(&self.env).map_err(|error| {
            worker::console_error!("{error}");
            Problem::NotConfigured
        })
    }

    /// The origin that the request came to.
    pub fn own_origin(&self) -> &str {
        query::origin(&self.url)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// Stands for the visitor's address within an account, so that the address
    /// itself is not kept. On a developer's machine all visitors are the developer.
    pub fn address_code(&self, settings: &Settings, account: HexId) -> Option<String> {
        let address = self.address();
        let here = settings.loopback && admission::is_this_machine(address.as_deref());
        (!here).then(|| admission::address_code(&settings.key, account, address.as_deref()))
    }

    /// The base of the addresses that operators are given.
    pub fn base(&self, settings: &Settings) -> String {
        let public = settings.public_url.clone();
        public.unwrap_or_else(|| self.own_origin().to_owned())
    }

    /// The `Idempotency-Key`, if there is one.
    pub fn idempotency_key(&self) -> Result<Option<String>, Problem> {
        let fits = |key: &String| {
            (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        };
        match self.header("idempotency-key") {
            None => Ok(None),
            Some(key) if fits(&key) => Ok(Some(key)),
            Some(_) => Err(NO_KEY),
        }
    }

    /// What placing a call needs, for whoever asks without more.
    pub fn placing(&self) -> Result<Placing, Problem> {
        let settings = self.settings()?;
        Ok(Placing {
            env: self.env.clone(),
            base: self.base(&settings),
            settings,
            correlator: self.correlator.clone(),
            captcha_token: None,
            address: None,
            record: false,
            sink: None,
        })
    }

    /// A header's value, if it could be a correlator.
    pub fn correlator_of(&self, name: &str) -> Option<String> {
        let given = self.header(name)?;
        (!given.is_empty() && is_correlator(&given)).then_some(given)
    }

    /// The visitor's address: Cloudflare writes this header itself, whatever
    /// the request brings along.
    pub fn address(&self) -> Option<String> {
        self.header("cf-connecting-ip")
    }

    /// The runtime's own request.
    pub fn raw(&self) -> &worker::worker_sys::web_sys::Request {
        self.request.inner()
    }

    /// Whether the request comes from our frame of this button (header `Frame-Ticket`).
    pub fn has_ticket(&self, button: &str) -> Result<bool, Problem> {
        let key = &self.settings()?.key;
        let ticket = self.header("frame-ticket");
        Ok(ticket.is_some_and(|ticket| ticket::verify(key, button, &ticket, self.now)))
    }

    /// The bearer token of the `Authorization` header.
    pub fn bearer(&self) -> Option<String> {
        let header = self.header("authorization")?;
        let (scheme, token) = header.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned())
    }

    /// The call with this id, if it is one of ours and the token opens it for
    /// this purpose. No room is touched.
    pub fn call(&self, id: &str, purpose: Purpose, token: Option<&str>) -> Result<CallId, Problem> {
        let key = &self.settings()?.key;
        let call = CallId::decode(key, id).ok_or(NO_SUCH_CALL)?;
        let token = token.ok_or(Problem::Unauthenticated)?;
        if tokens::verify(key, purpose, &call, token, self.now) {
            Ok(call)
        } else {
            Err(Problem::Unauthenticated)
        }
    }

    /// Refuses any other media type than `wanted`; parameters do not matter.
    pub fn demand_media_type(&self, wanted: &str, message: &'static str) -> Result<(), Problem> {
        let given = self.header("content-type").unwrap_or_default();
        let given = given.split(';').next().unwrap_or_default().trim();
        if given.eq_ignore_ascii_case(wanted) {
            Ok(())
        } else {
            Err(Problem::UnsupportedMediaType(message))
        }
    }

    /// The body, up to `most` bytes; reads no further than that.
    pub async fn body(&mut self, most: usize) -> Result<String, Problem> {
        let declared = self
            .header("content-length")
            .and_then(|length| length.parse::<usize>().ok());
        if declared.is_some_and(|length| length > most) {
            return Err(Problem::TooLarge);
        }
        let mut body = Vec::new();
        // A request without a body has no stream.
        if let Ok(mut chunks) = self.request.stream() {
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|_| Problem::InvalidArgument("The body broke off."))?;
                body.extend(chunk);
                if body.len() > most {
                    return Err(Problem::TooLarge);
                }
            }
        }
        String::from_utf8(body).map_err(|_| Problem::InvalidArgument("The body is not UTF-8."))
    }

    /// Runs work that must come to its end even if whoever asked has left, and
    /// waits for it as long as they have not.
    pub async fn see_through<T: 'static>(
        &self,
        work: impl Future<Output = T> + 'static,
    ) -> Result<T, Problem> {
        let (done, result) = oneshot::channel();
        self.context.wait_until(async move {
            // Nobody may be there any more to hear it.
            let _ = done.send(work.await);
        });
        result.await.map_err(|_| Problem::Internal)
    }

    /// Runs work that nobody waits for.
    pub fn in_background(&self, work: impl Future<Output = ()> + 'static) {
        self.context.wait_until(work);
    }
}

/// The answer where an `Idempotency-Key` is missing or cannot be one.
pub const NO_KEY: Problem = Problem::InvalidArgument(
    "The header Idempotency-Key is needed: 1 to 255 visible ASCII characters, new for every call.",
);

/// The answer for ids that are none of ours and for calls that are forgotten.
pub const NO_SUCH_CALL: Problem = Problem::NotFound("There is no such call.");

/// CAMARA_common `XCorrelator`.
fn is_correlator(text: &str) -> bool {
    text.len() <= LONGEST_CORRELATOR
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlator_cannot_carry_anything_else() {
        for good in ["", "b4333c46-49c0-4f62-80d7-f0ef930f1c46", "a_:;./<>{}"] {
            assert!(is_correlator(good), "{good}");
        }
        for bad in ["a b", "a\r\nx: y", "ä", "\"", &"a".repeat(257)] {
            assert!(!is_correlator(bad), "{bad}");
        }
    }
}
