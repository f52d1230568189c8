//! What a version led to, and the rules by which its figures are made.
//!
//! Invariants: amounts of different currencies and numbers of real and invented audiences are never added up; a figure
//! that cannot be made is absent, not zero.

use crate::platform::clock::DAY;
use crate::platform::id::PromptVersionId;
use crate::stats::proportion::{Share, wilson};
use serde::Serialize;

/// Posts count among the results from this age on: before, what is reported late would make them look worse. Milliseconds.
pub const RIPE: i64 = 7 * DAY;
/// Newest published drafts of a version, of each kind, whose results are read.
pub const RATED: i64 = 100;

/// The score of a version. Drafts of trials are not in it; what went to the bin stays in it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Score {
    #[serde(rename = "version_id")]
    pub version: PromptVersionId,
    /// The number of the version
    pub number: i64,
    /// Drafts that were written
    pub made: i64,
    /// Variants approved or rejected; ideas that left the inbox
    pub decided: i64,
    /// Variants approved; ideas shortlisted, in production or done
    pub approved: i64,
    /// Approved of decided
    pub share: Option<ShareShown>,
    /// Words that people changed in an approved variant, on average: in each stretch the larger of those taken out and
    /// those put in
    pub words_per_approved: Option<f64>,
    /// What its runs cost, failed ones included
    pub spend: Vec<Spend>,
    pub real: Results,
    pub simulated: Results,
}

/// A share with its 95 % interval (Wilson), each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ShareShown {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl From<Share> for ShareShown {
    fn from(share: Share) -> ShareShown {
        ShareShown { value: share.value, low: share.low, high: share.high }
    }
}

/// What runs cost in one currency, in millionths of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Spend {
    pub currency: String,
    /// Runs that were begun
    pub runs: i64,
    pub cost_micros: i64,
    /// For each approved draft
    pub per_approved_micros: Option<i64>,
}

/// What came of the drafts that went out to one kind of audience.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Results {
    /// Drafts that went out
    pub published: i64,
    /// Publications that are a week old and gave both numbers of the rate
    pub rated: i64,
    /// Their mean hook rate, 0 to 1
    pub hook_rate: Option<f64>,
    /// Hooks are counted over views, because impressions are not known
    pub of_starts: bool,
}

/// What is counted of a version.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    pub version: PromptVersionId,
    pub number: i64,
    pub made: i64,
    pub decided: i64,
    pub approved: i64,
    /// Approved variants whose changed words are known
    pub edited: i64,
    /// Those words
    pub words: i64,
}

impl Score {
    pub fn of(counted: &Counted, spend: Vec<Spend>, real: Results, simulated: Results) -> Score {
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        Score {
            version: counted.version,
            number: counted.number,
            made: counted.made,
            decided: counted.decided,
            approved: counted.approved,
            share: wilson(count(counted.approved), count(counted.decided), 0.05).map(ShareShown::from),
            words_per_approved: (counted.edited > 0).then(|| counted.words as f64 / counted.edited as f64),
            spend: spend.into_iter().map(|one| Spend { per_approved_micros: each(one.cost_micros, counted.approved), ..one }).collect(),
            real,
            simulated,
        }
    }

    /// Runs in every currency.
    pub fn runs(&self) -> i64 {
        self.spend.iter().map(|spend| spend.runs).sum()
    }
}

/// An amount for each of `n`, rounded half up; nothing for none.
fn each(micros: i64, n: i64) -> Option<i64> {
    (n > 0).then(|| micros.saturating_add(n / 2) / n)
}

impl Results {
    /// Over impressions where any publication gave them, else over views: two rates are not averaged into one.
    pub fn of(published: i64, impressions: (i64, Option<f64>), views: (i64, Option<f64>)) -> Results {
        let (of_starts, (rated, hook_rate)) = if impressions.0 > 0 { (false, impressions) } else { (views.0 > 0, views) };
        Results { published, rated, hook_rate, of_starts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;

    fn counted(decided: i64, approved: i64, (edited, words): (i64, i64)) -> Counted {
        Counted { version: PromptVersionId::new(Ms(0)), number: 1, made: 12, decided, approved, edited, words }
    }

    fn spend(currency: &str, cost_micros: i64) -> Spend {
        Spend { currency: currency.into(), runs: 2, cost_micros, per_approved_micros: None }
    }

    #[test]
    fn figures_are_for_each_approved_draft_and_each_currency() {
        let score = Score::of(&counted(4, 3, (3, 7)), vec![spend("USD", 100), spend("CNY", 11)], Results::default(), Results::default());
        assert_eq!(score.spend.iter().map(|spend| spend.per_approved_micros).collect::<Vec<_>>(), [Some(33), Some(4)]);
        assert_eq!((score.runs(), score.share.unwrap().value), (4, 0.75));
        assert!((score.words_per_approved.unwrap() - 7.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_made_is_absent() {
        let score = Score::of(&counted(0, 0, (0, 0)), vec![spend("USD", 100)], Results::default(), Results::default());
        assert_eq!((score.share, score.words_per_approved, score.spend[0].per_approved_micros), (None, None, None));
    }

    #[test]
    fn rates_over_impressions_and_over_views_are_not_mixed() {
        assert_eq!(Results::of(3, (1, Some(0.2)), (3, Some(0.5))), Results { published: 3, rated: 1, hook_rate: Some(0.2), of_starts: false });
        assert_eq!(Results::of(3, (0, None), (3, Some(0.5))), Results { published: 3, rated: 3, hook_rate: Some(0.5), of_starts: true });
        assert_eq!(Results::of(3, (0, None), (0, None)), Results { published: 3, ..Results::default() });
    }
}
