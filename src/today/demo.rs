//! The studio of `troupe demo`: one owner, the sample project, an hour of the invented audience in
//! every second.

use crate::create::projects;
use crate::platform::events::Actor;
use crate::platform::jobs::{Queued, enqueue};
use crate::platform::recurring::set_mark;
use crate::platform::text::Checks;
use crate::platform::{House, Outcome};
use crate::team::{NewMember, found_studio, members, password};
use crate::today::sample;
use crate::web::{Role, Words};
use serde_json::json;

/// Seconds of the invented audience in one second here.
const SPEED: &str = "3600";
const NAME: &str = "Red Face Opera";

/// Makes owner and project in an empty studio; false when somebody is there already.
pub async fn found_demo(house: &House, email: &str, secret: &str) -> Outcome<bool> {
    if members::any(house.db.read()).await? {
        return Ok(false);
    }
    let mut checks = Checks::new();
    let owner = NewMember::check(&mut checks, "Demo", email, Role::Owner, "en", &house.config.settings.timezone);
    checks.finish()?;
    let hash = password::hash(secret.to_owned()).await?;
    let project = sample::words(Words::of(&owner.locale)).check(&owner.locale, &owner.zone)?;
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            let member = found_studio(tx, &owner, NAME, &hash, now).await?;
            let project = projects::create(tx, &Actor::operator(), Some(member), &project, now).await?;
            projects::set_sample(tx, project).await?;
            set_mark(tx, "simulator_speed", SPEED, now).await?;
            enqueue(tx, now, Queued { project: Some(project), created_by: Some(member), ..Queued::now("sample.fill", json!({}), now) }).await
        })
        .await?;
    Ok(true)
}
