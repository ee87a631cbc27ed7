//! What an API client may do: the scopes of CAMARA's document (click-to-dial.yaml,
//! `security` of each operation).

use std::fmt;

/// One thing that a client may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `createCall`.
    CreateCalls,
    /// `getCall`, and a call's events.
    ReadCalls,
    /// `terminateCall`.
    DeleteCalls,
    /// `getRecording`.
    ReadRecordings,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 4] = [
        Self::CreateCalls,
        Self::ReadCalls,
        Self::DeleteCalls,
        Self::ReadRecordings,
    ];

    /// CAMARA's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateCalls => "click-to-dial:calls:create",
            Self::ReadCalls => "click-to-dial:calls:read",
            Self::DeleteCalls => "click-to-dial:calls:delete",
            Self::ReadRecordings => "click-to-dial:recordings:read",
        }
    }

    /// Reads CAMARA's name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes. Its text is what OAuth has: names with spaces in between
/// (RFC 6749, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Every scope.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Reads OAuth's text. `None`: one of them is unknown, or there is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let names = text.split(' ').filter(|name| !name.is_empty());
        let scopes: Self = names.map(Scope::parse).collect::<Option<_>>()?;
        (scopes.0 != 0).then_some(scopes)
    }

    /// Whether this is among them.
    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of these are among `others`.
    #[must_use]
    pub fn are_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |all, scope| all | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Scope::ALL.into_iter().filter(|scope| self.has(*scope));
        for (at, scope) in names.enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_reads_back_and_knows_its_scopes() {
        let some = Scopes::parse("click-to-dial:recordings:read click-to-dial:calls:create");
        let some = some.unwrap();
        assert!(some.has(Scope::CreateCalls) && some.has(Scope::ReadRecordings));
        assert!(!some.has(Scope::ReadCalls) && !some.has(Scope::DeleteCalls));
        assert_eq!(Scopes::parse(&some.to_string()), Some(some));
        assert!(some.are_within(Scopes::all()) && some.are_within(some));
        assert!(!Scopes::all().are_within(some));
    }

    #[test]
    fn an_unknown_scope_is_not_left_out_silently() {
        for bad in [
            "",
            "openid",
            "click-to-dial:calls:create openid",
            "click-to-dial:calls:Create",
            "click-to-dial:calls:create,click-to-dial:calls:read",
        ] {
            assert_eq!(Scopes::parse(bad), None, "{bad}");
        }
    }
}
