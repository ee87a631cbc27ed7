//! The tokens that this operator gave out, and what each may do.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header};
use time::{Duration, OffsetDateTime};

use super::assertion::{Assertions, ClientKey};
use super::refusal::Refusal;

/// One client and its tokens.
#[derive(Debug)]
pub(in crate::lab) struct Bearers {
    pub(in crate::lab) client_id: String,
    pub(in crate::lab) client_secret: String,
    /// Where the client proves itself by a key, no secret will do.
    pub(super) assertions: Option<Assertions>,
    scopes: Vec<&'static str>,
    seconds: i64,
    tokens: Mutex<Tokens>,
}

#[derive(Debug, Default)]
struct Tokens {
    given: usize,
    valid: HashMap<String, Grant>,
}

#[derive(Debug)]
struct Grant {
    scopes: Vec<&'static str>,
    expires: OffsetDateTime,
}

/// What the token endpoint hands out.
pub(super) struct Given {
    pub(super) token: String,
    pub(super) seconds: i64,
    pub(super) scope: String,
}

impl Bearers {
    pub(in crate::lab) fn new(
        scopes: Vec<&'static str>,
        seconds: i64,
        key: Option<ClientKey>,
    ) -> Self {
        Self {
            client_id: "lab-client".into(),
            client_secret: format!("secret-{}", uuid::Uuid::new_v4().simple()),
            assertions: key.map(Assertions::new),
            scopes,
            seconds,
            tokens: Mutex::default(),
        }
    }

    /// A new token for these scopes; none if a scope is unknown. Scopes that
    /// the client does not have are left out of it.
    pub(super) fn give(&self, wanted: Option<&str>) -> Option<Given> {
        let scopes: Vec<&'static str> = match wanted {
            None => self.scopes.clone(),
            Some(wanted) => {
                let known = |scope: &str| super::SCOPES.contains(&scope);
                if !wanted.split(' ').all(known) {
                    return None;
                }
                let asked: Vec<&str> = wanted.split(' ').collect();
                let granted = self.scopes.iter().filter(|scope| asked.contains(scope));
                granted.copied().collect()
            }
        };
        let token = uuid::Uuid::new_v4().simple().to_string();
        let scope = scopes.join(" ");
        let expires = OffsetDateTime::now_utc() + Duration::seconds(self.seconds);
        let mut tokens = self.tokens();
        tokens.given += 1;
        tokens
            .valid
            .insert(token.clone(), Grant { scopes, expires });
        Some(Given {
            token,
            seconds: self.seconds,
            scope,
        })
    }

    /// Whether the request may do what needs this scope.
    pub(super) fn check(&self, headers: &HeaderMap, scope: &str) -> Result<(), Refusal> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Refusal::UNAUTHENTICATED)?;
        let tokens = self.tokens();
        let grant = tokens.valid.get(token).ok_or(Refusal::UNAUTHENTICATED)?;
        if grant.expires <= OffsetDateTime::now_utc() {
            Err(Refusal::UNAUTHENTICATED)
        } else if grant.scopes.contains(&scope) {
            Ok(())
        } else {
            Err(Refusal::PERMISSION_DENIED)
        }
    }

    pub(in crate::lab) fn revoke(&self) {
        self.tokens().valid.clear();
    }

    pub(in crate::lab) fn given(&self) -> usize {
        self.tokens().given
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
