//! Who asks about a call: whoever holds the call's own token, or an API client
//! of its account.

use super::Asked;
use super::asked::NO_SUCH_CALL;
use crate::auth::client::Client;
use crate::auth::scopes::Scope;
use crate::error::Problem;
use crate::ids::CallId;
use crate::keys::Purpose;
use crate::tokens;

/// The longest call id (CAMARA `CallId`).
const LONGEST_CALL_ID: usize = 256;

/// Who asks about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Whoever holds the call's own token: learns no numbers.
    Party,
    /// An API client of the call's account.
    Client(Client),
}

impl Asked {
    /// The call with this id, and who asks about it. `scope` is what an API
    /// client needs for that. No room of a call is touched.
    pub async fn on_call(&self, id: &str, scope: Scope) -> Result<(CallId, Standing), Problem> {
        let token = self.bearer().ok_or(Problem::Unauthenticated)?;
        if tokens::is_shaped(&token) {
            check_id(id)?;
            return Ok((
                self.call(id, Purpose::CallToken, Some(&token))?,
                Standing::Party,
            ));
        }
        let (call, client) = self.clients_call(id, scope).await?;
        Ok((call, Standing::Client(client)))
    }

    /// The call with this id, if it is of the account of the API client that asks.
    pub async fn clients_call(&self, id: &str, scope: Scope) -> Result<(CallId, Client), Problem> {
        let client = self.client(scope).await?;
        check_id(id)?;
        let call = CallId::decode(&self.settings()?.key, id).ok_or(NO_SUCH_CALL)?;
        // Another account's call is none.
        if call.account == client.account {
            Ok((call, client))
        } else {
            Err(NO_SUCH_CALL)
        }
    }
}

/// What cannot be a call's id is told apart from a call that is not there.
pub fn check_id(id: &str) -> Result<(), Problem> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._~:-".contains(&b);
    if (1..=LONGEST_CALL_ID).contains(&id.len()) && id.bytes().all(allowed) {
        Ok(())
    } else {
        Err(Problem::InvalidArgument(
            "A call id has 1 to 256 letters, digits and ._~:-.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_id_is_told_apart() {
        for fits in ["guess", "call_550e", "..", "a~b:c", &"x".repeat(256)] {
            assert!(check_id(fits).is_ok(), "{fits}");
        }
        for bad in ["", "a%2Fb", "a b", "ä", &"x".repeat(257)] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
