//! What lies on the desk, and what is known beside a draft.

use crate::choose::curate::model::Filter;
use crate::platform::db::Tx;
use crate::platform::id::{AssetId, MemberId, ProjectId, RunId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A draft in the strip or the grid of the desk.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: VariantId,
    pub title: String,
    pub hook: String,
    pub locale: String,
    pub author: String,
    pub state: String,
    pub still: Option<AssetId>,
    /// 0 to 1, when it was measured
    pub originality: Option<f64>,
    /// Under the floor of its project
    pub is_below: bool,
    pub assignee: Option<String>,
}

impl Waiting {
    /// What tells it from its siblings, whose titles are often alike.
    pub fn words(&self) -> &str {
        if self.hook.is_empty() { &self.title } else { &self.hook }
    }

    /// "0.72"
    pub fn figure(&self) -> Option<String> {
        self.originality.map(|value| format!("{value:.2}"))
    }
}

macro_rules! drafts {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Waiting,
            r#"select v.id as "id: VariantId", v.title, v.hook, v.locale, v.author, v.state,
                 (select va.asset_id from variant_assets va join assets a on a.id = va.asset_id
                  where va.variant_id = v.id and a.kind = 'image' order by va.position limit 1) as "still?: AssetId",
                 o.originality as "originality?: f64", coalesce(o.originality < j.floor, 0) as "is_below!: bool", h.name as "assignee?"
               from variants v join projects j on j.id = v.project_id
                 left join originalities o on o.variant_id = v.id left join members h on h.id = v.assignee_id "# + $rest,
            $($argument),+
        )
    };
}

/// What waits in a project, oldest first, in pages.
pub async fn waiting_in(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    filter: &Filter,
    after: Option<Uuid>,
    limit: i64,
) -> Outcome<Slice<Waiting>> {
    let (after, most) = (after.unwrap_or(Uuid::nil()), limit + 1);
    let rows = drafts!(
        "where v.project_id = ?1 and v.state = 'in_review' and v.id > ?2 and v.deleted_ms is null
           and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
           and (?5 = '' or v.locale = ?5) and (?6 = '' or v.author = ?6)
           and (?7 = '' or (?7 = 'me' and v.assignee_id = ?3) or (?7 = 'nobody' and v.assignee_id is null))
           and (?8 = '' or o.originality < j.floor)
         order by v.id limit ?4",
        project,
        after,
        member,
        most,
        filter.locale,
        filter.author,
        filter.whose,
        filter.floor
    );
    Ok(Slice::cut(rows.fetch_all(db).await?, limit, |draft| draft.id.0))
}

/// The variants of a project in one state of having been decided, newest first, in pages.
pub async fn decided(db: &SqlitePool, member: MemberId, project: ProjectId, state: &str, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Waiting>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = drafts!(
        "where v.project_id = ?1 and v.state = ?2 and v.id < ?3 and v.deleted_ms is null
           and exists (select 1 from sights where member_id = ?4 and project_id = ?1)
         order by v.id desc limit ?5",
        project,
        state,
        before,
        member,
        most
    );
    Ok(Slice::cut(rows.fetch_all(db).await?, limit, |draft| draft.id.0))
}

/// These of a project, as far as the member may see them, oldest first.
pub async fn of_ids(db: &SqlitePool, member: MemberId, project: ProjectId, ids: &[VariantId]) -> Outcome<Vec<Waiting>> {
    let list = serde_json::to_string(ids).unwrap_or_default();
    let rows = drafts!(
        "where v.id in (select unhex(replace(value, '-', '')) from json_each(?3)) and v.project_id = ?1 and v.deleted_ms is null
           and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
         order by v.id",
        project,
        member,
        list
    );
    Ok(rows.fetch_all(db).await?)
}

/// These, or the sixty that have waited longest when none are named.
pub async fn drafts(db: &SqlitePool, member: MemberId, project: ProjectId, ids: &[VariantId]) -> Outcome<Vec<Waiting>> {
    if ids.is_empty() {
        Ok(waiting_in(db, member, project, &Filter::default(), None, 60).await?.items)
    } else {
        of_ids(db, member, project, ids).await
    }
}

/// The languages of what waits.
pub async fn locales(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct locale from variants where project_id = ?1 and state = 'in_review' and deleted_ms is null
           and exists (select 1 from sights where member_id = ?2 and project_id = ?1) order by locale limit 40",
        project,
        member
    )
    .fetch_all(db)
    .await?)
}

/// What is known beside a draft when it is decided on.
#[derive(Debug, Clone)]
pub struct Beside {
    pub originality: Option<f64>,
    /// Share of the project's own that were at most as original, 0 to 1
    pub percentile: Option<f64>,
    /// What it adds to the effective number of different pieces among the last twenty
    pub gain: Option<f64>,
    pub floor: f64,
    pub nearest_id: Option<VariantId>,
    pub nearest: Option<String>,
    pub theta: Option<f64>,
    pub sd: Option<f64>,
    pub prompt: Option<String>,
    pub prompt_number: Option<i64>,
    pub run_id: Option<RunId>,
    /// Of the whole run, and how many drafts shared it
    pub cost_micros: Option<i64>,
    pub currency: Option<String>,
    pub made: Option<i64>,
    pub comments: i64,
    pub assignee_id: Option<MemberId>,
    pub assignee: Option<String>,
    pub review_by_ms: Option<Ms>,
    /// Who gave the first of two approvals
    pub first_by: Option<String>,
}

impl Beside {
    pub fn is_below(&self) -> bool {
        self.originality.is_some_and(|value| value < self.floor)
    }

    /// Percent of the project's own that were at most as original.
    pub fn percent(&self) -> Option<i64> {
        #[allow(clippy::cast_possible_truncation, reason = "0 to 100")]
        let percent = |share: f64| (share * 100.0).round() as i64;
        self.percentile.map(percent)
    }

    /// "+0.42", "−0.10"
    pub fn gain(&self) -> Option<String> {
        self.gain.map(|gain| format!("{gain:+.2}").replace('-', "−"))
    }

    /// Taste as it is shown: 50 + 10 θ, and its standard deviation in the same units.
    pub fn taste(&self) -> Option<(i64, i64)> {
        #[allow(clippy::cast_possible_truncation, reason = "scores of two digits")]
        let score = |value: f64| value.round() as i64;
        self.theta.zip(self.sd).map(|(theta, sd)| (score(50.0 + 10.0 * theta), score(10.0 * sd)))
    }

    /// The price of one draft of its run.
    pub fn cost(&self) -> Option<String> {
        let micros = self.cost_micros.filter(|micros| *micros > 0)?;
        Some(crate::platform::money::amount(micros / self.made.unwrap_or(1).max(1), self.currency.as_deref().unwrap_or("USD")))
    }

    /// Originality as a bar with the floor.
    pub fn bar(&self) -> String {
        let tone = if self.is_below() { crate::web::charts::Tone::Wait } else { crate::web::charts::Tone::Good };
        crate::web::charts::meter(self.originality.unwrap_or_default(), Some(self.floor), tone)
    }
}

/// The caller has seen to it that the member may see it.
pub async fn beside(db: &SqlitePool, id: VariantId) -> Outcome<Beside> {
    Ok(sqlx::query_as!(
        Beside,
        r#"select o.originality as "originality?: f64", o.percentile as "percentile?: f64", o.gain as "gain?: f64", j.floor,
             n.id as "nearest_id?: VariantId", n.title as "nearest?", t.theta as "theta?: f64", t.sd as "sd?: f64",
             pr.name as "prompt?", pv.number as "prompt_number?", r.id as "run_id?: RunId",
             r.cost_micros as "cost_micros?", r.currency as "currency?", r.made as "made?",
             (select count(*) from comments c where c.variant_id = v.id and c.deleted_ms is null) as "comments!: i64",
             v.assignee_id as "assignee_id: MemberId", h.name as "assignee?", v.review_by_ms as "review_by_ms: Ms",
             (select coalesce(fm.name, fg.name) from reviews f left join members fm on fm.id = f.member_id left join guests fg on fg.id = f.guest_id
              where f.variant_id = v.id and f.final = 0 and f.undone_ms is null and f.at_ms >= v.updated_ms order by f.id desc limit 1) as "first_by?: String"
           from variants v join projects j on j.id = v.project_id
             left join originalities o on o.variant_id = v.id
             left join variants n on n.id = unhex(replace(json_extract(o.nearest, '$[0].variant'), '-', '')) and n.deleted_ms is null
             left join tastes t on t.variant_id = v.id
             left join runs r on r.id = v.run_id left join prompt_versions pv on pv.id = r.prompt_version_id left join prompts pr on pr.id = pv.prompt_id
             left join members h on h.id = v.assignee_id
           where v.id = ?"#,
        id
    )
    .fetch_one(db)
    .await?)
}

/// Somebody whose desk a draft may lie on.
#[derive(Debug, Clone)]
pub struct Hand {
    pub id: MemberId,
    pub name: String,
}

/// Who decides in a project, by name.
pub async fn hands(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Hand>> {
    Ok(sqlx::query_as!(
        Hand,
        r#"select m.id as "id: MemberId", m.name from members m join sights s on s.member_id = m.id and s.project_id = ?1
           where m.role in ('owner', 'producer', 'reviewer') and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by m.name limit 100"#,
        project,
        member
    )
    .fetch_all(db)
    .await?)
}

/// Lays a draft on somebody's desk, or on nobody's; answers whether that somebody decides in its project.
pub async fn assign(tx: &mut Tx, id: VariantId, to: Option<MemberId>, by_when: Option<Ms>) -> Outcome<bool> {
    let changed = sqlx::query!(
        "update variants set assignee_id = ?2, review_by_ms = ?3
         where id = ?1 and (?2 is null or exists (select 1 from members m join sights s on s.member_id = m.id
           where m.id = ?2 and s.project_id = variants.project_id and m.role in ('owner', 'producer', 'reviewer')))",
        id,
        to,
        by_when
    )
    .execute(tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}
