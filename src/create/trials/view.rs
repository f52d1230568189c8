//! A trial as one member may see it: what a blind one hides is left out here, for pages and programs alike.

use super::model::{Choice, Side, Tally, left};
use super::store::{Drafted, Half, Trial};
use crate::platform::id::RunId;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A trial with its pairs. `tally` and `sums` come when nothing is hidden any more.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrialShown {
    #[serde(flatten)]
    pub trial: Trial,
    pub pairs: Vec<Pair>,
    /// What this member chose
    pub tally: Option<Tally>,
    /// What the versions A and B cost and took
    pub sums: Option<[Sum; 2]>,
}

/// The answers to one fixture.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Pair {
    pub position: i64,
    pub fixture: String,
    pub left: Answered,
    pub right: Answered,
    /// What this member chose
    pub choice: Option<Choice>,
}

/// One answer. Its version, run, cost and time are null while they are hidden.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Answered {
    pub version: Option<i64>,
    pub run: Option<RunId>,
    pub state: String,
    pub error_class: Option<String>,
    pub drafts: Vec<Drafted>,
    /// Millionths of the currency
    pub cost_micros: Option<i64>,
    pub currency: Option<String>,
    /// Milliseconds from its start to its end
    pub took_ms: Option<i64>,
}

/// All runs of a version.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Sum {
    pub runs: i64,
    pub failed: i64,
    pub drafts: i64,
    pub cost_micros: i64,
    pub currency: String,
    /// Milliseconds of a run that ended, on average
    pub took_ms: Option<i64>,
}

fn is_open(state: &str) -> bool {
    matches!(state, "planned" | "queued" | "running" | "waiting")
}

impl Answered {
    pub fn is_open(&self) -> bool {
        is_open(&self.state)
    }
    pub fn draft(&self, place: &usize) -> Option<&Drafted> {
        self.drafts.get(*place)
    }
}

impl Pair {
    /// Both answers are there, or will not come.
    pub fn is_ready(&self) -> bool {
        !self.left.is_open() && !self.right.is_open()
    }
    /// Both answers with the names of their places.
    pub fn sides(&self) -> [(&Answered, &'static str); 2] {
        [(&self.left, "left"), (&self.right, "right")]
    }
    /// Drafts of the fuller side.
    pub fn rows(&self) -> usize {
        self.left.drafts.len().max(self.right.drafts.len())
    }
}

impl TrialShown {
    pub fn of(trial: Trial, halves: &[Half], drafted: Vec<(RunId, Drafted)>, chosen: &[(i64, Option<Side>)]) -> TrialShown {
        let chosen: BTreeMap<i64, Option<Side>> = chosen.iter().copied().collect();
        let mut drafts: HashMap<RunId, Vec<Drafted>> = HashMap::new();
        for (run, draft) in drafted {
            drafts.entry(run).or_default().push(draft);
        }
        let sums = [Side::A, Side::B].map(|side| sum(halves, side, &drafts));
        let mut pairs = Vec::new();
        for pair in halves.chunk_by(|one, other| one.position == other.position) {
            let [a, b] = pair else { continue };
            let choice = chosen.get(&a.position).copied();
            let shows = !trial.blind || choice.is_some();
            let (of_a, of_b) = (answered(a, trial.a, shows, &mut drafts), answered(b, trial.b, shows, &mut drafts));
            let stands = left(trial.blind, trial.seed, a.position);
            let (left, right) = if stands == Side::A { (of_a, of_b) } else { (of_b, of_a) };
            let choice = choice.map(|side| Choice::of(side, stands));
            pairs.push(Pair { position: a.position, fixture: a.fixture.clone(), left, right, choice });
        }
        let tally = Tally::of(pairs.len(), chosen.values().copied());
        let all = !trial.blind || tally.is_whole();
        TrialShown { tally: all.then_some(tally), sums: all.then_some(sums), trial, pairs }
    }

    /// Pairs that this member has not chosen in yet.
    pub fn left(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.choice.is_none()).count()
    }
    pub fn is_running(&self) -> bool {
        self.pairs.iter().any(|pair| !pair.is_ready())
    }
}

fn took(half: &Half) -> Option<i64> {
    half.started_ms.zip(half.finished_ms).map(|(from, to)| to.since(from).max(0))
}

fn answered(half: &Half, version: Option<i64>, shows: bool, drafts: &mut HashMap<RunId, Vec<Drafted>>) -> Answered {
    Answered {
        version: version.filter(|_| shows),
        run: shows.then_some(half.run),
        state: half.state.clone(),
        error_class: half.error_class.clone(),
        drafts: drafts.remove(&half.run).unwrap_or_default(),
        cost_micros: shows.then_some(half.cost_micros),
        currency: shows.then(|| half.currency.clone()),
        took_ms: took(half).filter(|_| shows),
    }
}

fn sum(halves: &[Half], side: Side, drafts: &HashMap<RunId, Vec<Drafted>>) -> Sum {
    let (mut sum, mut times) = (Sum::default(), Vec::new());
    for half in halves.iter().filter(|half| half.side == side) {
        sum.runs += 1;
        sum.failed += i64::from(half.state == "failed");
        sum.drafts += drafts.get(&half.run).map_or(0, |drafts| i64::try_from(drafts.len()).unwrap_or(0));
        sum.cost_micros = sum.cost_micros.saturating_add(half.cost_micros);
        sum.currency.clone_from(&half.currency);
        times.extend(took(half));
    }
    let ended = i64::try_from(times.len()).unwrap_or(0);
    sum.took_ms = (ended > 0).then(|| times.iter().sum::<i64>() / ended);
    sum
}
