//! One import from beginning to end: read, compare with what is there, assess, write.
//!
//! Invariants: a test is written whole in one transaction or not at all; the same file twice changes
//! nothing; a refused row refuses itself only. The reading and the mathematics run on threads of
//! their own; the writer gets short units.

use super::headline_tests::{KIND, Mapping, Parsed, Refusal, Row, parse};
use super::store::{self, Known, NewArm, NewTest};
use crate::create::projects;
use crate::learn::experiments::{Assignment, Measured, Summary};
use crate::platform::id::{ExperimentId, ImportId, JobId, MemberId, PieceId, ProjectId};
use crate::platform::jobs;
use crate::platform::{Error, House, Ms, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Read};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Rows written in one transaction: far below the writer's limit of two seconds.
const ROWS_A_UNIT: usize = 150;
/// Refused rows that a report keeps; all are counted.
const REPORTED: usize = 500;

/// Where the rows go.
#[derive(Clone, Debug)]
pub enum Target {
    Project(ProjectId),
    /// The project of this name, made when it is missing.
    Named(String),
}

#[derive(Clone, Debug)]
pub struct Options {
    pub target: Target,
    pub mapping: Mapping,
    pub dry_run: bool,
    pub file_name: String,
    pub member: Option<MemberId>,
    /// The upload this belongs to; a new row of `imports` without one.
    pub import: Option<ImportId>,
}

/// Who is told how far it is.
#[derive(Clone)]
pub enum Progress {
    Silent,
    Job(JobId, CancellationToken),
    /// (rows done, rows in all)
    Tell(Arc<dyn Fn(i64, i64) + Send + Sync>),
}

/// What became of a file's rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    pub rows: i64,
    pub added: i64,
    pub unchanged: i64,
    pub refused: i64,
    /// Tests that are new, and known ones that got further rows.
    pub tests_added: i64,
    pub tests_extended: i64,
    pub dry_run: bool,
    /// The first refused rows.
    pub refusals: Vec<Refusal>,
}

/// Reads `reader` as `kind`. Errors that concern the file as a whole are `Refused`; what concerns a
/// row is in the report.
pub async fn run(house: &House, kind: &str, reader: Box<dyn Read + Send>, options: Options, progress: Progress) -> Outcome<Report> {
    if kind != KIND {
        return Err(Error::Refused { key: "import-error-kind", args: vec![("name", kind.to_owned())] });
    }
    let mapping = options.mapping.clone();
    let (parsed, digest) = off_thread(move || read(reader, &mapping)).await??;
    let project = match &options.target {
        Target::Project(id) => Some(*id),
        Target::Named(name) => store::project_named(house.db.read(), name).await?,
    };
    let known = match project {
        Some(project) => store::known(house.db.read(), project, KIND).await?,
        None => Known::default(),
    };
    let now = house.now();
    let (mut tests, mut report) = compare(parsed, &known, now);
    report.dry_run = options.dry_run;
    if options.dry_run {
        return Ok(report);
    }
    let project = match (project, &options.target) {
        (None, Target::Named(name)) => projects::ensure(house, name).await?,
        (Some(id), _) => id,
        (None, Target::Project(id)) => *id,
    };
    tests = off_thread(move || assess_all(tests)).await?;
    write(house, project, tests, now, &progress).await?;
    store::finish(house, (project, options), digest, report.clone()).await?;
    Ok(report)
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::broken)
}

fn read(reader: Box<dyn Read + Send>, mapping: &Mapping) -> Outcome<(Parsed, Vec<u8>)> {
    let mut hashing = Hashing { inner: reader, digest: Sha256::new() };
    let parsed = parse(BufReader::with_capacity(64 * 1024, &mut hashing), mapping)?;
    Ok((parsed, hashing.digest.finalize().to_vec()))
}

struct Hashing {
    inner: Box<dyn Read + Send>,
    digest: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// The key by which a row is known again: its test, what it shows, and which of the rows alike it is.
fn source_key(row: &Row, occurrence: usize) -> String {
    let mut digest = Sha256::new();
    digest.update((row.headline.len() as u64).to_be_bytes());
    digest.update(row.headline.as_bytes());
    digest.update(row.eyecatcher.as_bytes());
    let sha = hex::encode(digest.finalize());
    format!("{KIND}:{}:{}:{occurrence}", row.test, sha.get(..32).unwrap_or_default())
}

/// Sorts the rows into what is new, what is there already and what contradicts it.
fn compare(parsed: Parsed, known: &Known, now: Ms) -> (Vec<NewTest>, Report) {
    let mut report = Report { rows: count(parsed.rows.len() + parsed.refusals.len()), ..Report::default() };
    let mut refusals = parsed.refusals;
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, Vec<Row>> = HashMap::new();
    for row in parsed.rows {
        groups
            .entry(row.test.clone())
            .or_insert_with_key(|test| {
                order.push(test.clone());
                Vec::new()
            })
            .push(row);
    }
    let mut tests = Vec::new();
    for test in order {
        let Some(rows) = groups.remove(&test) else { continue };
        let (fresh, unchanged) = against(rows, known, &mut refusals);
        report.unchanged += unchanged;
        if fresh.is_empty() {
            continue;
        }
        report.added += count(fresh.len());
        let key = format!("{KIND}:{test}");
        match known.tests.get(&key) {
            Some(_) => report.tests_extended += 1,
            None => report.tests_added += 1,
        }
        tests.push(new_test(key, fresh, known, now));
    }
    refusals.sort_by_key(|refusal| refusal.line);
    report.refused = count(refusals.len());
    refusals.truncate(REPORTED);
    report.refusals = refusals;
    (tests, report)
}

/// The rows of one test that are new, with their keys, and how many are there already.
fn against(rows: Vec<Row>, known: &Known, refusals: &mut Vec<Refusal>) -> (Vec<(String, Row)>, i64) {
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    let (mut fresh, mut unchanged) = (Vec::new(), 0);
    for row in rows {
        let occurrence = seen.entry((row.headline.clone(), row.eyecatcher.clone())).or_default();
        let key = source_key(&row, *occurrence);
        *occurrence += 1;
        match known.arms.get(&key) {
            None => fresh.push((key, row)),
            Some(arm) if (arm.exposures, arm.outcomes) == (row.exposures, row.outcomes) => unchanged += 1,
            Some(arm) => refusals.push(Refusal {
                line: row.line,
                key: "import-error-changed".into(),
                parts: BTreeMap::from([("n".to_owned(), arm.outcomes.to_string()), ("need".to_owned(), arm.exposures.to_string())]),
                shown: crate::platform::text::shorten(&row.headline, 60),
            }),
        }
    }
    (fresh, unchanged)
}

fn new_test(key: String, rows: Vec<(String, Row)>, known: &Known, now: Ms) -> NewTest {
    let test = known.tests.get(&key);
    let name = rows.first().map(|(_, row)| row.headline.clone()).unwrap_or_default();
    let started = rows.iter().filter_map(|(_, row)| row.day).min();
    let today = now.utc().date_naive();
    let first = count(test.map_or(0, |test| test.counts.len()));
    let arms: Vec<NewArm> = rows
        .into_iter()
        .zip(first..)
        .map(|((source_key, row), position)| NewArm {
            position,
            source_key,
            day: row.day.unwrap_or(today).format("%Y-%m-%d").to_string(),
            headline: row.headline,
            eyecatcher: row.eyecatcher,
            exposures: row.exposures,
            outcomes: row.outcomes,
            label: String::new(),
        })
        .collect();
    let midnight = |day: chrono::NaiveDate| day.and_hms_opt(0, 0, 0).map(|at| Ms(at.and_utc().timestamp_millis()));
    NewTest {
        key,
        known: test.map(|test| (test.id, test.piece)),
        before: test.map(|test| test.counts.clone()).unwrap_or_default(),
        name: crate::platform::text::shorten(&name, 200),
        started: started.and_then(midnight),
        arms: labelled(arms),
        found: Summary::default(),
    }
}

/// Arms are called by their headline; those that share it add the end of their picture's name, and
/// those that share that too a number.
fn labelled(mut arms: Vec<NewArm>) -> Vec<NewArm> {
    let mut same: HashMap<String, usize> = HashMap::new();
    for arm in &arms {
        *same.entry(arm.headline.clone()).or_default() += 1;
    }
    let mut used: HashMap<String, usize> = HashMap::new();
    for arm in &mut arms {
        let alone = same.get(&arm.headline).is_none_or(|n| *n == 1);
        let tail: String = arm.eyecatcher.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        let label = if alone || tail.is_empty() { arm.headline.clone() } else { format!("{} · {tail}", arm.headline) };
        let n = used.entry(label.clone()).and_modify(|n| *n += 1).or_insert(1);
        arm.label = if *n == 1 { label } else { format!("{label} · {n}") };
    }
    arms
}

/// Computes every assessment, on as many threads as there are cores.
fn assess_all(mut tests: Vec<NewTest>) -> Vec<NewTest> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = tests.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for part in tests.chunks_mut(share) {
            scope.spawn(move || {
                for test in part {
                    test.found = summary(test);
                }
            });
        }
    });
    tests
}

fn summary(test: &NewTest) -> Summary {
    let counts: Vec<(i64, i64)> = test.before.iter().copied().chain(test.arms.iter().map(|arm| (arm.exposures, arm.outcomes))).collect();
    Measured {
        assignment: Assignment::RandomisedPlatform,
        weights: vec![1.0; counts.len()],
        slices: u32::try_from(counts.len()).unwrap_or(0),
        counts,
        settled: None,
        days: None,
        planned: None,
        posts: 0,
    }
    .summary()
}

async fn write(house: &House, project: ProjectId, tests: Vec<NewTest>, now: Ms, progress: &Progress) -> Outcome<()> {
    let all = count(tests.iter().map(|test| test.arms.len()).sum());
    let mut done = 0;
    let mut tests = tests.into_iter().peekable();
    while tests.peek().is_some() {
        let (mut unit, mut rows) = (Vec::new(), 0);
        while let Some(test) = tests.next_if(|test| rows == 0 || rows + test.arms.len() <= ROWS_A_UNIT) {
            rows += test.arms.len();
            unit.push(test);
        }
        if let Progress::Job(_, stop) = progress
            && stop.is_cancelled()
        {
            return Err(Error::refused("import-stopped"));
        }
        house
            .db
            .write(async move |tx| {
                for test in &unit {
                    store::insert_test(tx, project, test, now).await?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        done += count(rows);
        match progress {
            Progress::Silent => {}
            Progress::Job(id, _) => jobs::progress(house, *id, done, all).await?,
            Progress::Tell(tell) => tell(done, all),
        }
    }
    Ok(())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What is known of one test already.
#[derive(Clone, Debug)]
pub struct KnownTest {
    pub id: ExperimentId,
    pub piece: Option<PieceId>,
    pub counts: Vec<(i64, i64)>,
}

#[cfg(test)]
mod tests {
    use super::super::store::headlines::KnownArm;
    use super::*;

    const HEAD: &str = "test,headline,eyecatcher,impressions,clicks,week\n";

    fn compared(rows: &str, known: &Known) -> (Vec<NewTest>, Report) {
        let parsed = parse(format!("{HEAD}{rows}").as_bytes(), &Mapping::new()).unwrap();
        compare(parsed, known, Ms(1_790_000_000_000))
    }

    /// What a studio knows after `tests` were written.
    fn after(tests: &[NewTest]) -> Known {
        let mut known = Known::default();
        for test in tests {
            let counts = test.arms.iter().map(|arm| (arm.exposures, arm.outcomes)).collect();
            known.tests.insert(test.key.clone(), KnownTest { id: ExperimentId(uuid::Uuid::nil()), piece: None, counts });
            for arm in &test.arms {
                known.arms.insert(arm.source_key.clone(), KnownArm { exposures: arm.exposures, outcomes: arm.outcomes });
            }
        }
        known
    }

    const ROWS: &str = "t1,A,p1,100,5,201446\nt2,B,p1,100,5,201446\nt1,A,p1,100,5,201446\nt1,A,p2,90,2,201446\nt2,C,p1,80,4,201446\n";

    #[test]
    fn rows_of_a_test_need_not_stand_together_and_identical_ones_stay_apart() {
        let (tests, report) = compared(ROWS, &Known::default());
        assert_eq!(tests.iter().map(|test| test.arms.len()).collect::<Vec<_>>(), [3, 2]);
        assert_eq!((report.added, report.tests_added, report.refused), (5, 2, 0));
        let keys: std::collections::HashSet<_> = tests.iter().flat_map(|test| &test.arms).map(|arm| &arm.source_key).collect();
        assert_eq!(keys.len(), 5);
        let labels: Vec<&str> = tests[0].arms.iter().map(|arm| arm.label.as_str()).collect();
        assert_eq!(labels, ["A · p1", "A · p1 · 2", "A · p2"]);
    }

    #[test]
    fn the_same_file_twice_changes_nothing() {
        let (tests, _) = compared(ROWS, &Known::default());
        let (again, report) = compared(ROWS, &after(&tests));
        assert!(again.is_empty());
        assert_eq!((report.rows, report.added, report.unchanged, report.refused), (5, 0, 5, 0));
    }

    #[test]
    fn a_mended_row_joins_its_test_and_a_changed_one_is_refused() {
        let (tests, _) = compared("t1,A,p1,100,5,201446\nt1,B,p1,x,5,201446\nt1,C,p1,70,3,201446\n", &Known::default());
        let (again, report) = compared("t1,A,p1,101,5,201446\nt1,B,p1,90,5,201446\nt1,C,p1,70,3,201446\n", &after(&tests));
        assert_eq!((report.added, report.unchanged, report.refused, report.tests_extended), (1, 1, 1, 1));
        assert_eq!(again[0].arms[0].position, 2);
        assert_eq!(report.refusals[0].key, "import-error-changed");
        assert_eq!(report.refusals[0].line, 2);
    }

    #[test]
    fn assessments_are_the_same_on_any_number_of_threads() {
        let rows: String = (0..7).map(|n| format!("t{n},A,p,2000,{},201446\nt{n},B,p,2000,{},201446\n", 60 + n, 80)).collect();
        let (tests, _) = compared(&rows, &Known::default());
        let alone: Vec<Summary> = tests.iter().map(summary).collect();
        let together: Vec<Summary> = assess_all(tests).into_iter().map(|test| test.found).collect();
        assert_eq!(alone, together);
        assert!(together.iter().all(|found| found.leader == Some(1)));
    }
}
