//! Free ports on loopback.

use std::net::{Ipv4Addr, TcpListener};

use crate::failure::{Failure, Outcome};

/// How many ports are tried after the wanted one.
const TRIES: u16 = 100;

/// The wanted port, or the next one that nobody listens on.
pub fn free(wanted: u16) -> Outcome<u16> {
    (wanted..=wanted.saturating_add(TRIES))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or_else(|| {
            Failure::new(format!(
                "port {wanted} and the {TRIES} after it are taken; choose another one with --port"
            ))
        })
}

/// Any free port.
pub fn any() -> Outcome<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no free port on 127.0.0.1: {error}")))
}

#[cfg(test)]
mod tests {
    use super::{any, free};
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let wanted = taken.local_addr().unwrap().port();
        assert_ne!(free(wanted).unwrap(), wanted);
        assert_ne!(any().unwrap(), wanted);
    }
}
