//! Piper, started once for each line: `piper -m VOICE.onnx -f OUT.wav`, the words on its standard input.

use super::{Wave, espeak::read, trouble};
use crate::create::runs::backends::outcome::{Class, Trouble};
use crate::platform::programs::{self, Call};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

pub const PROGRAM: &str = "piper";

/// A small machine speaks about as fast as a person, and loads the voice first.
const LIMIT: Duration = Duration::from_secs(180);

/// Whether the `piper` of this machine is the one that speaks; a tool for gaming mice has the same name.
pub async fn check(folder: &Path) -> Result<(), Trouble> {
    let call = Call { program: PROGRAM, args: &["--help"], input: b"", folder, limit: Duration::from_secs(30) };
    let printed = programs::run(call).await.map_err(|failure| trouble(&failure))?;
    if speaks(&printed.out) || speaks(&printed.log) {
        return Ok(());
    }
    Err(Trouble::saying(Class::Program, &format!("the piper of this machine does not speak; {}", programs::hint(PROGRAM))))
}

fn speaks(help: &str) -> bool {
    ["--model", "-m"].iter().all(|option| help.contains(option)) && ["--output", "-f"].iter().any(|option| help.contains(option))
}

/// Speaks one line into `folder/stem.wav` and reads it back.
pub async fn say(folder: &Path, stem: &str, voice: &str, line: &str) -> Result<Wave, Trouble> {
    let words = super::speakable(line);
    if !words.chars().any(char::is_alphanumeric) {
        return Ok(Wave::silence(0));
    }
    let file = format!("{stem}.wav");
    let input = format!("{words}\n");
    let call = Call { program: PROGRAM, args: &["-m", voice, "-f", &file], input: input.as_bytes(), folder, limit: LIMIT };
    programs::run(call).await.map_err(|failure| trouble(&failure))?;
    read(&folder.join(file)).await
}

/// The language a voice speaks, by the description that lies beside it; `None` when it does not say.
pub async fn language(voice: &str) -> Option<String> {
    let text = tokio::fs::read_to_string(format!("{voice}.json")).await.ok()?;
    let described: Value = serde_json::from_str(&text).ok()?;
    let code = described.pointer("/language/code").or_else(|| described.pointer("/espeak/voice"))?.as_str()?;
    Some(primary(code).to_owned())
}

/// The language of a tag without its region; both names of Mandarin are one.
pub fn primary(tag: &str) -> &str {
    match tag.split(['-', '_']).next().unwrap_or_default() {
        "cmn" => "zh",
        language => language,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_for_mice_is_no_voice() {
        assert!(speaks("usage: piper [-h] -m MODEL [-c CONFIG] [-i INPUT_FILE] [-f OUTPUT_FILE]\n  --model MODEL, -m MODEL"));
        assert!(speaks("options:\n   -m  FILE  --model       FILE  path to onnx model file\n   -f  FILE  --output_file FILE"));
        assert!(!speaks("Usage:\n  piper [OPTION…]\n\nHelp Options:\n  -h, --help\n  --help-gtk\n  --display=DISPLAY"));
        assert_eq!((primary("en_US"), primary("cmn"), primary("zh-Hans"), primary("vi")), ("en", "zh", "zh", "vi"));
    }
}
