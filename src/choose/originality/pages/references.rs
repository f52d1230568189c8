//! Reference sets: pasted or uploaded, listed, put into the bin.

use crate::choose::originality::actions::{self, NewSet};
use crate::choose::originality::model::reference::{MOST, of_lines, of_table};
use crate::choose::originality::store::references::{self, ReferenceSet};
use crate::platform::id::{ProjectId, ReferenceSetId};
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, Answer, Errors, Failure, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::handler::Handler;
use axum::http::StatusCode;

/// A file of ten megabytes, with the form around it.
const UPLOAD_MAX: usize = 11 << 20;
const FILE_MAX: usize = 10 << 20;
const PASTE_MAX: usize = 1 << 20;
const IN_LIST: i64 = 100;
/// Texts that a set is recognised by.
const SAMPLES: i64 = 3;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/references", read, index)
        .post("/projects/{project}/references", make, create.layer(DefaultBodyLimit::max(UPLOAD_MAX)))
        .delete("/references/{set}", make, bin)
}

#[derive(Clone, Debug, Default)]
struct SetForm {
    name: String,
    source: String,
    lines: String,
    file: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "choose/originality/references.html")]
struct ReferencesPage {
    shell: Shell,
    sets: Vec<(ReferenceSet, Vec<String>)>,
    texts: i64,
    form: SetForm,
    errors: Errors,
}

impl ReferencesPage {
    fn most(&self) -> i64 {
        MOST
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    references_page(&house, &me, project, StatusCode::OK, (SetForm::default(), Errors::default())).await
}

async fn references_page(house: &House, me: &Me, project: ProjectId, status: StatusCode, (form, errors): (SetForm, Errors)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("originality");
    let db = house.db.read();
    let mut sets = Vec::new();
    for set in references::sets(db, me.member.id, project, None, IN_LIST).await?.items {
        let samples = references::first_of(db, set.id, SAMPLES).await?;
        sets.push((set, samples));
    }
    let texts = references::texts_in(db, project).await?;
    Ok(page(status, &ReferencesPage { shell, sets, texts, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, mut parts: Multipart) -> Answer {
    me.shell(Some(project)).await?;
    let mut form = SetForm::default();
    let mut wrong = None;
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().unwrap_or_default().to_owned();
        let most = if name == "file" { FILE_MAX } else { PASTE_MAX };
        match read(field, most).await? {
            Ok(text) => match name.as_str() {
                "name" => form.name = text,
                "source" => form.source = text,
                "lines" => form.lines = text,
                "file" if !text.is_empty() => form.file = Some((file, text)),
                _ => {}
            },
            Err(error) => wrong = Some(error),
        }
    }
    let kept = match wrong {
        Some(error) => Err(error),
        None => keep(&house, &me, project, &form).await,
    };
    match kept {
        Ok((added, 0)) => Ok(me.go_saying(&format!("/projects/{project}/references"), Said::new("originality-said-added").with("n", added))),
        Ok((added, left)) => {
            let said = Said::new("originality-said-added-some").with("n", added).with("name", left);
            Ok(me.go_saying(&format!("/projects/{project}/references"), said))
        }
        Err(Error::Invalid(list)) => {
            let errors = Errors::of(me.words, &list);
            references_page(&house, &me, project, StatusCode::UNPROCESSABLE_ENTITY, (form, errors)).await
        }
        Err(other) => Err(other.into()),
    }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Bad("failure-form"),
    }
}

/// The text of a field; what is no UTF-8 is said beside it.
async fn read(mut field: Field<'_>, most: usize) -> Result<Outcome<String>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(Failure::TooLarge);
        }
    }
    Ok(String::from_utf8(bytes).map_err(|_| Error::field("file", "originality-error-encoding")))
}

/// How many texts were kept, and how many there was no place for.
async fn keep(house: &House, me: &Me, project: ProjectId, form: &SetForm) -> Outcome<(i64, i64)> {
    let given = form.clone();
    let texts = tokio::task::spawn_blocking(move || {
        let mut texts = of_lines(&given.lines);
        if let Some((name, text)) = &given.file {
            let is_table = name.to_lowercase().ends_with(".csv");
            texts.extend(if is_table { of_table(text) } else { of_lines(text) });
        }
        texts
    });
    let set = NewSet { name: form.name.clone(), source: form.source.clone(), texts: texts.await.map_err(Error::broken)? };
    let (_, added, left) = actions::add_set(house, me.actor(), me.member.id, project, set).await?;
    Ok((added, left))
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<ReferenceSetId>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let (project, name) = house.db.write(async move |tx| actions::bin_set(tx, &actor, member, id, now).await).await?;
    let said = Said::new("originality-said-binned").with("title", name).undo(format!("/bin/reference/{id}/restoration"));
    Ok(me.go_saying(&format!("/projects/{project}/references"), said))
}
