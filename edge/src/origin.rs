//! Which pages may use a button.

use std::fmt;

/// One entry of a button's list of origins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginRule {
    /// The deployment's own pages: `self`.
    Own,
    /// Exactly this origin, as browsers spell it: `https://crm.example.com`.
    Exact(String),
    /// Every origin below this one: `https://*.example.com`, here as
    /// `https://` and `.example.com` (with a port where there is one).
    Below(String, String),
    /// Any port of a loopback host, for development: `http://127.0.0.1:*`.
    AnyPort(String),
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidOrigin;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not an origin as browsers spell it: https://crm.example.com or https://*.example.com, \
             without a path, and names with other letters as xn--…",
        )
    }
}

/// Hosts that only this machine can reach.
const LOOPBACK_HOSTS: &[&str] = &["127.0.0.1", "localhost", "[::1]"];
/// Ports that browsers leave out of an origin.
const DEFAULT_PORTS: &[(&str, &str)] = &[("https", ":443"), ("http", ":80")];

impl OriginRule {
    /// Reads an entry of the list. Upper case and a scheme's own port are taken
    /// as they are meant.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        if text == "self" {
            return Ok(Self::Own);
        }
        let text = text.to_ascii_lowercase();
        let (scheme, host) = text.split_once("://").ok_or(InvalidOrigin)?;
        let port = DEFAULT_PORTS.iter().find(|(known, _)| *known == scheme);
        let (_, port) = port.ok_or(InvalidOrigin)?;
        let host = host.strip_suffix(port).unwrap_or(host);
        if let Some(host) = host.strip_suffix(":*") {
            let loopback = LOOPBACK_HOSTS.contains(&host);
            let rule = Self::AnyPort(format!("{scheme}://{host}"));
            return if loopback {
                Ok(rule)
            } else {
                Err(InvalidOrigin)
            };
        }
        if let Some(domain) = host.strip_prefix("*.") {
            // One name alone is everybody's: no rule for all of .com.
            let shared = is_host(domain) && domain.contains('.');
            let rule = Self::Below(format!("{scheme}://"), format!(".{domain}"));
            return if shared { Ok(rule) } else { Err(InvalidOrigin) };
        }
        if is_host(host) {
            Ok(Self::Exact(format!("{scheme}://{host}")))
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
            Self::Below(scheme, domain) => format!("{scheme}*{domain}"),
            Self::AnyPort(base) => [base, ":*"].concat(),
        }
    }

    /// Whether a page of `origin` is meant; `own` is the deployment's own origin.
    #[must_use]
    pub fn allows(&self, origin: &str, own: &str) -> bool {
        match self {
            Self::Own => origin == own,
            Self::Exact(allowed) => origin == allowed,
            Self::Below(scheme, domain) => origin
                .strip_prefix(scheme.as_str())
                .and_then(|host| host.strip_suffix(domain.as_str()))
                .is_some_and(is_host),
            Self::AnyPort(base) => origin.strip_prefix(base.as_str()).is_some_and(|port| {
                port.is_empty()
                    || port.strip_prefix(':').is_some_and(|port| {
                        !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
                    })
            }),
        }
    }
}

/// Whether this is a host as browsers spell it, perhaps with a port.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    port_fits && (LOOPBACK_HOSTS.contains(&name) || name.split('.').all(is_label))
}

fn is_label(label: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !label.is_empty() && label.bytes().all(allowed)
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
    fn a_star_is_for_all_below_a_domain_and_nothing_else() {
        let rule = "https://*.example.com";
        for ours in [
            "https://a.example.com",
            "https://a.b.example.com",
            "https://xn--bcher-kva.example.com",
        ] {
            assert!(allows(rule, ours), "{ours}");
        }
        for foreign in [
            "https://example.com",
            "https://evilexample.com",
            "http://a.example.com",
            "https://a.example.com:8443",
            "https://evil.example/.example.com",
            "https://a@evil.example.com.evil.example",
            "https://.example.com",
            "null",
        ] {
            assert!(!allows(rule, foreign), "{foreign}");
        }
        assert!(allows(
            "https://*.example.com:8443",
            "https://a.example.com:8443"
        ));
        for wide in [
            "https://*.com",
            "https://*",
            "https://*.*.com",
            "https://a.*.com",
        ] {
            assert_eq!(OriginRule::parse(wide), Err(InvalidOrigin), "{wide}");
        }
    }

    #[test]
    fn what_people_type_is_taken_as_browsers_spell_it() {
        assert!(allows(
            "https://CRM.example.com:443",
            "https://crm.example.com"
        ));
        assert!(allows(
            "http://crm.example.com:8080",
            "http://crm.example.com:8080"
        ));
        assert!(allows(
            "https://xn--bcher-kva.example",
            "https://xn--bcher-kva.example"
        ));
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
            "https://bücher.example",
            "https://a:0",
            "https://a:99999",
            "https://a..b",
            "https://u@a",
            "*",
            "null",
        ] {
            assert_eq!(OriginRule::parse(bad), Err(InvalidOrigin), "{bad}");
        }
    }
}
