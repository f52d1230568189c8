//! What the invented platform pays: a share of the views, at a price per thousand, with a delay.

use super::observation::Metric;
use super::rates::Publication;
use super::truth::Truth;

/// What a channel pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Views in a thousand that earn money at all, 0..=1000.
    pub earning_per_mille: u16,
    /// Minor units of the channel's currency for a thousand earning views.
    pub per_thousand_minor: u32,
    /// Hours between a view and its money.
    pub delay_hours: u32,
}

impl Truth {
    /// Minor units earned since publication, as the platform would show it at this age:
    /// ⌊views(age − delay) · share · price / 1000⌋. A correction of the views lowers it as well.
    pub(super) fn earned_minor(&self, publication: &Publication, age_hours: f64, terms: Terms) -> u64 {
        let views = self.observe(publication, age_hours - f64::from(terms.delay_hours)).total(Metric::Views);
        let earned = u128::from(views.unwrap_or_default()) * u128::from(terms.earning_per_mille.min(1_000)) * u128::from(terms.per_thousand_minor);
        u64::try_from(earned / 1_000_000).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::publication;
    use super::*;

    const TERMS: Terms = Terms { earning_per_mille: 500, per_thousand_minor: 200, delay_hours: 48 };

    #[test]
    fn money_comes_two_days_after_the_views() {
        let (truth, publication) = (Truth::of(1), publication(1));
        assert_eq!(truth.earned_minor(&publication, 48.0, TERMS), 0);
        let views = truth.observe(&publication, 52.0).total(Metric::Views).unwrap();
        assert!(views > 100);
        assert_eq!(truth.earned_minor(&publication, 100.0, TERMS), views * 500 * 200 / 1_000_000);
    }

    #[test]
    fn more_than_every_view_cannot_earn() {
        let (truth, publication) = (Truth::of(1), publication(1));
        let at = |earning_per_mille| truth.earned_minor(&publication, 300.0, Terms { earning_per_mille, ..TERMS });
        assert_eq!(at(5_000), at(1_000));
    }
}
