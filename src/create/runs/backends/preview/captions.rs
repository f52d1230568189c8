//! Captions of a shot: broken into rows, shown a few rows at a time, written as ASS for the film and as WebVTT beside it.
//!
//! They stay above the bottom fifth and left of the right eighth of the picture, where platforms put their own signs. Rows
//! are broken here and not by the renderer. ASS has no escape of its own: a brace opens commands unless a backslash stands
//! before it, and a backslash means something only together with what follows, so a word joiner parts them.

use super::breaks::{Piece, narrow, pieces};
use super::fonts::Typeface;
use super::shots::{FPS, Screen};
use std::fmt::Write as _;

/// Rows of each language that are shown at once.
const ROWS_UPRIGHT: usize = 3;
const ROWS_WIDE: usize = 2;

/// A line in one language and the font it is set in.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub text: String,
    pub face: Typeface,
}

/// What is seen at once, in frames from the beginning of the shot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    pub from: u64,
    pub to: u64,
    pub rows: [Vec<String>; 2],
}

/// Sizes that follow from the screen, in pixels.
struct Block {
    /// Of letters: an em, for the first and the second language
    em: [f32; 2],
    left: f32,
    right: f32,
    bottom: f32,
    /// Of the dark box around the words, which keeps them readable on any picture
    padding: f32,
    rows: usize,
    width: f32,
}

impl Block {
    fn of(screen: Screen) -> Block {
        let (width, height) = (screen.width as f32, screen.height as f32);
        let unit = width.min(height) / 540.0;
        let padding = 11.0 * unit;
        let (left, right) = ((width * 0.12 - 24.0 * unit).max(width * 0.07) + padding, width * 0.12 + padding);
        let is_upright = height > width;
        Block {
            em: if is_upright { [37.0, 26.0] } else { [33.0 * unit.min(1.15), 24.0 * unit.min(1.15)] },
            left,
            right,
            bottom: height * 0.2 + padding,
            padding,
            rows: if is_upright { ROWS_UPRIGHT } else { ROWS_WIDE },
            width: width - left - right,
        }
    }
}

/// Divides what is said in a shot of so many frames: as many cues as it takes, each as long as its share of the line.
pub fn cues(screen: Screen, words: [&Words; 2], frames: u64) -> Vec<Cue> {
    let block = Block::of(screen);
    let lines = [0, 1].map(|at| Line::of(words[at], block.width / block.em[at]));
    let most = lines.iter().map(|line| line.pieces.len()).max().unwrap_or(0).max(1);
    let (mut count, mut shares) = (1, lines.each_ref().map(|line| line.shares(1)));
    while count < most && shares.iter().zip(&lines).any(|(parts, line)| parts.iter().any(|part| line.rows(part).len() > block.rows)) {
        count += 1;
        shares = lines.each_ref().map(|line| line.shares(count));
    }
    let [first, second] = &shares;
    let spoken = if lines[0].pieces.is_empty() { (second, &lines[1]) } else { (first, &lines[0]) };
    let widths: Vec<f32> = spoken.0.iter().map(|part| spoken.1.width(part)).collect();
    let whole = widths.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let (mut cues, mut said, mut from) = (Vec::with_capacity(count), 0.0, 0);
    for (at, width) in widths.iter().enumerate() {
        said += width;
        let to = if at + 1 == count { frames } else { ((said / whole) * frames as f32).round() as u64 };
        let rows = [(first, &lines[0]), (second, &lines[1])].map(|(parts, line)| parts.get(at).map(|part| line.rows(part)).unwrap_or_default());
        if to > from && rows.iter().any(|rows| !rows.is_empty()) {
            cues.push(Cue { from, to, rows });
        }
        from = to.max(from);
    }
    cues
}

/// A line in pieces, and the room it has, in em.
struct Line<'a> {
    face: &'a Typeface,
    pieces: Vec<Piece>,
    room: f32,
}

impl<'a> Line<'a> {
    fn of(words: &'a Words, room: f32) -> Line<'a> {
        let drawn: String = words.text.chars().filter(|c| c.is_whitespace() || words.face.draws(*c)).collect();
        let pieces = narrow(pieces(&drawn), |text| words.face.width(text) <= room);
        Line { face: &words.face, pieces, room }
    }

    fn width(&self, part: &[Piece]) -> f32 {
        part.iter().enumerate().map(|(at, piece)| self.wide(piece, at == 0)).sum()
    }

    fn wide(&self, piece: &Piece, opens: bool) -> f32 {
        self.face.width(&piece.text) + if piece.space && !opens { self.face.width(" ") } else { 0.0 }
    }

    /// So many parts of about the same width, parted after a mark where one is near.
    fn shares(&self, count: usize) -> Vec<Vec<Piece>> {
        let whole = self.width(&self.pieces);
        let (mut parts, mut rest) = (Vec::with_capacity(count), self.pieces.as_slice());
        for left in (1..=count).rev() {
            let end = if left == 1 { rest.len() } else { self.end(rest, whole / count as f32) };
            let (part, after) = rest.split_at(end.min(rest.len()));
            parts.push(part.to_vec());
            rest = after;
        }
        parts
    }

    /// How many pieces come nearest to this width, a mark being worth a third of it.
    fn end(&self, rest: &[Piece], target: f32) -> usize {
        let (mut reached, mut best) = (0.0, (f32::MAX, 0));
        for (at, piece) in rest.iter().enumerate() {
            reached += self.wide(piece, at == 0);
            let closes = piece.text.ends_with(|c: char| "，。；：！？、,.;:!?…—។။ฯ".contains(c));
            let distance = (reached - target).abs() + if closes { 0.0 } else { target / 3.0 };
            if distance < best.0 {
                best = (distance, at + 1);
            }
        }
        best.1
    }

    /// Rows as even as they can be without getting more.
    fn rows(&self, part: &[Piece]) -> Vec<String> {
        let mut rows = self.filled(part, self.room);
        let mut room = self.room;
        while rows.len() > 1 && room > self.room * 0.5 {
            room *= 0.96;
            let tried = self.filled(part, room);
            if tried.len() > rows.len() || part.iter().any(|piece| self.face.width(&piece.text) > room) {
                break;
            }
            rows = tried;
        }
        rows
    }

    fn filled(&self, part: &[Piece], room: f32) -> Vec<String> {
        let (mut rows, mut filled): (Vec<String>, f32) = (Vec::new(), 0.0);
        for piece in part {
            let wide = self.wide(piece, false);
            match rows.last_mut() {
                Some(row) if filled + wide <= room => {
                    if piece.space {
                        row.push(' ');
                    }
                    row.push_str(&piece.text);
                    filled += wide;
                }
                _ => {
                    rows.push(piece.text.clone());
                    filled = self.wide(piece, true);
                }
            }
        }
        rows
    }
}

/// The captions of a shot for the renderer.
pub fn ass(screen: Screen, words: [&Words; 2], cues: &[Cue]) -> String {
    let block = Block::of(screen);
    let mut out = format!(
        "[Script Info]\nScriptType: v4.00+\nPlayResX: {}\nPlayResY: {}\nWrapStyle: 2\nScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n\
         [V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, \
         ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n",
        screen.width, screen.height
    );
    for (at, (name, colour)) in [("First", "&H00FFFFFF"), ("Second", "&H00B8ECFF")].into_iter().enumerate() {
        let family = words[at].face.family.replace([',', '\n'], " ");
        let size = block.em[at] * words[at].face.line.max(1.0);
        let _ = writeln!(
            out,
            "Style: {name},{family},{size:.1},{colour},{colour},&H00181C1A,&H38181C1A,-1,0,0,0,100,100,0,0,4,0,{:.1},2,{:.0},{:.0},{:.0},1",
            block.padding, block.left, block.right, block.bottom
        );
    }
    out.push_str("\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n");
    for (at, cue) in cues.iter().enumerate() {
        // The last one outlasts the shot, so that rounding never leaves its last frame bare.
        let to = if at + 1 == cues.len() { cue.to + FPS } else { cue.to };
        let rows = |rows: &[String]| rows.iter().map(|row| escaped(row)).collect::<Vec<_>>().join("\\N");
        let [first, second] = [rows(&cue.rows[0]), rows(&cue.rows[1])];
        let gap = if first.is_empty() || second.is_empty() { "" } else { "\\N{\\fs6}\\h\\N" };
        let _ = writeln!(out, "Dialogue: 0,{},{},First,,0,0,0,,{first}{gap}{{\\rSecond}}{second}", ass_time(cue.from), ass_time(to));
    }
    out
}

/// Hours, minutes, seconds and hundredths, cut down so that no cue begins after its frame.
fn ass_time(frames: u64) -> String {
    let hundredths = frames * 100 / FPS;
    format!("{}:{:02}:{:02}.{:02}", hundredths / 360_000, hundredths / 6_000 % 60, hundredths / 100 % 60, hundredths % 100)
}

/// Text that is drawn as it stands.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' => out.push_str("\\{"),
            '}' => out.push_str("\\}"),
            '\\' => out.push_str("\\\u{2060}"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The captions of one language of a whole film: each shot's cues and the frame it begins at.
pub fn vtt<'a>(shots: impl Iterator<Item = (u64, &'a [Cue])>, language: usize) -> String {
    let mut out = "WEBVTT\n".to_owned();
    for (start, cues) in shots {
        for cue in cues {
            let Some(rows) = cue.rows.get(language).filter(|rows| !rows.is_empty()) else { continue };
            let text = rows.join("\n").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _ = write!(out, "\n{} --> {}\n{text}\n", vtt_time(start + cue.from), vtt_time(start + cue.to));
        }
    }
    out
}

fn vtt_time(frames: u64) -> String {
    let ms = frames * 1_000 / FPS;
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPRIGHT: Screen = Screen { width: 540, height: 960 };

    /// A font whose letters are half an em wide, and an em where they are Chinese.
    fn words(text: &str) -> Words {
        let face = Typeface::of("Test", text.chars().chain(" ".chars()).map(|c| (c, if c.is_ascii() { 0.5 } else { 1.0 })));
        Words { text: text.to_owned(), face }
    }

    #[test]
    fn no_text_is_a_command() {
        for (text, expected) in [
            ("{\\pos(0,0)}", "\\{\\\u{2060}pos(0,0)\\}"),
            ("a\\Nb", "a\\\u{2060}Nb"),
            ("it's: 100% [x]", "it's: 100% [x]"),
            ("a\nDialogue: 0", "a Dialogue: 0"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
        let written = ass(UPRIGHT, [&words("a"), &words("b")], &[Cue { from: 0, to: 24, rows: [vec!["{\\i1}\n".into()], vec![]] }]);
        assert_eq!(written.lines().filter(|line| line.starts_with("Dialogue")).count(), 1);
        assert!(written.ends_with("Dialogue: 0,0:00:00.00,0:00:02.00,First,,0,0,0,,\\{\\\u{2060}i1\\} {\\rSecond}\n"), "{written}");
    }

    #[test]
    fn times_are_counted_from_frames() {
        for (frames, hundredths, ms) in
            [(0, "0:00:00.00", "00:00:00.000"), (1, "0:00:00.04", "00:00:00.041"), (24 * 3_661 + 12, "1:01:01.50", "01:01:01.500")]
        {
            assert_eq!((ass_time(frames).as_str(), vtt_time(frames).as_str()), (hundredths, ms), "{frames}");
        }
    }

    #[test]
    fn a_short_line_is_seen_at_once_and_a_long_one_in_parts() {
        let none = words("");
        let short = cues(UPRIGHT, [&words("红脸的人从不说谎"), &none], 60);
        assert_eq!(short, [Cue { from: 0, to: 60, rows: [vec!["红脸的人从不说谎".into()], vec![]] }]);
        // Rows come out even, not eleven and three.
        assert_eq!(cues(UPRIGHT, [&words("红脸的人从不说谎白脸的人笑着"), &none], 60)[0].rows[0], ["红脸的人从不说", "谎白脸的人笑着"]);
        let long = "红脸的人从不说谎，白脸的人总是笑着。".repeat(6);
        let second = "The red face never lies and the white one always smiles. ".repeat(6);
        let parts = cues(UPRIGHT, [&words(&long), &words(&second)], 480);
        assert!(parts.len() > 2, "{parts:?}");
        let block = Block::of(UPRIGHT);
        for (at, cue) in parts.iter().enumerate() {
            assert!(cue.from < cue.to && (at == 0) == (cue.from == 0));
            assert!(cue.rows.iter().all(|rows| !rows.is_empty() && rows.len() <= ROWS_UPRIGHT), "{cue:?}");
            assert!(cue.rows[0].iter().all(|row| words(&long).face.width(row) * block.em[0] <= block.width), "{cue:?}");
            assert!(cue.rows[1].iter().all(|row| words(&second).face.width(row) * block.em[1] <= block.width), "{cue:?}");
        }
        assert_eq!(parts.last().unwrap().to, 480);
        assert_eq!(parts.iter().flat_map(|cue| cue.rows[0].concat().chars().collect::<Vec<_>>()).collect::<String>(), long);
        let said: Vec<String> = parts.iter().flat_map(|cue| cue.rows[1].clone()).collect();
        assert_eq!(said.join(" "), second.trim());
    }

    #[test]
    fn captions_stay_where_platforms_leave_room() {
        for screen in [UPRIGHT, Screen { width: 720, height: 720 }, Screen { width: 960, height: 540 }] {
            let block = Block::of(screen);
            let (width, height) = (screen.width as f32, screen.height as f32);
            assert!(block.bottom >= height * 0.2 && block.right >= width * 0.12 && block.left >= width * 0.05);
            let highest = block.bottom + block.rows as f32 * (block.em[0] + block.em[1]) * 1.5;
            assert!(highest < height * 0.75, "{screen:?}: {highest}");
        }
    }

    #[test]
    fn both_languages_have_their_file() {
        let shot = |from, to, first: &str, second: &str| {
            let rows = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
            vec![Cue { from, to, rows: [rows(first), rows(second)] }]
        };
        let (one, two) = (shot(0, 36, "一 --> <b>&", "một"), shot(0, 24, "二", ""));
        let film = || [(0, one.as_slice()), (36, two.as_slice())].into_iter();
        assert_eq!(vtt(film(), 0), "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n一 --&gt; &lt;b&gt;&amp;\n\n00:00:01.500 --> 00:00:02.500\n二\n");
        assert_eq!(vtt(film(), 1), "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nmột\n");
    }
}
