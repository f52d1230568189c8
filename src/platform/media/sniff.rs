//! What a file is, by its first bytes; its name and its declared type must agree. Pure.
//!
//! Anything not on the list is refused, markup and scripts first of all: SVG and HTML run code
//! in a browser, archives hide what they hold.

use Kind::{Csv, Gif, Jpeg, M4a, Mov, Mp3, Mp4, Otf, Png, Srt, Ttf, Vtt, Wav, WebM, WebP};

/// How many first bytes [`kind_of`] wants to see.
pub const HEAD: usize = 4_096;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Png,
    Jpeg,
    WebP,
    Gif,
    Mp4,
    Mov,
    WebM,
    Mp3,
    Wav,
    M4a,
    Ttf,
    Otf,
    Srt,
    Vtt,
    Csv,
}

/// What the sender says the file is.
#[derive(Clone, Debug)]
pub struct Declared {
    pub file_name: String,
    /// As in `Content-Type`; parameters are ignored, and so is `application/octet-stream`.
    pub media_type: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the file is empty")]
    Empty,
    #[error("this type of file is not accepted")]
    Unsupported,
    /// The bytes are `found`, the name or the declared type says otherwise.
    #[error("the file is {}, but its name or type says otherwise", found.media_type())]
    Disagrees { found: Kind },
    #[error("the picture is too large a file")]
    TooLarge,
    #[error("the picture has too many pixels")]
    TooManyPixels,
    #[error("the animation has too many frames")]
    TooManyFrames,
    /// Animated PNG or WebP, of which only one frame would be left.
    #[error("animation is accepted as GIF or video only")]
    Animated,
    #[error("the picture is damaged")]
    Damaged,
}

impl Kind {
    /// The type it is stored and served with.
    pub fn media_type(self) -> &'static str {
        self.row().0
    }

    /// The customary extension, without the dot.
    pub fn extension(self) -> &'static str {
        self.row().1.first().copied().unwrap_or_default()
    }

    pub fn is_image(self) -> bool {
        matches!(self, Png | Jpeg | WebP | Gif)
    }

    /// A kind by the media type it was stored with.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let all = [Png, Jpeg, WebP, Gif, Mp4, Mov, WebM, Mp3, Wav, M4a, Ttf, Otf, Srt, Vtt, Csv];
        all.into_iter().find(|kind| kind.media_type() == media_type)
    }

    /// Media type, extensions, other types that senders use for it.
    fn row(self) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
        match self {
            Png => ("image/png", &["png"], &[]),
            Jpeg => ("image/jpeg", &["jpg", "jpeg"], &["image/jpg"]),
            WebP => ("image/webp", &["webp"], &[]),
            Gif => ("image/gif", &["gif"], &[]),
            Mp4 => ("video/mp4", &["mp4", "m4v"], &["video/x-m4v"]),
            Mov => ("video/quicktime", &["mov", "qt"], &[]),
            WebM => ("video/webm", &["webm"], &["audio/webm"]),
            Mp3 => ("audio/mpeg", &["mp3"], &["audio/mp3"]),
            Wav => ("audio/wav", &["wav"], &["audio/x-wav", "audio/wave", "audio/vnd.wave"]),
            M4a => ("audio/mp4", &["m4a"], &["audio/x-m4a", "audio/m4a", "audio/aac"]),
            Ttf => ("font/ttf", &["ttf"], &["application/x-font-ttf", "application/font-sfnt", "font/sfnt"]),
            Otf => ("font/otf", &["otf"], &["application/x-font-otf", "application/vnd.ms-opentype", "font/sfnt"]),
            Srt => ("application/x-subrip", &["srt"], &["text/srt", "text/plain"]),
            Vtt => ("text/vtt", &["vtt"], &["text/plain"]),
            Csv => ("text/csv", &["csv"], &["application/csv", "application/vnd.ms-excel", "text/plain"]),
        }
    }

    fn agrees(self, declared: &Declared) -> bool {
        let (own, extensions, aliases) = self.row();
        let extension = declared.extension();
        let named = extensions.iter().any(|known| *known == extension);
        let Some(media_type) = &declared.media_type else {
            return named;
        };
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        named && (essence.is_empty() || essence == "application/octet-stream" || essence == own || aliases.contains(&essence.as_str()))
    }
}

impl Declared {
    fn extension(&self) -> String {
        self.file_name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }
}

/// Names the kind of a file from its first [`HEAD`] bytes (fewer when it is shorter).
pub fn kind_of(head: &[u8], declared: &Declared) -> Result<Kind, Refusal> {
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    let extension = declared.extension();
    let found = picture(head)
        .or_else(|| film_or_sound(head, &extension))
        .or_else(|| font(head))
        .or_else(|| text(head, &extension))
        .ok_or(Refusal::Unsupported)?;
    if found.agrees(declared) { Ok(found) } else { Err(Refusal::Disagrees { found }) }
}

fn picture(head: &[u8]) -> Option<Kind> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Png),
        [0xff, 0xd8, 0xff, ..] => Some(Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(WebP),
        _ => None,
    }
}

fn film_or_sound(head: &[u8], extension: &str) -> Option<Kind> {
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => brand.first_chunk().and_then(|brand| by_brand(brand, extension)),
        // QuickTime from before `ftyp`: the first box is one of these.
        [0, _, _, _, b'm', b'o', b'o', b'v', ..] | [0, _, _, _, b'm', b'd', b'a', b't', ..] | [0, _, _, _, b'w', b'i', b'd', b'e', ..] => Some(Mov),
        // EBML serves Matroska too; the document type tells them apart.
        [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] => rest.get(..64).unwrap_or(rest).windows(7).any(|w| w == b"\x42\x82\x84webm").then_some(WebM),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Wav),
        [b'I', b'D', b'3', 2..=4, ..] => Some(Mp3),
        [0xff, second, third, ..] if is_layer_three(*second, *third) => Some(Mp3),
        _ => None,
    }
}

/// Phones write the same brands for film and for sound alone; there the name decides.
fn by_brand(brand: &[u8; 4], extension: &str) -> Option<Kind> {
    match brand {
        b"qt  " => Some(Mov),
        b"M4A " | b"M4B " => Some(M4a),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"iso8" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"MSNV" | b"dash" | b"3gp4"
        | b"3gp5" => Some(if extension == "m4a" { M4a } else { Mp4 }),
        _ => None,
    }
}

/// Second and third byte of an MPEG audio frame: sync, layer III, a possible bit and sample rate.
fn is_layer_three(second: u8, third: u8) -> bool {
    let (sync, version, layer) = (second >> 5, (second >> 3) & 3, (second >> 1) & 3);
    let (bit_rate, sample_rate) = (third >> 4, (third >> 2) & 3);
    sync == 7 && version != 1 && layer == 1 && !matches!(bit_rate, 0 | 15) && sample_rate != 3
}

fn font(head: &[u8]) -> Option<Kind> {
    match head {
        [0, 1, 0, 0, 0, 1..=64, ..] | [b't', b'r', b'u', b'e', 0, 1..=64, ..] => Some(Ttf),
        [b'O', b'T', b'T', b'O', 0, 1..=64, ..] => Some(Otf),
        _ => None,
    }
}

fn text(head: &[u8], extension: &str) -> Option<Kind> {
    let text = plain_text(head)?;
    if text.lines().next().is_some_and(|line| line == "WEBVTT" || line.starts_with("WEBVTT ") || line.starts_with("WEBVTT\t")) {
        return Some(Vtt);
    }
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let numbered = lines.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()));
    if numbered && lines.next().is_some_and(|line| line.contains("-->")) {
        return Some(Srt);
    }
    // Tables have no magic: the name has to say so, and markup or a script is none.
    let start = text.trim_start();
    let looks_executable = start.starts_with(['<', '%', '{']) || start.starts_with("#!");
    (extension == "csv" && !start.is_empty() && !looks_executable).then_some(Csv)
}

/// UTF-8 without control characters; the last character may be cut by the end of the head.
fn plain_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= HEAD => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
        Err(_) => return None,
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    (!text.contains(control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(head: &[u8], file_name: &str, media_type: &str) -> Result<Kind, Refusal> {
        let media_type = (!media_type.is_empty()).then(|| media_type.to_owned());
        kind_of(head, &Declared { file_name: file_name.to_owned(), media_type })
    }

    #[test]
    fn each_kind_is_known_by_its_first_bytes() {
        let rows: [(&[u8], &str, &str, Kind); 25] = [
            (b"\x89PNG\r\n\x1a\nrest", "a.PNG", "image/png", Png),
            (b"\xff\xd8\xff\xe0", "a.b.jpeg", "image/jpeg; x=1", Jpeg),
            (b"GIF89a", "a.gif", "", Gif),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "image/webp", WebP),
            (b"\0\0\0\x18ftypisom", "a.mp4", "video/mp4", Mp4),
            (b"\0\0\0\x18ftypmp42", "a.m4a", "audio/x-m4a", M4a),
            (b"\0\0\0\x18ftypM4A ", "a.m4a", "audio/mp4", M4a),
            (b"\0\0\0\x14ftypqt  ", "a.mov", "video/quicktime", Mov),
            (b"\0\0\0\x08wide\0\0", "a.mov", "", Mov),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "a.webm", "video/webm", WebM),
            (b"ID3\x04\0", "a.mp3", "audio/mpeg", Mp3),
            (b"\xff\xfb\x90\0", "a.mp3", "audio/mp3", Mp3),
            (b"RIFF\0\0\0\0WAVEfmt ", "a.wav", "audio/x-wav", Wav),
            (b"\0\x01\0\0\0\x0f", "a.ttf", "application/octet-stream", Ttf),
            (b"OTTO\0\x0c", "a.otf", "font/otf", Otf),
            (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi", "a.srt", "text/plain", Srt),
            (b"\xef\xbb\xbf1\n00:00:01,000 --> 00:00:02,000\nHi", "a.srt", "application/x-subrip", Srt),
            (b"WEBVTT\n\n", "a.vtt", "text/vtt", Vtt),
            (b"WEBVTT", "a.vtt", "", Vtt),
            (b"a,b\n1,2\n", "a.csv", "text/csv; charset=utf-8", Csv),
            ("标题,数\n".as_bytes(), "a.csv", "application/vnd.ms-excel", Csv),
            (b"\xef\xbb\xbfa\n", "a.csv", "", Csv),
            (b"GIF87a", "a.gif", "image/gif", Gif),
            (b"true\0\x0a", "a.ttf", "", Ttf),
            (b"\0\0\0\x18ftypM4V ", "a.m4v", "video/x-m4v", Mp4),
        ];
        for (head, name, media_type, kind) in rows {
            assert_eq!(sniff(head, name, media_type), Ok(kind), "{name} {media_type}");
            assert_eq!(Kind::from_media_type(kind.media_type()), Some(kind));
        }
    }

    #[test]
    fn what_is_not_on_the_list_is_refused_under_any_name() {
        let heads: [&[u8]; 18] = [
            b"PK\x03\x04",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html><script>",
            b"  \n<html>",
            b"\xef\xbb\xbf<script>",
            b"#!/bin/sh\n",
            b"%PDF-1.7",
            b"{\"a\":1}",
            b"MZ\x90\0",
            b"\x7fELF",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftypavif",
            b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska",
            b"BM\x36\0",
            b"ttcf\0\x01",
            b"\xff\xff\xff\xff",
            b"a\0b,c",
        ];
        for head in heads {
            for name in ["a.csv", "a.png", "a.mp4", "a", "a.srt", "a.svg"] {
                assert_eq!(sniff(head, name, ""), Err(Refusal::Unsupported), "{head:?} as {name}");
            }
        }
        assert_eq!(sniff(b"", "a.png", "image/png"), Err(Refusal::Empty));
    }

    #[test]
    fn name_and_type_must_agree_with_the_bytes() {
        let png = b"\x89PNG\r\n\x1a\n";
        for (name, media_type) in
            [("a.jpg", "image/png"), ("a.png", "image/jpeg"), ("a.png", "text/html"), ("a", "image/png"), ("png", ""), ("a.png.html", "image/png")]
        {
            assert_eq!(sniff(png, name, media_type), Err(Refusal::Disagrees { found: Png }), "{name} {media_type}");
        }
        assert_eq!(sniff(b"\0\0\0\x18ftypqt  ", "a.mp4", "video/mp4"), Err(Refusal::Disagrees { found: Mov }));
    }

    #[test]
    fn a_character_cut_by_the_head_is_no_fault_but_a_wrong_one_is() {
        let mut head = vec![b'a'; HEAD - 1];
        head.push(0xe6);
        assert_eq!(sniff(&head, "a.csv", "text/csv"), Ok(Csv));
        head[10] = 0xff;
        assert_eq!(sniff(&head, "a.csv", "text/csv"), Err(Refusal::Unsupported));
        assert_eq!(sniff(b"a,\xe6", "a.csv", "text/csv"), Err(Refusal::Unsupported));
    }
}
