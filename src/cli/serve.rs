//! `troupe serve`: the server.

use super::say;
use crate::app::{self, Door};
use crate::config::{self, Config, Settings};
use crate::platform::{Clock, Folder, House};
use crate::today;
use tokio::signal::unix::{SignalKind, signal};

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
    announce(&house.config, setup.as_deref());
    until_stopped(house, door, folder).await
}

/// Serves until a signal comes, then ends cleanly and gives the folder back.
pub async fn until_stopped(house: House, door: Door, folder: Folder) -> Result<(), String> {
    let asked = house.tasks.clone();
    house.tasks.start(|stop| async move {
        asked_to_stop(stop).await;
        // The tracker is waited for in `end`; here only the signal is passed on.
        asked.stopping().cancel();
    });
    let served = app::serve(&house, door).await.map_err(|error| error.to_string());
    app::end(house).await;
    drop(folder);
    served
}

/// One line when ready, and on an empty studio the link that makes its owner.
fn announce(config: &Config, setup: Option<&str>) {
    match setup {
        Some(path) => say(&format!("Troupe is ready at {}. Set up your studio: {}", config.absolute("/"), config.absolute(path))),
        None => say(&format!("Troupe is ready at {}", config.absolute("/"))),
    }
}

async fn asked_to_stop(stop: tokio_util::sync::CancellationToken) {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else { return };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = stop.cancelled() => {}
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
