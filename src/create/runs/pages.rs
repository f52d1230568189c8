//! Pages of runs: the list, asking for one, one with all that was asked and came of it.

use super::actions;
use super::api;
use super::backends::{self, BackendName, Class, Frame, Medium};
use super::landing;
use super::media;
use super::model::{NewRun, Parameters};
use super::store::{self, Made, Run, RunLine};
use crate::create::budgets::{self, Entry};
use crate::create::ideas::Lenses;
use crate::create::projects;
use crate::create::prompts::{self, Choice, Label, PromptName, Purpose};
use crate::create::variants::{self, Asset, Node};
use crate::platform::id::{AssetId, IdeaId, PieceId, ProjectId, PromptId, RunId, VariantId};
use crate::platform::locale::COMMON_LOCALES;
use crate::platform::money::amount;
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

const IN_LIST: i64 = 50;
/// What a page puts before the names of inputs, so that they cannot meet its own fields.
const INPUT: &str = "in.";
/// What a page puts before the ids of files that go with a request.
const REFERENCE: &str = "ref.";

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/runs", read, index)
        .get("/projects/{project}/runs/new", make, new)
        .post("/projects/{project}/runs", make, create)
        .get("/runs/{run}", read, show)
        .post("/runs/{run}/cancellation", make, cancel)
        .post("/runs/{run}/repetition", make, repeat)
        .post("/runs/{run}/looks", make, look)
        .merge(api::routes())
}

/// The fields of a form by name, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
struct RunForm(BTreeMap<String, String>);

impl RunForm {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// An id in a field; nothing when nothing was chosen.
    fn id<T: std::str::FromStr>(&self, name: &'static str) -> Outcome<Option<T>> {
        match self.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Error::field(name, "error-choose-one")),
        }
    }

    fn purpose(&self) -> Purpose {
        self.get("purpose").parse().unwrap_or_default()
    }

    fn medium(&self) -> Medium {
        self.get("medium").parse().unwrap_or_default()
    }

    /// A number in a field; nothing when nothing was typed.
    fn number(&self, name: &'static str, field: &'static str, key: &'static str) -> Outcome<Option<i64>> {
        match self.get(name).trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Error::field(field, key)),
        }
    }

    /// What is not text: its words, its frame, the files that go with it.
    fn new_media(&self) -> Outcome<NewRun> {
        let references: Result<Vec<AssetId>, _> = self.0.keys().filter_map(|name| name.strip_prefix(REFERENCE)).map(str::parse).collect();
        Ok(NewRun {
            medium: self.medium(),
            variant: self.id::<VariantId>("variant")?,
            text: self.get("text").to_owned(),
            backend: self.get("backend").to_owned(),
            count: self.number("count", "count", "runs-error-count")?,
            references: references.map_err(|_| Error::field("references", "runs-error-reference"))?,
            frame: Frame {
                aspect: self.get("aspect").to_owned(),
                seconds: self.number("seconds", "frame.seconds", "runs-error-seconds")?,
                voice: self.get("voice").trim().to_owned(),
                ..Frame::default()
            },
            second: self.id::<VariantId>("second")?,
            ..NewRun::default()
        })
    }

    fn new_run(&self) -> Outcome<NewRun> {
        if self.medium() != Medium::Text {
            return self.new_media();
        }
        let count = match self.get("count").trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::field("count", "runs-error-count"))?),
        };
        let lens = |name: &str| self.get(name).trim().chars().take(200).collect::<String>();
        Ok(NewRun {
            purpose: Some(self.purpose()),
            prompt: self.id::<PromptId>("prompt")?,
            backend: self.get("backend").to_owned(),
            inputs: self.0.iter().filter_map(|(name, text)| Some((name.strip_prefix(INPUT)?.to_owned(), text.as_str().into()))).collect(),
            count,
            lenses: Lenses { angle: lens("angle"), market: lens("market"), format: lens("format"), emotion: lens("emotion") },
            locale: self.get("locale").to_owned(),
            idea: self.id::<IdeaId>("idea")?,
            piece: self.id::<PieceId>("piece")?,
            parent: self.id::<VariantId>("parent")?,
            avoid: self.id::<VariantId>("avoid")?,
            ..NewRun::default()
        })
    }
}

#[derive(Template)]
#[template(path = "create/runs/index.html")]
struct IndexPage {
    shell: Shell,
    runs: Slice<RunLine>,
}

#[derive(Template)]
#[template(path = "create/runs/new.html")]
struct NewPage {
    shell: Shell,
    prompts: Vec<PromptName>,
    backends: Vec<BackendName>,
    markets: Vec<projects::Market>,
    /// Names that the chosen prompt asks for and nothing else supplies.
    asked: Vec<String>,
    form: RunForm,
    errors: Errors,
}

impl NewPage {
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
    fn typed(&self, name: &str) -> &str {
        self.form.get(&[INPUT, name].concat())
    }
    fn for_ideas(&self) -> bool {
        self.form.purpose() == Purpose::Ideas
    }
}

/// Asking for what is not text.
#[derive(Template)]
#[template(path = "create/runs/media.html")]
struct MediaPage {
    shell: Shell,
    medium: Medium,
    backends: Vec<BackendName>,
    /// What it is made for, with its words
    variant: Option<(VariantId, String)>,
    /// Files of the variant that could go with it
    files: Vec<Asset>,
    /// Other variants of the piece whose lines could stand below
    others: Vec<Node>,
    text: String,
    form: RunForm,
    errors: Errors,
}

impl MediaPage {
    const ASPECTS: [&'static str; 4] = ["9:16", "1:1", "16:9", "4:5"];

    fn tabs(&self) -> [Medium; 4] {
        [Medium::Image, Medium::Speech, Medium::Video, Medium::Transcript]
    }
    fn href(&self, medium: &Medium) -> String {
        let variant = self.variant.as_ref().map(|(id, _)| format!("&variant={id}")).unwrap_or_default();
        self.shell.within(&format!("/runs/new?medium={}{variant}", medium.name()))
    }
    fn is_shown(&self, asset: &Asset) -> bool {
        self.form.0.contains_key(&format!("{REFERENCE}{}", asset.id))
    }
    fn field(&self, asset: &Asset) -> String {
        format!("{REFERENCE}{}", asset.id)
    }
}

#[derive(Template)]
#[template(path = "create/runs/show.html")]
struct RunPage {
    shell: Shell,
    run: Run,
    parameters: Parameters,
    /// Prompt, its name, the number of the version.
    prompt: Option<(PromptId, String, i64)>,
    made: Vec<Made>,
    /// Pictures, sound, films
    assets: Vec<Asset>,
    entries: Vec<Entry>,
    progress: (i64, i64),
    /// What it drafted from, where that is still there.
    idea_title: Option<String>,
    piece_title: Option<String>,
}

impl RunPage {
    fn title(&self) -> String {
        titled(&self.shell, &self.run.medium, &self.run.purpose, self.run.count)
    }
    fn trouble(&self) -> Option<Cow<'static, str>> {
        trouble(&self.shell, self.run.error_class.as_deref())
    }
    /// What it is written in, where something else was asked for.
    fn tongue(&self) -> Option<String> {
        let wanted = self.shell.language(self.parameters.wanted.as_deref()?);
        Some(self.shell.ab("runs-tongue", "wanted", wanted, "written", self.shell.language(&self.parameters.locale)))
    }
    fn repairs(&self) -> Vec<Cow<'static, str>> {
        let names = self.run.repaired.as_deref().unwrap_or_default().split(',').filter(|name| !name.is_empty());
        names.map(|name| self.shell.t(["runs-repair-", &name.replace('_', "-")].concat().as_str())).collect()
    }
    fn made_href(&self, made: &Made) -> String {
        let noun = if self.run.purpose() == Purpose::Ideas { "ideas" } else { "variants" };
        self.shell.to(&format!("/{noun}/{}", made.id))
    }
    fn seconds(&self) -> Option<String> {
        let (started, finished) = (self.run.started_ms?, self.run.finished_ms?);
        #[allow(clippy::cast_precision_loss, reason = "a duration shown to people")]
        Some(format!("{:.1}", finished.since(started) as f64 / 1_000.0))
    }
}

/// What a run is called: how many of what.
fn titled(shell: &Shell, medium: &str, purpose: &str, count: i64) -> String {
    if medium == Medium::Text.name() { shell.n(format!("runs-of-{purpose}"), count) } else { shell.t(format!("runs-medium-{medium}")).into_owned() }
}

/// The sentence about an error class.
fn trouble(shell: &Shell, class: Option<&str>) -> Option<Cow<'static, str>> {
    let class = class?;
    Some(match Class::parse(class) {
        Some(class) => shell.t(class.key()),
        None => shell.t("runs-trouble-interrupted"),
    })
}

/// The name people know a backend by.
fn backend_shown<'a>(shell: &Shell, kind: &str, name: &'a str) -> Cow<'a, str> {
    match backends::of_kind(kind).filter(|kind| kind.is_embedded()) {
        Some(kind) => shell.t(kind.label()),
        None => Cow::Borrowed(name),
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let runs = store::list(house.db.read(), me.member.id, project, None, view.after, IN_LIST).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell, runs }))
}

async fn new(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(form): Query<RunForm>) -> Answer {
    form_page(&house, &me, project, form, StatusCode::OK, Errors::default()).await
}

/// The form for what is not text: filled with the words of the variant it is made for.
async fn media_page(house: &House, me: &Me, project: ProjectId, form: RunForm, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let db = house.db.read();
    let medium = form.medium();
    let mut shown = MediaPage {
        shell,
        medium,
        backends: media::making(house, medium).await?,
        variant: None,
        files: Vec::new(),
        others: Vec::new(),
        text: form.get("text").to_owned(),
        form,
        errors,
    };
    if let Some(id) = shown.form.id::<VariantId>("variant").ok().flatten() {
        let variant = variants::find(db, me.member.id, id).await?;
        let (piece, _, words) = store::variant(db, project, id).await?;
        if shown.text.is_empty() {
            shown.text = media::words_for(medium, &projects::find(db, me.member.id, project).await?, &words);
        }
        let wanted = |asset: &Asset| match medium {
            Medium::Transcript => asset.kind == "audio" || asset.kind == "video",
            _ => asset.kind == "image",
        };
        shown.files = variants::assets(db, id).await?;
        shown.files.retain(wanted);
        if medium == Medium::Video {
            shown.others = variants::of_piece(db, me.member.id, piece).await?;
            shown.others.retain(|node| node.id != id && node.locale != variant.locale);
        }
        shown.variant = Some((id, variant.title));
    }
    Ok(page(status, &shown))
}

async fn form_page(house: &House, me: &Me, project: ProjectId, form: RunForm, status: StatusCode, errors: Errors) -> Answer {
    if form.medium() != Medium::Text {
        return media_page(house, me, project, form, status, errors).await;
    }
    let shell = me.shell(Some(project)).await?.at("runs");
    let db = house.db.read();
    let mut prompts = prompts::list(db, me.member.id, project, None, 200).await?.items;
    prompts.retain(|prompt| prompt.purpose() == form.purpose() && prompt.live.is_some());
    let backends = media::making(house, Medium::Text).await?;
    let markets = projects::find(db, me.member.id, project).await?.markets;
    let choice = match form.id::<PromptId>("prompt").ok().flatten() {
        Some(prompt) => Choice::Label(prompt, Label::Live),
        None => Choice::Any(form.purpose(), Label::Live),
    };
    let asked = prompts::choose(db, project, choice).await?.map(|chosen| prompts::asked(&chosen.template)).unwrap_or_default();
    Ok(page(status, &NewPage { shell, prompts, backends, markets, asked, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<RunForm>) -> Answer {
    let shell = me.shell(Some(project)).await?; // not found before anything is read
    let planned = match form.new_run() {
        Ok(run) => actions::plan(&house, me.actor(), Some(me.member.id), project, &run).await,
        Err(error) => Err(error),
    };
    match planned {
        Ok(id) => landing::go_on(&house, &me, project, id).await,
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(shell.words, &errors);
            form_page(&house, &me, project, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let db = house.db.read();
    let run = store::find(db, me.member.id, id).await?;
    let shell = me.shell(Some(run.project_id)).await?.at("runs");
    let prompt = match run.prompt_version_id {
        Some(version) => Some(prompts::named(db, version).await?),
        None => None,
    };
    let is_text = run.medium() == Medium::Text;
    let made = if is_text { store::made(db, id, run.purpose()).await? } else { Vec::new() };
    let assets = if is_text { Vec::new() } else { variants::assets_of_run(db, id).await? };
    let entries = budgets::of_run(db, id).await?;
    let progress = match run.job_id {
        Some(job) if run.state().is_open() => store::progress(db, job).await?,
        _ => (0, 0),
    };
    let parameters = run.parameters();
    let (idea_title, piece_title) = store::titles(db, run.project_id, run.idea_id, run.piece_id).await?;
    Ok(page(StatusCode::OK, &RunPage { shell, run, parameters, prompt, made, assets, entries, progress, idea_title, piece_title }))
}

async fn cancel(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let said = if actions::cancel(&house, &me, id).await? { "runs-cancelled" } else { "runs-had-ended" };
    Ok(me.go_saying(&format!("/runs/{id}"), Said::new(said)))
}

async fn repeat(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let run = store::find(house.db.read(), me.member.id, id).await?;
    let again = actions::repeat(&house, &me, &run).await?;
    landing::go_on(&house, &me, run.project_id, again).await
}

async fn look(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    store::find(house.db.read(), me.member.id, id).await?;
    let said = if actions::look_again(&house, &me, id).await? { "runs-looking" } else { "runs-nothing-to-look-at" };
    Ok(me.go_saying(&format!("/runs/{id}"), Said::new(said)))
}
