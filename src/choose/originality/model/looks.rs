//! Whether two pictures look the same: a difference hash of 64 bits.
//!
//! The picture is shrunk to nine by eight greys, and each bit says whether a grey is brighter than its right neighbour,
//! so that size, compression and light do not tell pictures apart (Krawetz, "Kind of Like That", 2013).

use image::imageops::FilterType;
use image::{ImageReader, Limits};
use std::io::Cursor;

/// At most so many different bits are the same look.
pub const SAME_LOOK: u32 = 10;
/// What a picture may take while it is read, in bytes.
const MEMORY: u64 = 256 << 20;

/// `None` for what is no picture, or has one colour only, which looks like every other of its kind.
pub fn hash(bytes: &[u8]) -> Option<i64> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let small = reader.decode().ok()?.resize_exact(9, 8, FilterType::Triangle).into_luma8();
    let mut bits = 0_u64;
    for y in 0..8 {
        for x in 0..8 {
            let brighter = small.get_pixel(x, y).0 > small.get_pixel(x + 1, y).0;
            bits = bits << 1 | u64::from(brighter);
        }
    }
    (bits != 0).then(|| bits.cast_signed())
}

/// How many of the 64 bits differ.
pub fn distance(a: i64, b: i64) -> u32 {
    (a ^ b).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

    fn picture(width: u32, height: u32, grey: impl Fn(f64, f64) -> f64) -> Vec<u8> {
        let shade = |x, y| (grey(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height)) * 255.0) as u8;
        let drawn = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, y); 3]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(drawn).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn size_and_light_do_not_tell_apart_and_what_is_shown_does() {
        let waves = |x: f64, y: f64| 0.5 + 0.4 * (x * 9.0 + y * 4.0).sin();
        let one = hash(&picture(200, 160, waves)).unwrap();
        let smaller = hash(&picture(120, 96, |x, y| waves(x, y) * 0.8)).unwrap();
        let other = hash(&picture(200, 160, |x, y| 0.5 + 0.4 * (y * 14.0 - x * 17.0).cos())).unwrap();
        assert!(distance(one, smaller) <= SAME_LOOK, "{}", distance(one, smaller));
        assert!(distance(one, other) > SAME_LOOK, "{}", distance(one, other));
    }

    #[test]
    fn what_shows_nothing_has_no_hash() {
        assert_eq!(hash(&picture(40, 40, |_, _| 0.5)), None);
        assert_eq!(hash(b"no picture"), None);
        assert_eq!(hash(b""), None);
    }
}
