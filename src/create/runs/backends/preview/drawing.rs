//! Draws a film with ffmpeg: one call a shot, one to join them.
//!
//! While one shot is encoded the next one is prepared: spoken, its card drawn, its captions set. A shot is H.264 beside
//! plain samples, exactly as long as its frames, so that joining copies the picture, encodes the sound once and parts
//! neither. One encoder works at a time in the whole house.

use super::captions::{self, Cue, Words};
use super::fonts;
use super::shots::{self, FPS, Picture, Screen, Shot};
use crate::create::runs::backends::adapter::{Ask, Desk};
use crate::create::runs::backends::outcome::{Class, Made, Product, Source, Trouble, Used};
use crate::create::runs::backends::sketch::{self, Card};
use crate::create::runs::backends::speech::{self, Wave, trouble};
use crate::platform::media::{Kind, length_ms};
use crate::platform::programs::{self, Call};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tokio::sync::Semaphore;

pub const PROGRAM: &str = "ffmpeg";
const SPEAKER: &str = "espeak-ng";

/// Most shots of one film.
const SHOTS: usize = 200;
/// Longest film, in frames: ten minutes.
const LONGEST: u64 = 600 * FPS;
/// The picture is drawn larger than the film by this, so that a slow movement does not stutter from pixel to pixel.
const LARGER: f32 = 1.5;
/// Samples a second of the film, a whole number of them in each frame.
const RATE: u64 = 48_000;
/// Time for one call of ffmpeg: this, and so much for every second of film. A phone-sized machine needs a tenth.
const LIMIT: u64 = 60;
const LIMIT_A_SECOND: u64 = 10;

static ENCODER: Semaphore = Semaphore::const_new(1);

/// Whether there is a voice on this machine.
pub fn speaks() -> bool {
    programs::found(SPEAKER).is_some()
}

/// A shot that lies in the folder.
struct Taken {
    file: String,
    frames: u64,
    cues: Vec<Cue>,
    /// Drawn just now
    fresh: bool,
    /// Signs that no font on this machine has
    missing: String,
}

/// A shot before it is encoded.
struct Ready {
    taken: Taken,
    voice_file: Option<String>,
}

pub async fn film(desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let shots = shots::of(ask, speaks());
    if shots.is_empty() || shots.len() > SHOTS {
        let class = if shots.is_empty() { Class::Refused } else { Class::TooLong };
        return Err(Trouble::saying(class, &format!("{} shots; 1 to {SHOTS} can be drawn", shots.len())));
    }
    // A line that is said twice is drawn once.
    let mut order = Vec::with_capacity(shots.len());
    let mut different: Vec<&Shot> = Vec::with_capacity(shots.len());
    for shot in &shots {
        let place = different.iter().position(|known| known.key == shot.key);
        order.push(place.unwrap_or(different.len()));
        if place.is_none() {
            different.push(shot);
        }
    }
    let set = Set { desk, ask, screen: Screen::of(&ask.frame), shots: &different };
    let taken = Box::pin(set.take_all()).await?;
    let film: Vec<(&Shot, &Taken)> = order.iter().filter_map(|place| Some((*different.get(*place)?, taken.get(*place)?))).collect();
    set.join(&film).await?;
    Ok(set.made(&film, &taken))
}

/// Asks ffmpeg for the parts a film needs.
pub async fn test(folder: &Path) -> Result<(), Trouble> {
    let call = Call { program: PROGRAM, args: &["-hide_banner", "-filters"], input: b"", folder, limit: Duration::from_secs(30) };
    let printed = programs::run(call).await.map_err(|failure| trouble(&failure))?;
    // The end of an alphabetical list; captions are drawn by libass, which some builds leave out.
    if !printed.out.contains("zoompan") {
        return Err(Trouble::saying(Class::Program, "this ffmpeg was built without what a film needs"));
    }
    Ok(())
}

struct Set<'a> {
    desk: &'a Desk<'a>,
    ask: &'a Ask,
    screen: Screen,
    /// No two alike
    shots: &'a [&'a Shot],
}

impl Set<'_> {
    /// Every shot, one after the other; the next is prepared while one is encoded.
    async fn take_all(&self) -> Result<Vec<Taken>, Trouble> {
        let mut taken: Vec<Taken> = Vec::with_capacity(self.shots.len());
        let mut next = self.prepare_if_any(0).await?;
        let mut frames = 0;
        while let Some(ready) = next.take() {
            frames += ready.taken.frames;
            if frames > LONGEST {
                return Err(Trouble::saying(Class::TooLong, &format!("longer than {} seconds", LONGEST / FPS)));
            }
            let place = taken.len();
            let (encoded, following) = tokio::join!(self.encode(place, &ready), self.prepare_if_any(place + 1));
            encoded?;
            next = following?;
            taken.push(ready.taken);
            self.desk.steps.send_replace((count(taken.len()), count(self.shots.len())));
        }
        Ok(taken)
    }

    async fn prepare_if_any(&self, place: usize) -> Result<Option<Ready>, Trouble> {
        match self.shots.get(place) {
            Some(shot) => self.prepare(place, shot).await.map(Some),
            None => Ok(None),
        }
    }

    async fn prepare(&self, place: usize, shot: &Shot) -> Result<Ready, Trouble> {
        let kept = self.kept(place, shot).await;
        let (spoken, drawn) = tokio::join!(self.speak(place, shot, kept), self.draw(place, shot, kept.is_some()));
        let (frames, voice_file) = spoken?;
        let [first, second] = drawn?;
        let words = [&first, &second];
        let cues = captions::cues(self.screen, words, frames);
        if kept.is_none() {
            self.write(&format!("captions-{place}.ass"), captions::ass(self.screen, words, &cues).as_bytes()).await?;
        }
        let missing = [first.face.missing, second.face.missing].concat();
        let taken = Taken { file: format!("shot-{place}.mov"), frames, cues, fresh: kept.is_none(), missing };
        Ok(Ready { taken, voice_file })
    }

    /// The length in frames of a shot that was drawn for another film, put into the folder.
    async fn kept(&self, place: usize, shot: &Shot) -> Option<u64> {
        let path = self.desk.shots.get(&shot.key)?;
        let target = self.desk.folder.join(format!("shot-{place}.mov"));
        if tokio::fs::hard_link(path, &target).await.is_err() {
            tokio::fs::copy(path, &target).await.ok()?;
        }
        let length = tokio::task::spawn_blocking(move || length_ms(&target, Kind::Mov)).await.ok()??;
        let frames = (u64::try_from(length).ok()? * FPS + 500) / 1_000;
        (frames > 0).then_some(frames)
    }

    /// How many frames the shot has, and the file of its voice.
    async fn speak(&self, place: usize, shot: &Shot, kept: Option<u64>) -> Result<(u64, Option<String>), Trouble> {
        if let Some(frames) = kept {
            return Ok((frames, None));
        }
        let wave = match &shot.voice {
            Some(voice) => speech::say(self.desk.folder, &format!("voice-{place}"), voice, &shot.line).await?,
            None => Wave::default(),
        };
        if wave.samples.is_empty() {
            return Ok((shot.silent_frames(), None));
        }
        Ok((wave.frames(FPS).max(FPS), Some(format!("voice-{place}.wav"))))
    }

    /// Chooses the fonts, and draws the card or puts the picture that was chosen in its place.
    async fn draw(&self, place: usize, shot: &Shot, is_kept: bool) -> Result<[Words; 2], Trouble> {
        let lines = [(shot.line.clone(), self.ask.locale.clone()), (shot.second.clone(), self.ask.frame.second_locale.clone())];
        let larger = |side: u32| (side as f32 * LARGER) as u32;
        let (width, height) = (larger(self.screen.width), larger(self.screen.height));
        let card = match &shot.picture {
            Picture::Card { language, seed } if !is_kept => Some((*language, *seed)),
            _ => None,
        };
        let work = move || {
            let words = lines.map(|(text, locale)| Words { face: fonts::choose(&text, &locale), text });
            let card = card.map(|(language, seed)| sketch::card(&Card { title: "", subtitle: "", language, seed, width, height })).transpose();
            (words, card)
        };
        let (words, card) = tokio::task::spawn_blocking(work).await.map_err(|error| Trouble::saying(Class::Program, &error.to_string()))?;
        let card = card.map_err(|error| Trouble::saying(Class::Program, &error.to_string()))?;
        let given = match &shot.picture {
            Picture::Given { place, .. } if !is_kept => self.ask.references.get(*place).map(|reference| &reference.bytes[..]),
            _ => None,
        };
        if let Some(bytes) = card.as_deref().or(given) {
            self.write(&format!("picture-{place}"), bytes).await?;
        }
        Ok(words)
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let written = tokio::fs::write(self.desk.folder.join(name), bytes).await;
        written.map_err(|error| Trouble::saying(Class::NotKept, &error.to_string()))
    }

    async fn encode(&self, place: usize, ready: &Ready) -> Result<(), Trouble> {
        let Some(shot) = self.shots.get(place).filter(|_| ready.taken.fresh) else { return Ok(()) };
        let frames = ready.taken.frames;
        let silence = format!("anullsrc=r={RATE}:cl=mono");
        let graph = self.graph(place, shot, frames);
        let picture = format!("picture-{place}");
        let mut args = vec!["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y", "-filter_threads", "2"];
        args.extend(["-protocol_whitelist", "file,pipe", "-i", &picture]);
        match &ready.voice_file {
            Some(file) => args.extend(["-protocol_whitelist", "file,pipe", "-i", file]),
            None => args.extend(["-f", "lavfi", "-i", &silence]),
        }
        // Both streams end by their filters: a count of frames would end the sound with the last picture that was written.
        args.extend(["-filter_complex", &graph, "-map", "[v]", "-map", "[a]"]);
        args.extend(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-threads", "2", "-pix_fmt", "yuv420p"]);
        args.extend(["-video_track_timescale", "24000", "-c:a", "pcm_s16le", "-fflags", "+bitexact", &ready.taken.file]);
        self.ffmpeg(&args, frames).await
    }

    /// Scaled to cover, moved slowly, with its captions; the voice filled up with silence to the last frame.
    fn graph(&self, place: usize, shot: &Shot, frames: u64) -> String {
        let Screen { width, height } = self.screen;
        let (larger, higher) = ((width as f32 * LARGER) as u32, (height as f32 * LARGER) as u32);
        let zoom = if shot.comes_nearer() { format!("1+0.08*on/{frames}") } else { format!("1.08-0.08*on/{frames}") };
        let samples = frames * (RATE / FPS);
        format!(
            "[0:v]trim=end_frame=1,scale={larger}:{higher}:force_original_aspect_ratio=increase:out_color_matrix=bt709:out_range=tv,\
             crop={larger}:{higher},setsar=1,format=yuv420p,\
             zoompan=z='{zoom}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)*0.85':d={frames}:s={width}x{height}:fps={FPS},\
             setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,ass=captions-{place}.ass[v];\
             [1:a]aresample={RATE},apad=whole_len={samples},atrim=end_sample={samples}[a]"
        )
    }

    async fn join(&self, film: &[(&Shot, &Taken)]) -> Result<(), Trouble> {
        let list: String = film.iter().map(|(_, taken)| format!("file {}\n", taken.file)).collect();
        self.write("shots.txt", list.as_bytes()).await?;
        let mut args = vec!["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y"];
        args.extend(["-f", "concat", "-protocol_whitelist", "file,pipe", "-i", "shots.txt", "-map", "0:v:0", "-map", "0:a:0"]);
        args.extend(["-c:v", "copy", "-video_track_timescale", "24000", "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-threads", "2"]);
        args.extend(["-map_metadata", "-1", "-metadata", "comment=template, not AI", "-movflags", "+faststart", "preview.mp4"]);
        self.ffmpeg(&args, length(film)).await
    }

    async fn ffmpeg(&self, args: &[&str], frames: u64) -> Result<(), Trouble> {
        let limit = Duration::from_secs(LIMIT + LIMIT_A_SECOND * (frames / FPS));
        let _turn = ENCODER.acquire().await.map_err(|error| Trouble::saying(Class::Program, &error.to_string()))?;
        let call = Call { program: PROGRAM, args, input: b"", folder: self.desk.folder, limit };
        programs::run(call).await.map(|_| ()).map_err(|failure| trouble(&failure))
    }

    /// The film first, then its captions, then what may be used again.
    fn made(&self, film: &[(&Shot, &Taken)], taken: &[Taken]) -> Made {
        let ms = |frames: u64| i64::try_from(frames * 1_000 / FPS).ok();
        let file = |name: &str, frames: u64, shot: Option<[u8; 32]>| Product {
            source: Source::File(self.desk.folder.join(name)),
            file_name: name.to_owned(),
            duration_ms: ms(frames),
            shot,
        };
        let mut products = vec![file("preview.mp4", length(film), None)];
        products.extend(self.captions(film));
        // A shot that lacks signs is drawn again as soon as there may be a font for them.
        let keepable = self.shots.iter().zip(taken).filter(|(_, taken)| taken.fresh && taken.missing.is_empty());
        products.extend(keepable.map(|(shot, taken)| file(&taken.file, taken.frames, Some(shot.key))));
        let drawn = taken.iter().filter(|shot| shot.fresh).count();
        let missing: BTreeSet<char> = taken.iter().flat_map(|shot| shot.missing.chars()).collect();
        let raw = json!({
            "shots": film.len(),
            "drawn": drawn,
            "used_again": film.len() - drawn,
            "voice": self.shots.first().and_then(|shot| shot.voice.as_deref()),
            "frames": film.iter().map(|(_, taken)| taken.frames).collect::<Vec<_>>(),
            "no_font_has": missing.into_iter().collect::<String>(),
        });
        Made { products, used: Used { ms: ms(length(film)), ..Used::default() }, raw: raw.to_string(), ..Made::default() }
    }

    /// A file for each language, with the times that were measured.
    fn captions(&self, film: &[(&Shot, &Taken)]) -> Vec<Product> {
        let second = Some(self.ask.frame.second_locale.as_str()).filter(|_| film.iter().any(|(shot, _)| !shot.second.is_empty()));
        let languages = [Some(self.ask.locale.as_str()), second];
        let written = |(language, locale): (usize, Option<&str>)| {
            let mut at = 0;
            let starts = film.iter().map(|(_, taken)| {
                at += taken.frames;
                (at - taken.frames, taken.cues.as_slice())
            });
            let locale: String = locale?.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            Some(Product::bytes(captions::vtt(starts, language).into_bytes(), &format!("captions-{locale}.vtt")))
        };
        languages.into_iter().enumerate().filter_map(written).collect()
    }
}

fn count(shots: usize) -> i64 {
    i64::try_from(shots).unwrap_or(i64::MAX)
}

/// In frames.
fn length(film: &[(&Shot, &Taken)]) -> u64 {
    film.iter().map(|(_, taken)| taken.frames).sum()
}
