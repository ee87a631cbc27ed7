//! What a file must look like (Subresource Integrity): its hash, in the spelling of
//! the attribute `integrity`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// As safe as the longer ones, and shorter by a third: the loader carries it.
pub fn short(content: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// The usual one, for people's tags and for the list of releases.
pub fn long(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// The option that tells esbuild what to put in for a name.
pub fn define(name: &str, content: &[u8]) -> String {
    format!("--define:{name}=\"{}\"", short(content))
}

#[cfg(test)]
mod tests {
    use super::{long, short};

    #[test]
    fn the_spelling_is_the_attributes() {
        assert_eq!(
            short(b""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert!(long(b"").starts_with("sha384-OLBgp1Gs"));
    }
}
