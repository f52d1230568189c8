//! The program itself as a process: started, asked, stopped and killed.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A command with a clean environment: no `TROUPE_` of whoever runs the tests.
pub fn troupe(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_troupe"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TROUPE_")) {
        command.env_remove(name);
    }
    command.env("TROUPE_DATA", data).env("TROUPE_LOG", "warn").stdin(Stdio::null());
    command
}

/// Runs to the end.
pub fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A serving process, killed when the test ends.
pub struct Server {
    pub child: Child,
    pub url: String,
    /// The line it printed when it was ready.
    pub line: String,
}

impl Server {
    pub fn start(data: &Path) -> Server {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let mut command = troupe(data);
        command.env("TROUPE_LISTEN", format!("127.0.0.1:{port}")).env("TROUPE_PUBLIC_URL", &url);
        Server::of(&mut command, url)
    }

    /// Waits for the ready line.
    pub fn of(command: &mut Command, url: String) -> Server {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("ready"), "{line:?}");
        Server { child, url, line: line.trim().to_owned() }
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// SIGTERM; the exit code and how long it took.
    pub fn stop(mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        self.signal(rustix::process::Signal::TERM);
        (self.child.wait().unwrap().code(), start.elapsed())
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first owner, made at the command line, and a token that may do everything.
pub fn owner(data: &Path) -> String {
    let mut add = troupe(data);
    add.args(["admin", "member-add", "--email", "o@studio.example", "--name", "Owner", "--role", "owner", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = add.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"red faces never lie\n").unwrap();
    assert!(child.wait().unwrap().success());
    let token = run(troupe(data).args(["admin", "token-add", "--email", "o@studio.example", "--name", "test", "--scope", "all"]));
    assert!(token.status.success(), "{}", text(&token.stderr));
    text(&token.stdout)
}

/// One call with the token; `Err` when no answer came.
pub async fn post(http: &reqwest::Client, token: &str, url: &str, body: Value) -> Result<(u16, Value), reqwest::Error> {
    let answer = http.post(url).bearer_auth(token).json(&body).send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.json().await?))
}

pub async fn project(http: &reqwest::Client, token: &str, url: &str) -> String {
    let (status, body) = post(http, token, &format!("{url}/api/v1/projects"), json!({ "name": "Opera" })).await.unwrap();
    assert_eq!(status, 201, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap()
}

/// `troupe check` finds nothing.
pub fn assert_sound(data: &Path) {
    let check = run(troupe(data).arg("check"));
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
}
