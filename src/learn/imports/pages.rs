//! Pages of imports: upload, look, add, report.

use super::headline_tests::{COLUMNS, KIND, Layout, Mapping, first_rows, headers};
use super::records::Records;
use super::run::{Options, Progress, Report, Target, run};
use super::store::{self, Import};
use super::{api, jobs, upload};
use crate::platform::events::{Event, record};
use crate::platform::id::{ImportId, ProjectId};
use crate::platform::jobs::{Queued, enqueue};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Failure, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::BufReader;
use tokio::io::AsyncWriteExt;

/// Rows that a preview shows.
const SHOWN: usize = 8;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    let large = DefaultBodyLimit::max(upload::LARGEST + (64 << 10));
    Routes::new()
        .get("/projects/{project}/imports", read, index)
        .post("/projects/{project}/imports", make, receive.layer(large))
        .get("/imports/{import}", read, show)
        .post("/imports/{import}/mapping", make, remap)
        .post("/imports/{import}/start", make, start)
        .delete("/imports/{import}", make, discard)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "learn/imports/index.html")]
struct ListPage {
    shell: Shell,
    list: Vec<Import>,
    error: Option<String>,
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    list_page(&house, &me, project, (StatusCode::OK, None)).await
}

async fn list_page(house: &House, me: &Me, project: ProjectId, (status, error): (StatusCode, Option<String>)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("imports");
    let list = store::list(house.db.read(), me.member.id, project).await?;
    Ok(page(status, &ListPage { shell, list, error }))
}

async fn receive(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, mut form: Multipart) -> Answer {
    me.shell(Some(project)).await?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let id = ImportId::new(now);
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Bad("failure-form"),
    };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        let name: String = field.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        let mut file = upload::begin(&house, id).await?;
        let (mut digest, mut size) = (Sha256::new(), 0);
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) => {
                    size += chunk.len();
                    digest.update(&chunk);
                    file.write_all(&chunk).await.map_err(Error::from)?;
                }
                Ok(None) => break,
                Err(error) => {
                    upload::discard(&house, id).await;
                    return Err(broken(error));
                }
            }
        }
        file.flush().await.map_err(Error::from)?;
        if size == 0 {
            upload::discard(&house, id).await;
            break;
        }
        let digest = digest.finalize().to_vec();
        house
            .db
            .write(async move |tx| {
                store::insert_upload(tx, (id, project, member), (KIND, &name, &digest), now).await?;
                record(tx, &actor, now, Event::new("import.uploaded", id.0).within(project)).await
            })
            .await?;
        return Ok(me.go(&format!("/imports/{id}")));
    }
    let error = me.words.t("imports-error-no-file").into_owned();
    list_page(&house, &me, project, (StatusCode::UNPROCESSABLE_ENTITY, Some(error))).await
}

/// What would happen to an uploaded file.
#[derive(Default)]
struct Preview {
    headers: Vec<String>,
    mapping: Mapping,
    /// (line, test, headline, impressions, clicks)
    rows: Vec<(u64, String, String, i64, i64)>,
    report: Option<Report>,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "learn/imports/show.html")]
struct ShowPage {
    shell: Shell,
    one: Import,
    preview: Preview,
    report: Option<Report>,
}

impl ShowPage {
    fn columns(&self) -> [&'static str; 6] {
        COLUMNS.map(|column| column.name)
    }
    fn is_mapped(&self, column: &str, header: &String) -> bool {
        self.preview.mapping.get(column) == Some(header)
    }
    fn heading(&self) -> String {
        match self.one.state.as_str() {
            "done" => self.shell.n("imports-show-done", self.one.added),
            state => self.shell.t(["imports-show-", state].concat()).into_owned(),
        }
    }
    fn shown(&self) -> Option<&Report> {
        self.report.as_ref().or(self.preview.report.as_ref())
    }
    fn unlisted(&self, report: &Report) -> i64 {
        report.refused - i64::try_from(report.refusals.len()).unwrap_or(0)
    }
    fn progress(&self) -> Option<String> {
        let (done, of) = (self.one.done?, self.one.of.filter(|of| *of > 0)?);
        Some(self.shell.ab("imports-progress", "done", done, "of", of))
    }
    fn bar(&self) -> String {
        let count = |n: Option<i64>| u64::try_from(n.unwrap_or(0)).unwrap_or(0);
        crate::web::charts::prog(count(self.one.done), count(self.one.of))
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<ImportId>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(one.project)).await?.at("imports");
    let preview = if one.state == "uploaded" { look(&house, &shell, &one).await } else { Preview::default() };
    let report = if one.state == "done" { one.report() } else { None };
    Ok(page(StatusCode::OK, &ShowPage { shell, one, preview, report }))
}

/// Reads the waiting file as it would be read in, and writes nothing.
async fn look(house: &House, shell: &Shell, one: &Import) -> Preview {
    let (path, mapping) = (upload::path(house, one.id), one.mapping());
    let mut preview = Preview { mapping: mapping.clone(), ..Preview::default() };
    let read = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(&path).map_err(|_| Error::refused("imports-error-gone"))?;
        let found = headers(&mut Records::new(BufReader::new(file)))?;
        let layout = Layout::find(&found, &mapping);
        let rows = match layout {
            Ok(_) => std::fs::File::open(&path).map_err(Error::from).and_then(|file| first_rows(BufReader::new(file), &mapping, SHOWN))?,
            Err(_) => Vec::new(),
        };
        Ok::<_, Error>((found, layout, rows))
    });
    let said = |error: &Error| match error {
        Error::Refused { key, args } => {
            use crate::web::i18n::Arg;
            let parts: Vec<_> = args.iter().map(|(name, value)| (*name, value.value())).collect();
            shell.words.with(key, &parts)
        }
        _ => shell.t("failure-broken").into_owned(),
    };
    match read.await.map_err(Error::broken).and_then(|done| done) {
        Err(error) => preview.error = Some(said(&error)),
        Ok((found, layout, rows)) => {
            match &layout {
                Ok(layout) => preview.mapping = layout.mapping(&found),
                Err(error) => preview.error = Some(said(error)),
            }
            preview.headers = found;
            preview.rows = rows.into_iter().map(|row| (row.line, row.test, row.headline, row.exposures, row.outcomes)).collect();
        }
    }
    preview.report = one.report();
    if preview.error.is_none()
        && preview.report.is_none()
        && let Ok(file) = std::fs::File::open(upload::path(house, one.id))
    {
        let options = Options {
            target: Target::Project(one.project),
            mapping: one.mapping(),
            dry_run: true,
            file_name: String::new(),
            member: None,
            import: None,
        };
        preview.report = run(house, &one.kind, Box::new(file), options, Progress::Silent).await.ok();
        keep_preview(house, one, preview.report.as_ref()).await;
    }
    preview
}

/// Remembers what reading the whole file said, so that it is read once and not at every look.
async fn keep_preview(house: &House, one: &Import, report: Option<&Report>) {
    let Some(text) = report.and_then(|report| serde_json::to_string(report).ok()) else { return };
    let (id, mapping) = (one.id, one.mapping.clone());
    if let Err(error) = house.db.write(async move |tx| store::keep_preview(tx, id, &mapping, &text).await).await {
        tracing::info!(%error, "a preview could not be kept");
    }
}

/// The form has a field for each column, named like it.
async fn remap(State(house): State<House>, me: Me, Path(id): Path<ImportId>, Form(form): Form<Mapping>) -> Answer {
    store::find(house.db.read(), me.member.id, id).await?;
    let known = |name: &String| COLUMNS.iter().any(|column| column.name == name);
    let mapping: Mapping = form.into_iter().filter(|(name, header)| known(name) && !header.is_empty() && header.len() < 500).collect();
    house.db.write(async move |tx| store::set_mapping(tx, id, &mapping).await).await?;
    Ok(me.go(&format!("/imports/{id}")))
}

async fn start(State(house): State<House>, me: Me, Path(id): Path<ImportId>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let (now, actor, member) = (house.now(), me.actor(), me.member.id);
    house
        .db
        .write(async move |tx| {
            // One import of a project after the other: each sees what the one before it added.
            let group = format!("import:{}", one.project);
            let queued = Queued {
                project: Some(one.project),
                group_key: Some(&group),
                created_by: Some(member),
                ..Queued::now(jobs::IMPORT, json!({ "import": id }), now)
            };
            let job = enqueue(tx, now, queued).await?;
            store::queue(tx, id, job).await?;
            record(tx, &actor, now, Event::new("import.started", id.0).within(one.project)).await
        })
        .await?;
    house.jobs.ring();
    Ok(me.go(&format!("/imports/{id}")))
}

async fn discard(State(house): State<House>, me: Me, Path(id): Path<ImportId>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let (now, actor) = (house.now(), me.actor());
    house
        .db
        .write(async move |tx| {
            store::forget(tx, id).await?;
            record(tx, &actor, now, Event::new("import.discarded", id.0).within(one.project)).await
        })
        .await?;
    upload::discard(&house, id).await;
    Ok(me.go_saying(&format!("/projects/{}/imports", one.project), Said::new("imports-discarded")))
}
