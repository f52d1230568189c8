use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    troupe::cli::run(troupe::cli::Cli::parse())
}
