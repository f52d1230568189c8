//! What a film is drawn from: one shot a spoken line, each with the key under which it is kept. Pure.

use crate::create::runs::backends::adapter::{Ask, Frame};
use crate::create::runs::backends::sketch::Language;
use crate::create::runs::backends::speech;
use crate::create::runs::script::spoken;
use sha2::{Digest, Sha256};

/// Frames a second.
pub const FPS: u64 = 24;
/// Counted up when shots are drawn in another way: what is kept of the old way is drawn again.
const VERSION: &str = "preview 1";
/// A shot without a voice is shown as long as reading takes: letters, or characters that are a word, a second.
const LETTERS: f64 = 15.0;
const CHARACTERS: f64 = 5.0;

/// The size of a film in pixels, even on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
}

impl Screen {
    /// Upright, square or wide, whichever the ratio is nearest to.
    pub fn of(frame: &Frame) -> Screen {
        let (width, height) = match frame.ratio() {
            (w, h) if w * 5 < h * 4 => (540, 960),
            (w, h) if w * 4 > h * 5 => (960, 540),
            _ => (720, 720),
        };
        Screen { width, height }
    }
}

/// One spoken line and what is seen meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    pub line: String,
    /// In the second language; may be empty
    pub second: String,
    /// None: silence
    pub voice: Option<String>,
    pub picture: Picture,
    /// SHA-256 of everything it is drawn from
    pub key: [u8; 32],
}

#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    Card {
        language: Language,
        seed: u64,
    },
    /// A picture that was chosen, by its place among the references
    Given {
        place: usize,
        digest: [u8; 32],
    },
}

impl Shot {
    /// Frames for reading it in silence, at least a second.
    pub fn silent_frames(&self) -> u64 {
        let seconds = |text: &str| {
            let (wide, letters) = text
                .chars()
                .filter(|c| c.is_alphanumeric())
                .fold((0, 0), |(wide, letters), c| if ('\u{2e80}'..='\u{d7ff}').contains(&c) { (wide + 1, letters) } else { (wide, letters + 1) });
            f64::from(wide) / CHARACTERS + f64::from(letters) / LETTERS
        };
        let seconds = seconds(&self.line).max(seconds(&self.second)).clamp(1.0, 60.0);
        (seconds * FPS as f64).ceil() as u64
    }

    /// The camera comes nearer, or draws back.
    pub fn comes_nearer(&self) -> bool {
        match &self.picture {
            Picture::Card { seed, .. } => seed % 2 == 0,
            Picture::Given { digest, .. } => digest.first().is_some_and(|byte| byte % 2 == 0),
        }
    }
}

/// The shots of a film. `speaks`: there is a program that speaks.
pub fn of(ask: &Ask, speaks: bool) -> Vec<Shot> {
    let lines = spoken(&ask.prompt);
    let seconds = second(&ask.frame, lines.len());
    let asked = ask.frame.voice.trim();
    let voice = if asked.is_empty() { speech::voice(&ask.locale) } else { Some(asked).filter(|name| speech::is_name(name)) };
    let voice = voice.filter(|_| speaks);
    let pictures: Vec<[u8; 32]> = ask.references.iter().map(|reference| Sha256::digest(&reference.bytes).into()).collect();
    let with_key = |(place, line): (usize, String)| {
        let second = seconds.get(place).cloned().unwrap_or_default();
        let picture = match pictures.get(place) {
            Some(digest) => Picture::Given { place, digest: *digest },
            None => Picture::Card { language: Language::of(&ask.locale), seed: seed(&line) },
        };
        let mut shot = Shot { line, second, voice: voice.map(str::to_owned), picture, key: [0; 32] };
        shot.key = key(&shot, ask);
        shot
    };
    lines.into_iter().enumerate().map(with_key).collect()
}

/// The lines of the second language: line by line as they stand when there are as many, else in the order they are said.
fn second(frame: &Frame, count: usize) -> Vec<String> {
    let text = frame.second_lines.trim_end();
    if text.lines().count() == count { text.lines().map(|line| spoken(line).join(" ")).collect() } else { spoken(text) }
}

/// A card keeps its looks while its line stays, wherever the line stands.
fn seed(line: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(line).into();
    digest.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

fn key(shot: &Shot, ask: &Ask) -> [u8; 32] {
    let screen = Screen::of(&ask.frame);
    let size = format!("{}x{}@{FPS}", screen.width, screen.height);
    let picture = match &shot.picture {
        Picture::Card { language, seed } => format!("card {language:?} {seed}"),
        Picture::Given { digest, .. } => format!("picture {}", hex::encode(digest)),
    };
    let second_locale = if shot.second.is_empty() { "" } else { &ask.frame.second_locale };
    let parts = [VERSION, &size, &ask.locale, &shot.line, second_locale, &shot.second, shot.voice.as_deref().unwrap_or_default(), &picture];
    let mut hash = Sha256::new();
    for part in parts {
        // With their lengths, so that no two lists of parts read alike.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::Reference;

    fn ask(prompt: &str, second: &str) -> Ask {
        let frame = Frame { second_locale: "vi".into(), second_lines: second.into(), ..Frame::default() };
        Ask { prompt: prompt.into(), locale: "zh-Hans".into(), frame, ..Ask::default() }
    }

    fn keys(ask: &Ask) -> Vec<[u8; 32]> {
        of(ask, true).into_iter().map(|shot| shot.key).collect()
    }

    #[test]
    fn a_shot_is_a_spoken_line_with_its_second() {
        let shots = of(&ask("0:00 锣鼓一响\n[近景]\n红脸的人\n", "Tiếng trống vang\nNgười mặt đỏ"), true);
        let said: Vec<_> = shots.iter().map(|shot| (shot.line.as_str(), shot.second.as_str(), shot.voice.as_deref())).collect();
        assert_eq!(said, [("锣鼓一响", "Tiếng trống vang", Some("cmn-latn-pinyin")), ("红脸的人", "Người mặt đỏ", Some("cmn-latn-pinyin"))]);
        // A line that is not translated yet keeps its place.
        let shots = of(&ask("一\n二\n三", "một\n\nba"), true);
        assert_eq!(shots.iter().map(|shot| shot.second.as_str()).collect::<Vec<_>>(), ["một", "", "ba"]);
        assert!(of(&ask("", "một"), true).is_empty());
    }

    #[test]
    fn a_key_changes_with_what_is_drawn_and_with_nothing_else() {
        let before = ask("一\n二\n三", "một\nhai\nba");
        let (kept, other) = (keys(&before), |ask: Ask| keys(&ask));
        assert_eq!(kept.len(), 3);
        assert_eq!(other(Ask { seed: 7, key: "another run".into(), count: 9, ..before.clone() }), kept, "a run is asked again");
        let edited = other(ask("一\n二二\n三", "một\nhai\nba"));
        assert!(edited[0] == kept[0] && edited[1] != kept[1] && edited[2] == kept[2]);
        let inserted = other(ask("一\n新\n二\n三", "một\nmới\nhai\nba"));
        assert_eq!([inserted[0], inserted[2], inserted[3]], [kept[0], kept[1], kept[2]]);
        let translated = other(ask("一\n二\n三", "một\nhai\nbốn"));
        assert!(translated[..2] == kept[..2] && translated[2] != kept[2]);
        let mut wide = before.clone();
        wide.frame.aspect = "16:9".into();
        let mut south = before.clone();
        south.frame.voice = "vi-vn-x-south".into();
        let pictured = Ask {
            references: vec![Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: (&b"a"[..]).into() }],
            ..before.clone()
        };
        for changed in [wide, south, Ask { locale: "zh-HK".into(), ..before.clone() }] {
            assert!(other(changed).iter().zip(&kept).all(|(now, before)| now != before));
        }
        let pictured = other(pictured);
        assert!(pictured[0] != kept[0] && pictured[1..] == kept[1..]);
        let silent: Vec<_> = of(&before, false).into_iter().map(|shot| shot.key).collect();
        assert!(silent.iter().zip(&kept).all(|(now, before)| now != before));
    }

    #[test]
    fn screens_are_upright_square_or_wide() {
        for (aspect, size) in
            [("", (540, 960)), ("9:16", (540, 960)), ("4:5", (720, 720)), ("1:1", (720, 720)), ("16:9", (960, 540)), ("2:3", (540, 960))]
        {
            let screen = Screen::of(&Frame { aspect: aspect.into(), ..Frame::default() });
            assert_eq!((screen.width, screen.height), size, "{aspect}");
        }
    }

    #[test]
    fn silence_is_as_long_as_reading() {
        let frames = |line: &str, second: &str| of(&ask(line, second), false)[0].silent_frames();
        assert_eq!(frames("一", ""), FPS);
        assert_eq!(frames(&"戏".repeat(10), ""), 2 * FPS);
        assert_eq!(frames("一", &"a".repeat(45)), 3 * FPS);
        assert_eq!(frames(&"戏".repeat(9_000), ""), 60 * FPS);
    }
}
