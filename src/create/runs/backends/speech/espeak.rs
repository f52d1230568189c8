//! espeak-ng, started once for each line.

use super::{Wave, trouble};
use crate::create::runs::backends::outcome::{Class, Trouble};
use crate::platform::programs::{self, Call};
use std::path::Path;
use std::time::Duration;

pub const PROGRAM: &str = "espeak-ng";

/// It speaks a hundred times faster than a person.
const LIMIT: Duration = Duration::from_secs(60);
/// Words a minute: a little slower than its default, for people who read captions along with it.
const PACE: &str = "165";

/// Speaks one line into `folder/stem.wav` and reads it back.
pub async fn say(folder: &Path, stem: &str, voice: &str, line: &str) -> Result<Wave, Trouble> {
    let words = super::speakable(line);
    if !words.chars().any(char::is_alphanumeric) {
        return Ok(Wave::silence(0));
    }
    let file = format!("{stem}.wav");
    let args = ["-v", voice, "-b", "1", "-s", PACE, "--stdin", "-w", &file];
    let call = Call { program: PROGRAM, args: &args, input: words.as_bytes(), folder, limit: LIMIT };
    programs::run(call).await.map_err(|failure| trouble(&failure))?;
    read(&folder.join(file)).await
}

/// What a program wrote.
pub async fn read(path: &Path) -> Result<Wave, Trouble> {
    let bytes = tokio::fs::read(path).await.map_err(|error| Trouble::saying(Class::Program, &format!("no sound was written: {error}")))?;
    Wave::read(&bytes).ok_or_else(|| Trouble::saying(Class::Program, "the sound is of a form that is not known here"))
}

/// How it would pronounce a text, in its own notation.
#[cfg(test)]
pub async fn phonemes(voice: &str, line: &str) -> String {
    let args = ["-v", voice, "-b", "1", "--stdin", "-q", "-x"];
    let call = Call { program: PROGRAM, args: &args, input: line.as_bytes(), folder: Path::new("/"), limit: LIMIT };
    programs::run(call).await.unwrap().out
}
