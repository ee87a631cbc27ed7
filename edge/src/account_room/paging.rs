//! Parts of lists. A paging key says where the next part starts, and is worth
//! nothing for another list or another account.

use serde::{Deserialize, Serialize};

use crate::ids::HexId;
use crate::keys::digest;

/// Rows of a page where nothing is said: Kazoo's.
const DEFAULT_SIZE: u64 = 50;
/// Rows of the largest page.
const LARGEST_SIZE: u64 = 1_000;
/// Bytes of a key's check.
const CHECK_BYTES: usize = 6;

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Rows at most (Kazoo `page_size`).
    pub size: Option<u64>,
    /// Where it starts (Kazoo `start_key`).
    pub start_key: Option<String>,
}

impl Page {
    /// Rows at most.
    #[must_use]
    pub fn size(&self) -> usize {
        let size = self.size.unwrap_or(DEFAULT_SIZE).clamp(1, LARGEST_SIZE);
        usize::try_from(size).unwrap_or(usize::MAX)
    }

    /// Where it starts within the list of that name; the empty text is its
    /// beginning. `None`: the key is not of this list.
    #[must_use]
    pub fn start(&self, account: &HexId, list: &str) -> Option<String> {
        let Some(given) = &self.start_key else {
            return Some(String::new());
        };
        let (place, _) = given.rsplit_once('.')?;
        (key(account, list, place) == *given).then(|| place.to_owned())
    }
}

/// The key of a place in a list.
#[must_use]
pub fn key(account: &HexId, list: &str, place: &str) -> String {
    let account = account.to_string();
    let check = digest(&[account.as_bytes(), list.as_bytes(), place.as_bytes()]);
    let check = check.get(..CHECK_BYTES).unwrap_or(&check);
    format!("{place}.{}", base16ct::lower::encode_string(check))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_one_list_of_one_account() {
        let (ours, theirs) = (HexId::from([1; 16]), HexId::from([2; 16]));
        let page = |start_key: String| Page {
            size: None,
            start_key: Some(start_key),
        };
        let given = key(&ours, "clicktocall", "00ff");
        assert_eq!(
            page(given.clone()).start(&ours, "clicktocall").as_deref(),
            Some("00ff")
        );
        assert_eq!(page(given.clone()).start(&theirs, "clicktocall"), None);
        assert_eq!(page(given.clone()).start(&ours, "audit"), None);
        assert_eq!(page("00ff".to_owned()).start(&ours, "clicktocall"), None);
        assert_eq!(Page::default().start(&ours, "audit").as_deref(), Some(""));
    }

    #[test]
    fn a_page_has_bounds() {
        let size = |size| {
            Page {
                size,
                start_key: None,
            }
            .size()
        };
        assert_eq!((size(None), size(Some(0)), size(Some(7))), (50, 1, 7));
        assert_eq!(size(Some(u64::MAX)), 1_000);
    }
}
