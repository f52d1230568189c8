//! `troupe lab bradley-terry`: strengths from wins.
//!
//! Reads `{"cases":[{"id", "win_matrix"} or {"id", "n_items", "pairs"}]}`, pairs being [winner, loser]. Answers
//! `map_gauss_sigma2_1` (the estimate in use), `strongly_connected`, and `ml`, null where no maximum exists.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::stats::bradley_terry::{Wins, chance, fit, maximum_likelihood};

/// Work is cubic in the items; more than this is a mistake or a trap.
const MOST_ITEMS: usize = 1_000;
/// The seed of the rank intervals: the same case has the same answer.
const SEED: u64 = 1;

#[derive(Deserialize)]
pub(super) struct Case {
    n_items: Option<usize>,
    win_matrix: Option<Vec<Vec<f64>>>,
    pairs: Option<Vec<(usize, usize)>>,
}

impl Case {
    fn wins(&self) -> Result<Wins, String> {
        let items = self.win_matrix.as_ref().map_or(self.n_items.unwrap_or(0), Vec::len);
        if items > MOST_ITEMS {
            return Err(format!("{items} items are more than {MOST_ITEMS}"));
        }
        if let Some(rows) = &self.win_matrix {
            return Wins::from_rows(rows).ok_or_else(|| "win_matrix must be square, its entries counts from 0 on".to_owned());
        }
        let pairs = self.pairs.as_ref().ok_or("a case needs win_matrix, or n_items and pairs")?;
        let mut wins = Wins::none(self.n_items.ok_or("pairs need n_items")?);
        for (winner, loser) in pairs {
            if *winner >= items || *loser >= items {
                return Err(format!("the pair [{winner}, {loser}] names an item beyond n_items"));
            }
            wins.win(*winner, *loser);
        }
        Ok(wins)
    }
}

pub(super) fn answer(case: Case) -> Result<Value, String> {
    let wins = case.wins()?;
    let found = fit(&wins).ok_or("the wins are too lopsided to be fitted")?;
    let ranks: Vec<Value> = found.rank_intervals(SEED).into_iter().map(|interval| json!([interval.best, interval.worst])).collect();
    let ml = maximum_likelihood(&wins).map(|ml| {
        let chances: Vec<Vec<f64>> = ml.theta.iter().map(|i| ml.theta.iter().map(|j| chance(i - j)).collect()).collect();
        json!({ "params_mean0": ml.theta, "se_mean0": ml.se, "log_likelihood": ml.log_likelihood, "pairwise_probability": chances })
    });
    Ok(json!({
        "n_items": wins.items(),
        "strongly_connected": wins.is_strongly_connected(),
        "ml": ml,
        "map_gauss_sigma2_1": {
            "params": found.theta, "laplace_sd": found.sd(), "rank_order_best_first": found.order(), "rank_interval_90": ranks,
        },
    }))
}
