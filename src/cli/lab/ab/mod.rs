//! `troupe lab ab`: answers reference cases, so that other implementations can be compared with ours field by field.
//!
//! Invariant: never panics; input that cannot be answered gives one line that names the case. Reads
//! `{"cases":[…]}` with optional `degenerate`, `cuped` and `srm` lists, ignores unknown fields, and writes
//! `{"results":[{"id":…, …}]}` with the field names of the cases' own expected values. Conventions: α = 0.05,
//! prior on the relative effect flat or N(0, 0.3²), confidence sequences tuned for 5,000 and 1,000 units.

mod cases;

use serde_json::{Map, Value, json};

use self::cases::{Arm, Before, Case, MOST, Pair, Split};
use super::cases::{Cases, Results};
use crate::stats::beta::Beta;
use crate::stats::contest::{Posterior, contest};
use crate::stats::cuped::{theta_pooled, theta_within};
use crate::stats::effect::{EffectError, Prior, Scale, Summary, Welch, bayesian, welch};
use crate::stats::multiple::{benjamini_hochberg, holm};
use crate::stats::normal::Normal;
use crate::stats::sequential::{Tuning, sequential};
use crate::stats::srm::srm;

const ALPHA: f64 = 0.05;

/// Answers every case of `input`, as JSON. The error is one line for a person.
pub fn answer(input: &str) -> Result<String, String> {
    let cases = Cases::read(input, &["cases", "degenerate", "cuped", "srm"])?;
    let mut results = Results::default();
    cases.each("cases", &mut results, answer_case)?;
    cases.each("degenerate", &mut results, answer_degenerate)?;
    cases.each("cuped", &mut results, answer_cuped)?;
    cases.each("srm", &mut results, |split: Split| answer_srm(&split.observed, &split.weights))?;
    Ok(results.written())
}

fn answer_case(case: Case) -> Result<Value, String> {
    if case.arms.len() < 2 {
        return Err(format!("a comparison needs two arms or more, not {}", case.arms.len()));
    }
    if case.arms.iter().any(|arm| arm.n == 0.0) {
        return Err("every arm needs at least one unit".into());
    }
    let summaries: Vec<Summary> = case.arms.iter().map(Arm::summary).collect::<Result<_, _>>()?;
    let control = summaries.get(case.baseline).ok_or_else(|| format!("there is no arm {} to be the baseline", case.baseline))?;
    let mut result = Map::new();
    if let Some(weights) = &case.weights {
        let observed: Vec<f64> = case.arms.iter().map(|arm| arm.n).collect();
        result.insert("srm".into(), answer_srm(&observed, weights)?);
    }
    let treatments: Vec<(usize, &Summary)> = summaries.iter().enumerate().filter(|(index, _)| *index != case.baseline).collect();
    let pairwise = treatments.iter().map(|(index, treatment)| pairwise(*index, control, treatment)).collect();
    result.insert("pairwise".into(), pairwise);
    let raw: Vec<f64> =
        treatments.iter().map(|(_, treatment)| welch(control, treatment, Scale::Relative, ALPHA).map_or(1.0, |test| test.p_value)).collect();
    result.insert("multiple".into(), json!({ "raw": raw, "holm": holm(&raw), "bh": benjamini_hochberg(&raw) }));
    posteriors(&case, &summaries, &mut result)?;
    Ok(Value::Object(result))
}

/// Adds the exact comparison of all arms: of rates if every arm counts successes, of means if none does.
fn posteriors(case: &Case, summaries: &[Summary], result: &mut Map<String, Value>) -> Result<(), String> {
    let counts: Vec<Option<(u64, u64)>> = case.arms.iter().map(Arm::counted).collect::<Result<_, _>>()?;
    if let Some(counts) = counts.iter().copied().collect::<Option<Vec<_>>>() {
        for (name, prior) in [("beta_binomial", 1.0), ("beta_binomial_jeffreys", 0.5)] {
            let mut answer = beta_binomial(&counts, prior, case.baseline);
            answer["prior"] = json!([prior, prior]);
            result.insert(name.into(), answer);
        }
        return Ok(());
    }
    if counts.iter().any(Option::is_some) {
        return Err("either all arms count successes or none".into());
    }
    if let Some(answer) = normal_flat(summaries, case.baseline) {
        result.insert("normal_flat".into(), answer);
    }
    if let Some(logs) = case.arms.iter().map(Arm::log_summary).collect::<Option<Result<Vec<_>, _>>>()
        && let Some(answer) = normal_flat(&logs?, case.baseline)
    {
        result.insert("log_normal_flat".into(), answer);
    }
    Ok(())
}

fn beta_binomial(counts: &[(u64, u64)], prior: f64, control: usize) -> Value {
    let arms: Vec<Beta> = counts.iter().filter_map(|&(s, n)| Beta::new(prior + s as f64, prior + (n - s) as f64)).collect();
    let found = contest(&arms, control);
    let posterior: Vec<Value> = arms
        .iter()
        .map(|arm| json!({ "alpha": arm.a(), "beta": arm.b(), "mean": arm.mean(), "sd": arm.sd(), "ci95": arm.interval(ALPHA) }))
        .collect();
    json!({
        "posterior": posterior, "prob_best": found.best, "expected_loss": found.loss,
        "expected_max": found.expected_max, "prob_beats_control": found.beats_control,
    })
}

/// `None` when an arm shows no variance: its posterior would be a point.
fn normal_flat(summaries: &[Summary], control: usize) -> Option<Value> {
    let arms: Vec<Normal> = summaries
        .iter()
        .map(|arm| (arm.variance > 0.0).then(|| Normal { mean: arm.mean, sd: (arm.variance / arm.n).sqrt() }))
        .collect::<Option<_>>()?;
    let found = contest(&arms, control);
    let posterior: Vec<Value> =
        arms.iter().map(|arm| json!({ "mean": arm.mean, "sd": arm.sd, "ci95": [arm.quantile(0.025), arm.quantile(0.975)] })).collect();
    Some(json!({
        "posterior": posterior, "prob_best": found.best, "expected_loss": found.loss,
        "expected_max": found.expected_max,
    }))
}

fn pairwise(index: usize, control: &Summary, treatment: &Summary) -> Value {
    let on = |scale| {
        json!({
            "bayesian": {
                "flat": belief(control, treatment, scale, Prior::Flat),
                "proper_0.3": belief(control, treatment, scale, Prior::Proper { sd: 0.3 }),
            },
            "frequentist": frequentist(control, treatment, scale),
            "sequential_N5000": sequence(control, treatment, scale, 5_000.0),
        })
    };
    let (mut relative, absolute) = (on(Scale::Relative), on(Scale::Absolute));
    relative["sequential_N1000"] = sequence(control, treatment, Scale::Relative, 1_000.0);
    relative["bayesian_inverse_flat"] = inverse(&relative["bayesian"]["flat"]);
    json!({ "treatment": index, "relative": relative, "absolute": absolute })
}

/// The same belief where lower is better: the chance and the two risks change sides.
fn inverse(flat: &Value) -> Value {
    let mut inverse = flat.clone();
    inverse["chance_to_win"] = json!(1.0 - flat["chance_to_win"].as_f64().unwrap_or(0.5));
    inverse["risk"] = json!([flat["risk"][1], flat["risk"][0]]);
    inverse
}

fn estimate(mean: f64, sd: f64, interval: [f64; 2], error: Option<EffectError>) -> Value {
    json!({
        "expected": mean, "ci": interval, "uplift_mean": mean, "uplift_sd": sd, "error": error.map(EffectError::code),
    })
}

fn belief(control: &Summary, treatment: &Summary, scale: Scale, prior: Prior) -> Value {
    let (mut value, chance, risk) = match bayesian(control, treatment, scale, prior, ALPHA) {
        Ok(found) => (estimate(found.mean, found.sd, found.interval, None), found.chance_to_win, found.risk),
        Err(error) => (estimate(0.0, 0.0, [0.0; 2], Some(error)), 0.5, [0.0; 2]),
    };
    value["chance_to_win"] = json!(chance);
    value["risk"] = json!(risk);
    value["risk_order"] = json!("[choose_control, choose_treatment]");
    value["risk_type"] = json!(if scale == Scale::Relative { "relative" } else { "absolute" });
    value
}

fn frequentist(control: &Summary, treatment: &Summary, scale: Scale) -> Value {
    match welch(control, treatment, scale, ALPHA) {
        Ok(Welch { effect, interval, p_value, t, dof }) => {
            let mut value = estimate(effect.estimate, effect.variance.sqrt(), interval, None);
            value["p_value"] = json!(p_value);
            value["t"] = json!(t);
            value["dof"] = json!(dof);
            value
        }
        Err(error) => untestable(error),
    }
}

fn untestable(error: EffectError) -> Value {
    let mut value = estimate(0.0, 0.0, [0.0; 2], Some(error));
    value["p_value"] = json!(1.0);
    value
}

fn sequence(control: &Summary, treatment: &Summary, scale: Scale, planned: f64) -> Value {
    let tuning = Tuning::planned(planned, ALPHA);
    let mut value = match sequential(control, treatment, scale, tuning, ALPHA) {
        Ok(found) => {
            let effect = found.effect;
            let mut value = estimate(effect.estimate, effect.variance.sqrt(), found.interval, None);
            value["p_value"] = json!(found.p_value);
            value
        }
        Err(error) => untestable(error),
    };
    value["rho"] = json!(tuning.rho());
    value
}

/// An empty arm is allowed here: what becomes of it is the question.
fn answer_degenerate(pair: Pair) -> Result<Value, String> {
    let (a, b) = (pair.a.summary()?, pair.b.summary()?);
    let mut result = json!({
        "bayesian_flat": belief(&a, &b, Scale::Relative, Prior::Flat),
        "frequentist": frequentist(&a, &b, Scale::Relative),
        "sequential": sequence(&a, &b, Scale::Relative, 5_000.0),
    });
    if let (Some(a), Some(b)) = (pair.a.counted()?, pair.b.counted()?) {
        result["beta_binomial"] = beta_binomial(&[a, b], 1.0, 0);
    }
    Ok(result)
}

fn answer_cuped(case: Before) -> Result<Value, String> {
    let [a, b] = &case.arms[..] else {
        return Err(format!("two arms are compared, not {}", case.arms.len()));
    };
    let (a, b) = (a.paired()?, b.paired()?);
    // The cases state the slope within the arms, but their effects are adjusted with gbstats' pooled one: say both.
    let applied = theta_pooled(&a, &b);
    let (left, right) = (a.adjusted(applied), b.adjusted(applied));
    Ok(json!({
        "theta": theta_within(&a, &b),
        "theta_applied": applied,
        "relative": {
            "frequentist": frequentist(&left, &right, Scale::Relative),
            "bayesian_flat": belief(&left, &right, Scale::Relative, Prior::Flat),
        },
        "absolute": { "frequentist": frequentist(&left, &right, Scale::Absolute) },
        "unadjusted_relative_frequentist": frequentist(&a.unadjusted(), &b.unadjusted(), Scale::Relative),
    }))
}

fn answer_srm(observed: &[f64], weights: &[f64]) -> Result<Value, String> {
    if observed.iter().any(|count| !(0.0..=MOST).contains(count)) {
        return Err("observed counts must not be negative".into());
    }
    let found = srm(observed, weights).ok_or("a split needs two arms or more, a positive weight each, and a unit")?;
    Ok(json!({
        "observed": observed, "weights": weights, "chi2": found.chi_squared, "df": found.dof,
        "p_value": found.p_value, "gbstats_check_srm": found.p_value, "alarm_p_lt_0.001": found.alarm(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_answered_under_its_id() {
        let input = r#"{"meta":1,"cases":[{"id":"x","kind":"proportion","weights":[1,1],
            "arms":[{"n":400,"successes":40},{"n":500,"successes":60}]}],"srm":[{"observed":[5,5],"weights":[1,1]},{"id":7,"observed":[5,5],"weights":[1,1]}]}"#;
        let value: Value = serde_json::from_str(&answer(input).unwrap()).unwrap();
        let [case, split, numbered] = &value["results"].as_array().unwrap()[..] else { panic!("{value}") };
        assert_eq!(numbered["id"], 7);
        assert_eq!((case["id"].as_str(), split["id"].as_str()), (Some("x"), Some("srm-0")));
        let expected = case["pairwise"][0]["relative"]["frequentist"]["expected"].as_f64().unwrap();
        assert!((expected - 0.2).abs() < 1e-12);
        assert!(case["beta_binomial"]["prob_beats_control"][0].is_null());
        assert!(case["srm"]["p_value"].as_f64().unwrap() < 0.01);
    }

    #[test]
    fn an_empty_arm_is_answered_where_it_is_the_question() {
        let input = r#"{"degenerate":[{"id":"e","a":{"n":9,"successes":2},"b":{"n":0,"successes":0}}]}"#;
        let value: Value = serde_json::from_str(&answer(input).unwrap()).unwrap();
        assert_eq!(value["results"][0]["bayesian_flat"]["error"], "NO_UNITS_IN_VARIATION");
        assert_eq!(value["results"][0]["frequentist"]["error"], "ZERO_NEGATIVE_VARIANCE");
    }

    #[test]
    fn bad_input_is_refused_in_one_line_that_names_the_case() {
        let two = |arm: &str| format!(r#"{{"cases":[{{"id":"bad","arms":[{{"n":10,"successes":3}},{arm}]}}]}}"#);
        for input in [
            two(r#"{"n":0,"successes":0}"#),
            two(r#"{"n":-4,"successes":1}"#),
            two(r#"{"n":10,"successes":-1}"#),
            two(r#"{"n":10,"successes":11}"#),
            two(r#"{"n":10.5,"successes":1}"#),
            two(r#"{"n":1e300,"successes":1}"#),
            two(r#"{"n":10}"#),
            two(r#"{"n":10,"sum":4,"sum_squares":3}"#),
            two(r#"{"n":10,"sum":1e300,"sum_squares":1e300}"#),
            two(r#"{"n":"ten","successes":1}"#),
            r#"{"cases":[{"id":"bad","arms":[]}]}"#.into(),
            r#"{"cases":[{"id":"bad","arms":[{"n":10,"successes":3}]}]}"#.into(),
            r#"{"cases":[{"id":"bad","baseline":7,"arms":[{"n":9,"successes":3},{"n":9,"successes":3}]}]}"#.into(),
            r#"{"cases":[{"id":"bad","weights":[1],"arms":[{"n":9,"successes":3},{"n":9,"successes":3}]}]}"#.into(),
            r#"{"cases":[{"id":"bad"}]}"#.into(),
            r#"{"cuped":[{"id":"bad","arms":[]}]}"#.into(),
            r#"{"srm":[{"id":"bad","observed":[1,-1],"weights":[1,1]}]}"#.into(),
        ] {
            let error = answer(&input).expect_err(&input);
            assert!(error.contains("\"bad\"") && error.lines().count() == 1, "{input}: {error}");
        }
        for input in ["", "[]", "{", &two(r#"{"n":NaN,"successes":1}"#), &two(r#"{"n":1e400,"successes":1}"#)] {
            let error = answer(input).expect_err(input);
            assert!(error.starts_with("the input is not") && error.lines().count() == 1, "{input}: {error}");
        }
    }
}
