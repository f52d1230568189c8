//! Decodes pictures within limits and encodes them anew. Blocking and costly: run it aside.
//!
//! What is written holds pixels and, when it is a plain one, the colour profile; nothing else of
//! the original survives. Orientation is applied to the pixels before its tag is lost.

use std::fs::File;
use std::io::{BufReader, Cursor};
use std::path::Path;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::metadata::LoopCount;
use image::{AnimationDecoder, ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageError, Limits};

use super::{Kind, Refusal};

/// Bytes of one encoded picture: a decoder may read it all before it knows its size.
const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// Pixels of one picture.
const MOST_PIXELS: u64 = 50_000_000;
const LONGEST_SIDE: u32 = 16_384;
const MOST_FRAMES: usize = 500;
/// Pixels of all frames of an animation together: 500 frames of 480p.
const MOST_PIXELS_IN_MOTION: u64 = 250_000_000;
/// What one decoder may allocate, in bytes: 50 megapixels of RGBA and room to work.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const JPEG_QUALITY: u8 = 92;
const THUMBNAIL_QUALITY: u8 = 80;
const LONGEST_PROFILE: usize = 64 * 1024;

/// A picture encoded anew.
pub struct Picture {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

type Source = BufReader<File>;

/// Decodes and encodes in the same format.
pub fn cleaned(path: &Path, kind: Kind) -> Result<Picture, Refusal> {
    if kind == Kind::Gif {
        return cleaned_gif(path);
    }
    let (image, profile) = decode(path, kind)?;
    encode(&image, kind, profile, JPEG_QUALITY)
}

/// A still of at most `width` pixels across, never larger than the original: PNG when it has
/// transparency, JPEG otherwise. Of an animation, the first frame.
pub fn thumbnail(path: &Path, kind: Kind, width: u32) -> Result<(Kind, Vec<u8>), Refusal> {
    let (image, profile) = decode(path, kind)?;
    let small = if image.width() > width { image.thumbnail(width.max(1), u32::MAX) } else { image };
    let kind = if small.color().has_alpha() { Kind::Png } else { Kind::Jpeg };
    Ok((kind, encode(&small, kind, profile, THUMBNAIL_QUALITY)?.bytes))
}

fn decode(path: &Path, kind: Kind) -> Result<(DynamicImage, Option<Vec<u8>>), Refusal> {
    match kind {
        Kind::Jpeg => still(JpegDecoder::new(source(path)?).map_err(refusal)?),
        Kind::Png => {
            let decoder = PngDecoder::with_limits(source(path)?, limits()).map_err(refusal)?;
            if decoder.is_apng().map_err(refusal)? { Err(Refusal::Animated) } else { still(decoder) }
        }
        Kind::WebP => {
            let decoder = WebPDecoder::new(source(path)?).map_err(refusal)?;
            if decoder.has_animation() { Err(Refusal::Animated) } else { still(decoder) }
        }
        Kind::Gif => still(GifDecoder::new(source(path)?).map_err(refusal)?),
        _ => Err(Refusal::Unsupported),
    }
}

fn still(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Option<Vec<u8>>), Refusal> {
    check_size(&decoder)?;
    decoder.set_limits(limits()).map_err(refusal)?;
    let orientation = decoder.orientation().map_err(refusal)?;
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    image.apply_orientation(orientation);
    let profile = profile.filter(|profile| is_plain_profile(profile, image.color()));
    Ok((image, profile))
}

/// Before any pixel is decoded: a few bytes of header may claim gigabytes.
fn check_size(decoder: &impl ImageDecoder) -> Result<(), Refusal> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Refusal::TooManyPixels);
    }
    Ok(())
}

fn encode(image: &DynamicImage, kind: Kind, profile: Option<Vec<u8>>, quality: u8) -> Result<Picture, Refusal> {
    let mut bytes = Cursor::new(Vec::new());
    match kind {
        Kind::Png => write(PngEncoder::new(&mut bytes), image, profile),
        Kind::WebP => write(WebPEncoder::new_lossless(&mut bytes), image, profile),
        _ => write(JpegEncoder::new_with_quality(&mut bytes, quality), &eight_bit(image), profile),
    }?;
    Ok(Picture { bytes: bytes.into_inner(), width: image.width(), height: image.height() })
}

fn write(mut encoder: impl ImageEncoder, image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<(), Refusal> {
    if let Some(profile) = profile {
        // An encoder that has no place for a profile writes the same pixels without it.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into()).map_err(refusal)
}

/// JPEG holds eight bits of grey or of three colours.
fn eight_bit(image: &DynamicImage) -> DynamicImage {
    match image.color() {
        ColorType::L8 | ColorType::Rgb8 => image.clone(),
        ColorType::L16 | ColorType::La8 | ColorType::La16 => image.to_luma8().into(),
        _ => image.to_rgb8().into(),
    }
}

fn cleaned_gif(path: &Path) -> Result<Picture, Refusal> {
    let mut decoder = GifDecoder::new(source(path)?).map_err(refusal)?;
    check_size(&decoder)?;
    decoder.set_limits(limits()).map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    let repeat = match decoder.loop_count() {
        LoopCount::Infinite => Repeat::Infinite,
        LoopCount::Finite(times) => Repeat::Finite(u16::try_from(times.get()).unwrap_or(u16::MAX)),
    };
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
    encoder.set_repeat(repeat).map_err(refusal)?;
    let mut count = 0;
    for frame in decoder.into_frames() {
        count += 1;
        if count > MOST_FRAMES {
            return Err(Refusal::TooManyFrames);
        }
        if count as u64 * u64::from(width) * u64::from(height) > MOST_PIXELS_IN_MOTION {
            return Err(Refusal::TooManyPixels);
        }
        encoder.encode_frame(frame.map_err(refusal)?).map_err(refusal)?;
    }
    drop(encoder);
    if count == 0 { Err(Refusal::Damaged) } else { Ok(Picture { bytes, width, height }) }
}

/// A colour profile (ICC.1, section 7.2) that says what it is and fits the pixels as they are
/// now: one for CMYK would be wrong, because decoding has turned that into RGB.
fn is_plain_profile(profile: &[u8], color: ColorType) -> bool {
    let space: &[u8] = if color.has_color() { b"RGB " } else { b"GRAY" };
    let declared = profile.first_chunk().map(|size| u32::from_be_bytes(*size) as usize);
    profile.len() <= LONGEST_PROFILE && declared == Some(profile.len()) && profile.get(16..20) == Some(space) && profile.get(36..40) == Some(b"acsp")
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn source(path: &Path) -> Result<Source, Refusal> {
    // Our own file: if it cannot be read, what it held is as good as damaged.
    let file = File::open(path).map_err(|_| Refusal::Damaged)?;
    let size = file.metadata().map_err(|_| Refusal::Damaged)?.len();
    if size > MOST_BYTES { Err(Refusal::TooLarge) } else { Ok(BufReader::new(file)) }
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Damaged,
    }
}
