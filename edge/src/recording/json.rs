//! The texts in a JSON object, a piece at a time: one of them may be larger
//! than everything else that a worker ever holds.

use super::Spoiled;

/// Bytes of a name that is looked at; a longer one is none of ours.
const LONGEST_NAME: usize = 32;
/// How deep values may be nested that nobody wants.
const DEEPEST: u32 = 64;

/// Where in the object the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the object.
    Start,
    /// After `{`: a name, or the end.
    First,
    /// After a comma: a name.
    Name,
    /// In a name.
    InName,
    /// After a name.
    Colon,
    /// Before a value.
    Value,
    /// In a text, wanted (which of the names) or not.
    InText(Option<usize>),
    /// In a number or a word.
    Scalar,
    /// In an object or a list, so deep.
    Nested(u32),
    /// In a text there.
    NestedText(u32),
    /// After a value.
    After,
    /// After the object.
    End,
}

/// Where in an escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    Backslash,
    /// This many digits of `\uXXXX`, and what they say so far.
    Unicode(u8, u16),
}

/// Reads one object and gives out the texts of the wanted properties.
#[derive(Debug)]
pub struct Texts {
    wanted: &'static [&'static str],
    at: At,
    escape: Escape,
    name: Vec<u8>,
    /// Which of the wanted properties have come: none comes twice.
    seen: Vec<usize>,
}

impl Texts {
    /// A reader for the texts of these properties.
    #[must_use]
    pub fn new(wanted: &'static [&'static str]) -> Self {
        Self {
            wanted,
            at: At::Start,
            escape: Escape::None,
            name: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Whether the object has ended.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.at == At::End
    }

    /// Reads on; `take` is given pieces of wanted texts, and which they are of.
    pub fn feed(
        &mut self,
        mut bytes: &[u8],
        take: &mut impl FnMut(usize, &[u8]) -> Result<(), Spoiled>,
    ) -> Result<(), Spoiled> {
        while let Some((first, after)) = bytes.split_first() {
            // The plain part of a wanted text goes as it is.
            if let (At::InText(Some(which)), Escape::None) = (self.at, self.escape) {
                let plain = |b: &u8| *b != b'"' && *b != b'\\' && *b >= b' ';
                let length = bytes.iter().take_while(|b| plain(b)).count();
                let (run, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
                if !run.is_empty() {
                    take(which, run)?;
                    bytes = rest;
                    continue;
                }
            }
            self.step(*first, take)?;
            bytes = after;
        }
        Ok(())
    }

    fn step(
        &mut self,
        byte: u8,
        take: &mut impl FnMut(usize, &[u8]) -> Result<(), Spoiled>,
    ) -> Result<(), Spoiled> {
        let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.at = match (self.at, byte) {
            (At::InName | At::InText(_) | At::NestedText(_), _) => return self.text(byte, take),
            (At::Scalar, b',' | b'}') | (At::After, b',' | b'}') => {
                if byte == b',' {
                    At::Name
                } else {
                    At::End
                }
            }
            (At::Scalar, _) if blank => At::After,
            (at, _) if blank => at,
            (At::Start, b'{') => At::First,
            (At::First, b'}') => At::End,
            (At::First | At::Name, b'"') => {
                self.name.clear();
                At::InName
            }
            (At::Colon, b':') => At::Value,
            (At::Value, b'"') => At::InText(self.which()?),
            (At::Value, b'{' | b'[') => At::Nested(1),
            (At::Value | At::Scalar, b) if b.is_ascii_alphanumeric() || b"+-.".contains(&b) => {
                At::Scalar
            }
            (At::Nested(depth), b'"') => At::NestedText(depth),
            (At::Nested(DEEPEST), b'{' | b'[') => return Err(Spoiled::Unreadable),
            (At::Nested(depth), b'{' | b'[') => At::Nested(depth + 1),
            (At::Nested(1), b'}' | b']') => At::After,
            (At::Nested(depth), b'}' | b']') => At::Nested(depth - 1),
            (At::Nested(depth), _) => At::Nested(depth),
            _ => return Err(Spoiled::Unreadable),
        };
        Ok(())
    }

    /// Which of the wanted properties has the name that was read.
    fn which(&mut self) -> Result<Option<usize>, Spoiled> {
        let mut wanted = self.wanted.iter();
        let Some(which) = wanted.position(|name| name.as_bytes() == self.name) else {
            return Ok(None);
        };
        if self.seen.contains(&which) {
            return Err(Spoiled::Unreadable);
        }
        self.seen.push(which);
        Ok(Some(which))
    }

    /// One byte of a text.
    fn text(
        &mut self,
        byte: u8,
        take: &mut impl FnMut(usize, &[u8]) -> Result<(), Spoiled>,
    ) -> Result<(), Spoiled> {
        let meant = match (self.escape, byte) {
            (Escape::None, b'"') => {
                self.at = match self.at {
                    At::InName => At::Colon,
                    At::NestedText(depth) => At::Nested(depth),
                    _ => At::After,
                };
                return Ok(());
            }
            (Escape::None, b'\\') => {
                self.escape = Escape::Backslash;
                return Ok(());
            }
            (Escape::None, 0..=0x1f) => return Err(Spoiled::Unreadable),
            (Escape::None, plain) => plain,
            (Escape::Backslash, b'u') => {
                self.escape = Escape::Unicode(0, 0);
                return Ok(());
            }
            (Escape::Backslash, short) => escaped(short).ok_or(Spoiled::Unreadable)?,
            (Escape::Unicode(digits, so_far), _) => {
                let digit = char::from(byte).to_digit(16).ok_or(Spoiled::Unreadable)?;
                let digit = u16::try_from(digit).unwrap_or_default();
                let code = so_far.wrapping_shl(4) | digit;
                if digits < 3 {
                    self.escape = Escape::Unicode(digits + 1, code);
                    return Ok(());
                }
                // Nothing that is wanted here has other characters than ASCII's.
                u8::try_from(code).ok().filter(u8::is_ascii).unwrap_or(b'?')
            }
        };
        self.escape = Escape::None;
        match self.at {
            At::InName if self.name.len() < LONGEST_NAME => self.name.push(meant),
            At::InText(Some(which)) => take(which, &[meant])?,
            _ => {}
        }
        Ok(())
    }
}

/// What follows a backslash (RFC 8259, section 7).
fn escaped(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' | b'/' => byte,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
    use serde_json::{Map, Value, json};

    const WANTED: &[&str] = &["content", "code"];

    fn read(pieces: &[&[u8]]) -> Result<[String; 2], Spoiled> {
        let (mut texts, mut found) = (Texts::new(WANTED), [Vec::new(), Vec::new()]);
        for piece in pieces {
            texts.feed(piece, &mut |which, text| {
                found[which].extend_from_slice(text);
                Ok(())
            })?;
        }
        if texts.is_whole() {
            Ok(found.map(|text| String::from_utf8(text).unwrap()))
        } else {
            Err(Spoiled::Unreadable)
        }
    }

    const SAMPLE: &str = r#" { "a":[1,{"content":"no\"}"}], "code" : "000\u0030", "n":-1.5e3,"t":true ,
        "content":"QU\/JD\u002bRA==","z":null } "#;

    #[test]
    fn wanted_texts_are_found_wherever_the_pieces_are_split() {
        let expected = Ok(["QU/JD+RA==".to_owned(), "0000".to_owned()]);
        for at in 0..=SAMPLE.len() {
            let (head, tail) = SAMPLE.as_bytes().split_at(at);
            assert_eq!(read(&[head, tail]), expected, "split at {at}");
        }
        let bytes: Vec<&[u8]> = SAMPLE.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), expected);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for bad in [
            "",
            "[]",
            "null",
            "<html>",
            "{",
            "{}{",
            "{\"content\"}",
            "{\"content\":\"a\",}",
            "{\"content\":\"a\" \"b\"}",
            "{\"content\":\"a\",\"content\":\"b\"}",
            "{\"content\":\"\\x\"}",
            "{\"content\":\"\\u00g0\"}",
            "{\"content\":\"a\nb\"}",
            "{,}",
        ] {
            assert_eq!(read(&[bad.as_bytes()]), Err(Spoiled::Unreadable), "{bad}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(100));
        assert_eq!(read(&[deep.as_bytes()]), Err(Spoiled::Unreadable));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = proptest::prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            proptest::prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("\\PC{0,5}", inner), 0..4)
                    .prop_map(|all| Value::Object(all.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_what_a_whole_reader_reads(
            content in "[A-Za-z0-9+/=\"\\\\]{0,40}",
            others in prop::collection::vec(("[a-b\"]{1,3}", any_value()), 0..4),
            at: usize,
        ) {
            let mut object: Map<String, Value> = others.into_iter().collect();
            object.insert("content".to_owned(), json!(content));
            let text = Value::Object(object).to_string();
            let (head, tail) = text.as_bytes().split_at(at % (text.len() + 1));
            prop_assert_eq!(read(&[head, tail]), Ok([content, String::new()]));
        }

        #[test]
        fn nothing_from_outside_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&[&bytes]);
            let _ = read(&[b"{\"content\":\"", &bytes]);
        }
    }
}
