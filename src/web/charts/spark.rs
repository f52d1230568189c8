//! A line as small as a word.

use super::Tone;
use super::figure::Escaped;
use super::scale::{Scale, coordinate};

/// `values` at equal steps, oldest first; gaps are bridged. `usual` is dashed. `label` says the values in words.
pub fn spark(values: &[f64], usual: Option<f64>, tone: Tone, label: &str) -> String {
    let scale = Scale::exact(values.iter().copied().chain(usual));
    let height = |v: f64| scale.percent(v).map(|p| coordinate(1.0 + (100.0 - p) * 0.18));
    let mut out = format!(
        "<svg class=\"spark {}\" viewBox=\"0 0 100 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        tone.class(),
        Escaped(label)
    );
    if let Some(y) = usual.and_then(height) {
        out.push_str(&format!("<path class=\"zero\" d=\"M0 {y}H100\"/>"));
    }
    let steps = values.len().saturating_sub(1).max(1) as f64;
    let at = |i: usize| coordinate(i as f64 / steps * 100.0);
    let points: Vec<String> =
        values.iter().enumerate().filter(|(_, v)| v.is_finite()).filter_map(|(i, v)| Some(format!("{} {}", at(i), height(*v)?))).collect();
    match points.as_slice() {
        [] => {}
        [one] => out.push_str(&format!("<path class=\"dot\" d=\"M{one}h0\"/>")),
        many => out.push_str(&format!("<path class=\"line\" d=\"M{}\"/>", many.join("L"))),
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_many_one_and_none() {
        assert!(spark(&[1.0, 2.0, 3.0], None, Tone::Good, "").contains("M0 19L50 10L100 1"));
        assert!(spark(&[f64::NAN, 2.0], None, Tone::Plain, "").contains("class=\"dot\""));
        assert!(!spark(&[], Some(1.0), Tone::Plain, "").contains("class=\"line\""));
    }

    #[test]
    fn escapes_its_label() {
        assert!(spark(&[], None, Tone::Plain, "\"><script>").contains("&quot;&gt;&lt;script&gt;"));
    }
}
