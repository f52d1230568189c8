//! `troupe serve`: the server.

use super::say;
use crate::app::{self, Door};
use crate::config::{self, Config, Settings};
use crate::platform::{Clock, Folder, House};
use crate::today;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub async fn run(settings: Settings) -> Result<(), String> {
    let config = Config::check(settings)?;
    trace(&config.settings.log);
    for name in config::unknown_variables() {
        tracing::warn!("{name} is set, but it is no setting of this program");
    }
    let folder = Folder::take(&config.settings.data).map_err(|error| error.to_string())?;
    folder.migrate().await.map_err(|error| error.to_string())?;
    let door = Door::open(&config.settings.listen).await?;
    let house = app::open(config, Clock::System).await?;
    app::begin(&house).await.map_err(|error| error.to_string())?;
    let setup = today::invite_owner(&house).await.map_err(|error| error.to_string())?;
    let line = ready(&house.config, setup.as_deref());
    until_stopped(house, door, folder, &line).await
}

/// Says `line`, serves until a signal comes, then ends cleanly and gives the folder back; a second
/// signal ends it at once. Signals
/// are listened for before the line is said: who reads it may send one at once.
pub async fn until_stopped(house: House, door: Door, folder: Folder, line: &str) -> Result<(), String> {
    let mut signals = Signals::listen().map_err(|error| format!("Signals cannot be listened for: {error}"))?;
    say(line);
    let tasks = house.tasks.clone();
    let served = async {
        app::serve(&house, door).await;
        app::end(house).await;
    };
    let asked_twice = async {
        signals.next().await;
        tasks.stopping().cancel();
        signals.next().await;
    };
    tokio::select! {
        () = served => {}
        () = asked_twice => return Err("Stopped at once; the next start decides on what was under way.".to_owned()),
    }
    drop(folder);
    Ok(())
}

/// The signals that end the server: asked for by an operator, a terminal that closes, or a key.
struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Signals> {
        Ok(Signals { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())?, hup: signal(SignalKind::hangup())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
            _ = self.hup.recv() => {}
        }
    }
}

/// One line when ready, and on an empty studio the link that makes its owner.
fn ready(config: &Config, setup: Option<&str>) -> String {
    match setup {
        Some(path) => format!("Troupe is ready at {}. Set up your studio: {}", config.absolute("/"), config.absolute(path)),
        None => format!("Troupe is ready at {}", config.absolute("/")),
    }
}

/// Logs go to standard error; a filter that ends in "json" makes each line an object.
pub fn trace(filter: &str) {
    use tracing_subscriber::EnvFilter;
    let (filter, json) = match filter.strip_suffix("json") {
        Some(rest) => (rest.trim_end_matches(','), true),
        None => (filter, false),
    };
    let filter = EnvFilter::try_new(if filter.is_empty() { "info" } else { filter }).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = if json { lines.json().try_init() } else { lines.with_target(false).try_init() };
}
