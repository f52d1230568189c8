//! Reading a prompt in from a file.

use super::{fixtures, includes, move_label};
use crate::create::prompts::file::{Imported, PromptFile};
use crate::create::prompts::model::{Checked, Label, NewPrompt};
use crate::create::prompts::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, ProjectId, PromptId};
use crate::platform::{Error, FieldError, Ms, Outcome};
use serde_json::json;

/// Adds what a file has and the project has not: the prompt by its name, versions by their content, fixtures by their
/// name. Labels follow the file only where the prompt is new: what runs use is not changed by reading a file.
pub async fn import(tx: &mut Tx, actor: &Actor, by: MemberId, project: ProjectId, file: &PromptFile, at: Ms) -> Outcome<(PromptId, Imported)> {
    store::project_locale(tx, Some(by), project).await?;
    let versions = file.versions.iter().map(|version| version.version().check()).collect::<Outcome<Vec<_>>>().map_err(of_the_text)?;
    let mut done = Imported::default();
    let id = match store::named_in(tx, project, &file.name).await? {
        Some((id, purpose)) if purpose == file.purpose.name() => id,
        Some(_) => return Err(Error::field("text", "prompts-file-purpose")),
        None => {
            done.created = true;
            let (name, _) = NewPrompt { name: file.name.clone(), template: "-".into(), ..NewPrompt::default() }.check().map_err(of_the_text)?;
            let id = store::insert(tx, project, &name, file.purpose, Some(by), at).await?;
            record(tx, actor, at, Event::new("prompt.created", id.0).within(project).detail(json!({ "name": name }))).await?;
            id
        }
    };
    let mut numbers = Vec::with_capacity(versions.len());
    for version in &versions {
        numbers.push(known_or_added(tx, actor, (by, at), (project, id), version, &mut done).await?);
    }
    if done.created {
        let of = |place: Option<i64>| place.and_then(|place| numbers.get(usize::try_from(place - 1).ok()?).copied());
        let live = of(file.labels.live).or_else(|| numbers.last().copied());
        for (label, number) in [(Label::Live, live), (Label::Trial, of(file.labels.trial))] {
            if let Some(number) = number {
                move_label(tx, actor, by, id, (label, number), at).await?;
            }
        }
    }
    for fixture in &file.fixtures {
        let fixture = fixture.fixture().map_err(of_the_text)?;
        if store::has_fixture(tx, id, &fixture.name).await? {
            done.fixtures_known += 1;
        } else {
            fixtures::keep(tx, actor, by, id, &fixture, at).await?;
            done.fixtures_added += 1;
        }
    }
    Ok((id, done))
}

/// The number of a version that has these words and settings, or that it gets now.
async fn known_or_added(
    tx: &mut Tx,
    actor: &Actor,
    (by, at): (MemberId, Ms),
    (project, id): (ProjectId, PromptId),
    version: &Checked,
    done: &mut Imported,
) -> Outcome<i64> {
    if let Some(number) = store::number_of(tx, id, version).await? {
        done.versions_known += 1;
        return Ok(number);
    }
    includes(tx, project, version).await.map_err(of_the_text)?;
    let (_, number) = store::add_version(tx, id, version, Some(by), at).await?;
    record(tx, actor, at, Event::new("prompt.versioned", id.0).within(project).detail(json!({ "number": number }))).await?;
    done.versions_added += 1;
    Ok(number)
}

/// Whatever is wrong is wrong in the text that was read.
fn of_the_text(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    Error::Invalid(errors.into_iter().map(|error| FieldError { field: "text", ..error }).collect())
}
