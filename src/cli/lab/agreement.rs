//! `troupe lab agreement`: Krippendorff's α of `krippendorff` cases, pooled effects of `empirical_bayes` ones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::cases::{Cases, Results};
use crate::stats::agreement::{Level, krippendorff};
use crate::stats::pooling::pool;

#[derive(Deserialize)]
struct Judged {
    level: String,
    data_raters_by_units: Vec<Vec<Option<f64>>>,
}

#[derive(Deserialize)]
struct Effects {
    effects: Vec<f64>,
    variances: Vec<f64>,
}

/// Answers both lists of `input`, as JSON.
pub(super) fn answer(input: &str) -> Result<String, String> {
    let cases = Cases::read(input, &["krippendorff", "empirical_bayes"])?;
    let mut results = Results::default();
    cases.each("krippendorff", &mut results, answer_judged)?;
    cases.each("empirical_bayes", &mut results, answer_effects)?;
    Ok(results.written())
}

fn answer_judged(case: Judged) -> Result<Value, String> {
    let level = match case.level.as_str() {
        "nominal" => Level::Nominal,
        "ordinal" => Level::Ordinal,
        "interval" => Level::Interval,
        other => return Err(format!("the level is nominal, ordinal or interval, not {other}")),
    };
    Ok(json!({ "level": case.level, "alpha": krippendorff(&case.data_raters_by_units, level) }))
}

fn answer_effects(case: Effects) -> Result<Value, String> {
    if case.effects.len() != case.variances.len() {
        return Err("every effect needs its variance".into());
    }
    let pairs: Vec<(f64, f64)> = case.effects.into_iter().zip(case.variances).collect();
    let found = pool(&pairs).ok_or("two effects or more are pooled, each with a positive variance")?;
    Ok(json!({
        "Q": found.q, "tau2_DL": found.tau_squared, "mu_random": found.mean, "se_mu_random": found.mean_se, "I2": found.i_squared,
        "mu_fixed": found.fixed_mean, "shrink_factor_B": found.shrinkage, "eb_estimate": found.shrunk,
    }))
}
