//! `troupe lab vendi`: diversity of a similarity matrix.
//!
//! Reads `{"cases":[{"id", "K", "p"}]}`, p being weights or null; answers the Vendi scores, the eigenvalues behind
//! them, and the two means beside them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::stats::symmetric::Symmetric;
use crate::stats::vendi::{Order, Spectrum, internal_diversity, mean_similarity};

/// Work is cubic in the rows.
const MOST_ROWS: usize = 2_000;

#[derive(Deserialize)]
pub(super) struct Case {
    #[serde(rename = "K")]
    similarity: Vec<Vec<f64>>,
    p: Option<Vec<f64>>,
}

pub(super) fn answer(case: Case) -> Result<Value, String> {
    if case.similarity.len() > MOST_ROWS {
        return Err(format!("{} rows are more than {MOST_ROWS}", case.similarity.len()));
    }
    let similarity = Symmetric::from_rows(&case.similarity).ok_or("K must be a symmetric matrix of numbers")?;
    let spectrum = match &case.p {
        None => Spectrum::of(&similarity),
        Some(p) => Spectrum::weighted(&similarity, p).ok_or("p must be one weight per row, none negative, with the sum 1")?,
    };
    Ok(json!({
        "n": similarity.size(),
        "vendi_q1": spectrum.score(Order::One),
        "vendi_q2": spectrum.score(Order::Two),
        "vendi_q0.5": spectrum.score(Order::Half),
        "vendi_qinf": spectrum.score(Order::Infinity),
        "vendi_q1_clipped_1e-12": spectrum.score_above(Order::One, 1e-12),
        "eigenvalues": spectrum.eigenvalues(),
        "mean_pairwise_similarity_offdiag": mean_similarity(&similarity),
        "intdiv": internal_diversity(&similarity, case.p.as_deref()),
    }))
}
