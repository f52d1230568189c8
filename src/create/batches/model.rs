//! What a batch is asked with, the states it goes through, and how far it is.

use crate::platform::Ms;
use crate::platform::id::{IdeaId, PromptId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Most cells of one batch.
pub const CELLS_MAX: usize = 500;
/// Drafts asked for in a cell when nobody said.
pub const COUNT: i64 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum BatchState {
    /// Priced, and nothing was asked yet.
    Planned,
    Running,
    /// What is on its way is still taken in; the rest waits.
    Paused,
    Done,
    /// What had not begun will not be asked.
    Stopped,
}

impl BatchState {
    pub const ALL: [BatchState; 5] = [BatchState::Planned, BatchState::Running, BatchState::Paused, BatchState::Done, BatchState::Stopped];

    pub fn name(self) -> &'static str {
        match self {
            BatchState::Planned => "planned",
            BatchState::Running => "running",
            BatchState::Paused => "paused",
            BatchState::Done => "done",
            BatchState::Stopped => "stopped",
        }
    }

    /// Whether a person may lead from here to `to`.
    pub fn may_become(self, to: BatchState) -> bool {
        use BatchState::{Paused, Planned, Running, Stopped};
        matches!((self, to), (Planned | Paused, Running) | (Running, Paused) | (Planned | Running | Paused, Stopped))
    }
}

impl FromStr for BatchState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<BatchState, &'static str> {
        BatchState::ALL.into_iter().find(|state| state.name() == text).ok_or("error-choose-one")
    }
}

/// A batch as a program sends it: a cell for each idea in each language with each prompt.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewBatch {
    pub name: String,
    pub ideas: Vec<IdeaId>,
    /// BCP 47; the idea's own when empty
    pub locales: Vec<String>,
    /// The live version of each; that of the purpose when empty
    pub prompts: Vec<PromptId>,
    /// Id or name of a backend, or `sketch`
    pub backend: String,
    /// Drafts a cell, 1 to 60
    pub count: Option<i64>,
    /// True starts it at once; otherwise it waits, priced
    pub start: bool,
}

impl NewBatch {
    /// How many cells it has: the product of its sides, an empty side counting once.
    pub fn cells(&self) -> usize {
        self.ideas.len().saturating_mul(self.locales.len().max(1)).saturating_mul(self.prompts.len().max(1))
    }
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Progress {
    pub cells: i64,
    pub done: i64,
    pub failed: i64,
    pub cancelled: i64,
    /// Paid answers that may have been lost: a person decides
    pub needs_look: i64,
    /// Drafts made
    pub made: i64,
    /// Millionths of the currency
    pub cost_micros: i64,
    /// Milliseconds left, guessed from the cells that ended; null before one has
    pub left_ms: Option<i64>,
}

/// One cell, as far as progress needs it.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    pub state: &'a str,
    pub made: i64,
    pub cost_micros: i64,
    pub took: Option<(Ms, Ms)>,
}

impl Progress {
    /// Runs of one batch work side by side, `lanes` at most; what is left takes as long each as what has ended.
    pub fn of<'a>(cells: impl Iterator<Item = Counted<'a>>, lanes: i64) -> Progress {
        let (mut progress, mut took, mut ended) = (Progress::default(), 0, 0);
        for cell in cells {
            progress.cells += 1;
            progress.made += cell.made;
            progress.cost_micros = progress.cost_micros.saturating_add(cell.cost_micros);
            match cell.state {
                "done" => progress.done += 1,
                "failed" => progress.failed += 1,
                "cancelled" => progress.cancelled += 1,
                "needs_look" => progress.needs_look += 1,
                _ => {}
            }
            if let Some((from, to)) = cell.took {
                took += to.since(from).max(0);
                ended += 1;
            }
        }
        progress.left_ms = (ended > 0).then(|| took / ended * progress.open() / lanes.clamp(1, progress.open().max(1)));
        progress
    }

    pub fn ended(&self) -> i64 {
        self.done + self.failed + self.cancelled + self.needs_look
    }

    pub fn open(&self) -> i64 {
        self.cells - self.ended()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_leads_a_batch_where_it_may_go() {
        use BatchState::{Done, Paused, Planned, Running, Stopped};
        let allowed = [(Planned, Running), (Planned, Stopped), (Running, Paused), (Running, Stopped), (Paused, Running), (Paused, Stopped)];
        for from in BatchState::ALL {
            for to in BatchState::ALL {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
        assert!(!Done.may_become(Running), "only a cell asked once more opens a batch again");
    }

    #[test]
    fn cells_are_the_product_of_the_sides() {
        let sides = |ideas: usize, locales: usize, prompts: usize| NewBatch {
            ideas: vec![IdeaId(uuid::Uuid::nil()); ideas],
            locales: vec!["vi".into(); locales],
            prompts: vec![PromptId(uuid::Uuid::nil()); prompts],
            ..NewBatch::default()
        };
        for (ideas, locales, prompts, cells) in [(12, 3, 2, 72), (12, 0, 0, 12), (0, 3, 2, 0), (1, 1, 1, 1)] {
            assert_eq!(sides(ideas, locales, prompts).cells(), cells);
        }
    }

    #[test]
    fn progress_counts_and_guesses() {
        let cell = |state, took: Option<i64>| Counted { state, made: 1, cost_micros: 5, took: took.map(|ms| (Ms(0), Ms(ms))) };
        let cells = [cell("done", Some(1_000)), cell("failed", Some(3_000)), cell("running", None), cell("queued", None), cell("planned", None)];
        let progress = Progress::of(cells.into_iter(), 2);
        assert_eq!((progress.cells, progress.done, progress.failed, progress.open()), (5, 1, 1, 3));
        assert_eq!((progress.made, progress.cost_micros), (5, 25));
        assert_eq!(progress.left_ms, Some(3_000), "three cells of two seconds on two lanes");
        assert_eq!(Progress::of(std::iter::once(cell("planned", None)), 4).left_ms, None);
    }
}
