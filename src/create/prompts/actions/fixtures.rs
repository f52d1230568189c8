//! Verbs on fixtures.

use crate::create::prompts::fixtures::NewFixture;
use crate::create::prompts::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{FixtureId, MemberId, PromptId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

const TAKEN: (&str, &str, &str) = ("fixtures.prompt_id, fixtures.name", "name", "prompts-error-fixture-taken");

fn taken(error: Error) -> Error {
    error.taken(TAKEN.0, TAKEN.1, TAKEN.2)
}

/// Keeps a checked fixture of a prompt this member may change.
pub async fn keep(tx: &mut Tx, actor: &Actor, by: MemberId, prompt: PromptId, fixture: &NewFixture, at: Ms) -> Outcome<FixtureId> {
    let (project, _) = store::project_of(tx, by, prompt, false).await?;
    let id = store::insert_fixture(tx, prompt, fixture, by, at).await.map_err(taken)?;
    record(tx, actor, at, Event::new("fixture.created", id.0).within(project).detail(json!({ "name": fixture.name }))).await?;
    Ok(id)
}

/// Changes a fixture that is as it was read; else it is stale.
pub async fn change(house: &House, me: &Me, id: FixtureId, fixture: NewFixture) -> Outcome<()> {
    let fixture = fixture.check()?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, ..) = store::hold_fixture(tx, member, id).await?;
            store::update_fixture(tx, id, &fixture, now).await.map_err(taken)?;
            record(tx, &actor, now, Event::new("fixture.changed", id.0).within(project).detail(json!({ "name": fixture.name }))).await
        })
        .await
}

/// Removes a fixture for good; its prompt and its name.
pub async fn remove(house: &House, me: &Me, id: FixtureId) -> Outcome<(PromptId, String)> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, prompt, name) = store::hold_fixture(tx, member, id).await?;
            store::delete_fixture(tx, id).await?;
            record(tx, &actor, now, Event::new("fixture.removed", id.0).within(project).detail(json!({ "name": name }))).await?;
            Ok((prompt, name))
        })
        .await
}
