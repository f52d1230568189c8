//! What a platform takes at most, as data with a date: these figures move every year.

use super::payload::Payload;
use unicode_segmentation::UnicodeSegmentation;

/// In what a platform counts a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values
    Characters,
    /// What a reader sees as one character
    Graphemes,
    /// UTF-16 code units
    Utf16,
    /// Unicode scalar values, each address counted as this many
    Links(usize),
}

/// So many at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    pub most: usize,
    pub unit: Unit,
}

impl Most {
    pub const fn characters(most: usize) -> Most {
        Most { most, unit: Unit::Characters }
    }

    /// How long a text is to this platform.
    pub fn count(self, text: &str) -> usize {
        match self.unit {
            Unit::Characters => text.chars().count(),
            Unit::Graphemes => text.graphemes(true).count(),
            Unit::Utf16 => text.encode_utf16().count(),
            Unit::Links(each) => {
                let links = super::payload::links(text);
                let written: usize = links.iter().map(|link| link.chars().count() * text.matches(link.as_str()).count()).sum();
                let counted: usize = links.iter().map(|link| each * text.matches(link.as_str()).count()).sum();
                text.chars().count() - written + counted
            }
        }
    }

    pub fn is_over(self, text: &str) -> bool {
        self.count(text) > self.most
    }
}

/// What a post on a platform may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// When these figures were read, as `2026-11`.
    pub as_of: &'static str,
    /// A field of its own for the title; `None` where there is none.
    pub title: Option<Most>,
    pub text: Most,
    /// The text beside a file, where that is less.
    pub text_with_media: Option<Most>,
    pub images: usize,
    pub videos: usize,
    /// Both together.
    pub files: usize,
    /// Images and a video cannot go together.
    pub one_kind: bool,
    /// A post without a file is none.
    pub needs_media: bool,
    /// A post without a video is none.
    pub needs_video: bool,
    /// Bytes of one picture and of one video.
    pub image_bytes: Option<i64>,
    pub video_bytes: Option<i64>,
    pub video_ms: Option<(i64, i64)>,
    /// Types of pictures it takes; empty: any that we keep.
    pub image_types: &'static [&'static str],
}

impl Limits {
    /// Anything goes: a program of one's own, a person, the invented audience.
    pub const NONE: Limits = Limits {
        as_of: "",
        title: None,
        text: Most::characters(usize::MAX),
        text_with_media: None,
        images: usize::MAX,
        videos: usize::MAX,
        files: usize::MAX,
        one_kind: false,
        needs_media: false,
        needs_video: false,
        image_bytes: None,
        video_bytes: None,
        video_ms: None,
        image_types: &[],
    };
}

/// One thing the platform would refuse, said beside the field it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `title`, `caption` or `media`
    pub field: &'static str,
    /// The key of its sentence
    pub key: &'static str,
    /// What it is now, and what it may be
    pub now: String,
    pub most: String,
}

/// A file as limits look at it.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub mime: String,
    pub bytes: i64,
    pub duration_ms: Option<i64>,
}

impl Limits {
    /// What this platform would refuse of a post; `text` is the post as it would be shown.
    pub fn problems(&self, payload: &Payload, text: &str, files: &[Measured]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |field, key, now: String, most: String| problems.push(Problem { field, key, now, most });
        if let Some(title) = self.title.filter(|most| most.is_over(&payload.title)) {
            wrong("title", "limits-title", title.count(&payload.title).to_string(), title.most.to_string());
        }
        let of = |kind: &str| files.iter().filter(|file| file.mime.starts_with(kind)).count();
        let (images, videos) = (of("image/"), of("video/"));
        let (most, key) = match self.text_with_media.filter(|_| images + videos > 0) {
            Some(most) => (most, "limits-text-with-media"),
            None => (self.text, "limits-text"),
        };
        if most.is_over(text) {
            wrong("caption", key, most.count(text).to_string(), most.most.to_string());
        }
        if images > self.images {
            wrong("media", "limits-images", images.to_string(), self.images.to_string());
        }
        if videos > self.videos {
            wrong("media", "limits-videos", videos.to_string(), self.videos.to_string());
        }
        if images + videos > self.files {
            wrong("media", "limits-files", (images + videos).to_string(), self.files.to_string());
        }
        if self.one_kind && images > 0 && videos > 0 {
            wrong("media", "limits-one-kind", images.to_string(), videos.to_string());
        }
        if self.needs_video && videos == 0 {
            wrong("media", "limits-needs-video", String::new(), String::new());
        }
        if self.needs_media && images + videos == 0 {
            wrong("media", "limits-needs-media", String::new(), String::new());
        }
        if !self.needs_media && !self.needs_video && text.trim().is_empty() && images + videos == 0 {
            wrong("caption", "limits-nothing", String::new(), String::new());
        }
        for file in files {
            let is_video = file.mime.starts_with("video/");
            let bytes = if is_video { self.video_bytes } else { self.image_bytes };
            if let Some(most) = bytes.filter(|most| file.bytes > *most) {
                wrong("media", "limits-bytes", megabytes(file.bytes), megabytes(most));
            }
            let length = file.duration_ms.filter(|_| is_video);
            if let Some(((least, most), length)) = self.video_ms.zip(length)
                && !(least..=most).contains(&length)
            {
                wrong("media", "limits-length", seconds(length), format!("{}–{}", seconds(least), seconds(most)));
            }
            if file.mime.starts_with("image/") && !self.image_types.is_empty() && !self.image_types.contains(&file.mime.as_str()) {
                wrong("media", "limits-type", file.mime.clone(), self.image_types.join(", "));
            }
        }
        problems
    }
}

fn megabytes(bytes: i64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

fn seconds(ms: i64) -> String {
    format!("{}", (ms + 999) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        title: Some(Most::characters(5)),
        text: Most { most: 10, unit: Unit::Graphemes },
        images: 1,
        videos: 1,
        one_kind: true,
        image_bytes: Some(1_000_000),
        video_ms: Some((3_000, 90_000)),
        image_types: &["image/jpeg"],
        ..Limits::NONE
    };

    fn payload(title: &str) -> Payload {
        Payload { title: title.into(), ..Payload::default() }
    }

    fn file(mime: &str, bytes: i64, duration_ms: Option<i64>) -> Measured {
        Measured { mime: mime.into(), bytes, duration_ms }
    }

    #[test]
    fn texts_are_counted_as_each_platform_counts() {
        let text = "👩‍👩‍👧 戏曲 é https://a.example/long/address";
        for (unit, wanted) in [(Unit::Characters, 41), (Unit::Graphemes, 37), (Unit::Utf16, 44), (Unit::Links(23), 34)] {
            assert_eq!(Most { most: 0, unit }.count(text), wanted, "{unit:?}");
        }
    }

    #[test]
    fn what_a_platform_would_refuse_is_said_before() {
        let keys = |title: &str, text: &str, files: &[Measured]| -> Vec<&str> {
            LIMITS.problems(&payload(title), text, files).iter().map(|problem| problem.key).collect()
        };
        assert!(keys("title", "ten chars!", &[file("image/jpeg", 10, None)]).is_empty());
        assert_eq!(keys("longer", "eleven char", &[]), ["limits-title", "limits-text"]);
        assert_eq!(keys("", " ", &[]), ["limits-nothing"]);
        let both = [file("image/png", 2_000_000, None), file("video/mp4", 5, Some(91_000))];
        assert_eq!(keys("", "a", &both), ["limits-one-kind", "limits-bytes", "limits-type", "limits-length"]);
        assert_eq!(keys("", "a", &[file("image/jpeg", 1, None), file("image/jpeg", 1, None)]), ["limits-images"]);
        let needing = Limits { needs_media: true, ..Limits::NONE };
        assert_eq!(needing.problems(&payload(""), "", &[]).len(), 1);
        let filming = Limits { needs_video: true, ..Limits::NONE };
        assert_eq!(filming.problems(&payload(""), "", &[file("image/png", 1, None)])[0].key, "limits-needs-video");
        assert!(filming.problems(&payload(""), "", &[file("video/mp4", 1, None)]).is_empty());
    }
}
