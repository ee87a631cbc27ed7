//! Where a visitor is, as far as limits need it.

use std::net::IpAddr;

use crate::ids::HexId;
use crate::keys::{Key, Purpose};

/// Bytes of the code that is kept: far from any collision.
const CODE_BYTES: usize = 16;

/// A visitor's address as an account's room keeps it: a code under the
/// deployment's key, from which nobody gets the address back. An IPv4 address
/// counts whole; of an IPv6 address, its first 64 bits, since whoever has one
/// has all that begin so. Visitors whose address is unknown are all one.
#[must_use]
pub fn address_code(key: &Key, account: HexId, address: Option<&str>) -> String {
    let message = [account.to_string().as_bytes(), b" ", &network(address)].concat();
    let code = key.code(Purpose::Address, &message);
    base16ct::lower::encode_string(code.get(..CODE_BYTES).unwrap_or(&code))
}

/// Whether the address is this machine's own, or there is none.
#[must_use]
pub fn is_this_machine(address: Option<&str>) -> bool {
    address.is_none_or(|address| match address.trim().parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => false,
    })
}

fn network(address: Option<&str>) -> Vec<u8> {
    match address.and_then(|address| address.trim().parse::<IpAddr>().ok()) {
        Some(IpAddr::V4(four)) => four.octets().to_vec(),
        Some(IpAddr::V6(six)) => match six.to_ipv4_mapped() {
            Some(four) => four.octets().to_vec(),
            None => six.octets().iter().take(8).copied().collect(),
        },
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;

    fn same(one: &str, other: &str) -> bool {
        let code = |address| address_code(&test_key(), HexId::from([1; 16]), Some(address));
        code(one) == code(other)
    }

    #[test]
    fn ipv4_counts_whole_and_ipv6_by_its_first_half() {
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("192.0.2.1", " 192.0.2.1"));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("nonsense", "1.2.3"));
        assert!(!same("nonsense", "192.0.2.1"));
    }

    #[test]
    fn this_machine_has_its_own_addresses() {
        for own in [
            None,
            Some("127.0.0.1"),
            Some("::1"),
            Some("::ffff:127.0.0.1"),
        ] {
            assert!(is_this_machine(own), "{own:?}");
        }
        for other in ["198.51.100.7", "2001:db8::1", "localhost", ""] {
            assert!(!is_this_machine(Some(other)), "{other}");
        }
    }

    #[test]
    fn the_address_is_not_in_its_code_and_accounts_have_their_own() {
        let code =
            |account| address_code(&test_key(), HexId::from([account; 16]), Some("192.0.2.1"));
        assert_ne!(code(1), code(2));
        assert_eq!(code(1).len(), 32);
        assert!(!code(1).contains("c0000201"));
    }
}
