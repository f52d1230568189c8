//! Prompts as files for people: one to keep, one to read in.

use super::{Read, index_page};
use crate::create::prompts::actions::files as actions;
use crate::create::prompts::api::files::show;
use crate::create::prompts::file;
use crate::platform::id::ProjectId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Errors, Failure, Me, Routes, Said};
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new().get("/prompts/{prompt}/file", read, show).post("/projects/{project}/prompts/file", make, import)
}

/// Takes the chosen file, or else what was pasted.
async fn import(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, mut form: Multipart) -> Answer {
    me.shell(Some(project)).await?;
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Bad("failure-form"),
    };
    let (mut uploaded, mut pasted) = (String::new(), String::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") => uploaded = String::from_utf8_lossy(&field.bytes().await.map_err(broken)?).into_owned(),
            Some("text") => pasted = field.text().await.map_err(broken)?,
            _ => {}
        }
    }
    let text = if uploaded.is_empty() { pasted } else { uploaded };
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let read = match file::read(&text) {
        Ok(file) => house.db.write(async move |tx| actions::import(tx, &actor, by, project, &file, now).await).await,
        Err(error) => Err(error),
    };
    match read {
        Ok((id, done)) => {
            let said = Said::new("prompts-file-read").with("versions", done.versions_added).with("fixtures", done.fixtures_added);
            Ok(me.go_saying(&format!("/prompts/{id}"), said))
        }
        Err(Error::Invalid(errors)) => {
            let read = Read { text, errors: Errors::of(me.words, &errors) };
            index_page(&house, &me, project, None, (StatusCode::UNPROCESSABLE_ENTITY, read)).await
        }
        Err(error) => Err(error.into()),
    }
}
