//! What is believed about several arms: one bell each, on one axis, named at its top.

use super::figure::{self, Escaped, Ticks};
use super::scale::{Scale, coordinate};
use super::{Axis, ChartWords, Frame, Tone};

#[derive(Clone, Debug, Default)]
pub struct Arm {
    pub name: String,
    /// (value, density), by rising value; the height is relative to the other arms.
    pub curve: Vec<(f64, f64)>,
    pub mean: f64,
    /// The interval that is said and tabled, (low, high).
    pub ends: (f64, f64),
    pub tone: Tone,
    pub simulated: bool,
}

/// An arm that can be drawn: its place in the input, itself, the sound points of its curve.
type Drawn<'a> = (usize, &'a Arm, Vec<(f64, f64)>);

#[derive(Clone, Copy)]
pub struct DensityChart<'a> {
    pub frame: Frame<'a>,
    pub x: Axis<'a>,
    /// Heads of the table: arm, mean, interval.
    pub heads: [&'a str; 3],
    pub arms: &'a [Arm],
}

/// The chart as HTML.
pub fn density(chart: &DensityChart<'_>, words: &ChartWords<'_>) -> String {
    let sound = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite() && p.1 >= 0.0;
    let drawn: Vec<Drawn<'_>> = chart
        .arms
        .iter()
        .enumerate()
        .map(|(i, arm)| (i, arm, arm.curve.iter().filter(sound).copied().collect::<Vec<_>>()))
        .filter(|(_, arm, curve)| arm.mean.is_finite() && !curve.is_empty())
        .collect();
    if drawn.is_empty() {
        return figure::figure(&chart.frame, words, &figure::nothing(words), "");
    }
    let x = Scale::exact(drawn.iter().flat_map(|(_, _, curve)| curve.iter().map(|p| p.0)));
    let peak = drawn.iter().flat_map(|(_, _, curve)| curve.iter().map(|p| p.1)).fold(0.0, f64::max);
    let (y, heights) = names(&drawn, x, peak);
    let (mut back, mut labels, mut points) = (String::new(), String::new(), String::new());
    for ((i, arm, curve), top) in drawn.iter().zip(heights) {
        back.push_str(&bell(arm, curve, x, y));
        let left = x.percent(arm.mean).unwrap_or(50.0);
        let (side, name, class) = (figure::anchor(left), Escaped(&arm.name), arm.tone.class());
        let (at, over) = (coordinate(left), coordinate(top));
        labels.push_str(&format!("<text class=\"t name {side} {class}\" x=\"{at}%\" y=\"{over}%\" dy=\"-.5em\">{name}</text>"));
        let hit = format!("<rect class=\"hit\" x=\"{}%\" y=\"0\" width=\"6%\" height=\"100%\"/>", coordinate(left - 3.0));
        let dot = format!("<circle class=\"dot {class}\" cx=\"{at}%\" cy=\"100%\" r=\"3\"/>");
        let label = format!("{}: {}", arm.name, value(chart, arm, words));
        points.push_str(&figure::point(&format!("{}-p{i}", chart.frame.id), &label, (left, 100.0), &hit, &dot));
    }
    let ticks = Ticks::new(Some((&chart.x, x)), None);
    let height = Axis { name: "", unit: "", ..chart.x };
    let drawing = figure::units(&height, &chart.x) + &figure::plot(&chart.frame, &ticks, &back, &labels, &points);
    figure::figure(&chart.frame, words, &drawing, &table(chart, &drawn, words))
}

/// How many times the highest bell the drawing is high: a fifth is free above it for its name, more where names of
/// neighbours would lie on each other.
const ROOM: [f64; 5] = [1.25, 1.45, 1.7, 2.2, 3.2];
/// Height of a line of words, in percent of the drawing.
const LINE: f64 = 7.5;

/// The scale of the heights, and how far down each name stands: at the top of its bell, or above a name it would cover.
fn names(drawn: &[Drawn<'_>], x: Scale, peak: f64) -> (Scale, Vec<f64>) {
    let mut found = (Scale { lo: 0.0, hi: 1.0 }, vec![100.0; drawn.len()]);
    for room in ROOM {
        let y = Scale { lo: 0.0, hi: if peak > 0.0 { peak.min(1e150) * room } else { 1.0 } };
        let tops = drawn.iter().map(|(_, _, curve)| curve.iter().filter_map(|p| y.percent_down(p.1)).fold(100.0, f64::min));
        found = (y, spread(drawn, x, tops.collect()));
        if found.1.iter().all(|top| *top >= LINE) {
            break;
        }
    }
    found
}

/// Lifts each name until it is clear of those of higher bells.
fn spread(drawn: &[Drawn<'_>], x: Scale, mut tops: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..tops.len()).collect();
    order.sort_by(|a, b| tops.get(*a).partial_cmp(&tops.get(*b)).unwrap_or(std::cmp::Ordering::Equal));
    let mut placed: Vec<(f64, f64, f64)> = Vec::new();
    for at in order {
        let (Some((_, arm, _)), Some(top)) = (drawn.get(at), tops.get_mut(at)) else { continue };
        let (from, to) = extent(&arm.name, x.percent(arm.mean).unwrap_or(50.0));
        while let Some(other) = placed.iter().find(|(left, right, high)| from < *right && *left < to && (*top - high).abs() < LINE - 1e-9) {
            *top = other.2 - LINE;
        }
        placed.push((from, to, *top));
    }
    tops
}

/// From where to where a name reaches, in percent of a narrow drawing.
fn extent(name: &str, left: f64) -> (f64, f64) {
    let width: f64 = name.chars().map(|c| if c < '\u{2e80}' { 1.6 } else { 3.0 }).sum();
    match figure::anchor(left) {
        "start" => (left, left + width),
        "end" => (left - width, left),
        _ => (left - 0.5 * width, left + 0.5 * width),
    }
}

fn bell(arm: &Arm, curve: &[(f64, f64)], x: Scale, y: Scale) -> String {
    let points: Vec<(f64, f64)> = curve.iter().filter_map(|p| x.percent(p.0).zip(y.percent_down(p.1))).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", coordinate(*x), coordinate(*y))).collect();
    let (from, to) = (coordinate(first.0), coordinate(last.0));
    format!("<path class=\"bell {}\" d=\"M{from} 100L{}L{to} 100Z\"/>", arm.tone.class(), line.join("L"))
}

fn value(chart: &DensityChart<'_>, arm: &Arm, words: &ChartWords<'_>) -> String {
    let simulated = if arm.simulated { format!(", {}", words.simulated) } else { String::new() };
    format!("{} ({}){simulated}", (chart.x.label)(arm.mean), range(chart, arm, words))
}

fn range(chart: &DensityChart<'_>, arm: &Arm, words: &ChartWords<'_>) -> String {
    let (lo, hi) = arm.ends;
    if lo.is_finite() && hi.is_finite() { format!("{} {} {}", (chart.x.label)(lo), words.to, (chart.x.label)(hi)) } else { "–".to_owned() }
}

fn table(chart: &DensityChart<'_>, drawn: &[Drawn<'_>], words: &ChartWords<'_>) -> String {
    let row = |arm: &Arm| {
        let simulated = if arm.simulated { format!(", {}", words.simulated) } else { String::new() };
        vec![format!("{}{simulated}", arm.name), (chart.x.label)(arm.mean), range(chart, arm, words)]
    };
    let rows: Vec<Vec<String>> = drawn.iter().map(|(_, arm, _)| row(arm)).collect();
    figure::table(&chart.heads.map(str::to_owned), &rows)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FRAME, WORDS, axis, fit_for_the_page};
    use super::*;

    fn chart(arms: &[Arm]) -> String {
        let percent = |v: f64| format!("{v:.1} %");
        density(&DensityChart { frame: FRAME, x: axis("Held", &percent), heads: ["Arm", "Rate", "95 %"], arms }, &WORDS)
    }

    fn arm(curve: Vec<(f64, f64)>) -> Arm {
        Arm { name: "Question <?>".into(), curve, mean: 2.0, ends: (1.0, 3.0), ..Arm::default() }
    }

    #[test]
    fn odd_numbers_neither_panic_nor_show() {
        for curve in [
            vec![],
            vec![(2.0, 1.0)],
            vec![(f64::NAN, 1.0), (1.0, f64::INFINITY), (1.0, -1.0)],
            vec![(0.0, 0.0), (1.0, 0.0)],
            vec![(-f64::MAX, f64::MAX), (f64::MAX, f64::MAX)],
        ] {
            fit_for_the_page(&chart(&[arm(curve)]));
        }
        fit_for_the_page(&chart(&[Arm { mean: f64::NAN, ..arm(vec![(1.0, 1.0)]) }]));
    }

    #[test]
    fn names_of_neighbours_do_not_lie_on_each_other() {
        let arms: Vec<Arm> = (0..8)
            .map(|n| Arm {
                name: format!("A rather long name {n}"),
                mean: 2.0 + 0.01 * f64::from(n),
                ..arm(vec![(0.0, 0.0), (2.0, 4.0), (4.0, 0.0)])
            })
            .collect();
        let drawn: Vec<Drawn<'_>> = arms.iter().enumerate().map(|(i, arm)| (i, arm, arm.curve.clone())).collect();
        let (_, mut tops) = names(&drawn, Scale { lo: 0.0, hi: 4.0 }, 4.0);
        tops.sort_by(f64::total_cmp);
        assert!(tops.windows(2).all(|pair| pair[1] - pair[0] > LINE - 1e-6) && tops[0] > 0.0, "{tops:?}");
    }

    #[test]
    fn a_bell_stands_on_the_axis_and_is_tabled() {
        let html = chart(&[arm(vec![(0.0, 0.0), (2.0, 4.0), (4.0, 0.0)])]);
        assert!(html.contains("d=\"M0 100L0 100L50 20L100 100L100 100Z\""), "{html}");
        assert!(html.contains("<td class=\"n\">1.0 % to 3.0 %</td>"));
        assert!(html.contains("aria-label=\"Question &lt;?&gt;: 2.0 % (1.0 % to 3.0 %)\""));
    }
}
