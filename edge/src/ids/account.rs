//! Account ids that say themselves that they are ours: 8 random bytes and 8 of
//! their code. They look like Kazoo's, and lead to a room without a look-up;
//! a guess leads to none. (A seed's id is whatever its setting says.)

use super::{HexId, ID_BYTES};
use crate::keys::{Key, Purpose};

/// Bytes of an account id's random part, and of its code: 64 bits can't be
/// guessed over the network, and no two of a deployment's accounts collide.
pub const HALF: usize = ID_BYTES / 2;

impl HexId {
    /// Names a new account.
    #[must_use]
    pub fn new_account(key: &Key, random: [u8; HALF]) -> Self {
        let mut id = [0; ID_BYTES];
        let code = key.code(Purpose::Account, &random);
        for (byte, from) in id.iter_mut().zip(random.iter().chain(&code)) {
            *byte = *from;
        }
        Self(id)
    }

    /// Whether this names an account that this deployment has made. Constant time.
    #[must_use]
    pub fn is_account(&self, key: &Key) -> bool {
        let (random, code) = self.0.split_at(HALF);
        key.verifies(Purpose::Account, random, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn an_account_id_is_ours_and_nobody_elses() {
        let id = HexId::new_account(&test_key(), [9; HALF]);
        assert!(id.is_account(&test_key()));
        assert_eq!(HexId::parse(&id.to_string()), Some(id));
        let other = Key::from_hex(&"08".repeat(32)).unwrap();
        assert!(!id.is_account(&other), "another deployment's");
    }

    proptest! {
        #[test]
        fn a_guess_is_no_account(bytes: [u8; 16]) {
            prop_assert!(!HexId::from(bytes).is_account(&test_key()));
        }

        #[test]
        fn one_changed_bit_is_no_account(random: [u8; HALF], at in 0usize..16, bit in 0u8..8) {
            let mut bytes = HexId::new_account(&test_key(), random).0;
            bytes[at] ^= 1 << bit;
            prop_assert!(!HexId(bytes).is_account(&test_key()));
        }
    }
}
