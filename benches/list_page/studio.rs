//! A studio of its own in a folder that is thrown away, with as many pieces as asked for.

use super::bare;
use super::load::{Ask, Page};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PASSWORD: &str = "red faces never lie";
const EMAIL: &str = "owner@studio.example";

pub struct Studio {
    pub page: Page,
    folder: tempfile::TempDir,
    children: std::cell::RefCell<Vec<Child>>,
}

impl Drop for Studio {
    fn drop(&mut self) {
        for child in self.children.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Studio {
    pub async fn with_pieces(count: u32) -> Studio {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        admin(&data, &["member-add", "--email", EMAIL, "--name", "Owner", "--role", "owner", "--password-stdin"]);
        let token = admin(&data, &["token-add", "--email", EMAIL, "--name", "bench", "--scope", "all"]);
        let (mut child, url) = serve(&data);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let made = http.post(format!("{url}/api/v1/projects")).bearer_auth(token.trim()).json(&json!({"name": "Opera, but make it now"}));
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        let project = made["id"].as_str().unwrap().to_owned();
        child.kill().unwrap();
        child.wait().unwrap();
        fill(&data.join("troupe.db"), count).await;
        let (child, url) = serve(&data);
        let login = http.post(format!("{url}/login")).header("origin", &url).form(&[("email", EMAIL), ("password", PASSWORD)]).send().await.unwrap();
        let cookie = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let address = url.strip_prefix("http://").unwrap().to_owned();
        let request = format!("GET /projects/{project}/pieces HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
        let page = Page::fetch(Ask { address, request }).await;
        assert_eq!(page.rows(), 50, "{}", page.body);
        Studio { page, folder, children: vec![child].into() }
    }

    /// The bare server over the same file, with this page's frame.
    pub async fn bare_twin(&self) -> Page {
        let frame = self.folder.path().join("frame.html");
        std::fs::write(&frame, bare::frame(&self.page.body)).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("bare").arg(self.folder.path().join("data/troupe.db")).arg(frame);
        let (child, address) = first_line(command);
        self.children.borrow_mut().push(child);
        let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
        Page::fetch(Ask { address, request }).await
    }
}

fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_troupe").into()
}

fn admin(data: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program());
    command.arg("admin").arg("--data").arg(data).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap()
}

/// The studio on the first core; answers its address.
fn serve(data: &Path) -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program()).arg("--data").arg(data).args(["--listen", &format!("127.0.0.1:{port}")]);
    command.env("TROUPE_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
    let (child, _) = first_line(command);
    (child, format!("http://127.0.0.1:{port}"))
}

/// Starts a program and waits for the line that says it is ready.
fn first_line(mut command: Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    // Whatever else it says is read, so that it never waits for a reader.
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    (child, line.trim().to_owned())
}

async fn fill(file: &Path, count: u32) {
    let mut db = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
         insert into pieces (id, project_id, title, created_ms, updated_ms)
         select unhex(printf('019a%08x7000%016x', i, i)), (select id from projects limit 1),
                'The red face keeps its word, take ' || i, 1796000000000 + i, 1796000000000 + i from n",
    )
    .bind(count)
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
}
