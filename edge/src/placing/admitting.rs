//! Getting a call admitted by its account's room, which may need to know more
//! than it has: whether a lease stands for a call at all, or what the captcha
//! says.

use worker::Stub;

use super::Placing;
use crate::account_room::words::{Admit, Ask as AskAccount, Decision};
use crate::admission::{Captcha, Lease, OPENED_WITHIN_S, Refusal, captcha};
use crate::call_room::words::Ask;
use crate::captcha::verify;
use crate::error::Problem;
use crate::ids::CallId;
use crate::room::failed;
use crate::{clock, room};

/// How often the account's room is asked at most: a void lease, a full account
/// and a captcha may be in the way, one after the other.
const ROUNDS: usize = 5;
/// Seconds after which a full account may be tried again.
const SOON_S: u64 = 60;

impl Placing {
    /// Asks the account's room, and does what it needs to decide.
    pub(super) async fn admit(&self, call: &CallId, admit: Admit) -> Result<Decision, Problem> {
        let account = room::account_room(&self.env, call.account).map_err(failed)?;
        let mut admit = Box::new(admit);
        for _ in 0..ROUNDS {
            let question = AskAccount::Admit(admit);
            let decision = room::ask(&account, &question).await.map_err(failed)?;
            let AskAccount::Admit(asked) = question else {
                return Err(Problem::Internal);
            };
            admit = asked;
            match decision {
                Decision::Active(lease) => {
                    if !self.is_void(&lease).await? {
                        return Err(Problem::Refused(Refusal::AlreadyActive));
                    }
                    self.look(&account, &[lease]).await?;
                }
                Decision::Full(leases) => {
                    // Each of them is looked at once, so that a full account is not a slow one.
                    self.look(&account, &leases).await?;
                }
                Decision::Verify => {
                    self.verify(&admit).await?;
                    admit.captcha = Captcha::Passed;
                }
                decided => return Ok(decided),
            }
        }
        Err(Problem::Refused(Refusal::TooMany(SOON_S)))
    }

    /// Looks which of these leases stand for no call, and lets the account's
    /// room know.
    async fn look(&self, account: &Stub, leases: &[Lease]) -> Result<(), Problem> {
        let (mut open, mut void) = (Vec::new(), Vec::new());
        for lease in leases {
            let list = if self.is_void(lease).await? {
                &mut void
            } else {
                &mut open
            };
            list.push(lease.call_id.clone());
        }
        let looked = AskAccount::Looked { open, void };
        room::ask(account, &looked).await.map_err(failed)?;
        Ok(())
    }

    /// Whether a lease stands for no call: the worker died before it opened
    /// the room, or the end has not been reported yet.
    async fn is_void(&self, lease: &Lease) -> Result<bool, Problem> {
        let call = CallId::decode(&self.settings.key, &lease.call_id).ok_or(Problem::Internal)?;
        let stub = room::call_room(&self.env, &call).map_err(failed)?;
        Ok(match room::ask(&stub, &Ask::Read).await.map_err(failed)? {
            Some(view) => view.last.status.state().is_end(),
            None => clock::now().seconds_since(lease.since) >= OPENED_WITHIN_S,
        })
    }

    /// Has the captcha's token verified.
    async fn verify(&self, admit: &Admit) -> Result<(), Problem> {
        let turnstile = self.settings.turnstile.as_ref();
        let token = self.captcha_token.as_deref();
        let (Some(turnstile), Some(token)) = (turnstile, token) else {
            return Err(Problem::Refused(Refusal::CaptchaRequired));
        };
        let question = turnstile.question(token, self.address.as_deref(), &admit.key);
        verify(turnstile, question, captcha::host(&admit.own_origin)).await
    }
}
