//! An API client: a program that calls for an account (OAuth 2.0, RFC 6749).

use super::scopes::Scopes;
use crate::ids::HexId;

/// Whoever asks with an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The account.
    pub account: HexId,
    /// The id of the client's document.
    pub document: HexId,
    /// `client_id`.
    pub id: String,
    /// What this token is for.
    pub scopes: Scopes,
    /// Names the secret or key by which the client proved itself; the token is
    /// worth nothing once that is revoked.
    pub credential: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::PublicId;
    use crate::keys::Purpose;
    use crate::keys::tests::test_key;

    pub(crate) fn client() -> Client {
        let (account, document) = (HexId::from([1; 16]), HexId::from([2; 16]));
        Client {
            account,
            document,
            id: PublicId { account, document }.encode(&test_key(), Purpose::ClientId),
            scopes: Scopes::all(),
            credential: "0011223344556677".to_owned(),
        }
    }
}
