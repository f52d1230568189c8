//! The scoreboard in words: a row for each version.

use crate::create::prompts::scores::{Results, Score};
use crate::platform::money::amount;
use crate::web::Shell;
use crate::web::charts::{Scale, Tone, interval};

/// The rows of the board, and which of its columns have anything in them.
pub struct Board {
    pub rows: Vec<Row>,
    pub published: bool,
}

/// A version as the board shows it.
pub struct Row {
    pub number: i64,
    pub runs: i64,
    pub made: i64,
    pub decided: i64,
    pub approved: i64,
    /// In percent; a dash before anything was decided
    pub share: String,
    /// The interval as a drawing and in words; empty without a share
    pub drawn: String,
    pub interval: String,
    pub words: String,
    /// One amount for each currency
    pub costs: Vec<String>,
    /// What came of it after publication, by kind of audience
    pub real: String,
    pub simulated: String,
}

const NONE: &str = "–";

impl Board {
    /// Nothing before a version was used.
    pub fn of(scores: &[Score], shell: &Shell) -> Board {
        let used = scores.iter().filter(|score| score.runs() > 0 || score.made > 0);
        let rows = used.map(|score| row(score, shell)).collect();
        Board { rows, published: scores.iter().any(|score| score.real.published + score.simulated.published > 0) }
    }
}

fn row(score: &Score, shell: &Shell) -> Row {
    let ends = score.share.map(|share| shell.ab("prompts-score-interval", "low", percent(share.low), "high", percent(share.high)));
    let words = ends.clone().unwrap_or_default();
    let drawn = score.share.map(|share| interval((share.low, share.value, share.high), Scale { lo: 0.0, hi: 1.0 }, None, Tone::Plain, &words));
    let cost = |micros: Option<i64>, currency: &str| micros.map(|micros| amount(micros, currency));
    Row {
        number: score.number,
        runs: score.runs(),
        made: score.made,
        decided: score.decided,
        approved: score.approved,
        share: score.share.map_or_else(|| NONE.to_owned(), |share| percent(share.value)),
        drawn: drawn.unwrap_or_default(),
        interval: words,
        words: score.words_per_approved.map_or_else(|| NONE.to_owned(), |words| format!("{words:.1}")),
        costs: score.spend.iter().filter_map(|spend| cost(spend.per_approved_micros, &spend.currency)).collect(),
        real: results(&score.real, shell),
        simulated: results(&score.simulated, shell),
    }
}

fn results(results: &Results, shell: &Shell) -> String {
    if results.published == 0 {
        return String::new();
    }
    let published = shell.n("prompts-score-published", results.published);
    let rate = match results.hook_rate {
        Some(rate) => {
            let key = if results.of_starts { "prompts-score-of-starts" } else { "prompts-score-hook" };
            shell.ab(key, "rate", percent(rate), "n", results.rated)
        }
        None => shell.t("prompts-score-early").into_owned(),
    };
    shell.ab("prompts-score-results", "published", published, "rate", rate)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
