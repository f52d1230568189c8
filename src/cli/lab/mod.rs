//! `troupe lab NAME`: answers reference cases from standard input, so that others can compare.

pub mod ab;

use std::io::{Read, Write};
use std::process::ExitCode;

/// Why there is no answer, and with which code the process ends.
#[derive(Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// No such laboratory (wrong usage, 2).
    NotOffered(String),
    /// The cases cannot be answered (1).
    Failed(String),
}

impl Unanswered {
    pub fn exit_code(&self) -> u8 {
        match self {
            Unanswered::NotOffered(_) => 2,
            Unanswered::Failed(_) => 1,
        }
    }
}

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unanswered::NotOffered(name) => write!(f, "lab {name} is not offered; there is: ab"),
            Unanswered::Failed(cause) => f.write_str(cause),
        }
    }
}

/// Answers the cases of `input` as the laboratory `name`.
pub fn run(name: &str, input: &str) -> Result<String, Unanswered> {
    match name {
        "ab" => ab::answer(input).map_err(Unanswered::Failed),
        _ => Err(Unanswered::NotOffered(name.to_owned())),
    }
}

/// The command: reads standard input, prints the answers on standard output.
pub fn command(name: &str) -> ExitCode {
    let mut input = String::new();
    let read = std::io::stdin().read_to_string(&mut input).map_err(|cause| Unanswered::Failed(format!("standard input: {cause}")));
    match read.and_then(|_| run(name, &input)) {
        Ok(answer) => {
            super::say(&answer);
            ExitCode::SUCCESS
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "troupe: {why}");
            ExitCode::from(why.exit_code())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laboratory_that_is_not_offered_is_wrong_usage() {
        assert_eq!(run("tarot", "{}").map_err(|why| why.exit_code()), Err(2));
        assert_eq!(run("ab", "{}").map_err(|why| why.exit_code()), Err(1));
        assert!(run("ab", r#"{"srm":[{"observed":[5,5],"weights":[1,1]}]}"#).is_ok());
    }
}
