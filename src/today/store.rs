//! All SQL of Today: counters, the few rows of each room that ask for somebody, and the pace of the loop.

use crate::platform::id::{AssetId, ExperimentId, ProjectId, PublicationId, SlateId, VariantId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

/// What waits for a person and what there is, from the counters.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    pub drafts: i64,
    pub needs_look: i64,
    pub callable: i64,
    pub ideas: i64,
    pub shortlisted: i64,
    pub variants: i64,
    pub approved: i64,
    pub scheduled: i64,
    pub published: i64,
    pub running: i64,
    pub plays: i64,
}

impl Waiting {
    /// What the number beside Today counts.
    pub fn all(&self) -> i64 {
        self.drafts + self.needs_look + self.callable
    }
}

pub async fn waiting(db: &SqlitePool, project: ProjectId) -> Outcome<Waiting> {
    let rows = sqlx::query!("select noun, state, n from counters where project_id = ?", project).fetch_all(db).await?;
    let mut waiting = Waiting::default();
    for row in rows {
        match (row.noun.as_str(), row.state.as_str()) {
            ("variant", "in_review") => waiting.drafts = row.n,
            ("variant", "approved") => waiting.approved = row.n,
            ("publication", "needs_review" | "missed" | "failed") => waiting.needs_look += row.n,
            ("publication", "published") => waiting.published = row.n,
            ("publication", "scheduled") => waiting.scheduled = row.n,
            ("idea", "shortlisted") => waiting.shortlisted = row.n,
            ("experiment", "running") => waiting.running = row.n,
            _ => {}
        }
        match row.noun.as_str() {
            "variant" => waiting.variants += row.n,
            "idea" => waiting.ideas += row.n,
            _ => {}
        }
    }
    waiting.callable = sqlx::query_scalar!(
        "select count(*) from experiments where project_id = ? and state = 'running' and deleted_ms is null and badge in ('proven', 'safe', 'no_difference')",
        project
    )
    .fetch_one(db)
    .await?;
    waiting.plays = sqlx::query_scalar!("select count(*) from plays where project_id = ? and deleted_ms is null", project).fetch_one(db).await?;
    Ok(waiting)
}

#[derive(Debug, Clone)]
pub struct Draft {
    pub id: VariantId,
    pub title: String,
    pub hook: String,
    pub locale: String,
    pub author: String,
    pub edits: i64,
    pub created_ms: Ms,
    pub still: Option<AssetId>,
}

/// The drafts that have waited longest.
pub async fn drafts(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Draft>> {
    Ok(sqlx::query_as!(
        Draft,
        r#"select v.id as "id: VariantId", v.title, v.hook, v.locale, v.author, v.edits, v.created_ms as "created_ms: Ms",
             (select va.asset_id from variant_assets va join assets a on a.id = va.asset_id
              where va.variant_id = v.id and a.kind = 'image' order by va.position limit 1) as "still?: AssetId"
           from variants v where v.project_id = ? and v.state = 'in_review' and v.deleted_ms is null order by v.id limit 4"#,
        project
    )
    .fetch_all(db)
    .await?)
}

#[derive(Debug, Clone)]
pub struct Going {
    pub id: PublicationId,
    pub title: String,
    pub locale: String,
    pub channel: String,
    pub zone: String,
    pub state: String,
    pub due_ms: Ms,
    pub simulated: bool,
}

/// What goes out next, and what asks to be looked at. Five of each state are enough to choose from;
/// what has gone out is never walked.
pub async fn going(db: &SqlitePool, project: ProjectId, states: &str, until: Ms) -> Outcome<Vec<Going>> {
    Ok(sqlx::query_as!(
        Going,
        r#"select p.id as "id: PublicationId", v.title, v.locale, c.name as channel, p.due_zone as zone, p.state, p.due_ms as "due_ms: Ms",
             p.simulated as "simulated: bool"
           from json_each(?2) s cross join publications p on p.no in (
             select q.no from publications q where q.project_id = ?1 and q.state = s.value and q.due_ms <= ?3 order by q.due_ms limit 5)
             join variants v on v.id = p.variant_id join channels c on c.id = p.channel_id
           order by p.due_ms limit 5"#,
        project,
        states,
        until
    )
    .fetch_all(db)
    .await?)
}

#[derive(Debug, Clone)]
pub struct Callable {
    pub id: ExperimentId,
    pub name: String,
    pub leader: Option<String>,
    pub chance: Option<f64>,
    pub badge: String,
    pub exposures: i64,
    pub simulated: bool,
}

/// Experiments that can be called, then those that run.
pub async fn experiments(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Callable>> {
    Ok(sqlx::query_as!(
        Callable,
        r#"select e.id as "id: ExperimentId", e.name, a.label as "leader?", e.chance, coalesce(e.badge, 'keep_going') as "badge!",
             e.exposures, e.simulated as "simulated: bool"
           from experiments e left join arms a on a.experiment_id = e.id and a.position = e.leader
           where e.project_id = ? and e.state = 'running' and e.deleted_ms is null
           order by e.badge in ('proven', 'safe', 'no_difference') desc, e.id limit 4"#,
        project
    )
    .fetch_all(db)
    .await?)
}

/// The newest batch of suggestions with cards that nobody has decided on, and how many.
pub async fn suggestions(db: &SqlitePool, project: ProjectId) -> Outcome<Option<(SlateId, i64)>> {
    let row = sqlx::query!(
        r#"select s.id as "id: SlateId", (select count(*) from cards c where c.slate_id = s.id and c.idea_id is null and c.position >= 0) as "open!: i64"
           from slates s where s.project_id = ? order by s.id desc limit 1"#,
        project
    )
    .fetch_optional(db)
    .await?;
    Ok(row.filter(|row| row.open > 0).map(|row| (row.id, row.open)))
}

#[derive(Debug, Clone)]
pub struct Working {
    pub kind: String,
    pub done: i64,
    pub of: i64,
}

impl Working {
    /// The key of what this kind of work is called; kinds are written with dots, keys with dashes.
    pub fn word(&self) -> String {
        format!("job-kind-{}", self.kind.replace('.', "-"))
    }
}

/// What the background does for this project now.
pub async fn working(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Working>> {
    Ok(sqlx::query_as!(
        Working,
        r#"select kind, progress_done as done, progress_of as "of" from jobs
           where project_id = ? and state in ('ready', 'running') order by created_ms limit 5"#,
        project
    )
    .fetch_all(db)
    .await?)
}

/// Median milliseconds of each leg of the loop over the newest rows; `None` where nothing went it.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// from the idea to its piece
    pub make: Option<i64>,
    /// from the draft to the decision
    pub choose: Option<i64>,
    /// from the approval to the publication
    pub release: Option<i64>,
}

pub async fn pace(db: &SqlitePool, project: ProjectId) -> Outcome<Pace> {
    let make = sqlx::query_scalar!(
        r#"select p.created_ms - i.created_ms as "gap!: i64" from pieces p join ideas i on i.id = p.idea_id
           where p.project_id = ? and p.deleted_ms is null order by p.id desc limit 50"#,
        project
    )
    .fetch_all(db)
    .await?;
    let choose = sqlx::query_scalar!(
        r#"select r.at_ms - v.created_ms as "gap!: i64" from reviews r join variants v on v.id = r.variant_id
           where r.project_id = ? and r.undone_ms is null order by r.id desc limit 50"#,
        project
    )
    .fetch_all(db)
    .await?;
    let release = sqlx::query_scalar!(
        r#"select p.published_ms - (select max(r.at_ms) from reviews r where r.variant_id = p.variant_id and r.decision = 'approved' and r.undone_ms is null) as "gap?: i64"
           from publications p where p.project_id = ? and p.state = 'published' order by p.due_ms desc limit 50"#,
        project
    )
    .fetch_all(db)
    .await?;
    Ok(Pace { make: median(make), choose: median(choose), release: median(release.into_iter().flatten().collect()) })
}

fn median(mut gaps: Vec<i64>) -> Option<i64> {
    gaps.retain(|gap| *gap >= 0);
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}
