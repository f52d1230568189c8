//! Whether what the team likes is what the market answers: rank correlation of taste with the views index.
//!
//! Invariants: simulated and real numbers are never put together, nor two languages, whose tastes have no common scale;
//! below [`FEWEST`] variants there is no number. A variant that was published several times counts once, with
//! the geometric mean of its indices.

use super::model::Row;
use crate::choose::duels::Taste;
use crate::platform::id::VariantId;
use crate::stats::spearman::{Correlation, FEWEST, spearman};
use std::collections::{BTreeMap, HashMap};

/// One language, real or simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    pub locale: String,
    pub simulated: bool,
    /// Variants with a taste and an index
    pub n: usize,
    /// None of too few variants, or of values that are all the same
    pub found: Option<Correlation>,
}

impl Beside {
    /// How many variants are missing until a number is shown.
    pub fn missing(&self) -> usize {
        FEWEST.saturating_sub(self.n)
    }
}

/// By language, real before simulated. Rows carry their index already; `seed` decides the resamples behind the interval.
pub fn beside(rows: &[Row], tastes: &HashMap<VariantId, Taste>, seed: u64) -> Vec<Beside> {
    let mut groups: BTreeMap<(&str, bool), BTreeMap<VariantId, Vec<f64>>> = BTreeMap::new();
    for row in rows {
        if let (Some(taste), Some(index)) = (tastes.get(&row.variant), row.index.filter(|index| *index > 0.0)) {
            groups.entry((&taste.locale, row.simulated)).or_default().entry(row.variant).or_default().push(index.ln());
        }
    }
    let group = |((locale, simulated), variants): ((&str, bool), BTreeMap<VariantId, Vec<f64>>)| {
        let paired = variants.iter().filter_map(|(id, logs)| Some((tastes.get(id)?.theta, logs.iter().sum::<f64>() / logs.len() as f64)));
        let (liked, answered): (Vec<f64>, Vec<f64>) = paired.unzip();
        Beside { locale: locale.to_owned(), simulated, n: liked.len(), found: spearman(&liked, &answered, seed) }
    };
    groups.into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::Totals;
    use super::*;
    use crate::platform::Ms;
    use crate::platform::id::{ChannelId, PublicationId};
    use uuid::Uuid;

    fn row(variant: u128, index: Option<f64>, simulated: bool) -> Row {
        Row {
            no: 1,
            id: PublicationId(Uuid::nil()),
            variant: VariantId(Uuid::from_u128(variant)),
            title: String::new(),
            locale: "en".into(),
            channel: ChannelId(Uuid::nil()),
            channel_name: String::new(),
            url: None,
            published: Ms(0),
            simulated,
            totals: Totals::default(),
            index,
        }
    }

    fn tastes(locale: impl Fn(u128) -> &'static str) -> HashMap<VariantId, Taste> {
        let one = |n: u128| {
            let variant_id = VariantId(Uuid::from_u128(n));
            (variant_id, Taste { variant_id, locale: locale(n).into(), theta: n as f64, sd: 0.5, rank: 1, rank_low: 1, rank_high: 1, duels: 1 })
        };
        (1..=40).map(one).collect()
    }

    #[test]
    fn what_is_liked_and_watched_alike_correlates() {
        let rows: Vec<Row> = (1..=12).flat_map(|n| [row(n, Some(0.1 * n as f64), false), row(n, Some(0.4 * n as f64), false)]).collect();
        let found = beside(&rows, &tastes(|_| "en"), 1);
        assert_eq!((found.len(), found[0].n, found[0].missing()), (1, 12, 0), "published twice counts once");
        assert!(found[0].found.is_some_and(|found| found.rho > 0.999));
        assert_eq!(beside(&rows, &tastes(|_| "en"), 1), found);
    }

    #[test]
    fn languages_and_the_invented_audience_stay_apart() {
        let mut rows: Vec<Row> = (1..=12).map(|n| row(n, Some(n as f64), n % 2 == 0)).collect();
        rows.push(row(13, None, false));
        rows.push(row(99, Some(1.0), false));
        let found = beside(&rows, &tastes(|n| if n <= 8 { "en" } else { "vi" }), 1);
        let groups: Vec<(&str, bool, usize, bool)> =
            found.iter().map(|one| (one.locale.as_str(), one.simulated, one.n, one.found.is_some())).collect();
        assert_eq!(groups, [("en", false, 4, false), ("en", true, 4, false), ("vi", false, 2, false), ("vi", true, 2, false)]);
        assert_eq!(found[2].missing(), 8);
    }
}
