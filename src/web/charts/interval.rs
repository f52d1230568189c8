//! An interval as small as a word: a line from end to end, the middle as a bar, the usual value dashed.

use super::Tone;
use super::figure::Escaped;
use super::scale::{Scale, coordinate};

/// `ends` are (low, middle, high) on a stretch that every row of a table shares; `usual` is drawn where it lies inside.
/// `label` is what a screen reader says, e.g. "1.82 to 2.86". Values outside the stretch end at its edge.
pub fn interval(ends: (f64, f64, f64), stretch: Scale, usual: Option<f64>, tone: Tone, label: &str) -> String {
    let mut out = format!(
        "<svg class=\"iv {}\" viewBox=\"0 0 100 18\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        tone.class(),
        Escaped(label)
    );
    let inside = |value: f64| value >= stretch.lo && value <= stretch.hi;
    if let Some(at) = usual.filter(|v| inside(*v)).and_then(|v| stretch.percent(v)) {
        out.push_str(&format!("<path class=\"zero\" d=\"M{} 0V18\"/>", coordinate(at)));
    }
    let (low, middle, high) = ends;
    if let (Some(from), Some(to)) = (stretch.percent(low), stretch.percent(high)) {
        out.push_str(&format!("<path class=\"range\" d=\"M{} 9H{}\"/>", coordinate(from.min(to)), coordinate(from.max(to))));
    }
    if let Some(at) = stretch.percent(middle).filter(|_| inside(middle)) {
        out.push_str(&format!("<path class=\"mid\" d=\"M{} 3V15\"/>", coordinate(at)));
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRETCH: Scale = Scale { lo: 0.0, hi: 3.0 };

    #[test]
    fn draws_ends_middle_and_usual() {
        let svg = interval((0.9, 1.5, 2.4), STRETCH, Some(1.0), Tone::Good, "0.9 to 2.4");
        assert!(svg.contains("iv good") && svg.contains("M30 9H80") && svg.contains("M50 3V15") && svg.contains("M33.33 0V18"));
    }

    #[test]
    fn leaves_out_what_is_no_number() {
        let svg = interval((f64::NAN, f64::INFINITY, 2.0), STRETCH, Some(9.0), Tone::Plain, "<none>");
        assert!(!svg.contains("class=\"range\"") && !svg.contains("class=\"mid\"") && !svg.contains("class=\"zero\""));
        assert!(svg.contains("&lt;none&gt;"));
    }
}
