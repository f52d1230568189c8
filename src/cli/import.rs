//! `troupe import KIND FILE --project NAME`: reads a file into a project and says row by row what
//! became of it.

use crate::learn::imports::{Mapping, Options, Progress, Report, Target, run};
use crate::platform::{Error, House};
use crate::web::Words;
use crate::web::i18n::Arg;
use std::fmt::Write;
use std::path::PathBuf;

/// Reads a file of numbers into a project, which is made when it is missing
#[derive(clap::Args, Clone, Debug)]
pub struct ImportArgs {
    /// What the file holds: headline-tests
    pub kind: String,
    /// A CSV file in UTF-8
    pub file: PathBuf,
    /// The project, by its name
    #[arg(long)]
    pub project: String,
    /// A JSON file {column: header} for files with other headers
    #[arg(long)]
    pub map: Option<PathBuf>,
    /// Say what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the import; the text is for standard output, the error one line for a person.
pub async fn execute(house: &House, args: &ImportArgs) -> Result<String, String> {
    let unreadable = |path: &PathBuf, cause: &dyn std::fmt::Display| format!("{} cannot be read: {cause}", path.display());
    let mapping = match &args.map {
        None => Mapping::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|cause| unreadable(path, &cause))?;
            serde_json::from_str(&text).map_err(|cause| format!("{} is not a map of columns to headers: {cause}", path.display()))?
        }
    };
    let file = std::fs::File::open(&args.file).map_err(|cause| unreadable(&args.file, &cause))?;
    let options = Options {
        target: Target::Named(args.project.trim().to_owned()),
        mapping,
        dry_run: args.dry_run,
        file_name: args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        member: None,
        import: None,
    };
    let report = run(house, &args.kind, Box::new(file), options, Progress::Silent).await.map_err(|error| said(&error))?;
    Ok(text(&report))
}

/// An error in one line.
fn said(error: &Error) -> String {
    match error {
        Error::Refused { key, args } => {
            let parts: Vec<_> = args.iter().map(|(name, value)| (*name, value.value())).collect();
            Words::English.with(key, &parts)
        }
        Error::Invalid(errors) => errors
            .iter()
            .map(|error| {
                let parts: Vec<_> = error.args.iter().map(|(name, value)| (*name, value.value())).collect();
                format!("{}: {}", error.field, Words::English.with(error.key, &parts))
            })
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
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
        let _ = writeln!(out, "line {}: {}", refusal.line, refusal.sentence(Words::English));
    }
    let left = usize::try_from(report.refused).unwrap_or(0).saturating_sub(report.refusals.len());
    if left > 0 {
        let _ = writeln!(out, "and {left} more refused rows");
    }
    out
}
