//! A randomised experiment on a smart link: viewers, not posts, meet the arms at random.
//!
//! Viewer v meets arm ⌊u·K⌋ and responds with the arm's probability; u and the response are two draws
//! at the viewer's own address, so they are independent, and an arm's rate cannot change who meets it.

use super::draws::{Draws, Purpose};

/// What one arm counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArmCount {
    pub exposures: u64,
    pub outcomes: u64,
}

/// Sends `exposures` viewers over arms with these response probabilities (say a click or a 3-second
/// hold), evenly by hash. One count per arm, in order; the counts of fewer viewers are a part of those
/// of more. Takes time in proportion to the viewers.
pub fn split(seed: u64, rates: &[f64], exposures: u64) -> Vec<ArmCount> {
    let mut counts = vec![ArmCount::default(); rates.len()];
    for viewer in 0..exposures {
        let mut stream = Draws::about(seed, u128::from(viewer)).at(Purpose::Assignment, 0);
        let arm = (stream.uniform() * rates.len() as f64) as usize;
        if let (Some(count), Some(rate)) = (counts.get_mut(arm), rates.get(arm)) {
            count.exposures += 1;
            count.outcomes += u64::from(stream.uniform() < *rate);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// A/A: equal arms get equal shares of viewers and of outcomes, within six standard errors.
        #[test]
        fn equal_arms_split_evenly(seed: u64, arms in 2usize..5, rate in 0.02f64..0.5) {
            let viewers = 4_000;
            let counts = split(seed, &vec![rate; arms], viewers);
            prop_assert_eq!(counts.iter().map(|count| count.exposures).sum::<u64>(), viewers);
            let share = 1.0 / arms as f64;
            for count in counts {
                let even = viewers as f64 * share;
                prop_assert!((count.exposures as f64 - even).abs() < 6.0 * (even * (1.0 - share)).sqrt());
                let expected = count.exposures as f64 * rate;
                prop_assert!((count.outcomes as f64 - expected).abs() < 6.0 * (expected * (1.0 - rate)).sqrt() + 4.0);
            }
        }

        #[test]
        fn an_arms_rate_does_not_change_who_meets_it(seed: u64) {
            let exposures = |rates: &[f64]| split(seed, rates, 500).iter().map(|count| count.exposures).collect::<Vec<_>>();
            prop_assert_eq!(exposures(&[0.1, 0.1]), exposures(&[0.9, 0.0]));
        }
    }

    /// A/A over many links: the z of a fair comparison leaves ±1.96 in about one case of twenty.
    #[test]
    fn equal_arms_look_different_as_often_as_chance_has_it() {
        let alarms = (0..1_000).filter(|seed| z_score(&split(*seed, &[0.2, 0.2], 2_000)).abs() > 1.96).count();
        assert!((30..=70).contains(&alarms), "{alarms} of 1000");
    }

    fn z_score(counts: &[ArmCount]) -> f64 {
        let [n1, n2] = [counts[0].exposures as f64, counts[1].exposures as f64];
        let [x1, x2] = [counts[0].outcomes as f64, counts[1].outcomes as f64];
        let pooled = (x1 + x2) / (n1 + n2);
        (x1 / n1 - x2 / n2) / (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt()
    }

    #[test]
    fn the_better_arm_shows() {
        let counts = split(1, &[0.1, 0.2], 20_000);
        assert!(counts[1].outcomes as f64 > 1.7 * counts[0].outcomes as f64);
    }

    #[test]
    fn fewer_viewers_are_a_part_of_more_and_no_arms_count_nobody() {
        let (few, many) = (split(1, &[0.3; 2], 100), split(1, &[0.3; 2], 200));
        assert!(few.iter().zip(&many).all(|(few, many)| few.exposures <= many.exposures && few.outcomes <= many.outcomes));
        assert!(split(1, &[], 10).is_empty());
    }
}
