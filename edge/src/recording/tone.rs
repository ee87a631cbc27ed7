//! What the sandbox has recorded: nobody, so a tone.

/// Samples of a second.
const RATE: u32 = 8_000;
/// Half a second.
const SAMPLES: u32 = RATE / 2;
/// Samples of half a wave: 500 Hz.
const HALF_WAVE: u32 = RATE / 1_000;
/// What a WAV file of one chunk has between its length and its samples.
const HEADER_BYTES: u32 = 36;

/// Half a second of a tone: WAV, 8 kHz, 8 bits, one channel.
#[must_use]
pub fn tone() -> Vec<u8> {
    let mut file = b"RIFF".to_vec();
    file.extend((HEADER_BYTES + SAMPLES).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(b"\x01\0\x08\0data");
    file.extend(SAMPLES.to_le_bytes());
    let up = |at: u32| (at / HALF_WAVE).is_multiple_of(2);
    file.extend((0..SAMPLES).map(|at| if up(at) { 0x90 } else { 0x70 }));
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Kind;

    #[test]
    fn it_is_a_wave_file_of_its_length() {
        let file = tone();
        assert_eq!(Kind::of(&file), Some(Kind::Wav));
        assert_eq!(file.len(), 44 + SAMPLES as usize);
        assert_eq!(
            file[4..8],
            (u32::try_from(file.len()).unwrap() - 8).to_le_bytes()
        );
    }
}
