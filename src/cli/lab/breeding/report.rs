//! What the runs come to: means and intervals over seeds, and the paired differences.
//!
//! Seeds differ from each other far more than policies do, so policies are compared within a seed, as the logarithm of
//! the ratio of their impacts: half as much and twice as much weigh the same.

use serde_json::{Value, json};

use super::policies::Policy;
use crate::stats::student::two_sided_critical;

/// Confidence of the intervals.
const LEVEL: f64 = 0.95;
/// The floor of variety: this share of the median Vendi score that choosing at random keeps up with the same recipes.
/// The product's own alarm rings below the same share of its trailing median.
const FLOOR_SHARE: f64 = 0.8;

/// One policy under one seed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) policy: Policy,
    pub(super) seed: u64,
    pub(super) impact: f64,
    /// Cumulative impact after each tenth of the turns.
    pub(super) course: Vec<f64>,
    pub(super) windows: Vec<f64>,
    pub(super) best_share: f64,
    pub(super) sameness: f64,
}

impl Run {
    fn vendi(&self) -> f64 {
        mean(&self.windows)
    }

    fn above(&self, floor: f64) -> f64 {
        self.windows.iter().filter(|score| **score >= floor).count() as f64 / self.windows.len().max(1) as f64
    }
}

/// The runs of all policies under one seed, in the order of [`Policy::ALL`].
pub(super) struct World(pub(super) Vec<Run>);

impl World {
    fn of(&self, policy: Policy) -> Option<&Run> {
        self.0.iter().find(|run| run.policy == policy)
    }

    fn floor(&self) -> f64 {
        FLOOR_SHARE * self.of(Policy::Uniform).map_or(0.0, |run| median(&run.windows))
    }

    /// ln(impact of one policy / impact of the other), by `impact`.
    fn log_ratio(&self, rival: Policy, impact: impl Fn(&Run) -> f64) -> Option<f64> {
        let (one, other) = (impact(self.of(Policy::Breeding)?), impact(self.of(rival)?));
        (one > 0.0 && other > 0.0).then(|| (one / other).ln())
    }
}

/// What breeding is held against.
const RIVALS: [Policy; 4] = [Policy::Uniform, Policy::Exploit, Policy::ExploitAlone, Policy::ExploitTop];

pub(super) fn told(worlds: &[World]) -> Value {
    let policies: Vec<Value> = Policy::ALL.iter().map(|policy| policy_told(*policy, worlds)).collect();
    let differences: Vec<Value> = RIVALS.iter().map(|rival| difference_told(*rival, worlds)).collect();
    let runs: Vec<Value> = worlds.iter().flat_map(|world| world.0.iter().map(|run| run_told(run, world))).collect();
    json!({ "results": policies, "differences": differences, "variety": variety_told(worlds), "runs": runs })
}

fn policy_told(policy: Policy, worlds: &[World]) -> Value {
    let over = |figure: &dyn Fn(&World, &Run) -> f64| {
        let values: Vec<f64> = worlds.iter().filter_map(|world| world.of(policy).map(|run| figure(world, run))).collect();
        summary(&values)
    };
    json!({
        "id": policy.name(),
        "impact": over(&|_, run| run.impact),
        "vendi_q1_n20": over(&|_, run| run.vendi()),
        "windows_above_floor": over(&|world, run| run.above(world.floor())),
        "best_recipe_share": over(&|_, run| run.best_share),
        "sameness": over(&|_, run| run.sameness),
    })
}

/// Gains are shares of the rival's impact: 0.1 is a tenth more.
fn difference_told(rival: Policy, worlds: &[World]) -> Value {
    let ratios = |impact: &dyn Fn(&Run) -> f64| worlds.iter().filter_map(|world| world.log_ratio(rival, impact)).collect::<Vec<f64>>();
    let whole = ratios(&|run| run.impact);
    let tenths = worlds.first().and_then(|world| world.of(rival)).map_or(0, |run| run.course.len());
    let course: Vec<f64> = (0..tenths).map(|tenth| mean(&ratios(&|run| run.course.get(tenth).copied().unwrap_or(0.0))).exp_m1()).collect();
    let (centre, interval) = estimate(&whole);
    json!({
        "policy": Policy::Breeding.name(), "against": rival.name(), "seeds": whole.len(),
        "gain": { "mean": centre.exp_m1(), "interval_95": interval.map(|ends| ends.map(f64::exp_m1)) },
        "gain_after_each_tenth": course,
        "seeds_ahead": whole.iter().filter(|ratio| **ratio > 0.0).count(),
        "ahead": centre > 0.0,
        "proven": interval.is_some_and(|[low, _]| low > 0.0),
    })
}

fn run_told(run: &Run, world: &World) -> Value {
    json!({
        "policy": run.policy.name(), "seed": run.seed, "impact": run.impact, "vendi_q1_n20": run.vendi(), "floor": world.floor(),
        "windows_above_floor": run.above(world.floor()), "best_recipe_share": run.best_share, "sameness": run.sameness,
    })
}

/// Whether breeding kept its mean Vendi score above the floor, under how many seeds.
fn variety_told(worlds: &[World]) -> Value {
    let kept: Vec<bool> = worlds
        .iter()
        .filter_map(|world| world.of(Policy::Breeding).filter(|run| !run.windows.is_empty()).map(|run| run.vendi() >= world.floor()))
        .collect();
    json!({ "policy": Policy::Breeding.name(), "seeds": kept.len(), "seeds_above_floor": kept.iter().filter(|above| **above).count() })
}

fn summary(values: &[f64]) -> Value {
    let (mean, interval) = estimate(values);
    json!({ "mean": mean, "interval_95": interval })
}

/// Mean with Student's interval, which takes two values.
fn estimate(values: &[f64]) -> (f64, Option<[f64; 2]>) {
    let centre = mean(values);
    let freedom = values.len() as f64 - 1.0;
    let interval = (freedom >= 1.0).then(|| {
        let variance = values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / freedom;
        let half = two_sided_critical(LEVEL, freedom) * (variance / values.len() as f64).sqrt();
        [centre - half, centre + half]
    });
    (centre, interval)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or(0.0);
    0.5 * (at(sorted.len().saturating_sub(1) / 2) + at(sorted.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(policy: Policy, impact: f64, windows: &[f64]) -> Run {
        Run { policy, seed: 1, impact, course: vec![0.5 * impact, impact], windows: windows.to_vec(), best_share: 0.0, sameness: 0.0 }
    }

    #[test]
    fn differences_are_paired_and_the_floor_is_that_of_chance() {
        let world =
            |uniform: f64, bred: f64| World(vec![run(Policy::Uniform, uniform, &[9.0, 10.0, 12.0]), run(Policy::Breeding, bred, &[7.0, 9.0])]);
        let told = told(&[world(100.0, 110.0), world(1_000.0, 1_100.0)]);
        // Ten per cent under either seed, however different the seeds: no doubt about it.
        let difference = &told["differences"][0];
        let gain = &difference["gain"];
        assert!((gain["mean"].as_f64().unwrap() - 0.1).abs() < 1e-12 && (gain["interval_95"][0].as_f64().unwrap() - 0.1).abs() < 1e-9);
        assert_eq!((&difference["seeds_ahead"], &difference["proven"]), (&2.into(), &true.into()));
        assert!((difference["gain_after_each_tenth"][1].as_f64().unwrap() - 0.1).abs() < 1e-12);
        assert_eq!((&told["runs"][1]["floor"], &told["runs"][1]["windows_above_floor"]), (&8.0.into(), &0.5.into()));
        assert_eq!((&told["differences"][1]["seeds"], &told["differences"][1]["proven"]), (&0.into(), &false.into()));
        assert_eq!(told["variety"]["seeds_above_floor"], 2);
    }

    #[test]
    fn one_seed_has_no_interval() {
        assert_eq!(summary(&[2.0]), json!({ "mean": 2.0, "interval_95": null }));
        let five = summary(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((five["interval_95"][1].as_f64().unwrap() - 4.963_243_161).abs() < 1e-6, "{five}");
    }
}
