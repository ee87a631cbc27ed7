//! Kinds of audio (CAMARA `RecordingResource.contentType`).

/// A kind of audio that the document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `audio/wav`.
    Wav,
    /// `audio/mp3`, as some call `audio/mpeg`.
    Mp3,
    /// `audio/mpeg`.
    Mpeg,
    /// `audio/ogg`.
    Ogg,
}

/// Bytes by which every kind can be told.
pub const TELLING_BYTES: usize = 12;

impl Kind {
    /// The document's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mp3",
            Self::Mpeg => "audio/mpeg",
            Self::Ogg => "audio/ogg",
        }
    }

    /// Reads a media type, with or without parameters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.split(';').next().unwrap_or_default().trim();
        Some(match bare.to_ascii_lowercase().as_str() {
            "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Self::Wav,
            "audio/mp3" => Self::Mp3,
            "audio/mpeg" | "audio/x-mpeg" => Self::Mpeg,
            "audio/ogg" => Self::Ogg,
            _ => return None,
        })
    }

    /// What a file is by its first bytes, whatever anybody says of it.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'A',
                b'V',
                b'E',
                ..,
            ] => Some(Self::Wav),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [b'I', b'D', b'3', ..] => Some(Self::Mpeg),
            // A frame of MPEG audio begins with eleven ones.
            [0xff, second, ..] if *second >= 0xe0 => Some(Self::Mpeg),
            _ => None,
        }
    }

    /// Whether the two are the same but for the name.
    #[must_use]
    pub fn is_also(self, other: Self) -> bool {
        let mpeg = |kind| matches!(kind, Self::Mp3 | Self::Mpeg);
        self == other || (mpeg(self) && mpeg(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_its_name_and_by_its_first_bytes() {
        for (name, kind) in [
            ("audio/wav", Kind::Wav),
            ("Audio/X-Wav; charset=binary", Kind::Wav),
            ("audio/mpeg", Kind::Mpeg),
            ("audio/mp3", Kind::Mp3),
            ("audio/ogg", Kind::Ogg),
        ] {
            assert_eq!(Kind::parse(name), Some(kind), "{name}");
        }
        assert_eq!(Kind::of(b"RIFF\0\0\0\0WAVEfmt "), Some(Kind::Wav));
        assert_eq!(Kind::of(b"ID3\x03"), Some(Kind::Mpeg));
        assert_eq!(Kind::of(b"\xff\xfb\x90\x00"), Some(Kind::Mpeg));
        assert_eq!(Kind::of(b"OggS\0"), Some(Kind::Ogg));
        assert!(Kind::Mp3.is_also(Kind::Mpeg) && !Kind::Wav.is_also(Kind::Ogg));
    }

    #[test]
    fn what_is_no_audio_is_none() {
        for name in ["text/html", "audio/midi", "application/json", ""] {
            assert_eq!(Kind::parse(name), None, "{name}");
        }
        for head in [
            &b"<!doctype html>"[..],
            b"",
            b"RIFF\0\0\0\0AVI LIST",
            b"\xff\x00",
        ] {
            assert_eq!(Kind::of(head), None);
        }
    }
}
