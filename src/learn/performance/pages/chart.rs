//! The days of one metric, drawn.

use super::{invented, whole};
use crate::learn::performance::store::Daily;
use crate::platform::locale::local_day;
use crate::web::Shell;
use crate::web::charts::{self, Axis, ChartWords, Frame, LineChart, Series};

/// Points from which on a line shows a course.
const COURSE: usize = 3;

/// Simulated and real as lines of their own; empty before there is a course.
pub(super) fn drawn(daily: &[Daily], metric: &str, as_of: &str, shell: &Shell) -> String {
    let (invented, today) = (invented(daily), local_day(shell.now, &shell.project.zone));
    let daily: Vec<&Daily> = daily.iter().filter(|one| invented || one.day <= today).collect();
    let days = charts::every_day(daily.iter().map(|one| one.day.as_str()));
    let series: Vec<Series> = [false, true]
        .into_iter()
        .map(|simulated| Series {
            name: shell.t(if simulated { "chart-simulated" } else { "performance-real" }).into_owned(),
            points: daily
                .iter()
                .filter(|one| one.simulated == simulated)
                .filter_map(|one| Some((days.iter().position(|day| *day == one.day)? as f64, one.value)))
                .collect(),
            lo: None,
            hi: None,
            simulated,
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    if series.iter().all(|series| series.points.len() < COURSE) {
        return String::new();
    }
    let [table, source, when, simulated, to, nothing] =
        ["chart-table", "chart-source", "chart-as-of", "chart-simulated", "chart-to", "chart-nothing"].map(|key| shell.t(key));
    let words = ChartWords { table: &table, source: &source, as_of: &when, simulated: &simulated, to: &to, nothing: &nothing };
    let day = |at: f64| {
        let at = at.round().max(0.0) as usize;
        if invented {
            return shell.n("experiments-day-of", at + 1);
        }
        days.get(at).map(|day| day.get(5..).unwrap_or(day).to_owned()).unwrap_or_default()
    };
    let label = whole;
    let ticks: Vec<f64> = (0..days.len()).map(|at| at as f64).collect();
    let (name, title, from) = (shell.t(["metric-name-", metric].concat()), shell.t("performance-chart"), shell.t("performance-source"));
    let chart = LineChart {
        frame: Frame { id: "daily", title: &title, source: &from, as_of },
        x: Axis { name: "", unit: "", label: &day, ticks: &ticks },
        y: Axis { name: &name, unit: "", label: &label, ticks: &[] },
        series: &series,
        reference: None,
    };
    charts::line(&chart, &words)
}
