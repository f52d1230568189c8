//! Bars as small as a word: a share with its floor, and how far work has come. The number stands beside them in the
//! page, so both are hidden from assistive technology.

use super::Tone;
use super::scale::coordinate;

/// A bar for `value`, 0 to 1, with an optional tick at `floor`, 0 to 1. Belongs into `<span class="meter">`.
pub fn meter(value: f64, floor: Option<f64>, tone: Tone) -> String {
    let mut out = format!(
        "<svg class=\"bar {}\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"v\" width=\"{}\" height=\"6\"/>",
        tone.class(),
        share(value)
    );
    if let Some(floor) = floor.filter(|f| f.is_finite()) {
        out.push_str(&format!("<path class=\"floor\" d=\"M{} -3V9\"/>", share(floor)));
    }
    out.push_str("</svg>");
    out
}

/// A bar for `done` of `of`; nothing to do counts as nothing done.
pub fn prog(done: u64, of: u64) -> String {
    let value = if of == 0 { 0.0 } else { done as f64 / of as f64 };
    format!(
        "<svg class=\"prog\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"v\" width=\"{}\" height=\"4\"/></svg>",
        share(value)
    )
}

/// A share as a length of at most 100; what is not a number is no length.
fn share(value: f64) -> String {
    coordinate(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) * 100.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_between_nothing_and_all() {
        assert!(meter(0.84, Some(0.4), Tone::Good).contains("width=\"84\""));
        assert!(meter(0.84, Some(0.4), Tone::Good).contains("M40 -3V9"));
        assert!(meter(f64::NAN, Some(f64::INFINITY), Tone::Plain).contains("width=\"0\""));
        assert!(!meter(0.5, None, Tone::Plain).contains("floor"));
        assert!(meter(7.0, None, Tone::Plain).contains("width=\"100\""));
        assert!(prog(7, 12).contains("width=\"58.33\""));
        assert!(prog(5, 0).contains("width=\"0\""));
    }
}
