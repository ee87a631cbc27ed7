//! What a file must look like (Subresource Integrity): its hash, in the spelling of
//! the attribute `integrity`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// As safe as the longer ones, and shorter by a third: the loader carries it.
pub fn short(content: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// The option that tells esbuild what to put in for a name.
pub fn define(name: &str, content: &[u8]) -> String {
    format!("--define:{name}=\"{}\"", short(content))
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn the_spelling_is_the_attributes() {
        assert_eq!(
            short(b""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
    }
}
