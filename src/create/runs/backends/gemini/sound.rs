//! Speech as it comes from Gemini: samples without a header, which get one.
//!
//! Source of the header: the RIFF WAVE format, one channel of 16-bit samples.

use super::super::outcome::Product;
use super::answer::File;

/// Samples a second, when the answer does not say.
const RATE: u32 = 24_000;

/// The file of a speech; `None` for samples that are none or that no WAVE file could hold.
pub(super) fn product(file: File) -> Option<Product> {
    let kind = file.media_type.to_lowercase();
    if !kind.starts_with("audio/l16") && !kind.starts_with("audio/pcm") {
        return Some(Product::bytes(file.bytes, "speech"));
    }
    let rate = rate(&kind);
    let duration_ms = i64::try_from(file.bytes.len()).ok()? / 2 * 1_000 / i64::from(rate);
    Some(Product { duration_ms: Some(duration_ms), ..Product::bytes(wave(&file.bytes, rate)?, "speech.wav") })
}

/// `audio/L16;codec=pcm;rate=24000`
fn rate(media_type: &str) -> u32 {
    let said = media_type.split(';').filter_map(|field| field.trim().strip_prefix("rate="));
    said.filter_map(|rate| rate.parse().ok()).find(|rate| (8_000..=192_000).contains(rate)).unwrap_or(RATE)
}

fn wave(samples: &[u8], rate: u32) -> Option<Vec<u8>> {
    // Half a sample at the end would be noise.
    let samples = samples.get(..samples.len() / 2 * 2)?;
    let size = u32::try_from(samples.len()).ok()?;
    let mut bytes = Vec::with_capacity(samples.len() + 44);
    bytes.extend(b"RIFF");
    bytes.extend(size.checked_add(36)?.to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(samples);
    (size > 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::outcome::Source;

    fn file(media_type: &str, bytes: Vec<u8>) -> File {
        File { media_type: media_type.into(), bytes }
    }

    #[test]
    fn samples_get_a_header_that_tells_their_length() {
        let made = product(file("audio/L16;codec=pcm;rate=24000", vec![1; 48_001])).unwrap();
        let Source::Bytes(bytes) = &made.source else { panic!("bytes") };
        assert_eq!((made.duration_ms, bytes.len(), made.file_name.as_str()), (Some(1_000), 48_044, "speech.wav"));
        assert_eq!(&bytes[..12], b"RIFF\xa4\xbb\0\0WAVE");
        assert_eq!(&bytes[22..28], b"\x01\0\xc0\x5d\0\0", "one channel of 24,000 samples a second");
        assert_eq!(&bytes[40..44], 48_000_u32.to_le_bytes());
        assert!(product(file("audio/L16", vec![7])).is_none());
    }

    #[test]
    fn a_file_with_a_header_stays_as_it_is() {
        let made = product(file("audio/wav", b"RIFF".to_vec())).unwrap();
        assert!(matches!(&made.source, Source::Bytes(bytes) if bytes.as_ref() == b"RIFF"));
        assert_eq!(made.duration_ms, None);
    }

    #[test]
    fn the_rate_is_the_one_that_is_said() {
        for (kind, expected) in [("audio/l16;rate=16000", 16_000), ("audio/l16; rate=48000", 48_000), ("audio/l16", RATE), ("audio/l16;rate=0", RATE)]
        {
            assert_eq!(rate(kind), expected, "{kind}");
        }
    }
}
