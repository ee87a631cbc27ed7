//! Asking the captcha's verifier.

use std::time::Duration;

use crate::admission::Refusal;
use crate::admission::captcha::{Turnstile, Verdict};
use crate::error::Problem;
use crate::operator::{Heard, Outgoing};
use crate::send::send;

/// How long the verifier may take: a visitor waits for it before anything rings.
const LIMIT: Duration = Duration::from_secs(8);

/// Has a token verified. A verifier that does not answer lets nobody pass.
pub async fn verify(turnstile: &Turnstile, question: String, host: &str) -> Result<(), Problem> {
    let outgoing = Outgoing {
        method: "POST",
        url: turnstile.verify_url.clone(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: Some(question),
        limit: LIMIT,
    };
    // Refusals come with status 400 or 200 alike; what counts is what they say.
    let verdict = match send(&outgoing, LIMIT).await {
        Heard::Answer { body, .. } => turnstile.verdict(&body, host),
        _ => Verdict::Broken,
    };
    match verdict {
        Verdict::Passed => Ok(()),
        Verdict::Worthless => Err(Problem::Refused(Refusal::CaptchaRequired)),
        Verdict::Broken => {
            worker::console_error!("the captcha's verifier does not work for us");
            Err(Problem::CaptchaUnavailable)
        }
    }
}
