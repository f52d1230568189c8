//! What a slate is drawn from, and what cards are judged by.

use crate::learn::performance::{self, Published};
use crate::learn::playbook::evidence::Post;
use crate::learn::playbook::proposal::{Own, Voice};
use crate::platform::id::{IdeaId, MemberId, PlayId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;
use std::collections::HashMap;

/// Own texts that originality is measured against.
const OWN: i64 = 50;
/// Newest posts that are read.
const POSTS: i64 = 1_000;

pub async fn voice(db: &SqlitePool, project: ProjectId) -> Outcome<Voice> {
    Ok(sqlx::query_as!(Voice, "select niche, name as project, locale as tongue from projects where id = ?", project).fetch_one(db).await?)
}

/// The newest variants, each as its title and hook.
pub async fn own(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Own>> {
    Ok(sqlx::query_as!(
        Own,
        r#"select id as "id: VariantId", title || char(10) || hook as "text!: String" from variants
           where project_id = ? and deleted_ms is null order by id desc limit ?"#,
        project,
        OWN
    )
    .fetch_all(db)
    .await?)
}

/// The newest posts until a moment, with what each followed and, if it is `asked` who sees it, their index of now.
pub async fn posts(db: &SqlitePool, asked: Option<MemberId>, project: ProjectId, (until, now): (Ms, Ms)) -> Outcome<Vec<Post>> {
    let rows = sqlx::query!(
        r#"select p.no, p.variant_id as "variant: VariantId", p.simulated as "simulated: bool",
             coalesce(p.published_ms, p.due_ms) as "published!: Ms", i.id as "idea?: IdeaId", i.play_id as "play?: PlayId", i.lenses as "lenses?",
             i.created_ms as "conceived?: Ms", coalesce(i.created_by is not null and i.run_id is null, 0) as "own!: bool"
           from publications p join variants v on v.id = p.variant_id left join pieces g on g.id = v.piece_id
             left join ideas i on i.id = g.idea_id
           where p.project_id = ?1 and p.state = 'published' and coalesce(p.published_ms, p.due_ms) <= ?2
           order by p.due_ms desc limit ?3"#,
        project,
        until,
        POSTS
    )
    .fetch_all(db)
    .await?;
    let cards = cards(db, project).await?;
    let indices: HashMap<i64, f64> = match asked {
        Some(member) => performance::indices(db, (member, project), now).await?.into_iter().map(|Published { no, index }| (no, index)).collect(),
        None => HashMap::new(),
    };
    let post = |row: (i64, Post)| Post { index: indices.get(&row.0).copied(), ..row.1 };
    Ok(rows
        .into_iter()
        .map(|row| {
            let card = row.idea.and_then(|idea| cards.get(&idea));
            let made = Post {
                variant: row.variant,
                idea: row.idea,
                play: row.play,
                followed: card.and_then(|card| card.0),
                drawn: card.map(|card| card.1),
                own: row.own && card.is_none(),
                lens: row.lenses.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
                simulated: row.simulated,
                published: row.published,
                conceived: row.conceived,
                index: None,
            };
            post((row.no, made))
        })
        .collect())
}

/// Ideas that came from cards: what the card built on, and its chance.
async fn cards(db: &SqlitePool, project: ProjectId) -> Outcome<HashMap<IdeaId, (Option<VariantId>, f64)>> {
    let rows = sqlx::query!(
        r#"select c.idea_id as "idea!: IdeaId", c.variant_id as "variant: VariantId", c.probability
           from slates s join cards c on c.slate_id = s.id where s.project_id = ? and c.idea_id is not null"#,
        project
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.idea, (row.variant, row.probability))).collect())
}
