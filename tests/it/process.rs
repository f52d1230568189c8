//! Starting and ending: the ready line, one process a folder, clean stops, clear refusals.

use crate::program::{Server, assert_sound, client, free_port, owner, post, project, run, text, troupe};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

#[tokio::test]
async fn it_says_when_it_is_ready_and_stops_when_asked() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let server = Server::start(&data);
    assert!(server.line.contains(&server.url) && server.line.contains("/setup/"), "{}", server.line);
    let http = client();
    let ready: serde_json::Value =
        http.get(format!("{}/health/ready", server.url)).header("host", "elsewhere").send().await.unwrap().json().await.unwrap();
    assert_eq!(ready["ready"], true, "{ready}");
    assert_eq!(http.get(format!("{}/health/live", server.url)).send().await.unwrap().status(), 200);
    let (code, took) = server.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!(!data.join("troupe.db-wal").exists(), "a clean stop leaves no log behind");
    assert_sound(&data);
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_at_once() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let server = Server::start(&data);
    let start = Instant::now();
    let second = run(troupe(&data).env("TROUPE_LISTEN", format!("127.0.0.1:{}", free_port())));
    assert_eq!(second.status.code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(text(&second.stderr).contains("Another process uses"), "{}", text(&second.stderr));
    assert_eq!(server.stop().0, Some(0));
}

#[tokio::test]
async fn members_and_tokens_are_made_while_it_runs_and_a_kill_loses_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let server = Server::start(&data);
    let token = owner(&data);
    let http = client();
    let id = project(&http, &token, &server.url).await;
    let idea = post(&http, &token, &format!("{}/api/v1/projects/{id}/ideas", server.url), json!({ "title": "Why faces are red" })).await.unwrap();
    assert_eq!(idea.0, 201);
    server.kill();
    let server = Server::start(&data);
    assert!(!server.line.contains("/setup/"), "there is an owner already");
    let path = format!("{}/api/v1/ideas/{}", server.url, idea.1["id"].as_str().unwrap());
    assert_eq!(http.get(path).bearer_auth(&token).send().await.unwrap().status(), 200);
    assert_sound(&data); // beside the server
    assert_eq!(server.stop().0, Some(0));
    assert_sound(&data);
}

/// Runs what must fail with one clear line, soon.
fn refused(command: &mut std::process::Command, says: &str) {
    let start = Instant::now();
    let answer = run(command.env("TROUPE_LISTEN", format!("127.0.0.1:{}", free_port())));
    let line = text(&answer.stderr);
    assert_eq!(answer.status.code(), Some(1), "{says}: {line}");
    assert!(line.contains(says) && line.lines().count() == 1, "wanted {says:?}, got {line:?}");
    assert!(start.elapsed() < Duration::from_secs(2), "{says}");
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    refused(troupe(&data).env("TROUPE_TIMEZONE", "Mars/Olympus"), "Mars/Olympus");
    refused(troupe(&data).env("TROUPE_PUBLIC_URL", "ftp://x"), "TROUPE_PUBLIC_URL");
    refused(troupe(&data).env("TROUPE_TRUSTED_PROXIES", "10.0.0.0/99"), "TROUPE_TRUSTED_PROXIES");
    let key = temp.path().join("key");
    std::fs::write(&key, "not a key\n").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    refused(troupe(&data).env("TROUPE_KEY_FILE", &key), "is not 32 bytes");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    refused(troupe(&data).env("TROUPE_KEY_FILE", &key), "may be read by everyone");
    let file = temp.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&mut troupe(&file.join("data")), "cannot be used");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let answer = run(troupe(&data).env("TROUPE_LISTEN", taken.local_addr().unwrap().to_string()));
    assert_eq!(answer.status.code(), Some(1));
    assert!(text(&answer.stderr).contains("cannot be listened on"), "{}", text(&answer.stderr));
    assert_eq!(run(troupe(&data).arg("nonsense")).status.code(), Some(2));
}

#[test]
fn a_setting_that_is_none_is_told() {
    let temp = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = troupe(&temp.path().join("data"));
    let answer = run(command.env("TROUPE_LISTEN", taken.local_addr().unwrap().to_string()).env("TROUPE_LISTENN", "x"));
    assert!(text(&answer.stdout).is_empty() && text(&answer.stderr).contains("TROUPE_LISTENN"), "{}", text(&answer.stderr));
}

#[test]
fn the_demo_opens_by_itself_and_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let mut command = troupe(temp.path());
    command.arg("demo").env("TMPDIR", temp.path());
    let server = Server::of(&mut command, String::new());
    assert!(server.line.contains("demo@troupe.local") && server.line.contains("http://localhost:"), "{}", server.line);
    assert_eq!(server.stop().0, Some(0));
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0, "the studio of the demo stayed behind");
}

#[test]
fn the_settings_are_shown_and_the_machine_is_looked_at() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let config = run(troupe(&data).arg("config").env("TROUPE_PUBLIC_URL", "https://me:hunter2@studio.example/a"));
    assert!(text(&config.stdout).contains("TROUPE_PUBLIC_URL=https://studio.example/a"), "{}", text(&config.stdout));
    let doctor = run(troupe(&data).arg("doctor"));
    assert!(doctor.status.success());
    for word in ["ffmpeg", "font: Chinese", "disk", "clock", "public URL", "studio"] {
        assert!(text(&doctor.stdout).contains(word), "{word}: {}", text(&doctor.stdout));
    }
}

#[test]
fn a_head_without_end_is_refused_and_half_a_head_does_not_hold_up_the_stop() {
    use std::io::{Read, Write};
    let temp = tempfile::tempdir().unwrap();
    let server = Server::start(&temp.path().join("data"));
    let address = server.url.trim_start_matches("http://").trim_end_matches('/').replace("localhost", "127.0.0.1");
    let mut long = std::net::TcpStream::connect(&address).unwrap();
    let _ = write!(long, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}", "x".repeat(40_000));
    let mut answer = [0; 12];
    long.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    let mut half = std::net::TcpStream::connect(&address).unwrap();
    write!(half, "GET / HTTP/1.1\r\nHost: loc").unwrap();
    let (code, took) = server.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(30), "{took:?}");
}

#[test]
fn a_request_that_names_nothing_of_ours_is_refused() {
    use std::io::{Read, Write};
    let temp = tempfile::tempdir().unwrap();
    let server = Server::start(&temp.path().join("data"));
    let address = server.url.trim_start_matches("http://").to_owned();
    let ask = |head: &str| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        write!(stream, "{head}").unwrap();
        let mut answer = vec![0; 2_000];
        let read = stream.read(&mut answer).unwrap();
        text(&answer[..read])
    };
    for (head, status) in [
        ("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
        ("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
        ("GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: other.example\r\n\r\n", "400"),
    ] {
        let answer = ask(head);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head:?}: {answer}");
    }
    for twice in ["Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: 5\r\nTransfer-Encoding: chunked"] {
        let answer = ask(&format!("POST /login HTTP/1.1\r\nHost: localhost\r\n{twice}\r\n\r\n0\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 4") && answer.to_lowercase().contains("connection: close"), "{twice:?}: {answer}");
    }
    server.kill();
}

#[test]
fn a_studio_keeps_its_key() {
    let temp = tempfile::tempdir().unwrap();
    let (data, other) = (temp.path().join("data"), temp.path().join("other"));
    for folder in [&data, &other] {
        assert_eq!(Server::start(folder).stop().0, Some(0));
    }
    let (key, aside) = (data.join("key"), temp.path().join("aside"));
    std::fs::rename(&key, &aside).unwrap();
    refused(&mut troupe(&data), "is missing");
    assert!(!key.exists(), "a new key was made beside sealed secrets");
    let check = run(troupe(&data).arg("check"));
    assert!(check.status.code() == Some(1) && text(&check.stdout).contains("is missing"), "{}", text(&check.stdout));
    std::fs::copy(other.join("key"), &key).unwrap();
    refused(&mut troupe(&data), "is not the one");
    let check = run(troupe(&data).arg("check"));
    assert!(check.status.code() == Some(1) && text(&check.stdout).contains("is not the one"), "{}", text(&check.stdout));
    // A new key before the right one: it seals from now on, and what was sealed still opens.
    let both = format!("{}\n{}", std::fs::read_to_string(other.join("key")).unwrap().trim(), std::fs::read_to_string(&aside).unwrap());
    std::fs::write(&key, both).unwrap();
    assert_eq!(Server::start(&data).stop().0, Some(0));
    std::fs::copy(other.join("key"), &key).unwrap();
    assert_eq!(Server::start(&data).stop().0, Some(0), "the key was turned over");
}

#[test]
fn a_terminal_that_closes_stops_it_cleanly_and_who_asks_twice_does_not_wait() {
    use rustix::process::Signal;
    use std::io::Write;
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let mut server = Server::start(&data);
    server.signal(Signal::HUP);
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let mut server = Server::start(&data);
    let address = server.url.trim_start_matches("http://").to_owned();
    // A request whose body never comes holds up a clean stop.
    let mut slow = std::net::TcpStream::connect(address).unwrap();
    write!(slow, "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    server.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(300));
    server.signal(Signal::TERM);
    server.child.wait().unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(Server::start(&data).stop().0, Some(0));
}

#[test]
fn the_command_line_says_what_it_takes() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    refused(troupe(&data).env("TROUPE_LOG", "verbose"), "TROUPE_LOG");
    refused(troupe(&data).env("TROUPE_FRAME_ANCESTORS", "nonsense;"), "TROUPE_FRAME_ANCESTORS");
    for args in [&["admin", "member-list"][..], &["admin", "token-revoke", "--name", "x"]] {
        let answer = run(troupe(&data).args(args));
        assert_eq!(answer.status.code(), Some(1), "{args:?}");
        assert!(text(&answer.stderr).contains("There is no studio"), "{}", text(&answer.stderr));
    }
    assert!(!data.exists(), "a studio was made by asking for one");
    let wrong = run(troupe(&data).args(["import", "pigeons", "x.csv", "--project", "Opera"]));
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    for args in [&["--help"][..], &["serve", "--help"]] {
        let help = text(&run(troupe(&data).args(args)).stdout);
        assert!(help.contains("TROUPE_CHANNEL_ORIGIN_<KIND>") && help.contains("TROUPE_BACKEND_ORIGIN_<KIND>"), "{help}");
    }
    let document = run(troupe(&data).arg("openapi").env("TROUPE_PUBLIC_URL", "https://studio.example/a"));
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
    assert_eq!(document["servers"][0]["url"], "/a");
}
