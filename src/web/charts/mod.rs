//! Charts drawn on the server: pure functions from numbers to HTML with inline SVG.
//!
//! Invariants: all text is escaped; no `style` attribute is ever written (the content security policy refuses it), colour
//! comes by class only; numbers that are not finite are left out; every drawing has a table with the same values behind
//! it; words come from the caller, because the interface is bilingual. A drawing is placed by percent, so that lines
//! stretch with the page and letters do not.

mod bar;
mod density;
mod figure;
mod heat;
mod interval;
mod line;
mod meter;
mod scale;
mod spark;

pub use bar::{Bar, BarChart, bar};
pub use density::{Arm, DensityChart, density};
pub use heat::{Heat, HeatCell, HeatRow, heat};
pub use interval::interval;
pub use line::{LineChart, line};
pub use meter::{meter, prog};
pub use scale::Scale;
pub use spark::spark;

/// The interface's words inside charts, in the reader's language.
#[derive(Clone, Copy, Debug)]
pub struct ChartWords<'a> {
    /// Opens the table behind the drawing, e.g. "Table".
    pub table: &'a str,
    /// Before the source, e.g. "Source:".
    pub source: &'a str,
    /// Before the time, e.g. "As of".
    pub as_of: &'a str,
    /// What hatching means, e.g. "simulated".
    pub simulated: &'a str,
    /// Between the ends of an interval, e.g. "to".
    pub to: &'a str,
    /// Said instead of a drawing when there is no number, e.g. "No numbers yet".
    pub nothing: &'a str,
}

/// What a chart says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Unique on the page and stable across refreshes: the focus is kept by it. Letters, digits and hyphens.
    pub id: &'a str,
    /// A sentence with the finding: "Posts per day, up from 12 to 34".
    pub title: &'a str,
    pub source: &'a str,
    /// The moment of the numbers as the reader's words; empty leaves the line out.
    pub as_of: &'a str,
}

/// One axis: what it measures, in what unit, and how a value is written.
#[derive(Clone, Copy)]
pub struct Axis<'a> {
    pub name: &'a str,
    /// "views", "%"; empty for dates and names.
    pub unit: &'a str,
    /// A value as words, with its unit where one belongs beside it.
    pub label: &'a dyn Fn(f64) -> String,
    /// Where ticks stand, e.g. the days of a week; empty chooses round values.
    pub ticks: &'a [f64],
}

/// A line of points; `lo` and `hi` are the ends of the uncertainty, one each per point.
#[derive(Clone, Debug, Default)]
pub struct Series {
    pub name: String,
    /// (x, y), drawn in the order given.
    pub points: Vec<(f64, f64)>,
    pub lo: Option<Vec<f64>>,
    pub hi: Option<Vec<f64>>,
    /// Comes from the invented audience; drawn on hatching.
    pub simulated: bool,
}

/// The meaning of a colour; each is a CSS class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    /// Approved, winning, healthy.
    Good,
    /// Waiting or doubtful.
    Wait,
    /// Made by a model.
    Model,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Model => "model",
        }
    }
}

/// More days than this between the first and the last are a mistyped year, and stay left out.
const DAYS: usize = 400;

/// Every day from the first to the last of `days` (`2026-11-23`), in order: a day without numbers keeps its place on an
/// axis, so that a gap looks like one.
pub fn every_day<'a>(days: impl Iterator<Item = &'a str>) -> Vec<String> {
    let given: std::collections::BTreeSet<&str> = days.collect();
    let date = |day: Option<&&str>| chrono::NaiveDate::parse_from_str(day?, "%Y-%m-%d").ok();
    let whole: Vec<String> = match (date(given.first()), date(given.last())) {
        (Some(first), Some(last)) => {
            first.iter_days().take_while(|day| *day <= last).take(DAYS + 1).map(|day| day.format("%Y-%m-%d").to_string()).collect()
        }
        _ => Vec::new(),
    };
    if (1..=DAYS).contains(&whole.len()) { whole } else { given.into_iter().map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const WORDS: ChartWords<'static> =
        ChartWords { table: "Table", source: "Source:", as_of: "As of", simulated: "simulated", to: "to", nothing: "No numbers yet" };
    pub(super) const FRAME: Frame<'static> =
        Frame { id: "c1", title: "A <script>alert('x')</script> & \"more\"", source: "own <page>", as_of: "23 Nov" };

    pub(super) fn axis<'a>(name: &'a str, label: &'a dyn Fn(f64) -> String) -> Axis<'a> {
        Axis { name, unit: "<unit>", label, ticks: &[] }
    }

    /// What must hold of every chart whatever its numbers.
    pub(super) fn fit_for_the_page(html: &str) {
        assert!(!html.contains("style="), "an inline style: {html}");
        assert!(!html.contains("<script"), "unescaped: {html}");
        assert!(!html.contains("<unit>") && !html.contains("own <page>"), "unescaped: {html}");
        assert!(!html.contains("NaN") && !html.contains("inf"), "not a number: {html}");
        assert!(html.contains("As of 23 Nov") && html.contains("own &lt;page&gt;"), "no source: {html}");
        let opened = html.matches("<g ").count() + html.matches("<g>").count();
        assert_eq!(opened, html.matches("</g>").count(), "unbalanced: {html}");
    }

    #[test]
    fn days_without_numbers_keep_their_place() {
        let days = |given: &[&str]| every_day(given.iter().copied());
        assert_eq!(days(&["2026-03-01", "2026-02-27", "2026-02-27"]), ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!(days(&["2026-02-27", "2062-02-28"]), ["2026-02-27", "2062-02-28"], "a mistyped year makes no axis of decades");
        assert!(days(&[]).is_empty());
    }
}
