//! `troupe import KIND FILE --project NAME`: reads a file into a project and says row by row what
//! became of it.

use super::admin::plain;
use super::say;
use crate::app;
use crate::config::{Config, Settings};
use crate::learn::imports::{self, Mapping, Options, Progress, Report, Target};
use crate::platform::{Clock, Folder};
use crate::web::Words;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args, Clone, Debug)]
pub struct What {
    /// What the file holds
    #[arg(value_parser = [imports::KIND])]
    kind: String,
    /// A CSV file in UTF-8
    file: PathBuf,
    /// The project, by its name
    #[arg(long)]
    project: String,
    /// A JSON file {column: header} for files with other headers
    #[arg(long)]
    map: Option<PathBuf>,
    /// Say what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Imports while a server runs or while none does; prints what became of the rows.
pub async fn run(settings: Settings, what: What) -> Result<(), String> {
    let config = Config::check(settings)?;
    let data = config.settings.data.clone();
    // A running server holds the folder and has migrated it; the database takes turns by itself.
    let folder = Folder::take(&data).ok();
    match &folder {
        Some(folder) => folder.migrate().await.map_err(|error| error.to_string())?,
        None if data.join("troupe.db").exists() => {}
        None => return Err(format!("There is no studio in {}.", data.display())),
    }
    let file = std::fs::File::open(&what.file).map_err(|cause| unreadable(&what.file, &cause))?;
    let options = Options {
        target: Target::Named(what.project.trim().to_owned()),
        mapping: mapping(what.map.as_deref())?,
        dry_run: what.dry_run,
        file_name: what.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        member: None,
        import: None,
    };
    let house = app::open(config, Clock::System).await?;
    let done = imports::run(&house, &what.kind, Box::new(file), options, Progress::Silent).await;
    house.db.close().await;
    drop(folder);
    say(text(&done.map_err(|error| plain(&error))?).trim_end());
    Ok(())
}

fn unreadable(path: &Path, cause: &dyn std::fmt::Display) -> String {
    format!("{} cannot be read: {cause}", path.display())
}

fn mapping(path: Option<&Path>) -> Result<Mapping, String> {
    let Some(path) = path else { return Ok(Mapping::new()) };
    let text = std::fs::read_to_string(path).map_err(|cause| unreadable(path, &cause))?;
    serde_json::from_str(&text).map_err(|cause| format!("{} is not a map of columns to headers: {cause}", path.display()))
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    let tense = if report.dry_run { "would be " } else { "" };
    let _ = writeln!(
        out,
        "{} rows: {} {tense}added, {} unchanged, {} refused. {} tests {tense}added, {} extended.",
        report.rows, report.added, report.unchanged, report.refused, report.tests_added, report.tests_extended
    );
    for refusal in &report.refusals {
        let _ = writeln!(out, "line {}: {}", refusal.line, refusal.sentence(&Words::English));
    }
    let left = usize::try_from(report.refused).unwrap_or(0).saturating_sub(report.refusals.len());
    if left > 0 {
        let _ = writeln!(out, "and {left} more refused rows");
    }
    out
}
