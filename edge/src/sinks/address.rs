//! Which addresses may be told of calls: nobody makes this worker speak with
//! its own house, with itself, or with a place that nobody registered.

/// The longest address (CAMARA `Sink`).
const LONGEST: usize = 2_048;

/// An address, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Whether it is plain http, which is possible on loopback only.
    plain: bool,
    /// The host, without its port.
    host: &'a str,
}

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// Hosts that are registered; `None`: all.
    pub hosts: Option<&'a [String]>,
    /// Our own hosts.
    pub own: [&'a str; 2],
    /// Development: plain http on loopback too.
    pub loopback: bool,
}

impl<'a> Address<'a> {
    /// Reads an address: `https`, port 443, a DNS name, no user information, no
    /// fragment, nothing but visible ASCII. The error says what is wrong.
    pub fn read(url: &'a str) -> Result<Self, &'static str> {
        let visible = url
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&b));
        if url.len() > LONGEST || !visible {
            return Err("has characters that no address has, or more than 2,048");
        }
        let (plain, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err("has to begin with https://"),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        if authority.contains('@') {
            return Err("must not contain a user");
        }
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let loopback = plain && (host == "127.0.0.1" || host == "localhost");
        if loopback {
            return Ok(Self { plain, host });
        }
        if plain {
            return Err("has to begin with https://");
        }
        if port.is_some_and(|port| port != "443") {
            return Err("has to be at port 443");
        }
        if is_name(host) {
            Ok(Self { plain, host })
        } else {
            Err("has to name its host as in DNS, in lower case")
        }
    }

    /// Whether we may send there.
    pub fn check(&self, allowed: &Allowed<'_>) -> Result<(), &'static str> {
        if self.plain {
            return if allowed.loopback {
                Ok(())
            } else {
                Err("has to begin with https://")
            };
        }
        if allowed.own.contains(&self.host) {
            return Err("is our own address");
        }
        match allowed.hosts {
            Some(hosts) if !hosts.iter().any(|host| host == self.host) => {
                Err("is at a host that is not registered for this client")
            }
            _ => Ok(()),
        }
    }
}

/// A DNS name with a dot in it; the end of an IPv4 address is a number.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(label)
        && last.bytes().any(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    fn check(url: &str, loopback: bool) -> Result<(), &'static str> {
        let hosts = ["hooks.example.com".to_owned()];
        Address::read(url)?.check(&Allowed {
            hosts: Some(&hosts),
            own: ["edge.example", "other.example"],
            loopback,
        })
    }

    #[test]
    fn only_registered_hosts_are_told_and_only_by_https() {
        for good in [
            "https://hooks.example.com",
            "https://hooks.example.com/",
            "https://hooks.example.com:443/a/b?c=d%20e",
            "https://hooks.example.com?x",
        ] {
            assert_eq!(check(good, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            "http://hooks.example.com/",
            "HTTPS://hooks.example.com/",
            "https://hooks.example.com:8443/",
            "https://hooks.example.com:443:1/",
            "https://user@hooks.example.com/",
            "https://hooks.example.com@evil.example/",
            "https://hooks.example.com#a",
            "https://hooks.example.com\\@evil.example/",
            "https://hooks.example.com\n/",
            "https://hooks.example.com./",
            "https://other.example.com/",
            "https://Hooks.example.com/",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://localhost/",
            "https://edge.example/",
            "https:///x",
            "ftp://hooks.example.com/",
            "http://127.0.0.1:8080/",
            "http://localhost/",
        ] {
            assert!(check(bad, false).is_err(), "{bad}");
        }
        assert!(
            check(
                &format!("https://hooks.example.com/{}", "x".repeat(2_048)),
                false
            )
            .is_err()
        );
    }

    #[test]
    fn loopback_is_for_development_alone() {
        for good in ["http://127.0.0.1:8080/x", "http://localhost:1/"] {
            assert_eq!(check(good, true), Ok(()), "{good}");
            assert!(check(good, false).is_err(), "{good}");
        }
        for bad in [
            "http://127.0.0.1.example.com/",
            "http://10.0.0.1/",
            "http://hooks.example.com/",
        ] {
            assert!(check(bad, true).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_allowed_begins_with_what_is_registered(url in "https?://[a-z.@:/#\\\\0-9\\[\\]?-]{0,40}") {
            if check(&url, false).is_ok() {
                prop_assert!(url.starts_with("https://hooks.example.com"));
            }
        }
    }
}
