//! The only file that knows every room: it opens the house, gathers routes and jobs, and serves.

use crate::choose::{curate, duels, guests, lineage, originality};
use crate::config::Config;
use crate::create::{batches, budgets, comments, ideas, pieces, projects, prompts, runs, trials, variants};
use crate::learn;
use crate::platform::id::BootId;
use crate::platform::jobs::{self, Jobs, Kind};
use crate::platform::media::Media;
use crate::platform::outbound::{Outbound, Policy};
use crate::platform::secrets::{Secrets, keep_binding};
use crate::platform::{Clock, Error, House, Tasks, boots, db, disk, jumps, recurring};
use crate::release::{calendar, channels, publications, slots};
use crate::team::{self, sessions};
use crate::today;
use crate::web::{self, Ability, Access, Declared, Entrance, Failure, Routes, Table};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::os::unix::fs::FileTypeExt;
use std::sync::{Arc, OnceLock};
use tokio::net::{TcpListener, UnixListener};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

const BODY_MAX: usize = 1 << 20;

/// Every route of the house with its row of the access table.
pub fn routes() -> Routes {
    Routes::new()
        .get("/static/{file}", Access::Public, web::serve_asset)
        .get("/live", Access::Member(Ability::Read), web::live::stream)
        .get("/live/version", Access::Member(Ability::Read), web::live::version)
        .get("/api/v1/openapi.json", Access::Public, document)
        .merge(team::routes())
        .merge(projects::routes())
        .merge(ideas::routes())
        .merge(channels::routes())
        .merge(publications::routes())
        .merge(slots::routes())
        .merge(calendar::routes())
        .merge(pieces::routes())
        .merge(comments::routes())
        .merge(variants::routes())
        .merge(curate::routes())
        .merge(duels::routes())
        .merge(guests::routes())
        .merge(lineage::routes())
        .merge(originality::routes())
        .merge(prompts::routes())
        .merge(runs::routes())
        .merge(batches::routes())
        .merge(trials::routes())
        .merge(budgets::routes())
        .merge(learn::performance::routes())
        .merge(learn::imports::routes())
        .merge(learn::playbook::routes())
        .merge(learn::experiments::routes())
        .merge(today::routes())
}

/// The route × role table, for the test that compares it with the one in docs.
pub fn table() -> Vec<Declared> {
    routes().table().to_vec()
}

fn kinds() -> Vec<Kind> {
    [
        prompts::jobs(),
        runs::jobs(),
        originality::jobs(),
        duels::jobs(),
        channels::jobs(),
        learn::imports::jobs(),
        learn::experiments::jobs(),
        today::jobs(),
    ]
    .concat()
}

/// Opens the house over a migrated data folder.
pub async fn open(config: Config, clock: Clock) -> Result<House, String> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = config.settings.data.clone();
    let say = |cause: &dyn std::fmt::Display| cause.to_string();
    let db = db::Db::open(&data.join("troupe.db")).await.map_err(|error| say(&error))?;
    let secrets = Secrets::of_studio(db.read(), &config.key_file()).await.map_err(|error| say(&error))?;
    if let Some(value) = secrets.bind(db.read()).await.map_err(|error| say(&error))? {
        let now = clock.now();
        db.write(async move |tx| keep_binding(tx, &value, now).await).await.map_err(|error: Error| say(&error))?;
    }
    let outbound = Outbound::new(policy(&config)?).map_err(|error| say(&error))?;
    let media = Media::new(&data).map_err(|error| say(&error))?;
    let boot = BootId::new(clock.now());
    Ok(House::new(crate::platform::Inside { config, db, clock, tasks: Tasks::default(), jobs: Jobs::default(), outbound, secrets, media, boot }))
}

fn policy(config: &Config) -> Result<Policy, String> {
    let parts = config.settings.allow_private.split([',', ' ']).filter(|part| !part.is_empty());
    let allow_private =
        parts.map(|part| part.parse().map_err(|_| format!("TROUPE_ALLOW_PRIVATE: {part:?} is not host:port."))).collect::<Result<_, _>>()?;
    let origins = config
        .origins
        .iter()
        .map(|(kind, url)| url.origin().ascii_serialization().parse().map_err(|_| format!("{kind}: {url} is not an origin.")))
        .collect::<Result<_, _>>()?;
    Ok(Policy { allow_private, origins })
}

/// Decides on what dead boots left, then starts the background. Nothing was claimed before.
pub async fn begin(house: &House) -> Result<(), Error> {
    let (boot, now) = (house.boot, house.now());
    let kinds = kinds();
    let repeatable: Vec<&'static str> = kinds.iter().filter(|kind| kind.repeatable).map(|kind| kind.name).collect();
    house
        .db
        .write(async move |tx| {
            boots::begin(tx, boot, now).await?;
            boots::sweep_keys(tx, now).await?;
            jobs::recover(tx, boot, now, &repeatable).await?;
            jobs::hold_restored(tx, now, &repeatable).await?;
            runs::recover(tx, boot, now).await?;
            budgets::recover(tx, now).await
        })
        .await?;
    house.jobs.declare(kinds);
    let runner = house.clone();
    house.tasks.start(|stop| jobs::run(runner, stop));
    let nights = house.clone();
    house.tasks.start(|stop| recurring::run(nights, today::recurring(), stop));
    let disk_of = house.clone();
    house.tasks.start(|stop| disk::watch(disk_of, stop));
    let clock = house.clone();
    house.tasks.start(|stop| jumps::watch(clock, stop));
    publications::start(house);
    originality::start(house);
    Ok(())
}

/// Ends cleanly: what runs is waited for, what is open is written, the log is truncated.
pub async fn end(house: House) {
    if !house.tasks.stop(std::time::Duration::from_secs(25)).await {
        tracing::warn!("some background work did not end in time; the next start decides on it");
    }
    let (boot, now) = (house.boot, house.now());
    if let Err(error) = house.db.write_regardless(async move |tx| boots::end(tx, boot, now).await).await {
        tracing::warn!(%error, "the end of this run could not be written");
    }
    house.db.close().await;
}

/// The whole service: guards outside, then routing, then who it is, then the handler.
pub fn service(house: &House) -> Router {
    let (router, rows) = routes().into_parts();
    let entrance = Entrance {
        house: house.clone(),
        doors: Arc::new(sessions::Gate::new(house.clone())),
        shells: Arc::new(today::Frames::new(house.clone())),
        table: Arc::new(Table::new(&rows)),
    };
    let rooms = router
        .fallback(async || Failure::House(Error::NotFound))
        .layer(middleware::from_fn(web::paced))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn_with_state(house.clone(), web::origin_guard))
        .layer(middleware::from_fn_with_state(entrance, web::let_in))
        .with_state(house.clone());
    // What is packed already would only grow.
    let worth_it = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/gzip"))
        .and(NotForContentType::const_new("application/x-tar"))
        .and(NotForContentType::const_new("application/zip"));
    Router::new()
        .fallback_service(rooms)
        .layer(middleware::from_fn_with_state(house.clone(), front))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it))
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(house.clone(), web::headers))
}

async fn front(State(house): State<House>, request: Request, next: Next) -> Response {
    match web::front(&house.config, request) {
        Ok(request) => next.run(request).await,
        Err(answer) => answer.into_response(),
    }
}

/// Where the server listens.
pub enum Door {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Door {
    /// `HOST:PORT` or `unix:PATH`; the error is one line.
    pub async fn open(listen: &str) -> Result<Door, String> {
        if let Some(path) = listen.strip_prefix("unix:") {
            // What a killed server left behind; any other file of that name is somebody's.
            if std::fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket()) {
                let _ = std::fs::remove_file(path);
            }
            return UnixListener::bind(path).map(Door::Unix).map_err(|error| format!("{path} cannot be listened on: {error}"));
        }
        TcpListener::bind(listen).await.map(Door::Tcp).map_err(|error| format!("{listen} cannot be listened on: {error}"))
    }

    /// The port that was taken, when there is one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Door::Tcp(listener) => listener.local_addr().ok().map(|address| address.port()),
            Door::Unix(_) => None,
        }
    }
}

/// Serves until the house is told to stop.
pub async fn serve(house: &House, door: Door) {
    let service = service(house);
    match door {
        Door::Tcp(listener) => web::serve(house, service, listener).await,
        Door::Unix(listener) => web::serve(house, service, listener).await,
    }
}

async fn document(State(house): State<House>) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| openapi(&house.config.base).to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

/// The OpenAPI document of everything below `/api/v1`; `base` is the base path of the public URL.
pub fn openapi(base: &str) -> utoipa::openapi::OpenApi {
    web::document(routes().spec(), base)
}
