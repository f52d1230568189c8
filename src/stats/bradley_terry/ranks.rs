//! How sure a rank is: the same ranking, drawn a thousand times from the posterior.

use super::{Fit, descending};
use crate::stats::draws::{quantile, seeded, standard_normal};

/// Draws from Laplace's approximation behind each interval.
const DRAWS: usize = 1_000;

/// The ranks, 1 for the strongest, between which an item lies in 90 of 100 draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankInterval {
    pub best: usize,
    pub worst: usize,
}

impl Fit {
    /// The 90% interval of every item's rank, in the order of the items. The same seed gives the same intervals.
    pub fn rank_intervals(&self, seed: u64) -> Vec<RankInterval> {
        let mut rng = seeded(seed);
        let mut ranks: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); self.theta.len()];
        for _ in 0..DRAWS {
            let noise = self.theta.iter().map(|_| standard_normal(&mut rng)).collect();
            let drawn: Vec<f64> = self.theta.iter().zip(self.precision.solve_upper(noise)).map(|(theta, off)| theta + off).collect();
            for (rank, item) in descending(&drawn).into_iter().enumerate() {
                ranks[item].push(rank as f64 + 1.0);
            }
        }
        ranks.iter_mut().map(|ranks| interval(ranks)).collect()
    }
}

/// Rounded outwards, so that the interval never claims more than the draws do.
fn interval(ranks: &mut [f64]) -> RankInterval {
    ranks.sort_by(f64::total_cmp);
    let end = |p| quantile(ranks, p).unwrap_or(1.0);
    RankInterval { best: end(0.05).floor() as usize, worst: end(0.95).ceil() as usize }
}

#[cfg(test)]
mod tests {
    use super::super::{Wins, fit};
    use super::*;

    #[test]
    fn clear_duels_make_narrow_intervals_and_none_make_wide_ones() {
        let mut duels = Wins::none(4);
        for _ in 0..400 {
            duels.win(0, 1);
            duels.win(1, 2);
        }
        let sure = fit(&duels).unwrap().rank_intervals(3);
        assert!(sure[0].worst <= 2 && sure[2].best >= 3, "{sure:?}");
        let unknown = fit(&Wins::none(4)).unwrap().rank_intervals(3);
        assert_eq!(unknown, [RankInterval { best: 1, worst: 4 }; 4]);
    }

    #[test]
    fn the_same_seed_gives_the_same_intervals_and_they_hold_the_rank() {
        let mut duels = Wins::none(6);
        (0..5).for_each(|i| duels.win(i, i + 1));
        let found = fit(&duels).unwrap();
        assert_eq!(found.rank_intervals(9), found.rank_intervals(9));
        for (rank, item) in found.order().into_iter().enumerate() {
            let interval = found.rank_intervals(9)[item];
            assert!((interval.best..=interval.worst).contains(&(rank + 1)), "{interval:?} without {}", rank + 1);
        }
    }
}
