//! Impact, not volume: of what was drafted, how much survived, how much work it took, how long it waited, and what a piece
//! that went out achieved; beside how many went out. In stretches of seven days that end now.

use crate::platform::Ms;
use crate::platform::clock::DAY;
use crate::stats::student;

pub const WEEKS: usize = 12;
pub const WEEK: i64 = 7 * DAY;
/// A decision that stands, as far as the weeks ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    pub at: Ms,
    pub is_approved: bool,
    /// Milliseconds from the draft to the decision
    pub waited: i64,
    /// Words that people changed in it until today
    pub edits: i64,
}

/// Seven days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Week {
    /// The first moment of it
    pub from: i64,
    pub decided: usize,
    pub approved: usize,
    /// Words edited in each approved draft, in the mean
    pub edits: Option<f64>,
    /// Milliseconds; the median of those decided
    pub waited: Option<i64>,
    pub published: usize,
    /// exp of the mean of ln index, and its 90 % interval when there are three or more
    pub impact: Option<f64>,
    pub interval: Option<(f64, f64)>,
}

impl Week {
    pub fn survived(&self) -> Option<f64> {
        (self.decided > 0).then(|| self.approved as f64 / self.decided as f64)
    }
}

/// The weeks, newest first, from decisions and from what was published, (moment, index when it has one).
pub fn weeks(now: Ms, settled: &[Settled], published: &[(Ms, Option<f64>)]) -> Vec<Week> {
    (0..WEEKS)
        .map(|back| {
            let (from, to) = (now.0 - WEEK * (back as i64 + 1), now.0 - WEEK * back as i64);
            let is_in = |at: Ms| at.0 > from && at.0 <= to;
            let mine: Vec<&Settled> = settled.iter().filter(|one| is_in(one.at)).collect();
            let approved: Vec<&&Settled> = mine.iter().filter(|one| one.is_approved).collect();
            let out: Vec<&(Ms, Option<f64>)> = published.iter().filter(|(at, _)| is_in(*at)).collect();
            let logs: Vec<f64> = out.iter().filter_map(|(_, index)| *index).filter(|index| *index > 0.0).map(f64::ln).collect();
            Week {
                from,
                decided: mine.len(),
                approved: approved.len(),
                edits: mean(&approved.iter().map(|one| one.edits as f64).collect::<Vec<_>>()),
                waited: median(mine.iter().map(|one| one.waited).collect()),
                published: out.len(),
                impact: mean(&logs).map(f64::exp),
                interval: interval(&logs),
            }
        })
        .collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// 90 % by Student's t on the logarithms, back on the scale of the index.
fn interval(logs: &[f64]) -> Option<(f64, f64)> {
    let (n, mean) = (logs.len(), mean(logs)?);
    if n < 3 {
        return None;
    }
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n as f64 - 1.0);
    let half = student::two_sided_critical(0.90, n as f64 - 1.0) * (variance / n as f64).sqrt();
    Some(((mean - half).exp(), (mean + half).exp()))
}

/// All the weeks as one.
pub fn whole(now: Ms, settled: &[Settled], published: &[(Ms, Option<f64>)]) -> Week {
    let from = now.0 - WEEK * WEEKS as i64;
    let approved: Vec<f64> = settled.iter().filter(|one| one.is_approved).map(|one| one.edits as f64).collect();
    let logs: Vec<f64> =
        published.iter().filter(|(at, _)| at.0 > from).filter_map(|(_, index)| *index).filter(|index| *index > 0.0).map(f64::ln).collect();
    Week {
        from,
        decided: settled.len(),
        approved: approved.len(),
        edits: mean(&approved),
        waited: median(settled.iter().map(|one| one.waited).collect()),
        published: published.iter().filter(|(at, _)| at.0 > from).count(),
        impact: mean(&logs).map(f64::exp),
        interval: interval(&logs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ms = Ms(1_790_000_000_000);

    #[test]
    fn a_week_counts_what_was_decided_and_what_went_out_in_it() {
        let one = |days: i64, is_approved, waited, edits| Settled { at: NOW.plus(-days * DAY), is_approved, waited, edits };
        let settled = [one(0, true, 10, 4), one(1, false, 30, 9), one(6, true, 20, 0), one(8, false, 5, 0)];
        let out = [(NOW.plus(-DAY), Some(2.0)), (NOW.plus(-2 * DAY), Some(0.5)), (NOW.plus(-3 * DAY), None), (NOW.plus(-90 * DAY), Some(9.0))];
        let weeks = weeks(NOW, &settled, &out);
        let first = weeks.first().unwrap();
        assert_eq!((first.decided, first.approved, first.waited, first.published), (3, 2, Some(20), 3));
        assert!((first.edits.unwrap() - 2.0).abs() < 1e-12 && (first.impact.unwrap() - 1.0).abs() < 1e-12, "{first:?}");
        assert_eq!(first.interval, None, "two pieces have no interval");
        assert_eq!((weeks[1].decided, weeks[1].survived()), (1, Some(0.0)));
        assert_eq!(weeks[5], Week { from: NOW.0 - 6 * WEEK, ..Week::default() });
    }

    #[test]
    fn the_interval_holds_the_mean() {
        let (low, high) = interval(&[0.1, 0.3, -0.2, 0.0]).unwrap();
        assert!(low < 0.05f64.exp() && 0.05f64.exp() < high);
    }
}
