//! The command line: one file per command. Exit codes: 0 done, 1 failed with one line, 2 wrong usage.

mod admin;
mod backup;
mod check;
mod demo;
mod doctor;
mod import;
pub mod lab;
mod serve;

use crate::config::Settings;
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Settings that have no flag.
const STAND_INS: &str = "Only as environment variables:
  TROUPE_CHANNEL_ORIGIN_<KIND>, TROUPE_BACKEND_ORIGIN_<KIND>
          A server that stands in for a platform or a model, as in http://127.0.0.1:9000 with
          KIND in capitals (WEBHOOK, OPENAI); calls to exactly this origin are let out";

#[derive(Parser)]
#[command(name = "troupe", version = concat!(env!("CARGO_PKG_VERSION"), " (", env!("BUILT_FROM_COMMIT"), ")"), about = "A self-hosted dashboard for micro-studios", disable_help_subcommand = true, after_help = STAND_INS)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the studio (the default)
    #[command(after_help = STAND_INS)]
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Members and tokens, while the server runs or while it does not
    Admin {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(subcommand)]
        what: admin::What,
    },
    /// A throw-away studio with the sample project, on any free port
    Demo {
        #[command(flatten)]
        settings: Box<Settings>,
        /// Keep the studio in this folder
        #[arg(long)]
        keep: Option<PathBuf>,
    },
    /// Write a verified backup of everything, the key included, into one file
    Backup {
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Put a backup into an empty data folder; nothing that was due is sent by itself
    Restore {
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Check database, references, audit chain, media and counters; changes nothing
    Check {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Say what is found on this machine and what is missing
    Doctor {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Read a file of numbers into a project, which is made when it is missing
    Import {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        what: import::What,
    },
    /// Answer reference cases from standard input: ab, agreement, bradley-terry, text, vendi
    Lab { name: String },
    /// Print the OpenAPI document
    Openapi {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Print the settings in force, without secrets
    Config {
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Runs the command; the error is one clear line.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        None => block_on(serve::run(cli.settings)),
        Some(Command::Serve { settings }) => block_on(serve::run(*settings)),
        Some(Command::Admin { settings, what }) => block_on(admin::run(*settings, what)),
        Some(Command::Demo { settings, keep }) => block_on(demo::run(*settings, keep)),
        Some(Command::Backup { settings, file }) => block_on(backup::make(*settings, &file)),
        Some(Command::Restore { settings, file }) => block_on(backup::restore(*settings, &file)),
        Some(Command::Check { settings }) => block_on(check::run(*settings)),
        Some(Command::Doctor { settings }) => block_on(doctor::run(*settings)),
        Some(Command::Import { settings, what }) => block_on(import::run(*settings, what)),
        Some(Command::Lab { name }) => return lab::command(&name),
        Some(Command::Openapi { settings }) => crate::config::Config::check(*settings)
            .and_then(|config| crate::app::openapi(&config.base).to_pretty_json().map_err(|error| error.to_string()))
            .map(|text| say(&text)),
        Some(Command::Config { settings }) => crate::config::Config::check(*settings).map(|config| say(&config.redacted())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            let _ = writeln!(std::io::stderr(), "troupe: {line}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    // Two workers: the machine this runs on is small, and the writer has its own thread.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| error.to_string())?;
    let done = runtime.block_on(work);
    // Whoever asks a second time to stop does not wait for a backup or a hash under way.
    runtime.shutdown_background();
    done
}

/// A line for whoever started the command. A closed pipe is not our failure.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
