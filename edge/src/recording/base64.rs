//! Base64 (RFC 4648, section 4) a piece at a time.

use base64ct::{Base64, Encoding};

use super::Spoiled;

/// Characters that stand for three bytes.
const QUANTUM: usize = 4;
/// Bytes that four characters stand for.
const BYTES: usize = 3;

/// Takes characters, gives bytes.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Characters that do not make a quantum yet.
    rest: Vec<u8>,
    /// Padding has come: nothing may follow.
    ended: bool,
}

impl Decoder {
    /// Takes a piece of the text and adds what it stands for. Line breaks, as
    /// mail has them, are passed over.
    pub fn feed(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Spoiled> {
        let meant = text.iter().filter(|b| !matches!(b, b'\r' | b'\n'));
        self.rest.extend(meant);
        let whole = self.rest.len() / QUANTUM * QUANTUM;
        if whole == 0 {
            return Ok(());
        }
        if self.ended {
            return Err(Spoiled::Unreadable);
        }
        let left = self.rest.split_off(whole);
        let quanta = std::mem::replace(&mut self.rest, left);
        self.ended = quanta.last() == Some(&b'=');
        let mut bytes = vec![0; whole / QUANTUM * BYTES];
        let decoded = Base64::decode(&quanta, &mut bytes).map_err(|_| Spoiled::Unreadable)?;
        out.extend_from_slice(decoded);
        Ok(())
    }

    /// Whether the text may end here.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Takes bytes, gives characters.
#[derive(Debug, Default)]
pub struct Encoder {
    /// Bytes that do not fill four characters yet.
    rest: Vec<u8>,
}

impl Encoder {
    /// Takes some bytes and adds the characters for them.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.len() / BYTES * BYTES;
        let left = self.rest.split_off(whole);
        let triples = std::mem::replace(&mut self.rest, left);
        out.extend_from_slice(Base64::encode_string(&triples).as_bytes());
    }

    /// Adds the characters for the last bytes.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let last = std::mem::take(&mut self.rest);
        out.extend_from_slice(Base64::encode_string(&last).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    fn decoded(pieces: &[&str]) -> Result<Vec<u8>, Spoiled> {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        for piece in pieces {
            decoder.feed(piece.as_bytes(), &mut out)?;
        }
        if decoder.is_whole() {
            Ok(out)
        } else {
            Err(Spoiled::Unreadable)
        }
    }

    #[test]
    fn the_documents_own_examples_read_back() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9v\r\nYmFy", "foobar"),
        ] {
            assert_eq!(decoded(&[text]), Ok(bytes.as_bytes().to_vec()), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for bad in [
            &["Zg"][..],
            &["Zg==", "Zm9v"],
            &["Zm9*"],
            &["Zg=", "=Zm9v"],
            &["Z_-v"],
            &["===="],
        ] {
            assert!(decoded(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_survive_any_two_splits(
            bytes in prop::collection::vec(any::<u8>(), 0..200), first: usize, second: usize,
        ) {
            let (mut encoder, mut text) = (Encoder::default(), Vec::new());
            let (head, tail) = bytes.split_at(first % (bytes.len() + 1));
            encoder.feed(head, &mut text);
            encoder.feed(tail, &mut text);
            encoder.finish(&mut text);
            prop_assert_eq!(&text, &Base64::encode_string(&bytes).into_bytes());
            let (mut decoder, mut out) = (Decoder::default(), Vec::new());
            let (head, tail) = text.split_at(second % (text.len() + 1));
            decoder.feed(head, &mut out).unwrap();
            decoder.feed(tail, &mut out).unwrap();
            prop_assert!(decoder.is_whole());
            prop_assert_eq!(out, bytes);
        }
    }
}
