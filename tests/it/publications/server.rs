//! The real program as a process on a folder of its own, driven over its API.

use super::platform::{Platform, wall_ms};
use serde_json::{Value, json};
use sqlx::Connection;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    folder: tempfile::TempDir,
    port: u16,
    platform_port: u16,
    child: Option<Child>,
    token: String,
    client: reqwest::Client,
    pub project: String,
}

/// Statement of the sample rows; the rooms that write them have tests of their own.
const PROJECT: &str =
    "insert into projects (id, name, locale, zone, seed, created_ms, updated_ms) values (?, 'Opera', 'vi', 'Asia/Ho_Chi_Minh', 7, 1, 1)";
const PIECE: &str = "insert into pieces (id, project_id, title, created_ms, updated_ms) values (?, ?, 'Piece', 1, 1)";
const VARIANT: &str = "insert into variants (id, project_id, piece_id, locale, title, hook, script, caption, tags, state, author, human_share, digest, created_ms, updated_ms)
   values (?, ?, ?, 'vi', ?, 'Why is her face red?', 'She sings.', 'A caption', '[\"opera\"]', 'approved', 'model', 0, ?, 1, 1)";

#[allow(clippy::disallowed_methods, reason = "tests run the program and talk to it as anybody would")]
impl Server {
    pub async fn new(platform: &Platform) -> Server {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let mut server = Server {
            folder,
            port,
            platform_port: platform.port,
            child: None,
            token: String::new(),
            client,
            project: uuid::Uuid::now_v7().to_string(),
        };
        server.admin(&["member-add", "--email", "o@example.com", "--name", "O", "--role", "owner", "--password-stdin"], "a long enough sentence");
        server.token = server.admin(&["token-add", "--email", "o@example.com", "--name", "t", "--scope", "all"], "").trim().to_owned();
        let id: uuid::Uuid = server.project.parse().unwrap();
        sqlx::query(PROJECT).bind(id).execute(&mut server.sql().await).await.unwrap();
        server
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_troupe"));
        command
            .env("TROUPE_DATA", self.folder.path().join("data"))
            .env("TROUPE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("TROUPE_PUBLIC_URL", format!("http://127.0.0.1:{}", self.port))
            .env("TROUPE_ALLOW_PRIVATE", format!("127.0.0.1:{}", self.platform_port))
            .env("TROUPE_LOG", "warn");
        command
    }

    fn admin(&self, args: &[&str], input: &str) -> String {
        let mut child = self.command().arg("admin").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{args:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// The database file, for rows that other rooms write.
    pub async fn sql(&self) -> sqlx::SqliteConnection {
        let options = troupe::platform::db::options(&self.folder.path().join("data/troupe.db"));
        // Opening asks for the journal mode, which a busy writer may refuse at once.
        for _ in 0..50 {
            if let Ok(open) = sqlx::SqliteConnection::connect_with(&options).await {
                return open;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the database file stays locked");
    }

    /// Approved variants, each of its own words.
    pub async fn variants(&self, n: usize) -> Vec<String> {
        let (mut db, project, piece) = (self.sql().await, self.project.parse::<uuid::Uuid>().unwrap(), uuid::Uuid::now_v7());
        let mut tx = db.begin_with("begin immediate").await.unwrap();
        sqlx::query(PIECE).bind(piece).bind(project).execute(&mut *tx).await.unwrap();
        let mut ids = Vec::new();
        for number in 0..n {
            let id = uuid::Uuid::now_v7();
            let digest = id.as_bytes().repeat(2);
            sqlx::query(VARIANT).bind(id).bind(project).bind(piece).bind(format!("Title {number}")).bind(digest).execute(&mut *tx).await.unwrap();
            ids.push(id.to_string());
        }
        tx.commit().await.unwrap();
        ids
    }

    /// Starts, and waits until it says that it is ready.
    pub fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut child = self.command().arg("serve").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("ready"), "{line:?}");
        self.child = Some(child);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM, and its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let mut child = self.child.take()?;
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        child.wait().unwrap().code()
    }

    pub async fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("http://127.0.0.1:{}/api/v1{path}", self.port);
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(reqwest::Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(reqwest::Method::POST, path, Some(body)).await
    }

    /// What the public may fetch.
    pub async fn fetch(&self, path: &str) -> u16 {
        self.client.get(format!("http://127.0.0.1:{}{path}", self.port)).send().await.unwrap().status().as_u16()
    }

    pub async fn channel(&self, platform: &Platform, capability: &str, name: &str) -> String {
        let body = json!({ "kind": "webhook", "name": name, "settings": platform.settings(capability) });
        let (status, body) = self.post(&format!("/projects/{}/channels", self.project), body).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    pub async fn schedule(&self, variant: &str, channel: &str, in_ms: i64) -> String {
        let (status, body) = self.post(&format!("/variants/{variant}/publications"), json!({ "channel": channel, "at": at(in_ms) })).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// All publications of the project.
    pub async fn all(&self) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let slice = self.get(&format!("/projects/{}/publications?limit=200{after}", self.project)).await;
            items.extend(slice["items"].as_array().unwrap().iter().cloned());
            let Some(next) = slice["next"].as_str() else { return items };
            after = format!("&after={next}");
        }
    }

    /// Waits until a publication is in one of `states`.
    pub async fn wait_for(&self, id: &str, states: &[&str], limit: Duration) -> Value {
        let until = Instant::now() + limit;
        loop {
            let one = self.get(&format!("/publications/{id}")).await;
            if states.contains(&one["state"].as_str().unwrap()) {
                return one;
            }
            assert!(Instant::now() < until, "still {one}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until nothing moves by itself any more.
    pub async fn drain(&self, limit: Duration) {
        let until = Instant::now() + limit;
        loop {
            let mut moving = 0;
            for state in ["scheduled", "claimed", "sending", "verifying"] {
                let slice = self.get(&format!("/projects/{}/publications?limit=200&state={state}", self.project)).await;
                moving += slice["items"].as_array().unwrap().len();
            }
            if moving == 0 {
                return;
            }
            assert!(Instant::now() < until, "{moving} or more still move");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An instant so many milliseconds from now, RFC 3339.
pub fn at(in_ms: i64) -> String {
    troupe::platform::Ms(wall_ms() + in_ms).rfc3339()
}
