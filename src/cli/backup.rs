//! `troupe backup` and `troupe restore`: everything in one file, and back.

use super::say;
use crate::config::{Config, Settings};
use crate::platform::secrets::Secrets;
use crate::platform::{Clock, backups, db};
use std::path::Path;

/// Writes a verified backup, while a server runs or while none does.
pub async fn make(settings: Settings, file: &Path) -> Result<(), String> {
    let config = Config::check(settings)?;
    let data = &config.settings.data;
    if !data.join("troupe.db").is_file() {
        return Err(format!("There is no studio in {}.", data.display()));
    }
    let key = config.key_file();
    // A studio that never served has no key yet; a backup always holds one.
    let readers = db::readers(&data.join("troupe.db")).await.map_err(|error| format!("The database cannot be opened: {error}"))?;
    let fits = Secrets::of_studio(&readers, &key).await;
    readers.close().await;
    fits.map_err(|error| error.to_string())?;
    std::fs::create_dir_all(data.join("tmp")).map_err(|error| format!("{} cannot be used: {error}", data.display()))?;
    let made = backups::make(data, &key, file, Clock::System.now()).await.map_err(|error| error.to_string())?;
    for digest in &made.manifest.missing {
        say(&format!("Not in it: media {digest}, which the studio refers to and the folder no longer has."));
    }
    let media = made.manifest.files.len().saturating_sub(2);
    say(&format!(
        "{} holds the studio up to event {}: {} media, {:.1} MB, read back and compared.",
        file.display(),
        made.manifest.last_event.unwrap_or(0),
        media,
        made.size as f64 / 1e6
    ));
    say("It also holds the key that opens stored passwords and tokens. Keep it where nobody else reads it.");
    Ok(())
}

/// Puts a backup into an empty folder.
pub async fn restore(settings: Settings, file: &Path) -> Result<(), String> {
    let data = &settings.data;
    let manifest = backups::restore(file, data, Clock::System.now()).await.map_err(|error| error.to_string())?;
    say(&format!("{} holds the studio of {}, up to event {}.", data.display(), manifest.made_ms.rfc3339(), manifest.last_event.unwrap_or(0)));
    say("Nothing that was due since then is sent by itself: look at Publications after the start and decide.");
    if let Some(key) = settings.key_file.filter(|key| *key != data.join("key")) {
        say(&format!("The key was put into {}; TROUPE_KEY_FILE names {}.", data.join("key").display(), key.display()));
    }
    Ok(())
}
