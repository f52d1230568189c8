//! Taking things out of the bin, and emptying it.

use super::model::{Noun, STAYS};
use super::store;
use crate::platform::clock::DAY;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::ProjectId;
use crate::platform::media::Digest;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;
use std::path::Path;
use std::time::UNIX_EPOCH;
use uuid::Uuid;

/// A file that was put down just now may get its row in a moment.
const YOUNG: i64 = DAY;

/// Takes something out; its project and title.
pub async fn restore(house: &House, me: &Me, noun: Noun, id: Uuid) -> Outcome<(ProjectId, String)> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, title) = store::find(tx, member, noun, id).await?;
            store::restore(tx, noun, id).await.map_err(name_used)?;
            record(tx, &actor, now, Event::new(noun.restored(), id).within(project)).await?;
            Ok((project, title))
        })
        .await
}

/// Names are unique among the living only: another one may have taken it meanwhile.
fn name_used(error: Error) -> Error {
    match error {
        Error::Constraint(_) => Error::refused("bin-name-used"),
        other => other,
    }
}

/// Removes what has lain in the bin for thirty days, in small units; how many rows went.
pub async fn empty(house: &House) -> Outcome<u64> {
    let before = house.now().plus(-STAYS);
    let mut gone = 0;
    for noun in Noun::ALL {
        loop {
            let n = house.db.write(async move |tx| store::empty(tx, noun, before).await).await?;
            gone += n;
            if n == 0 {
                break;
            }
        }
    }
    while house.db.write(async move |tx| store::empty_assets(tx, before).await).await? > 0 {}
    for project in store::old_projects(house.db.read(), before).await? {
        gone += empty_project(house, project).await?;
    }
    if gone > 0 {
        let now = house.now();
        house
            .db
            .write(async move |tx| record(tx, &Actor::system(), now, Event::new("bin.emptied", None).detail(json!({ "rows": gone }))).await)
            .await?;
    }
    Ok(gone)
}

/// Table by table and a few rows at a time; tables whose rows are still pointed at wait a round.
async fn empty_project(house: &House, project: ProjectId) -> Outcome<u64> {
    let tables = store::tables_of_projects(house.db.read()).await?;
    let mut gone = 0;
    loop {
        let mut round = 0;
        for table in &tables {
            loop {
                let table = table.clone();
                let n = house.db.write(async move |tx| store::drain(tx, &table, project).await).await?;
                round += n;
                if n == 0 {
                    break;
                }
            }
        }
        gone += round;
        if round == 0 {
            break;
        }
    }
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            store::remove_project(tx, project).await?;
            record(tx, &Actor::system(), now, Event::new("project.removed", project.0)).await
        })
        .await?;
    Ok(gone + 1)
}

/// Removes stored files that no row names; how many went.
pub async fn sweep_media(house: &House) -> Outcome<u64> {
    let folder = house.config.settings.data.join("media");
    let now = house.now();
    let names = tokio::task::spawn_blocking(move || stored(&folder, now)).await.map_err(Error::broken)??;
    let mut gone = 0;
    for digest in names {
        if !store::is_used(house.db.read(), digest.bytes()).await? && house.media.remove(digest).await? {
            gone += 1;
        }
    }
    Ok(gone)
}

/// Digests of the files that have been there for a day.
fn stored(folder: &Path, now: Ms) -> std::io::Result<Vec<Digest>> {
    let mut found = Vec::new();
    for shard in std::fs::read_dir(folder)? {
        let shard = shard?;
        for file in std::fs::read_dir(shard.path())? {
            let file = file?;
            let name = format!("{}{}", shard.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            let placed = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis());
            let old = now.since(Ms(i64::try_from(placed).unwrap_or(i64::MAX))) > YOUNG;
            if let (true, Ok(digest)) = (old, name.parse()) {
                found.push(digest);
            }
        }
    }
    Ok(found)
}
