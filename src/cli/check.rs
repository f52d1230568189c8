//! `troupe check`: whether everything in the data folder holds together.

use super::admin::plain;
use super::say;
use crate::config::{Config, Settings};
use crate::platform::db;
use crate::platform::media::Media;
use crate::platform::secrets::Secrets;
use crate::today::checks;

/// Changes nothing; fails with the findings.
pub async fn run(settings: Settings) -> Result<(), String> {
    let config = Config::check(settings)?;
    let data = &config.settings.data;
    if !data.join("troupe.db").is_file() {
        return Err(format!("There is no studio in {}.", data.display()));
    }
    let readers = db::readers(&data.join("troupe.db")).await.map_err(|error| format!("The database cannot be opened: {error}"))?;
    let media = Media::new(data).map_err(|error| format!("{} cannot be used: {error}", data.display()))?;
    let key = Secrets::trouble(&readers, &config.key_file()).await;
    let report = checks::check(&readers, &media).await;
    readers.close().await;
    let mut report = report.map_err(|error| plain(&error))?;
    if let Some(trouble) = key.map_err(|error| format!("The database cannot be read: {error}"))? {
        report.findings.push(format!("key: {trouble}"));
    }
    for finding in &report.findings {
        say(finding);
    }
    match report.findings.len() {
        0 => {
            say(&format!("Sound: database, references, {} events, {} media, counters, publications, search.", report.events, report.media));
            Ok(())
        }
        1 => Err("The check found one thing wrong.".to_owned()),
        n => Err(format!("The check found {n} things wrong.")),
    }
}
