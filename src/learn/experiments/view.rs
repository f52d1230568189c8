//! How an experiment's numbers are written and drawn.

use super::assessment::Findings;
use super::model::{Arm, Badge, DayCount, Experiment, State};
use super::truth::Revealed;
use crate::platform::id::ArmId;
use crate::platform::text::shorten;
use crate::release::channels::kinds::simulator::audience::HookFamily;
use crate::stats::beta::Beta;
use crate::web::charts::{self, Axis, ChartWords, DensityChart, Frame, LineChart, Scale, Series, Tone};
use crate::web::i18n::Arg;
use crate::web::{Shell, thousands};

/// An arm with what was found about it, ready to be shown.
pub struct ArmRow {
    pub arm: Arm,
    pub name: String,
    pub viewers: String,
    pub outcomes: String,
    pub rate: String,
    /// The 95 % interval as a drawing and in words; empty below grade A.
    pub drawn: String,
    pub interval: String,
    pub chance: String,
    pub loss: String,
    pub lift: String,
    pub leads: bool,
    /// Viewers and outcomes as they were typed into a form that was refused.
    pub typed: (String, String),
    ends: Option<[f64; 2]>,
    mean: f64,
}

/// A share as a percentage, with as many digits as it takes to tell neighbours apart.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value.abs() < 1.0 { format!("{value:.2} %") } else { format!("{value:.1} %") }
}

/// A chance in percent; certainty is never claimed.
pub fn chance(share: f64) -> String {
    match share {
        s if s > 0.999 => "> 99.9 %".to_owned(),
        s if s < 0.001 => "< 0.1 %".to_owned(),
        s => format!("{:.1} %", s * 100.0),
    }
}

/// A difference of rates in points of percent.
pub fn points(difference: f64, shell: &Shell) -> String {
    let value = difference * 100.0;
    let text = if value < 0.01 { "< 0.01".to_owned() } else { format!("{value:.2}") };
    shell.a("experiments-points", "value", text)
}

pub fn p_value(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

/// Longest name in a chart, in graphemes.
const NAME: usize = 28;

/// Names that fit a chart: the beginning of each label; where beginnings are the same, the first of what differs after
/// it; where whole labels are the same, a number.
fn short_names(labels: &[&str]) -> Vec<String> {
    let heads: Vec<String> = labels.iter().map(|label| shorten(label, NAME)).collect();
    let mut names: Vec<String> = Vec::new();
    for (label, head) in labels.iter().zip(&heads) {
        let alike: Vec<&str> =
            labels.iter().zip(&heads).filter(|(other, beginning)| *beginning == head && other != &label).map(|(other, _)| *other).collect();
        let name = if alike.is_empty() { head.clone() } else { told_apart(label, &alike) };
        let again = names.iter().filter(|known| **known == name || known.starts_with(&format!("{name} ("))).count();
        names.push(if again == 0 { name } else { format!("{name} ({})", again + 1) });
    }
    names
}

/// The beginning of a label and, after an ellipsis, where it parts from the others.
fn told_apart(label: &str, others: &[&str]) -> String {
    let alike = |other: &&str| label.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let same = others.iter().map(alike).max().unwrap_or(0);
    // A few of the shared characters lead up to the difference; a short rest is shown whole.
    let length = label.chars().count();
    let from = same.saturating_sub(3).min(length.saturating_sub(12));
    let rest: String = label.chars().skip(from).collect();
    format!("{} {}", shorten(label, NAME - 16), shorten(rest.trim_start(), 14))
}

pub fn rows(arms: Vec<Arm>, found: Option<&Findings>, shell: &Shell) -> Vec<ArmRow> {
    let ends: Vec<[f64; 2]> = found.map(|found| found.arms.iter().map(|arm| arm.interval).collect()).unwrap_or_default();
    let stretch = Scale { lo: ends.iter().map(|ends| ends[0]).fold(1.0, f64::min), hi: ends.iter().map(|ends| ends[1]).fold(0.0, f64::max) };
    let chosen = found.and_then(Findings::chosen);
    let names = short_names(&arms.iter().map(|arm| arm.label.as_str()).collect::<Vec<_>>());
    arms.into_iter()
        .zip(names)
        .enumerate()
        .map(|(k, (arm, name))| {
            let finding = found.and_then(|found| found.arms.get(k));
            let leads = chosen == Some(k);
            let mean = if arm.exposures > 0 { arm.outcomes as f64 / arm.exposures as f64 } else { 0.0 };
            let interval =
                finding.map(|f| shell.ab("experiments-interval", "low", percent(f.interval[0]), "high", percent(f.interval[1]))).unwrap_or_default();
            let tone = if leads { Tone::Good } else { Tone::Plain };
            let lift = finding.and_then(|f| f.lift.as_ref()).map(|lift| {
                let signed = |share: f64| format!("{:+.1} %", share * 100.0).replace('-', "−");
                let interval = shell.ab("experiments-interval", "low", signed(lift.interval[0]), "high", signed(lift.interval[1]));
                shell.ab("experiments-lift", "lift", signed(lift.estimate), "interval", interval)
            });
            ArmRow {
                name,
                viewers: thousands(arm.exposures),
                outcomes: thousands(arm.outcomes),
                rate: if arm.exposures > 0 { percent(mean) } else { "–".to_owned() },
                drawn: finding.map(|f| charts::interval((f.interval[0], mean, f.interval[1]), stretch, None, tone, &interval)).unwrap_or_default(),
                interval,
                chance: finding.map_or_else(|| "–".to_owned(), |f| chance(f.chance_best)),
                loss: finding.map_or_else(|| "–".to_owned(), |f| points(f.loss, shell)),
                lift: lift.unwrap_or_default(),
                leads,
                typed: Default::default(),
                ends: finding.map(|f| f.interval),
                mean,
                arm,
            }
        })
        .collect()
}

/// Guards not met yet, in words; those of arms are summed up by kind.
pub fn guards(found: &Findings, rows: &[ArmRow], shell: &Shell) -> Vec<String> {
    let mut said = Vec::new();
    for guard in ["days", "exposures", "events"] {
        let unmet: Vec<_> = found.unmet.iter().filter(|unmet| unmet.guard == guard).collect();
        let Some(worst) = unmet.iter().min_by(|a, b| a.have.total_cmp(&b.have)) else { continue };
        let (have, need) = (thousands(worst.have as i64), thousands(worst.need as i64));
        let key = ["experiments-guard-", guard].concat();
        let name = worst.arm.and_then(|arm| rows.get(arm)).map(|row| row.name.clone()).unwrap_or_default();
        said.push(shell.words.with(&key, &[("have", have.value()), ("need", need.value()), ("name", name.value()), ("n", unmet.len().value())]));
    }
    said
}

/// The arm that would be called, if any.
pub fn suggested(found: Option<&Findings>, rows: &[ArmRow]) -> Option<ArmId> {
    rows.get(found?.chosen()?).map(|row| row.arm.id)
}

/// The label of an arm as it stands; of several with the same label the name that tells them apart.
pub fn whole_name(row: &ArmRow, rows: &[ArmRow]) -> String {
    let alone = rows.iter().filter(|other| other.arm.label == row.arm.label).count() == 1;
    if alone { row.arm.label.clone() } else { row.name.clone() }
}

/// The state of the experiment in one sentence.
pub fn title(one: &Experiment, grade: &str, rows: &[ArmRow], found: Option<&Findings>, shell: &Shell) -> String {
    let named = |key: &str, at: Option<usize>| {
        let name = at.and_then(|at| rows.get(at)).map(|row| whole_name(row, rows)).unwrap_or_default();
        let sentence = shell.a(key, "name", name);
        if one.simulated { shell.a("experiments-title-simulated", "sentence", sentence) } else { sentence }
    };
    match (one.state, one.badge) {
        (State::Called, _) => shell.t("experiments-title-called").into_owned(),
        (State::Stopped, _) => shell.t("experiments-title-stopped").into_owned(),
        _ if rows.len() < 2 => shell.t("experiments-title-one-arm").into_owned(),
        _ if one.exposures == 0 => shell.t("experiments-title-nobody").into_owned(),
        _ if grade == "d" => shell.t("experiments-title-single").into_owned(),
        _ if found.is_none() => shell.t("experiments-title-described").into_owned(),
        (_, Some(Badge::Broken)) => shell.t("experiments-title-broken").into_owned(),
        (_, Some(Badge::Proven)) => named("experiments-title-proven", found.and_then(|found| found.proven_better)),
        (_, Some(Badge::Safe)) => named("experiments-title-safe", found.and_then(|found| found.safe_to_ship)),
        (_, Some(Badge::NoDifference)) => shell.t("experiments-title-no-difference").into_owned(),
        (State::Imported, _) => shell.t("experiments-title-undecided").into_owned(),
        _ => shell.t("experiments-title-keep-going").into_owned(),
    }
}

/// A play to begin with; a person makes it say more. It speaks of the opening that led, and claims no more than the verdict.
pub fn sentence(one: &Experiment, rows: &[ArmRow], found: Option<&Findings>, shell: &Shell) -> String {
    let metric = || shell.t(["metric-", &one.metric].concat()).into_owned();
    let key = if one.badge == Some(Badge::Proven) { "experiments-play-winner" } else { "experiments-play-safe" };
    let said = match found.and_then(Findings::chosen).and_then(|at| rows.get(at)) {
        Some(row) => led(one, row, rows, shell).unwrap_or_else(|| shell.ab(key, "name", &row.arm.label, "metric", metric())),
        None => match side_by_side(rows).map(|pair| pair.map(|row| shorten(row.opening().unwrap_or_default(), OPENING))) {
            Some([first, other]) => {
                shell.words.with("experiments-play-none-of", &[("one", first.value()), ("other", other.value()), ("metric", metric().value())])
            }
            None => shell.ab("experiments-play-none", "name", &one.name, "metric", metric()),
        },
    };
    if one.simulated { shell.a("experiments-play-simulated", "sentence", said) } else { said }
}

/// Longest opening in a play, in characters.
const OPENING: usize = 160;

/// The arm that leads by its opening: of which kind it is, where the others open otherwise, and how many points more did it.
fn led(one: &Experiment, row: &ArmRow, rows: &[ArmRow], shell: &Shell) -> Option<String> {
    let hook = row.opening()?;
    let next = rows.iter().filter(|other| other.arm.id != row.arm.id).map(|other| other.mean).fold(0.0, f64::max);
    let points = format!("{:.1}", (row.mean - next) * 100.0);
    if points.starts_with('-') || points == "0.0" {
        return None;
    }
    let gained = shell.a(&["experiments-gained-", &one.metric].concat(), "points", points);
    let standing = shell.t(if one.badge == Some(Badge::Proven) { "experiments-standing-proven" } else { "experiments-standing-open" });
    let family = HookFamily::of(hook);
    let differs = rows.iter().any(|other| other.opening().is_some_and(|hook| HookFamily::of(hook) != family));
    let key = if differs { "experiments-play-opening" } else { "experiments-play-opening-alike" };
    let family = shell.t(["opening-", family_name(family)].concat());
    let parts = [
        ("family", family.as_ref().value()),
        ("hook", shorten(hook, OPENING).value()),
        ("gained", gained.value()),
        ("standing", standing.as_ref().value()),
    ];
    Some(shell.words.with(key, &parts))
}

fn family_name(family: HookFamily) -> &'static str {
    match family {
        HookFamily::Question => "question",
        HookFamily::Claim => "claim",
        HookFamily::Number => "number",
        HookFamily::Story => "story",
        HookFamily::Silence => "silence",
    }
}

impl ArmRow {
    /// The first words that viewers met.
    pub fn opening(&self) -> Option<&str> {
        self.arm.hook.as_deref().map(str::trim).filter(|hook| !hook.is_empty())
    }

    /// The key of the kind of opening that is.
    pub fn family(&self) -> String {
        ["opening-", family_name(HookFamily::of(self.opening().unwrap_or_default()))].concat()
    }
}

/// The two arms side by side, where both have an opening to tell them by.
pub fn side_by_side(rows: &[ArmRow]) -> Option<[&ArmRow; 2]> {
    match rows {
        [one, other] if one.opening().is_some() && other.opening().is_some() => Some([one, other]),
        _ => None,
    }
}

/// Up to when the counts reach: the invented audience has days of its own, real viewers share ours.
pub fn as_of(one: &Experiment, days: usize, shell: &Shell) -> String {
    if one.simulated { shell.n("experiments-simulated-day", days) } else { one.assessed.map(|at| shell.when(&at).exact()).unwrap_or_default() }
}

/// The truth about each arm: its name, its rate, and what the audience likes or dislikes about it.
pub fn truth(revealed: &[Revealed], rows: &[ArmRow], shell: &Shell) -> Vec<(String, String, String)> {
    let liked = |(name, logits): &(String, f64)| format!("{} {}", shell.t(["feature-", name].concat()), format!("{logits:+.2}").replace('-', "−"));
    revealed
        .iter()
        .map(|one| {
            let name = rows.iter().find(|row| row.arm.id == one.arm).map(|row| row.name.clone()).unwrap_or_default();
            (name, percent(one.rate), one.weights.iter().map(liked).collect::<Vec<_>>().join(" · "))
        })
        .collect()
}

fn words(shell: &Shell) -> [std::borrow::Cow<'static, str>; 6] {
    ["chart-table", "chart-source", "chart-as-of", "chart-simulated", "chart-to", "chart-nothing"].map(|key| shell.t(key))
}

fn chart_words<'a>(words: &'a [std::borrow::Cow<'static, str>; 6]) -> ChartWords<'a> {
    let [table, source, as_of, simulated, to, nothing] = words;
    ChartWords { table, source, as_of, simulated, to, nothing }
}

fn source(one: &Experiment, shell: &Shell) -> String {
    shell.t(["assignment-source-", method(one)].concat()).into_owned()
}

/// The name of how viewers met the arms: invented ones are never called anything else.
pub fn method(one: &Experiment) -> &'static str {
    if one.simulated { "simulator" } else { one.assignment.name() }
}

/// What is believed about each arm's rate; empty below grade A.
pub fn density(one: &Experiment, rows: &[ArmRow], days: usize, shell: &Shell) -> String {
    if rows.iter().all(|row| row.ends.is_none()) {
        return String::new();
    }
    let ends = || rows.iter().filter_map(|row| row.ends);
    let (low, high) = (ends().map(|ends| ends[0]).fold(1.0, f64::min), ends().map(|ends| ends[1]).fold(0.0, f64::max));
    let margin = 0.35 * (high - low);
    let (low, high) = ((low - margin).max(0.0), (high + margin).min(1.0));
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let arms: Vec<charts::Arm> = rows
        .iter()
        .map(|row| charts::Arm {
            name: row.name.clone(),
            curve: Beta::posterior(count(row.arm.outcomes), count(row.arm.exposures)).curve(low, high, 90),
            mean: row.mean,
            ends: row.ends.map_or((f64::NAN, f64::NAN), |ends| (ends[0], ends[1])),
            tone: if row.leads { Tone::Good } else { Tone::Plain },
            simulated: one.simulated,
        })
        .collect();
    let (words, label, source) = (words(shell), |value: f64| percent(value), source(one, shell));
    let (name, title, as_of) = (shell.t(["metric-", &one.metric].concat()), shell.t("experiments-density"), as_of(one, days, shell));
    let heads = [shell.t("experiments-arm"), shell.t("experiments-rate"), shell.t("experiments-interval-head")];
    let chart = DensityChart {
        frame: Frame { id: "density", title: &title, source: &source, as_of: &as_of },
        x: Axis { name: &name, unit: "", label: &label, ticks: &[] },
        heads: [&heads[0], &heads[1], &heads[2]],
        arms: &arms,
    };
    charts::density(&chart, &chart_words(&words))
}

/// The rate of each arm so far, day by day; empty with less than two days.
pub fn course(one: &Experiment, rows: &[ArmRow], days: &[DayCount], shell: &Shell) -> String {
    let dates = charts::every_day(days.iter().map(|count| count.day.as_str()));
    if dates.len() < 2 || one.source_key.is_some() {
        return String::new();
    }
    // The arm that leads is the green one here as above.
    let mut arms: Vec<&ArmRow> = rows.iter().take(6).collect();
    arms.sort_by_key(|row| !row.leads);
    let series: Vec<Series> = arms
        .into_iter()
        .map(|row| {
            let (mut seen, mut did, mut points) = (0, 0, Vec::new());
            for count in days.iter().filter(|count| count.arm == row.arm.id) {
                (seen, did) = (seen + count.exposures, did + count.outcomes);
                let at = dates.iter().position(|day| *day == count.day).unwrap_or(0);
                if seen > 0 {
                    points.push((at as f64, did as f64 / seen as f64));
                }
            }
            Series { name: row.name.clone(), points, lo: None, hi: None, simulated: one.simulated }
        })
        .collect();
    let day = |at: f64| {
        let at = at.round().max(0.0) as usize;
        if one.simulated {
            return shell.n("experiments-day-of", at + 1);
        }
        dates.get(at).map(|day| day.get(5..).unwrap_or(day).to_owned()).unwrap_or_default()
    };
    let label = |value: f64| percent(value);
    let ticks: Vec<f64> = (0..dates.len()).map(|at| at as f64).collect();
    let (words, source) = (words(shell), source(one, shell));
    let (name, title, as_of) = (shell.t(["metric-", &one.metric].concat()), shell.t("experiments-course"), as_of(one, dates.len(), shell));
    let chart = LineChart {
        frame: Frame { id: "course", title: &title, source: &source, as_of: &as_of },
        x: Axis { name: "", unit: "", label: &day, ticks: &ticks },
        y: Axis { name: &name, unit: "", label: &label, ticks: &[] },
        series: &series,
        reference: None,
    };
    charts::line(&chart, &chart_words(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_that_begin_alike_are_told_apart() {
        let table = [
            (
                ["A headline that says a great deal · 0ba6", "A headline that says a great deal · 29bc"],
                ["A headline t… deal · 0ba6", "A headline t… deal · 29bc"],
            ),
            (
                ["Why the red general never once lies in his songs", "Why the red general never once lied in his songs"],
                ["Why the red… lies in his so…", "Why the red… lied in his so…"],
            ),
            (["The general's last song", "The general's last song"], ["The general's last song", "The general's last song (2)"]),
            (["Short", "Long"], ["Short", "Long"]),
        ];
        for (labels, names) in table {
            assert_eq!(short_names(&labels), names);
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!((percent(0.439), percent(0.0042)), ("43.9 %".into(), "0.42 %".into()));
        assert_eq!((chance(0.99999), chance(0.0), chance(0.5)), ("> 99.9 %".into(), "< 0.1 %".into(), "50.0 %".into()));
        assert_eq!((p_value(0.62), p_value(1e-9)), ("p = 0.620".into(), "p < 0.001".into()));
    }
}
