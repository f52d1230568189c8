use std::convert::Infallible;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use bytes::Bytes;
use futures_util::stream;
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;

use super::*;

const CAP: u64 = 10_000_000;

struct Shelf {
    media: Media,
    data: TempDir,
}

impl Shelf {
    fn new() -> Self {
        let data = tempfile::tempdir().expect("folder");
        Self { media: Media::new(data.path()).expect("media"), data }
    }

    async fn keep(&self, bytes: impl Into<Bytes>, file_name: &str) -> Result<Stored, Refusal> {
        let pieces: Vec<Result<Bytes, Infallible>> = bytes.into().chunks(1000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let received = self.media.receive(stream::iter(pieces), CAP).await.expect("received");
        let declared = Declared { file_name: file_name.to_owned(), media_type: None };
        let kept = self.media.keep(received, declared).await;
        assert_eq!(self.files("tmp"), Vec::<PathBuf>::new(), "tmp is empty whatever happened");
        match kept {
            Ok(stored) => {
                assert_eq!(self.media.verify(stored.digest).await.expect("verify"), Verdict::Sound);
                Ok(stored)
            }
            Err(NotKept::Refused(refusal)) => {
                assert_eq!(self.files("media"), Vec::<PathBuf>::new(), "nothing refused is kept");
                Err(refusal)
            }
            Err(NotKept::Io(error)) => panic!("{error}"),
        }
    }

    async fn bytes(&self, stored: &Stored) -> Vec<u8> {
        let (mut file, size) = self.media.open(stored.digest).await.expect("open");
        assert_eq!(size, stored.size);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await.expect("read");
        bytes
    }

    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data.path().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("list") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }
}

fn gradient(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 16 % 256) as u8, (y * 16 % 256) as u8, 128])).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("encode");
    bytes.into_inner()
}

/// A JPEG whose EXIF block holds only an orientation and, after it, a text.
fn with_exif(jpeg: &[u8], orientation: u8, text: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(text);
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// A PNG that is only its signature and a header, with a true checksum.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let crc = !header
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }));
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", &header[..], &crc.to_be_bytes(), b"\0\0\0\0IDAT\x35\xaf\x06\x1e"].concat()
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[tokio::test]
async fn a_tail_does_not_survive_and_the_pixels_do() {
    let shelf = Shelf::new();
    for (format, name) in [(ImageFormat::Png, "a.png"), (ImageFormat::WebP, "a.webp")] {
        let image = gradient(16, 9);
        let bytes = [encoded(&image, format), b"GPS 48.1 11.5 <script>alert(1)</script>".to_vec()].concat();
        let stored = shelf.keep(bytes, name).await.expect("kept");
        assert_eq!(stored.dimensions, Some((16, 9)));
        let kept = shelf.bytes(&stored).await;
        assert!(!contains(&kept, b"GPS") && !contains(&kept, b"<script"));
        assert_eq!(image::load_from_memory(&kept).expect("decodes").to_rgb8(), image.to_rgb8());
    }
}

#[tokio::test]
async fn a_polyglot_jpeg_is_only_a_jpeg_afterwards_and_turned_upright() {
    let shelf = Shelf::new();
    let jpeg = with_exif(&encoded(&gradient(16, 8), ImageFormat::Jpeg), 6, b"GPS<html><script>");
    let stored = shelf.keep([jpeg, b"<html><script>alert(1)</script>".to_vec()].concat(), "a.jpg").await.expect("kept");
    let kept = shelf.bytes(&stored).await;
    assert!(!contains(&kept, b"<script") && !contains(&kept, b"Exif"));
    assert_eq!((stored.kind, stored.dimensions), (Kind::Jpeg, Some((8, 16))));
    // A quarter turn clockwise: what was left is now on top.
    let upright = image::load_from_memory(&kept).expect("decodes").to_rgb8();
    assert!(upright.get_pixel(4, 0)[0] < 40 && upright.get_pixel(4, 15)[0] > 200, "{upright:?}");
}

#[test]
fn a_picture_file_is_not_read_past_its_cap() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a");
    fs::write(&path, encoded(&gradient(4, 4), ImageFormat::Jpeg)).expect("write");
    let file = fs::OpenOptions::new().write(true).open(&path).expect("open");
    for (size, refused) in [(100 << 20, false), ((100 << 20) + 1, true)] {
        file.set_len(size).expect("grow");
        let found = images::cleaned(&path, Kind::Jpeg).err();
        assert_eq!(found == Some(Refusal::TooLarge), refused, "{size}: {found:?}");
    }
}

#[tokio::test]
async fn bombs_are_refused_by_their_header() {
    let shelf = Shelf::new();
    for (width, height) in [(50_000, 50_000), (16_385, 1), (8_000, 6_251)] {
        assert_eq!(shelf.keep(png_header(width, height), "a.png").await, Err(Refusal::TooManyPixels), "{width}x{height}");
    }
    // Within the limits the same bytes fail for what they lack, so it was the size that counted.
    assert_eq!(shelf.keep(png_header(8, 8), "a.png").await, Err(Refusal::Damaged));
}

#[tokio::test]
async fn damaged_empty_and_misnamed_files_are_refused() {
    let shelf = Shelf::new();
    let png = encoded(&gradient(16, 9), ImageFormat::Png);
    assert_eq!(shelf.keep(png[..png.len() / 2].to_vec(), "a.png").await, Err(Refusal::Damaged));
    assert_eq!(shelf.keep("", "a.png").await, Err(Refusal::Empty));
    assert_eq!(shelf.keep(png, "a.jpg").await, Err(Refusal::Disagrees { found: Kind::Png }));
    assert_eq!(shelf.keep("<svg/>", "a.svg").await, Err(Refusal::Unsupported));
}

fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for index in 0..frames {
        let frame = RgbaImage::from_pixel(2, 2, Rgba([index as u8, 0, 0, 255]));
        encoder.encode_frame(Frame::new(frame)).expect("frame");
    }
    drop(encoder);
    bytes
}

#[tokio::test]
async fn an_animation_keeps_its_frames_up_to_five_hundred() {
    let shelf = Shelf::new();
    assert_eq!(shelf.keep(gif(501), "a.gif").await, Err(Refusal::TooManyFrames));
    let stored = shelf.keep([gif(500), b"<script>".to_vec()].concat(), "a.gif").await.expect("kept");
    let kept = shelf.bytes(&stored).await;
    assert!(!contains(&kept, b"<script"));
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(kept)).expect("gif");
    let frames = image::AnimationDecoder::into_frames(decoder).collect_frames().expect("frames");
    assert_eq!(frames.len(), 500);
    assert_eq!(frames[7].buffer().get_pixel(0, 0), &Rgba([7, 0, 0, 255]));
}

#[tokio::test]
async fn the_same_bytes_are_one_file_under_their_own_digest() {
    let shelf = Shelf::new();
    let first = shelf.keep("a,b\n1,2\n", "a.csv").await.expect("kept");
    let second = shelf.keep("a,b\n1,2\n", "other.csv").await.expect("kept");
    assert_eq!(first, second);
    assert_eq!(shelf.files("media"), vec![shelf.media.path(&first.digest)]);
    assert_eq!(shelf.bytes(&first).await, b"a,b\n1,2\n");
}

#[tokio::test]
async fn damage_is_found_healed_and_removal_told() {
    let shelf = Shelf::new();
    let stored = shelf.keep("a,b\n", "a.csv").await.expect("kept");
    fs::write(shelf.media.path(&stored.digest), "a,c\n").expect("damage");
    assert_eq!(shelf.media.verify(stored.digest).await.expect("verify"), Verdict::Damaged);
    shelf.keep("a,b\n", "a.csv").await.expect("kept again, and verified");
    assert!(shelf.media.remove(stored.digest).await.expect("removed"));
    assert!(!shelf.media.remove(stored.digest).await.expect("gone already"));
    assert_eq!(shelf.media.verify(stored.digest).await.expect("verify"), Verdict::Missing);
}

#[tokio::test]
async fn too_much_or_broken_off_leaves_nothing() {
    let shelf = Shelf::new();
    let pieces = || [Ok(Bytes::from_static(b"abcd")), Ok(Bytes::from_static(b"efgh"))];
    let all = shelf.media.receive(stream::iter(pieces().map(|piece: Result<_, Infallible>| piece)), 8).await.expect("fits");
    assert_eq!((all.size, fs::read(all.path()).expect("file")), (8, b"abcdefgh".to_vec()));
    let over = shelf.media.receive(stream::iter(pieces().map(|piece: Result<_, Infallible>| piece)), 7).await;
    assert!(matches!(over, Err(NotReceived::TooLarge { cap: 7 })));
    let broken = shelf.media.receive(stream::iter([Ok(Bytes::from_static(b"abcd")), Err("gone")]), 8).await;
    assert!(matches!(broken, Err(NotReceived::BrokenOff("gone"))));
    assert_eq!(shelf.files("tmp"), vec![all.path().to_owned()]);
    drop(all);
    assert_eq!(shelf.files("tmp"), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_thumbnail_is_smaller_and_keeps_transparency() {
    let shelf = Shelf::new();
    let photo = shelf.keep(encoded(&gradient(64, 32), ImageFormat::Jpeg), "a.jpg").await.expect("kept");
    let clear: DynamicImage = RgbaImage::from_pixel(64, 32, Rgba([9, 9, 9, 0])).into();
    let clear = shelf.keep(encoded(&clear, ImageFormat::Png), "a.png").await.expect("kept");
    for (stored, width, kind, size) in [(&photo, 16, Kind::Jpeg, (16, 8)), (&clear, 16, Kind::Png, (16, 8)), (&photo, 640, Kind::Jpeg, (64, 32))] {
        let (found, bytes) = shelf.media.thumbnail(stored.digest, stored.kind, width).await.expect("thumbnail");
        let small = image::load_from_memory(&bytes).expect("decodes");
        assert_eq!((found, (small.width(), small.height())), (kind, size));
    }
}
