//! `troupe demo`: a throw-away studio with the sample project and platforms on a fast clock.

use super::serve;
use crate::app::{self, Door};
use crate::config::{Config, Settings};
use crate::platform::secrets::random_token;
use crate::platform::{Clock, Folder};
use crate::today;
use std::path::{Path, PathBuf};

const EMAIL: &str = "demo@troupe.local";

/// Serves on any free port until it is stopped; without `keep` nothing stays behind.
pub async fn run(mut settings: Settings, keep: Option<PathBuf>) -> Result<(), String> {
    serve::trace(&settings.log);
    let place = Place::new(keep)?;
    let door = Door::open("127.0.0.1:0").await?;
    let port = door.port().ok_or("No free port was found.")?;
    settings.data.clone_from(&place.path);
    settings.listen = format!("127.0.0.1:{port}");
    settings.public_url = format!("http://localhost:{port}");
    settings.key_file = None;
    let config = Config::check(settings)?;
    let folder = Folder::take(&place.path).map_err(|error| error.to_string())?;
    folder.migrate().await.map_err(|error| error.to_string())?;
    let house = app::open(config, Clock::System).await?;
    let password = random_token().map_err(|error| error.to_string())?;
    let password = password.get(..16).unwrap_or(&password).to_owned();
    let founded = today::found_demo(&house, EMAIL, &password).await.map_err(|error| super::admin::plain(&error))?;
    app::begin(&house).await.map_err(|error| error.to_string())?;
    let url = house.config.absolute("/");
    let line = match founded {
        true => format!("Troupe is ready at {url} Sign in as {EMAIL} with the password {password}"),
        false => format!("Troupe is ready at {url}"),
    };
    serve::until_stopped(house, door, folder, &line).await
}

/// Where the studio lies; gone with its owner unless it is to be kept.
struct Place {
    path: PathBuf,
    keep: bool,
}

impl Place {
    fn new(keep: Option<PathBuf>) -> Result<Place, String> {
        if let Some(path) = keep {
            return Ok(Place { path, keep: true });
        }
        let name = format!("troupe-demo-{}", crate::platform::id::fresh(Clock::System.now()).simple());
        let path = std::env::temp_dir().join(name);
        make_private(&path).map_err(|error| format!("{} cannot be made: {error}", path.display()))?;
        Ok(Place { path, keep: false })
    }
}

/// Made by nobody else before, and readable by nobody else.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
