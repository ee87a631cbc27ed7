//! Keys that sign assertions. What is signed is decided by a dialect; the
//! signing itself is the runtime's (see [`crate::sign`]).

use base64ct::{Base64, Encoding};

/// A private key for signing. Has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// PKCS#8 (RFC 5958), DER.
    pub der: Vec<u8>,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The id by which the other side finds the public key (`kid`).
    pub id: Option<String>,
}

/// JWS algorithms (RFC 7518, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA using P-256 and SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 using SHA-256.
    Rs256,
}

impl Algorithm {
    /// The name in a JWS header.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl SigningKey {
    /// Reads a key in PEM (`-----BEGIN PRIVATE KEY-----`, RFC 7468 section 10)
    /// for an algorithm. The errors say what is wrong, without the key.
    pub fn read(pem: &str, algorithm: &str, id: Option<String>) -> Result<Self, &'static str> {
        let algorithm = match algorithm {
            "ES256" => Algorithm::Es256,
            "RS256" => Algorithm::Rs256,
            _ => return Err("private_key_algorithm is neither ES256 nor RS256"),
        };
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
            .ok_or("private_key is not PKCS#8 in PEM (-----BEGIN PRIVATE KEY-----)")?;
        let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let der = Base64::decode_vec(&body).map_err(|_| "private_key is not valid PEM")?;
        Ok(Self { der, algorithm, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_whatever_its_line_breaks() {
        let pem = "-----BEGIN PRIVATE KEY-----\nAQID\r\nBA==\n-----END PRIVATE KEY-----\n";
        let key = SigningKey::read(pem, "ES256", None).ok().unwrap();
        assert_eq!(key.der, [1, 2, 3, 4]);
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let traditional = "-----BEGIN EC PRIVATE KEY-----\nAQID\n-----END EC PRIVATE KEY-----";
        for bad in [
            "",
            "hush",
            traditional,
            "-----BEGIN PRIVATE KEY-----*-----END PRIVATE KEY-----",
        ] {
            let problem = SigningKey::read(bad, "RS256", None).err().unwrap();
            assert!(problem.starts_with("private_key"), "{problem}");
        }
        assert!(SigningKey::read("", "none", None).is_err());
    }
}
