//! How much smaller a set becomes when it is compressed: what repeats itself costs nothing twice.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Above this many bytes a code of the text's own is shorter than the fixed one.
const SHORT: usize = 2_048;
/// The shortest and the longest repetition DEFLATE can name.
const MATCH: std::ops::RangeInclusive<usize> = 3..=258;

/// Size before and after compression, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compressed {
    pub plain: usize,
    /// As raw DEFLATE: any header would drown short texts.
    pub deflated: usize,
}

impl Compressed {
    /// How many times smaller; the more a set repeats itself, the greater. 0 of nothing.
    pub fn ratio(&self) -> f64 {
        if self.plain == 0 { 0.0 } else { self.plain as f64 / self.deflated.max(1) as f64 }
    }
}

/// Compresses a text as raw DEFLATE (RFC 1951) at a level of 0..=9, greater ones being counted as 9.
///
/// From level 1 on, a short text may take the fixed code instead of one of its own, whose table would be larger than
/// what it saves. zlib does so; the encoder in use always writes the table, and a third of the bytes with it.
pub fn deflate(text: &str, level: u32) -> Compressed {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level.min(9)));
    // Writing into memory does not fail; were it to, the text would count as incompressible.
    let encoded = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).map_or(text.len(), |bytes| bytes.len());
    let fixed = (level > 0 && text.len() <= SHORT).then(|| fixed_size(text.as_bytes()));
    Compressed { plain: text.len(), deflated: fixed.map_or(encoded, |fixed| fixed.min(encoded)) }
}

/// Bytes of one block in the fixed code (RFC 1951, 3.2.6), its repetitions found with one step of look-ahead.
fn fixed_size(bytes: &[u8]) -> usize {
    // Three bits begin the block, seven end it.
    let (mut bits, mut at) = (10, 0);
    while let Some(byte) = bytes.get(at) {
        let (length, distance) = longest_match(bytes, at);
        if length >= *MATCH.start() && length >= longest_match(bytes, at + 1).0 {
            bits += length_bits(length) + distance_bits(distance);
            at += length;
        } else {
            bits += if *byte < 144 { 8 } else { 9 };
            at += 1;
        }
    }
    bits.div_ceil(8)
}

/// Length and distance of the longest earlier occurrence of what begins here, the nearest of equal ones. As in zlib,
/// whose sizes others compare with, none begins at the very first byte.
fn longest_match(bytes: &[u8], at: usize) -> (usize, usize) {
    let ahead = bytes.get(at..).unwrap_or_default();
    let same =
        |distance: usize| bytes.get(at - distance..).unwrap_or_default().iter().zip(ahead).take(*MATCH.end()).take_while(|(a, b)| a == b).count();
    (1..at.min(bytes.len()))
        .map(|distance| (same(distance), distance))
        .max_by_key(|(length, distance)| (*length, usize::MAX - distance))
        .unwrap_or((0, 0))
}

fn length_bits(length: usize) -> usize {
    let code = if length < 115 { 7 } else { 8 };
    let steps = length - MATCH.start();
    let extra = if steps < 8 || length == *MATCH.end() { 0 } else { steps.ilog2() as usize - 2 };
    code + extra
}

fn distance_bits(distance: usize) -> usize {
    let extra = if distance <= 4 { 0 } else { (distance - 1).ilog2() as usize - 1 };
    5 + extra
}

#[cfg(test)]
mod tests {
    use super::*;

    /// zlib 1.2.13, raw, level 9.
    #[test]
    fn short_texts_are_as_small_as_zlib_makes_them() {
        for (text, expected) in [
            ("", 2),
            ("Same caption every day.", 25),
            ("Stop scrolling! This one trick doubles your watch time today.", 61),
            ("Đừng lướt nữa, mẹo đơn giản này tăng gấp đôi lượt xem.", 77),
            ("三分钟教你做出爆款短视频", 41),
            ("Same caption every day.\nSame caption every day.\nSame caption every day.\nSame caption every day.", 29),
        ] {
            let found = deflate(text, 9);
            assert!(found.deflated.abs_diff(expected) <= 1, "{text}: {found:?}, not {expected}");
        }
    }

    #[test]
    fn repetition_shows_at_any_length_and_level_nought_stores() {
        for copies in [2, 50, 5_000] {
            let text = "the same again; ".repeat(copies);
            assert!(deflate(&text, 9).ratio() > 1.2, "{copies}");
            assert!(deflate(&text, 0).deflated >= text.len());
        }
        assert_eq!(deflate("", 9).ratio(), 0.0);
    }
}
