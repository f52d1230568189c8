//! All SQL of the tree of a piece; every query takes the sight of whoever reads.

use crate::platform::id::{IdeaId, MemberId, PieceId, ProjectId, PublicationId, RunId, VariantId};
use crate::platform::{Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;

/// A piece with the idea it was made from.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Root {
    pub project_id: ProjectId,
    pub title: String,
    pub idea_id: Option<IdeaId>,
    pub idea: Option<String>,
    pub why_now: Option<String>,
}

pub async fn root(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Root> {
    Ok(sqlx::query_as!(
        Root,
        r#"select p.project_id as "project_id: ProjectId", p.title, i.id as "idea_id?: IdeaId", i.title as "idea?", i.why_now as "why_now?"
           from pieces p join sights s on s.project_id = p.project_id and s.member_id = ?2
             left join ideas i on i.id = p.idea_id and i.deleted_ms is null
           where p.id = ?1 and p.deleted_ms is null"#,
        piece,
        member
    )
    .fetch_one(db)
    .await?)
}

/// What made variants: a run with its prompt version; no run means a person's own hand (or an import).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Source {
    pub run_id: Option<RunId>,
    pub prompt: Option<String>,
    pub number: Option<i64>,
    pub backend: Option<String>,
    #[serde(skip)]
    pub cost_micros: Option<i64>,
    #[serde(skip)]
    pub currency: Option<String>,
    pub made: Option<i64>,
    #[serde(rename = "at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at_ms: Option<Ms>,
}

impl Source {
    pub fn cost(&self) -> Option<String> {
        let micros = self.cost_micros.filter(|micros| *micros > 0)?;
        Some(crate::platform::money::amount(micros, self.currency.as_deref().unwrap_or("USD")))
    }
}

/// The sources of a piece in the order of their first variant.
pub async fn sources(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Vec<Source>> {
    Ok(sqlx::query_as!(
        Source,
        r#"select r.id as "run_id?: RunId", p.name as "prompt?", pv.number as "number?", b.name as "backend?", r.cost_micros as "cost_micros?",
             r.currency as "currency?", r.made as "made?", r.created_ms as "at_ms?: Ms"
           from (select run_id, min(id) as first from variants where piece_id = ?1 and deleted_ms is null
                   and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = variants.project_id) group by run_id) x
             left join runs r on r.id = x.run_id left join prompt_versions pv on pv.id = r.prompt_version_id
             left join prompts p on p.id = pv.prompt_id left join backends b on b.id = r.backend_id
           order by x.first"#,
        piece,
        member
    )
    .fetch_all(db)
    .await?)
}

/// A variant with what the tree says of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Made {
    pub id: VariantId,
    pub parent_id: Option<VariantId>,
    pub run_id: Option<RunId>,
    pub title: String,
    pub hook: String,
    pub locale: String,
    pub state: String,
    pub author: String,
    #[serde(skip)]
    pub changed: String,
    pub edits: i64,
    pub human_share: f64,
    /// Its parent was edited after this was made or last edited
    pub is_stale: bool,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

impl Made {
    pub fn changed(&self) -> Vec<String> {
        serde_json::from_str(&self.changed).unwrap_or_default()
    }

    pub fn percent_human(&self) -> i64 {
        #[allow(clippy::cast_possible_truncation, reason = "0 to 100")]
        let percent = (self.human_share * 100.0).round() as i64;
        percent
    }
}

/// The variants of a piece, oldest first, at most 500.
pub async fn variants(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Vec<Made>> {
    Ok(sqlx::query_as!(
        Made,
        r#"select v.id as "id: VariantId", v.parent_id as "parent_id: VariantId", v.run_id as "run_id: RunId", v.title, v.hook, v.locale, v.state,
             v.author, v.changed, v.edits, v.human_share,
             coalesce((select max(r.at_ms) from revisions r where r.variant_id = v.parent_id)
               > max(v.created_ms, coalesce((select max(r.at_ms) from revisions r where r.variant_id = v.id), 0)), 0) as "is_stale!: bool",
             v.created_ms as "created_ms: Ms"
           from variants v where v.piece_id = ?1 and v.deleted_ms is null
             and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id)
           order by v.id limit 500"#,
        piece,
        member
    )
    .fetch_all(db)
    .await?)
}

/// Something that went out, or will, with its newest numbers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Going {
    pub id: PublicationId,
    pub variant_id: VariantId,
    pub channel: String,
    pub state: String,
    pub simulated: bool,
    #[serde(rename = "at")]
    #[schema(value_type = String, format = DateTime)]
    pub at_ms: Ms,
    pub views: Option<f64>,
    /// Held past three seconds, of impressions
    pub hook_rate: Option<f64>,
}

impl Going {
    pub fn views(&self) -> Option<i64> {
        #[allow(clippy::cast_possible_truncation, reason = "counts of people")]
        let whole = |views: f64| views as i64;
        self.views.map(whole)
    }

    /// "46.2"
    pub fn hooked(&self) -> Option<String> {
        self.hook_rate.filter(|rate| rate.is_finite()).map(|rate| format!("{:.1}", rate * 100.0))
    }
}

/// The publications of a piece, in the order they are due.
pub async fn publications(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Vec<Going>> {
    Ok(sqlx::query_as!(
        Going,
        r#"select p.id as "id: PublicationId", p.variant_id as "variant_id: VariantId", c.name as channel, p.state, p.simulated as "simulated: bool",
             coalesce(p.published_ms, p.due_ms) as "at_ms!: Ms",
             (select value from totals t where t.publication_no = p.no and t.metric = 'views') as "views?: f64",
             (select h.value / i.value from totals h join totals i on i.publication_no = h.publication_no and i.metric = 'impressions' and i.value > 0
              where h.publication_no = p.no and h.metric = 'hooks') as "hook_rate?: f64"
           from variants v join publications p on p.variant_id = v.id join channels c on c.id = p.channel_id
           where v.piece_id = ?1 and v.deleted_ms is null and p.state <> 'cancelled'
             and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id)
           order by p.due_ms limit 500"#,
        piece,
        member
    )
    .fetch_all(db)
    .await?)
}
