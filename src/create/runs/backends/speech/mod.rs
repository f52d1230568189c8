//! Voices that speak in the house: espeak-ng, which knows over a hundred languages and sounds like a machine, and Piper,
//! whose voices are models of one language each.
//!
//! Words reach a program by its standard input, never as an argument. Every line is spoken by itself, so that its length
//! is measured and not guessed.

mod adapter;
mod espeak;
mod piper;
mod voices;
mod wave;

#[cfg(test)]
mod tests;

pub use adapter::{Espeak, Piper};
pub(super) use espeak::say;
pub use piper::check as check_piper;
pub(super) use voices::{is_name, voice};
pub(super) use wave::Wave;

use super::outcome::{Class, Trouble};
use crate::platform::programs::Failure;

/// A program that is missing or failed, as trouble of a run.
pub(super) fn trouble(failure: &Failure) -> Trouble {
    let raw = match failure {
        Failure::Failed { printed, .. } => printed.log.clone(),
        _ => String::new(),
    };
    Trouble { raw, ..Trouble::saying(Class::Program, &failure.to_string()) }
}

/// The words without what a voice would stumble over: emoji are not read out, and brackets would be taken for phonemes.
pub(super) fn speakable(line: &str) -> String {
    let is_silent =
        |c: char| matches!(c, '[' | ']' | '\u{200b}'..='\u{200d}' | '\u{2600}'..='\u{27bf}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    let words: String = line.chars().map(|c| if is_silent(c) || c.is_control() { ' ' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
