//! Programs of other people: found in the PATH, started without a shell, watched until they end.
//!
//! This is the one place that starts a program. Invariants: arguments are handed over one by one, never as a line for a
//! shell; a program runs in a process group of its own at low priority, and whatever ends the wait for it (a time limit, a
//! cancelled run, a stopping server) kills the whole group; of what it prints only the end is kept.

use crate::config;
use rustix::process::{Pid, Signal, kill_process_group, setpriority_process};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// How much of what a program prints is kept, in bytes.
const KEPT: usize = 4_096;
/// Added to the niceness of the server: pages come before films.
const NICE: i32 = 10;

/// One start of a program.
#[derive(Debug)]
pub struct Call<'a> {
    /// As it stands in the PATH
    pub program: &'static str,
    pub args: &'a [&'a str],
    /// Handed over on its standard input, which is closed after it
    pub input: &'a [u8],
    /// Where it works; names of files in `args` are relative to it
    pub folder: &'a Path,
    pub limit: Duration,
}

/// The end of what a program printed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Printed {
    pub out: String,
    pub log: String,
}

/// Why a program did not do its work, for people.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0} is not installed on this machine; {hint}", hint = hint(.0))]
    Missing(&'static str),
    #[error("{program} could not be started: {cause}")]
    NotStarted { program: &'static str, cause: io::Error },
    #[error("{program} failed ({status}): {}", last_lines(.printed))]
    Failed { program: &'static str, status: ExitStatus, printed: Printed },
    #[error("{program} was stopped after {} seconds", limit.as_secs())]
    TimedOut { program: &'static str, limit: Duration },
}

/// What to do where a program is missing.
pub fn hint(program: &str) -> &'static str {
    match program {
        "ffmpeg" => "install it with “apt install ffmpeg”",
        "espeak-ng" => "install it with “apt install espeak-ng”",
        "piper" => "install piper-tts of PyPI; the package “piper” of Debian is something else",
        _ => "install it and put it into the PATH",
    }
}

/// Where a program is. What was found once is remembered; what was not is looked for again, so that nobody has to restart
/// the server after installing it.
pub fn found(program: &'static str) -> Option<PathBuf> {
    static FOUND: Mutex<BTreeMap<&'static str, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut known = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = known.get(program).filter(|path| path.is_file()) {
        return Some(path.clone());
    }
    let path = config::find_program(program)?;
    known.insert(program, path.clone());
    Some(path)
}

/// Runs a program to its end. Dropping the future kills it.
pub async fn run(call: Call<'_>) -> Result<Printed, Failure> {
    let program = call.program;
    let mut child = start(&call)?;
    let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    group.stand_back();
    let (input, out, log) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut input) = input {
            // A program that ends before it has read everything says why by how it ended.
            let _ = input.write_all(call.input).await;
        }
    };
    let work = async { tokio::join!(feed, end_of(out), end_of(log), child.wait()) };
    let Ok(((), out, log, ended)) = tokio::time::timeout(call.limit, work).await else {
        return Err(Failure::TimedOut { program, limit: call.limit });
    };
    let status = ended.map_err(|cause| Failure::NotStarted { program, cause })?;
    group.ended();
    let printed = Printed { out, log };
    if status.success() { Ok(printed) } else { Err(Failure::Failed { program, status, printed }) }
}

#[allow(clippy::disallowed_methods, reason = "the one place that starts programs")]
fn start(call: &Call<'_>) -> Result<Child, Failure> {
    let program = call.program;
    let path = found(program).ok_or(Failure::Missing(program))?;
    Command::new(path)
        .args(call.args)
        .current_dir(call.folder)
        .stdin(if call.input.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound if call.folder.is_dir() => Failure::Missing(program),
            _ => Failure::NotStarted { program, cause },
        })
}

/// The process group of a program, killed when nobody waits for it any more.
struct Group(Option<Pid>);

impl Group {
    fn stand_back(&self) {
        if let Some(leader) = self.0 {
            // Only politeness: it works as well without.
            let _ = setpriority_process(Some(leader), NICE);
        }
    }

    /// It ended by itself: its number may belong to another process from now on.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// Reads everything and keeps the last of it, from the beginning of a character.
async fn end_of(source: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut source) = source else { return String::new() };
    let (mut kept, mut piece) = (Vec::new(), [0; KEPT]);
    while let Ok(read @ 1..) = source.read(&mut piece).await {
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        if kept.len() > KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    String::from_utf8_lossy(&kept).trim_matches(|c: char| c.is_whitespace() || c == '\u{fffd}').replace('\0', "")
}

/// The last things a program said, on one line.
fn last_lines(printed: &Printed) -> String {
    let text = if printed.log.is_empty() { &printed.out } else { &printed.log };
    let lines: Vec<&str> = text.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(2).collect();
    if lines.is_empty() { "it said nothing".to_owned() } else { lines.into_iter().rev().collect::<Vec<_>>().join(" / ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn call<'a>(program: &'static str, args: &'a [&'a str]) -> Call<'a> {
        Call { program, args, input: b"", folder: Path::new("/"), limit: Duration::from_secs(20) }
    }

    #[tokio::test]
    async fn what_a_program_prints_comes_back() {
        let printed = run(Call { input: "一二\n".as_bytes(), ..call("cat", &[]) }).await.unwrap();
        assert_eq!(printed.out, "一二");
        let long = "x".repeat(3 * KEPT) + "end";
        let printed = run(Call { input: long.as_bytes(), ..call("cat", &[]) }).await.unwrap();
        assert!(printed.out.len() == KEPT && printed.out.ends_with("xend"));
        // Nothing reads an argument as a line for a shell.
        assert_eq!(run(call("echo", &["$HOME;", "`id`"])).await.unwrap().out, "$HOME; `id`");
    }

    #[tokio::test]
    async fn failures_say_what_to_do() {
        let missing = run(call("no-such-program-anywhere", &[])).await.unwrap_err();
        assert_eq!(missing.to_string(), "no-such-program-anywhere is not installed on this machine; install it and put it into the PATH");
        let failed = run(call("ls", &["/no-such-file"])).await.unwrap_err().to_string();
        assert!(failed.starts_with("ls failed (exit status: 2): ") && failed.contains("/no-such-file"), "{failed}");
    }

    #[tokio::test]
    async fn who_stops_waiting_stops_the_program_and_its_children() {
        let alive = || {
            let mut found = 0;
            for entry in std::fs::read_dir("/proc").unwrap().flatten() {
                let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
                found += usize::from(words.ends_with(b"sleep\x0031.4159\0"));
            }
            found
        };
        let start = Instant::now();
        let limit = Duration::from_millis(300);
        // Not a shell of ours: a program that starts another one.
        let late = run(Call { limit, ..call("env", &["sh", "-c", "sleep 31.4159 & sleep 31.4159"]) }).await.unwrap_err();
        assert!(matches!(late, Failure::TimedOut { .. }), "{late}");
        assert!(tokio::time::timeout(limit, run(call("sleep", &["31.4159"]))).await.is_err(), "dropped while it runs");
        while alive() > 0 {
            assert!(start.elapsed() < Duration::from_secs(10), "{} are left", alive());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
