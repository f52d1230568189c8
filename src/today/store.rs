//! All SQL of Today: counters and the few newest rows of each room.

use crate::platform::Outcome;
use crate::platform::id::ProjectId;
use sqlx::SqlitePool;

/// What waits for a person, from the counters.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    pub drafts: i64,
    pub needs_look: i64,
    pub inbox: i64,
    pub shortlisted: i64,
    pub in_production: i64,
    pub scheduled: i64,
    pub published: i64,
    pub running_experiments: i64,
    pub variants: i64,
}

impl Waiting {
    /// What the number beside Today counts.
    pub fn all(&self) -> i64 {
        self.drafts + self.needs_look
    }
}

pub async fn waiting(db: &SqlitePool, project: ProjectId) -> Outcome<Waiting> {
    let rows = sqlx::query!("select noun, state, n from counters where project_id = ?", project).fetch_all(db).await?;
    let mut waiting = Waiting::default();
    for row in rows {
        match (row.noun.as_str(), row.state.as_str()) {
            ("variant", "in_review") => waiting.drafts = row.n,
            ("publication", "needs_review") => waiting.needs_look = row.n,
            ("publication", "published") => waiting.published = row.n,
            ("publication", "scheduled") => waiting.scheduled = row.n,
            ("idea", "inbox") => waiting.inbox = row.n,
            ("idea", "shortlisted") => waiting.shortlisted = row.n,
            ("idea", "in_production") => waiting.in_production = row.n,
            ("experiment", "running") => waiting.running_experiments = row.n,
            _ => {}
        }
        if row.noun == "variant" {
            waiting.variants += row.n;
        }
    }
    Ok(waiting)
}
