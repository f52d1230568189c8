//! Columns side by side, each with its uncertainty as a whisker and simulated ones on hatching.

use super::figure::{self, Escaped, READABLE, Ticks};
use super::scale::{Scale, coordinate};
use super::{Axis, ChartWords, Frame};

#[derive(Clone, Debug, Default)]
pub struct Bar {
    pub name: String,
    pub value: f64,
    /// (low, high).
    pub ends: Option<(f64, f64)>,
    pub simulated: bool,
}

#[derive(Clone, Copy)]
pub struct BarChart<'a> {
    pub frame: Frame<'a>,
    /// What the columns are; only its name is used.
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    pub bars: &'a [Bar],
}

/// The chart as HTML. Columns stand on zero.
pub fn bar(chart: &BarChart<'_>, words: &ChartWords<'_>) -> String {
    let bars: Vec<&Bar> = chart.bars.iter().filter(|b| b.value.is_finite()).collect();
    if bars.is_empty() {
        return figure::figure(&chart.frame, words, &figure::nothing(words), "");
    }
    let ends = bars.iter().flat_map(|b| b.ends).flat_map(|(lo, hi)| [lo, hi]);
    let y = Scale::rounded(bars.iter().map(|b| b.value).chain(ends).chain([0.0]));
    let ticks = Ticks::new(None, Some((&chart.y, y)));
    let step = 100.0 / bars.len() as f64;
    // Under every name there must be room for it; with many columns only some are named, all are in the table.
    let named = bars.len().div_ceil(8);
    let (mut labels, mut columns) = (String::new(), String::new());
    for (i, one) in bars.iter().enumerate() {
        let left = i as f64 * step;
        if i % named == 0 {
            let (at, name) = (coordinate(left + step / 2.0), Escaped(&one.name).to_string());
            labels.push_str(&format!("<text class=\"x\" x=\"{at}%\" y=\"100%\" dy=\"1.3em\">{name}</text>"));
        }
        let drawn = column(chart, one, (left, step), y);
        if bars.len() > READABLE {
            columns.push_str(&format!("<g aria-hidden=\"true\">{drawn}</g>"));
            continue;
        }
        let hit = format!("<rect class=\"hit\" x=\"{}%\" y=\"0\" width=\"{}%\" height=\"100%\"/>", coordinate(left), coordinate(step));
        let top = y.percent_down(one.value).unwrap_or(100.0);
        let label = format!("{}: {}", one.name, value(chart, one, words));
        let id = format!("{}-p{i}", chart.frame.id);
        columns.push_str(&figure::point(&id, &label, (left + step / 2.0, top), &hit, &drawn));
    }
    let drawing = figure::units(&chart.y, &chart.x) + &figure::plot(&chart.frame, &ticks, "", &labels, &columns);
    figure::figure(&chart.frame, words, &drawing, &table(chart, &bars, words))
}

fn column(chart: &BarChart<'_>, one: &Bar, (left, step): (f64, f64), y: Scale) -> String {
    let (Some(top), Some(zero)) = (y.percent_down(one.value), y.percent_down(0.0)) else {
        return String::new();
    };
    let place = format!(
        "x=\"{}%\" y=\"{}%\" width=\"{}%\" height=\"{}%\"",
        coordinate(left + step * 0.15),
        coordinate(top.min(zero)),
        coordinate(step * 0.7),
        coordinate((top - zero).abs())
    );
    let mut out = if one.simulated {
        format!("<rect class=\"hatched\" {place} fill=\"url(#{}-h)\"/>", Escaped(chart.frame.id))
    } else {
        format!("<rect class=\"column\" {place}/>")
    };
    let ends = one.ends.and_then(|(lo, hi)| y.percent_down(lo).zip(y.percent_down(hi)));
    if let Some((low, high)) = ends {
        let at = coordinate(left + step / 2.0);
        let (low, high) = (coordinate(low), coordinate(high));
        out.push_str(&format!("<line class=\"whisker\" x1=\"{at}%\" x2=\"{at}%\" y1=\"{low}%\" y2=\"{high}%\"/>"));
    }
    out
}

fn value(chart: &BarChart<'_>, one: &Bar, words: &ChartWords<'_>) -> String {
    let label = chart.y.label;
    let mut out = label(one.value);
    if let Some((lo, hi)) = one.ends.filter(|(lo, hi)| lo.is_finite() && hi.is_finite()) {
        out.push_str(&format!(" ({} {} {})", label(lo), words.to, label(hi)));
    }
    if one.simulated {
        out.push_str(&format!(", {}", words.simulated));
    }
    out
}

fn table(chart: &BarChart<'_>, bars: &[&Bar], words: &ChartWords<'_>) -> String {
    let rows: Vec<Vec<String>> = bars.iter().map(|b| vec![b.name.clone(), value(chart, b, words)]).collect();
    figure::table(&[chart.x.name.to_owned(), chart.y.name.to_owned()], &rows)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FRAME, WORDS, axis, fit_for_the_page};
    use super::*;

    fn chart(bars: &[Bar]) -> String {
        let plain = |v: f64| format!("{v}");
        bar(&BarChart { frame: FRAME, x: axis("Week", &plain), y: axis("Posts", &plain), bars }, &WORDS)
    }

    fn one(value: f64) -> Bar {
        Bar { name: "\"w\" & <1>".into(), value, ..Bar::default() }
    }

    #[test]
    fn odd_numbers_neither_panic_nor_show() {
        for values in [vec![], vec![3.0], vec![f64::NAN], vec![-2.0, 4.0], vec![f64::MAX, -f64::MAX], vec![1.0; 60]] {
            fit_for_the_page(&chart(&values.into_iter().map(one).collect::<Vec<_>>()));
        }
    }

    #[test]
    fn columns_stand_on_zero() {
        let html = chart(&[one(-2.0), one(4.0)]);
        assert!(html.contains("y=\"0%\" width=\"35%\" height=\"66.67%\""), "{html}");
        assert!(html.contains("y=\"66.67%\" width=\"35%\" height=\"33.33%\""), "{html}");
    }

    #[test]
    fn draws_uncertainty_and_simulated_columns() {
        let html = chart(&[Bar { ends: Some((1.0, 5.0)), simulated: true, ..one(3.0) }]);
        assert!(html.contains("class=\"whisker\"") && html.contains("class=\"hatched\""));
        assert!(html.contains("3 (1 to 5), simulated"));
    }
}
