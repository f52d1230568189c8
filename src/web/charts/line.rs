//! Lines over time or along a piece, with their uncertainty as a band and simulated stretches on hatching.

use super::figure::{self, Escaped, READABLE, Ticks};
use super::scale::{Scale, coordinate};
use super::{Axis, ChartWords, Frame, Series};

#[derive(Clone, Copy)]
pub struct LineChart<'a> {
    pub frame: Frame<'a>,
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    /// At most six are told apart by colour and dash.
    pub series: &'a [Series],
    /// A value to hold against, with its name: the floor, the usual.
    pub reference: Option<(f64, &'a str)>,
}

/// One point that can be drawn: where its data is, and the ends of its uncertainty.
#[derive(Clone, Copy)]
struct Mark {
    x: f64,
    y: f64,
    ends: Option<(f64, f64)>,
}

/// A series that can be drawn: its place in the input, itself, its sound points.
type Drawn<'a> = (usize, &'a Series, Vec<Mark>);

/// The chart as HTML.
pub fn line(chart: &LineChart<'_>, words: &ChartWords<'_>) -> String {
    let drawn: Vec<Drawn<'_>> = chart.series.iter().enumerate().map(|(i, s)| (i, s, marks(s))).filter(|(_, _, m)| !m.is_empty()).collect();
    if drawn.is_empty() {
        return figure::figure(&chart.frame, words, &figure::nothing(words), "");
    }
    let all = || drawn.iter().flat_map(|(_, _, marks)| marks.iter());
    let x = Scale::exact(all().map(|m| m.x));
    let ends = all().flat_map(|m| m.ends).flat_map(|(lo, hi)| [lo, hi]);
    let y = Scale::rounded(all().map(|m| m.y).chain(ends).chain(chart.reference.map(|(v, _)| v)));

    let ticks = Ticks::new(Some((&chart.x, x)), Some((&chart.y, y)));
    let (mut back, mut labels, mut points) = (String::new(), String::new(), String::new());
    if let Some((value, name)) = chart.reference {
        reference(value, name, y, &mut back, &mut labels);
    }
    let readable = all().count() <= READABLE;
    for (i, series, marks) in &drawn {
        labels.push_str(&simulated(chart, series, marks, x, words));
        back.push_str(&strokes(*i, marks, x, y));
        if readable {
            let alone = drawn.len() == 1;
            points.push_str(&readable_points(chart, (*i, series), marks, (x, y), alone, words));
        }
    }
    labels.push_str(&names(&drawn, x, y));
    let drawing = figure::units(&chart.y, &chart.x) + &figure::plot(&chart.frame, &ticks, &back, &labels, &points);
    figure::figure(&chart.frame, words, &drawing, &table(chart, &drawn, words))
}

fn marks(series: &Series) -> Vec<Mark> {
    let end = |ends: &Option<Vec<f64>>, i: usize| ends.as_ref()?.get(i).copied().filter(|v| v.is_finite());
    let points = series.points.iter().enumerate().filter(|(_, (x, y))| x.is_finite() && y.is_finite());
    points.map(|(i, (x, y))| Mark { x: *x, y: *y, ends: end(&series.lo, i).zip(end(&series.hi, i)) }).collect()
}

/// (x, y) in percent from the top left.
fn place(at_x: f64, at_y: f64, x: Scale, y: Scale) -> Option<(f64, f64)> {
    x.percent(at_x).zip(y.percent_down(at_y))
}

fn path(points: impl Iterator<Item = Option<(f64, f64)>>) -> String {
    let points: Vec<String> = points.flatten().map(|(x, y)| format!("{} {}", coordinate(x), coordinate(y))).collect();
    points.join("L")
}

fn strokes(i: usize, marks: &[Mark], x: Scale, y: Scale) -> String {
    let class = i % 6;
    let upper = marks.iter().map(|m| place(m.x, m.ends?.1, x, y));
    let lower = marks.iter().rev().map(|m| place(m.x, m.ends?.0, x, y));
    let band = path(upper.chain(lower));
    let line = path(marks.iter().map(|m| place(m.x, m.y, x, y)));
    let mut out = String::new();
    if !band.is_empty() {
        out.push_str(&format!("<path class=\"band s{class}\" d=\"M{band}Z\"/>"));
    }
    if marks.len() > 1 {
        out.push_str(&format!("<path class=\"line s{class}\" d=\"M{line}\"/>"));
    }
    out
}

fn reference(value: f64, name: &str, y: Scale, back: &mut String, labels: &mut String) {
    let Some(at) = y.percent_down(value) else {
        return;
    };
    let at = coordinate(at);
    back.push_str(&format!("<path class=\"ref\" d=\"M0 {at}H100\"/>"));
    labels.push_str(&format!("<text class=\"t start\" x=\"1%\" y=\"{at}%\" dy=\"1.1em\">{}</text>", Escaped(name)));
}

/// Hatching under the stretch of a simulated series, with the word for it.
fn simulated(chart: &LineChart<'_>, series: &Series, marks: &[Mark], x: Scale, words: &ChartWords<'_>) -> String {
    if !series.simulated {
        return String::new();
    }
    let stretch = Scale::exact(marks.iter().map(|m| m.x));
    let (Some(from), Some(to)) = (x.percent(stretch.lo), x.percent(stretch.hi)) else {
        return String::new();
    };
    let (id, word, side) = (Escaped(chart.frame.id), Escaped(words.simulated), figure::anchor(from));
    let (from, width) = (coordinate(from), coordinate(to - from));
    format!(
        "<rect class=\"hatched\" x=\"{from}%\" y=\"0\" width=\"{width}%\" height=\"100%\" fill=\"url(#{id}-h)\"/>\
         <text class=\"t {side}\" x=\"{from}%\" y=\"0\" dx=\".4em\" dy=\"1.2em\">{word}</text>"
    )
}

fn readable_points(
    chart: &LineChart<'_>,
    (i, series): (usize, &Series),
    marks: &[Mark],
    (x, y): (Scale, Scale),
    alone: bool,
    words: &ChartWords<'_>,
) -> String {
    let mut out = String::new();
    let width = 100.0 / marks.len().max(1) as f64;
    for (n, mark) in marks.iter().enumerate() {
        let Some((left, top)) = place(mark.x, mark.y, x, y) else {
            continue;
        };
        let (cx, cy) = (coordinate(left), coordinate(top));
        let hit = if alone {
            let from = coordinate(left - width / 2.0);
            format!("<rect class=\"hit\" x=\"{from}%\" y=\"0\" width=\"{}%\" height=\"100%\"/>", coordinate(width))
        } else {
            format!("<circle class=\"hit\" cx=\"{cx}%\" cy=\"{cy}%\" r=\"12\"/>")
        };
        let dot = format!("<circle class=\"dot s{}\" cx=\"{cx}%\" cy=\"{cy}%\" r=\"3\"/>", i % 6);
        let name = if alone { String::new() } else { format!("{}, ", series.name) };
        let label = format!("{name}{}: {}", (chart.x.label)(mark.x), value(chart, series, mark, words));
        out.push_str(&figure::point(&format!("{}-p{i}-{n}", chart.frame.id), &label, (left, top), &hit, &dot));
    }
    out
}

fn value(chart: &LineChart<'_>, series: &Series, mark: &Mark, words: &ChartWords<'_>) -> String {
    let label = chart.y.label;
    let mut out = label(mark.y);
    if let Some((lo, hi)) = mark.ends {
        out.push_str(&format!(" ({} {} {})", label(lo), words.to, label(hi)));
    }
    if series.simulated {
        out.push_str(&format!(", {}", words.simulated));
    }
    out
}

/// The name of each series at its end, moved apart where they would touch. A single series has its name in the title.
fn names(drawn: &[Drawn<'_>], x: Scale, y: Scale) -> String {
    if drawn.len() < 2 {
        return String::new();
    }
    let end = |(i, series, marks): &Drawn<'_>| {
        let last = marks.last()?;
        let (left, top) = place(last.x, last.y, x, y)?;
        Some((*i, Escaped(&series.name).to_string(), left, top - 5.0))
    };
    let mut ends: Vec<_> = drawn.iter().filter_map(end).collect();
    ends.sort_by(|a, b| a.3.total_cmp(&b.3));
    let (mut out, mut free) = (String::new(), 3.0_f64);
    for (i, name, left, top) in ends {
        let top = top.max(free);
        free = top + 9.0;
        let (side, left, top) = (figure::anchor(left), coordinate(left), coordinate(top));
        out.push_str(&format!("<text class=\"t name {side} s{}\" x=\"{left}%\" y=\"{top}%\">{name}</text>", i % 6));
    }
    out
}

fn table(chart: &LineChart<'_>, drawn: &[Drawn<'_>], words: &ChartWords<'_>) -> String {
    let mut head = vec![chart.x.name.to_owned()];
    head.extend(drawn.iter().map(|(_, s, _)| s.name.clone()));
    let mut xs: Vec<f64> = drawn.iter().flat_map(|(_, _, m)| m.iter().map(|m| m.x)).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let cell = |series: &Series, marks: &[Mark], at: f64| {
        marks.iter().find(|m| m.x == at).map_or_else(|| "–".to_owned(), |m| value(chart, series, m, words))
    };
    let row = |at: f64| {
        let mut row = vec![(chart.x.label)(at)];
        row.extend(drawn.iter().map(|(_, series, marks)| cell(series, marks, at)));
        row
    };
    let rows: Vec<Vec<String>> = xs.into_iter().map(row).collect();
    figure::table(&head, &rows)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FRAME, WORDS, axis, fit_for_the_page};
    use super::*;

    fn chart(series: &[Series]) -> String {
        let plain = |v: f64| format!("{v}");
        let (x, y) = (axis("Day", &plain), axis("Views", &plain));
        line(&LineChart { frame: FRAME, x, y, series, reference: Some((4.0, "floor")) }, &WORDS)
    }

    fn series(points: Vec<(f64, f64)>) -> Series {
        Series { name: "A <b>".into(), points, ..Series::default() }
    }

    #[test]
    fn odd_numbers_neither_panic_nor_show() {
        for points in [
            vec![],
            vec![(1.0, 2.0)],
            vec![(f64::NAN, 1.0), (2.0, f64::INFINITY)],
            vec![(0.0, f64::MAX), (1.0, -f64::MAX)],
            vec![(1e300, 1e-300), (-1e300, 0.0)],
        ] {
            fit_for_the_page(&chart(&[series(points)]));
        }
        fit_for_the_page(&chart(&[]));
    }

    #[test]
    fn says_when_there_is_nothing() {
        assert!(chart(&[series(vec![(f64::NAN, 1.0)])]).contains("No numbers yet"));
    }

    #[test]
    fn draws_uncertainty_and_simulated_stretches() {
        let mut one = series(vec![(0.0, 5.0), (1.0, 6.0)]);
        one.lo = Some(vec![4.0, 5.0]);
        one.hi = Some(vec![6.0, 7.0]);
        one.simulated = true;
        let html = chart(&[one]);
        assert!(html.contains("class=\"band s0\"") && html.contains("url(#c1-h)"));
        assert!(html.contains("5 (4 to 6), simulated"), "{html}");
    }

    #[test]
    fn every_point_has_a_stable_id_and_the_table_every_value() {
        let html = chart(&[series(vec![(0.0, 5.0), (1.0, 6.5)]), series(vec![(1.0, 7.25)])]);
        assert!(html.contains("id=\"c1-p0-1\"") && html.contains("id=\"c1-p1-0\""));
        assert!(html.contains("<td class=\"n\">6.5</td><td class=\"n\">7.25</td>"));
        assert!(html.contains("<td class=\"n\">5</td><td class=\"n\">–</td>"));
    }

    #[test]
    fn many_points_are_bare() {
        let html = chart(&[series((0..40).map(|i| (f64::from(i), 1.0)).collect())]);
        assert!(!html.contains("class=\"pt\"") && html.contains("<th scope=\"row\">39</th>"));
    }
}
