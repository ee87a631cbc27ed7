//! Which pages may use a button.

use std::fmt;

/// One entry of a button's list of origins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginRule {
    /// The deployment's own pages: `self`.
    Own,
    /// Exactly this origin, as browsers spell it: `https://crm.example.com`.
    Exact(String),
    /// Any port of a loopback host, for development: `http://127.0.0.1:*`.
    AnyPort(String),
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidOrigin;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an origin such as https://crm.example.com, without a path")
    }
}

/// Hosts that only this machine can reach.
const LOOPBACK_HOSTS: &[&str] = &["127.0.0.1", "localhost", "[::1]"];

impl OriginRule {
    /// Reads an entry of the list.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        if text == "self" {
            return Ok(Self::Own);
        }
        let (scheme, host) = text.split_once("://").ok_or(InvalidOrigin)?;
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
        if let Some(host) = host.strip_suffix(":*") {
            let loopback = LOOPBACK_HOSTS.contains(&host) && ["http", "https"].contains(&scheme);
            return if loopback {
                Ok(Self::AnyPort(format!("{scheme}://{host}")))
            } else {
                Err(InvalidOrigin)
            };
        }
        let plain = !host.is_empty() && host.chars().all(allowed);
        if plain && ["http", "https"].contains(&scheme) {
            Ok(Self::Exact(text.to_owned()))
        } else {
            Err(InvalidOrigin)
        }
    }

    /// As a policy's source expression (Content Security Policy Level 3, 2.3.1).
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            Self::Own => "'self'".to_owned(),
            Self::Exact(origin) => origin.clone(),
            Self::AnyPort(base) => [base, ":*"].concat(),
        }
    }

    /// Whether a page of `origin` is meant; `own` is the deployment's own origin.
    #[must_use]
    pub fn allows(&self, origin: &str, own: &str) -> bool {
        match self {
            Self::Own => origin == own,
            Self::Exact(allowed) => origin == allowed,
            Self::AnyPort(base) => origin.strip_prefix(base.as_str()).is_some_and(|port| {
                port.is_empty()
                    || port.strip_prefix(':').is_some_and(|port| {
                        !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
                    })
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(rule: &str, origin: &str) -> bool {
        OriginRule::parse(rule)
            .unwrap()
            .allows(origin, "https://edge.example")
    }

    #[test]
    fn an_origin_matches_as_a_whole() {
        assert!(allows("https://crm.example.com", "https://crm.example.com"));
        for foreign in [
            "http://crm.example.com",
            "https://crm.example.com.evil.example",
            "https://crm.example.com:8443",
            "https://evilcrm.example.com",
            "null",
            "",
        ] {
            assert!(!allows("https://crm.example.com", foreign), "{foreign}");
        }
    }

    #[test]
    fn any_port_is_for_loopback_alone() {
        assert!(allows("http://127.0.0.1:*", "http://127.0.0.1:8787"));
        assert!(allows("http://127.0.0.1:*", "http://127.0.0.1"));
        assert!(!allows(
            "http://127.0.0.1:*",
            "http://127.0.0.1.evil.example"
        ));
        assert!(!allows(
            "http://127.0.0.1:*",
            "http://127.0.0.1:80@evil.example"
        ));
        assert_eq!(
            OriginRule::parse("https://crm.example.com:*"),
            Err(InvalidOrigin)
        );
    }

    #[test]
    fn own_means_the_deployments_own_pages() {
        assert!(allows("self", "https://edge.example"));
        assert!(!allows("self", "https://other.example"));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in [
            "",
            "crm.example.com",
            "https://",
            "https://a/b",
            "ftp://a",
            "https://A.example",
            "*",
            "null",
        ] {
            assert_eq!(OriginRule::parse(bad), Err(InvalidOrigin), "{bad}");
        }
    }
}
