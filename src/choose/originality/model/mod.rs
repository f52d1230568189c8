//! What is compared with what, and the figures that come of it. No I/O.

pub mod formulas;
pub mod looks;
pub mod map;
pub mod meaning;
pub mod passages;
pub mod reference;
pub mod width;

use crate::platform::id::{PieceId, VariantId};
use crate::stats::similarity::Grams;
use serde::{Deserialize, Serialize};

/// Characters of a text that are compared.
pub const COMPARED: usize = 2_000;
/// Own variants a new one is held against.
pub const BEFORE: usize = 50;
/// How many nearest make a mean, and are shown.
pub const NEAREST: usize = 5;
/// The set whose width is measured.
pub const WINDOW: usize = 20;

/// What a variant says, as it is compared: title, hook and script without the times of its beats. A part that says the
/// same as the one before counts once.
pub fn words_of(title: &str, hook: &str, script: &str) -> String {
    let mut words = title.trim().to_owned();
    for part in [hook.trim(), untimed(script).trim()] {
        if !part.is_empty() && part != title.trim() {
            if !words.is_empty() {
                words.push('\n');
            }
            words.push_str(part);
        }
    }
    match words.char_indices().nth(COMPARED) {
        Some((end, _)) => words[..end].to_owned(),
        None => words,
    }
}

/// A script without the time a beat begins, as in `0:03 The drum stops.`
fn untimed(script: &str) -> String {
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let words = |line: &str| {
        let timed =
            line.split_once(' ').filter(|(time, _)| time.split_once(':').is_some_and(|(minutes, seconds)| digits(minutes) && digits(seconds)));
        timed.map_or(line, |(_, rest)| rest).trim().to_owned()
    };
    script.lines().map(|line| words(line.trim())).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A variant as it is compared.
#[derive(Clone, Debug)]
pub struct Text {
    pub id: VariantId,
    pub piece: PieceId,
    pub locale: String,
    pub title: String,
    pub words: String,
    pub grams: Grams,
}

impl Text {
    /// Whether two variants are one work in two forms, which is no repetition: the same piece in another language, or
    /// an edit of one draft (`line`: the variants this one came from, and those that came from it). Siblings of a
    /// batch are two works.
    pub fn is_same_work(&self, other: &Text, line: &[VariantId]) -> bool {
        self.id == other.id || (self.piece == other.piece && self.locale != other.locale) || line.contains(&other.id)
    }
}

/// A near text and how near: in JSON `{"variant": …, "similarity": …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Near {
    pub variant: VariantId,
    /// Cosine of the grams, or its mean with that of the vectors; at most 1
    pub similarity: f64,
}

/// Mean of the five greatest similarities, of fewer when there are fewer; 0 of none and of a mean below it.
pub fn mean_of_nearest(similarities: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = similarities.into_iter().collect();
    all.sort_by(|a, b| b.total_cmp(a));
    all.truncate(NEAREST);
    if all.is_empty() { 0.0 } else { (all.iter().sum::<f64>() / all.len() as f64).clamp(0.0, 1.0) }
}

/// O = 1 − ½(s̄ own + s̄ reference); without a reference set 1 − s̄ own.
pub fn originality(own: f64, reference: Option<f64>) -> f64 {
    (1.0 - reference.map_or(own, |reference| f64::midpoint(own, reference))).clamp(0.0, 1.0)
}

/// Share of `sorted` that is at most `value`; `None` of nothing to compare with.
pub fn percentile(sorted: &[f64], value: f64) -> Option<f64> {
    (!sorted.is_empty()).then(|| sorted.partition_point(|known| *known <= value) as f64 / sorted.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_compared_without_its_times() {
        assert_eq!(words_of("Red", "Why?", "0:00 [close] Look.\n12:30 Now.\n\nNo 3:4 time"), "Red\nWhy?\n[close] Look.\nNow.\nNo 3:4 time");
        assert_eq!(words_of("Red", "Red", ""), "Red");
        assert_eq!(words_of("", "", "0:01 "), "0:01");
        assert_eq!(words_of("红".repeat(3_000).as_str(), "", "").chars().count(), COMPARED);
    }

    #[test]
    fn originality_is_one_minus_the_mean_of_the_nearest() {
        let own = mean_of_nearest([0.1, 0.9, 0.5, 0.3, 0.7, 0.0, 0.0]);
        assert!((own - 0.5).abs() < 1e-12);
        assert_eq!(mean_of_nearest([]), 0.0);
        assert!((originality(own, None) - 0.5).abs() < 1e-12);
        assert!((originality(own, Some(0.1)) - 0.7).abs() < 1e-12);
        assert_eq!(originality(0.0, None), 1.0);
    }

    #[test]
    fn a_percentile_counts_what_is_at_most_as_original() {
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[0.1, 0.5, 0.5, 0.9], 0.5), Some(0.75));
        assert_eq!(percentile(&[0.1], 0.0), Some(0.0));
    }
}
