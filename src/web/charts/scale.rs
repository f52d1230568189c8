//! From data to percent: the domain of an axis, its round ticks and how numbers are written into SVG.
//! Every function is total: not-a-number and infinity never reach a drawing.

/// Beyond this a difference of two values could overflow; no chart of ours is meant for such numbers.
const LIMIT: f64 = 1e150;

/// The visible stretch of an axis, `lo < hi`, both finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub lo: f64,
    pub hi: f64,
}

impl Scale {
    /// The exact stretch of the finite values among `values`; nothing gives 0 to 1, a single value gets room on both sides.
    pub fn exact(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|v| v.is_finite()) {
            let value = value.clamp(-LIMIT, LIMIT);
            lo = lo.min(value);
            hi = hi.max(value);
        }
        if lo > hi {
            return Self { lo: 0.0, hi: 1.0 };
        }
        if hi - lo <= lo.abs().max(hi.abs()) * 1e-12 {
            let room = if lo == 0.0 { 1.0 } else { lo.abs() / 2.0 };
            return Self { lo: lo - room, hi: hi + room };
        }
        Self { lo, hi }
    }

    /// As [`Scale::exact`], widened to the next round ticks.
    pub fn rounded(values: impl IntoIterator<Item = f64>) -> Self {
        let exact = Self::exact(values);
        let step = step(exact.hi - exact.lo, 4);
        Self { lo: (exact.lo / step).floor() * step, hi: (exact.hi / step).ceil() * step }
    }

    /// Position of `value` in percent of the stretch, 0 to 100, clamped; `None` for what is not a number.
    pub fn percent(self, value: f64) -> Option<f64> {
        let at = (value - self.lo) / (self.hi - self.lo) * 100.0;
        at.is_finite().then(|| at.clamp(0.0, 100.0))
    }

    /// As [`Scale::percent`], counted from the top, as SVG does.
    pub fn percent_down(self, value: f64) -> Option<f64> {
        self.percent(value).map(|at| 100.0 - at)
    }

    /// Round values inside the stretch, about `wanted` of them, each a multiple of 1, 2 or 5 times a power of ten.
    pub fn ticks(self, wanted: u32) -> Vec<f64> {
        let step = step(self.hi - self.lo, wanted);
        let first = (self.lo / step - 1e-9).ceil();
        let last = (self.hi / step + 1e-9).floor();
        let count = (last - first).clamp(0.0, 50.0) as u32;
        (0..=count).map(|i| (first + f64::from(i)) * step).filter(|v| v.is_finite()).collect()
    }
}

/// The step of about `wanted` ticks over a stretch of length `span`.
fn step(span: f64, wanted: u32) -> f64 {
    let raw = span / f64::from(wanted.max(1));
    if !raw.is_finite() || raw <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(raw.log10().floor());
    let factor = match raw / power {
        f if f <= 1.2 => 1.0,
        f if f <= 2.5 => 2.0,
        f if f <= 6.0 => 5.0,
        _ => 10.0,
    };
    let step = factor * power;
    if step.is_finite() && step > 0.0 { step } else { 1.0 }
}

/// A coordinate as SVG wants it: at most two decimals, no exponent, never `NaN`.
pub fn coordinate(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(-1e6, 1e6) } else { 0.0 };
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Scale { lo: 0.0, hi: 34.0 }.ticks(4), vec![0.0, 10.0, 20.0, 30.0]);
        assert_eq!(Scale { lo: 35.0, hi: 44.4 }.ticks(4), vec![36.0, 38.0, 40.0, 42.0, 44.0]);
    }

    #[test]
    fn nothing_one_and_equal_values_give_a_stretch() {
        for values in [vec![], vec![5.0], vec![0.0, 0.0], vec![f64::NAN, f64::INFINITY], vec![-3.0, -3.0]] {
            let scale = Scale::rounded(values.clone());
            assert!(scale.lo < scale.hi && scale.hi.is_finite(), "{values:?} gave {scale:?}");
        }
    }

    #[test]
    fn huge_and_tiny_values_stay_finite() {
        let scale = Scale::rounded([f64::MAX, -f64::MAX, 1e-300]);
        assert!(scale.percent(f64::MAX).is_some_and(|p| p <= 100.0));
        assert!(scale.ticks(4).len() <= 51);
        assert!(Scale::rounded([1e-300, 2e-300]).ticks(4).iter().all(|t| t.is_finite()));
        assert_eq!(scale.percent(f64::NAN), None);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!(coordinate(33.333_33), "33.33");
        assert_eq!(coordinate(50.0), "50");
        assert_eq!(coordinate(-0.001), "0");
        assert_eq!(coordinate(f64::NAN), "0");
    }
}
