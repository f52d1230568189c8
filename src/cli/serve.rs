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
    let line = ready(&house.config, setup.as_deref());
    until_stopped(house, door, folder, &line).await
}

/// Says `line`, serves until a signal comes, then ends cleanly and gives the folder back. Signals
/// are listened for before the line is said: who reads it may send one at once.
pub async fn until_stopped(house: House, door: Door, folder: Folder, line: &str) -> Result<(), String> {
    let listened = |kind| signal(kind).map_err(|error| format!("Signals cannot be listened for: {error}"));
    let (mut term, mut int) = (listened(SignalKind::terminate())?, listened(SignalKind::interrupt())?);
    say(line);
    let asked = house.tasks.clone();
    house.tasks.start(|stop| async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
            () = stop.cancelled() => {}
        }
        // The tracker is waited for in `end`; here only the signal is passed on.
        asked.stopping().cancel();
    });
    app::serve(&house, door).await;
    app::end(house).await;
    drop(folder);
    Ok(())
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
