//! Keeping and finding: backups, the check, search, the bin, exports, health.

use crate::app::{self, Wishes};
use crate::program::{Server, assert_sound, client, owner, post, project, run, text, troupe};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use troupe::platform::clock::DAY;
use troupe::platform::{Clock, Ms};
use troupe::web::{Role, Scope};

fn backup(data: &Path, file: &Path) {
    let made = run(troupe(data).arg("backup").arg(file));
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("holds the key"), "{}", text(&made.stdout));
}

fn restore(file: &Path, data: &Path) -> std::process::Output {
    run(troupe(data).arg("restore").arg(file).arg("--data").arg(data))
}

#[tokio::test]
async fn a_backup_made_beside_a_server_is_a_whole_studio_elsewhere() {
    let temp = tempfile::tempdir().unwrap();
    let (data, file, other) = (temp.path().join("data"), temp.path().join("b.tar"), temp.path().join("other"));
    let server = Server::start(&data);
    let (token, http) = (owner(&data), client());
    let id = project(&http, &token, &server.url).await;
    post(&http, &token, &format!("{}/api/v1/projects/{id}/ideas", server.url), json!({ "title": "Kept" })).await.unwrap();
    backup(&data, &file);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    post(&http, &token, &format!("{}/api/v1/projects/{id}/ideas", server.url), json!({ "title": "Later" })).await.unwrap();
    backup(&data, &file); // the same name again: replaced by a whole one
    assert!(!restore(&file, &data).status.success(), "a live studio was overwritten");
    server.stop();
    assert!(text(&restore(&file, &data).stderr).contains("There is a studio"));
    std::fs::create_dir_all(&other).unwrap();
    std::fs::write(other.join("troupe.db-wal"), "stale").unwrap();
    assert!(restore(&file, &other).status.success());
    assert_sound(&other);
    assert_eq!(std::fs::read(other.join("key")).unwrap(), std::fs::read(data.join("key")).unwrap());
    let server = Server::start(&other);
    let ideas: Value = http.get(format!("{}/api/v1/projects/{id}/ideas", server.url)).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    assert_eq!(ideas["items"].as_array().unwrap().len(), 2);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn what_is_no_whole_backup_is_refused_and_leaves_no_studio() {
    let temp = tempfile::tempdir().unwrap();
    let (data, file) = (temp.path().join("data"), temp.path().join("b.tar"));
    owner(&data);
    backup(&data, &file);
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[100_000] ^= 1;
    let broken = [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("cut at the end", whole[..whole.len() - 2048].to_vec()),
        ("flipped", flipped),
        ("empty", vec![]),
        ("other", b"hello".repeat(500)),
    ];
    for (what, bytes) in broken {
        let (file, target) = (temp.path().join("wrong.tar"), temp.path().join(format!("into {what}")));
        std::fs::write(&file, bytes).unwrap();
        let answer = restore(&file, &target);
        assert_eq!(answer.status.code(), Some(1), "{what} was restored");
        assert_eq!(text(&answer.stderr).lines().count(), 1, "{what}: {}", text(&answer.stderr));
        assert!(!target.exists(), "{what} left something");
    }
    // A restore that was killed between the key and the database: the next one begins anew.
    let target = temp.path().join("cut");
    std::fs::create_dir_all(target.join("tmp/restore-0")).unwrap();
    std::fs::create_dir_all(target.join("media/ab")).unwrap();
    std::fs::write(target.join("key"), "left").unwrap();
    let answer = restore(&file, &target);
    assert!(answer.status.success(), "{}", text(&answer.stderr));
    assert_eq!(std::fs::read(target.join("key")).unwrap(), std::fs::read(data.join("key")).unwrap());
    assert_sound(&target);
}

#[tokio::test]
async fn the_check_names_an_edited_event_a_wrong_counter_and_a_lost_file() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let server = Server::start(&data);
    let (token, http) = (owner(&data), client());
    project(&http, &token, &server.url).await;
    server.stop();
    assert_sound(&data);
    let edit = async |sql: &'static str| {
        let db = sqlx::SqlitePool::connect(&format!("sqlite:{}", data.join("troupe.db").display())).await.unwrap();
        sqlx::raw_sql(sql).execute(&db).await.unwrap();
        db.close().await;
        let answer = run(troupe(&data).arg("check"));
        assert_eq!(answer.status.code(), Some(1), "{sql}");
        text(&answer.stdout)
    };
    let said = edit("insert into counters select id, 'idea', 'inbox', 7 from projects").await;
    assert!(said.contains("counters: idea inbox: 7 kept, 0 counted"), "{said}");
    let said = edit(
        "insert into assets (id, project_id, kind, mime, size, digest, file_name, origin, created_ms)
         select randomblob(16), id, 'image', 'image/png', 1, zeroblob(32), 'x.png', 'upload', 0 from projects",
    )
    .await;
    assert!(said.contains("is missing"), "{said}");
    let said =
        edit("insert into search_texts (noun, object_id, project_id, title, body) select 'idea', randomblob(16), id, 'gone', '' from projects").await;
    assert!(said.contains("search: idea"), "{said}");
    let said = edit("drop trigger events_are_never_edited; update events set address = '203.0.113.9' where kind = 'project.created'").await;
    assert!(said.contains("events: row"), "{said}");
    let said = edit("update events set address = '127.0.0.1', detail = '{\"name\":\"other\"}' where kind = 'project.created'").await;
    assert!(said.contains("events: row"), "{said}");
}

#[tokio::test]
async fn what_is_found_is_what_one_may_see() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    for title in ["Why faces are <red>", "脸谱为什么是红的", "50% \"quoted\" OR title:x*"] {
        api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": title })).await;
    }
    let found = async |q: &str| {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        api.json(&format!("/api/v1/search?q={q}")).await["items"].as_array().unwrap().len()
    };
    for (q, n) in [
        ("faces red", 1),
        ("FACES", 1),
        ("为什么", 1),
        ("红的", 1),
        ("脸", 1),
        ("50%", 1),
        ("5%", 0),
        ("%%", 0),
        ("\"quoted\" OR", 1),
        ("title:x*", 1),
        ("zzyzx", 0),
        ("", 0),
        ("zzyzx AND faces", 0),
    ] {
        assert_eq!(found(q).await, n, "{q}");
    }
    let page = browser.page("/search?q=faces").await;
    assert!(page.contains("Why faces are &#60;red&#62;") && page.contains("/ideas/"));
    let outsider = app.member("outsider", Role::Maker).await;
    let outsider = app.program(outsider, &[Scope::All]).await;
    assert_eq!(outsider.json("/api/v1/search?q=faces").await["items"].as_array().unwrap().len(), 0);
    app.stop().await;
}

#[tokio::test]
async fn the_bin_gives_back_for_thirty_days_and_then_forgets() {
    let clock = Clock::held(Ms(1_790_000_000_000));
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Binned once" })).await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Binned piece" })).await;
    let variant = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Binned along" })).await;
    for path in [format!("/api/v1/ideas/{idea}"), format!("/api/v1/pieces/{piece}")] {
        assert_eq!(api.request(reqwest::Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NO_CONTENT, "{path}");
    }
    let page = browser.page(&format!("/projects/{project}/bin")).await;
    assert!(page.contains("Binned once") && page.contains("Binned piece") && page.contains("owner"), "{page}");
    assert_eq!(browser.form(&format!("/bin/piece/{piece}/restoration"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(browser.form(&format!("/bin/piece/{piece}/restoration"), &[]).await.status(), StatusCode::NOT_FOUND);
    let back = api.json(&format!("/api/v1/pieces/{piece}")).await;
    assert_eq!(back["variants"], 1, "what went along comes back along");
    assert_eq!(api.get(&format!("/api/v1/variants/{variant}")).await.status(), StatusCode::OK);
    clock.advance(31 * DAY);
    app.eventually("emptying the bin", async || {
        let gone: i64 = sqlx::query_scalar("select count(*) from ideas").fetch_one(app.house.db.read()).await.unwrap();
        (gone == 0).then_some(())
    })
    .await;
    let kept: i64 = sqlx::query_scalar("select count(*) from events where kind = 'idea.binned'").fetch_one(app.house.db.read()).await.unwrap();
    assert_eq!(kept, 1, "the log forgets nothing");
    app.stop().await;
}

#[tokio::test]
async fn a_project_leaves_as_files_without_secrets_or_formulas() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("红脸").await;
    api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "=cmd()", "hook": "one\n@two" })).await;
    let answer = browser.get(&format!("/projects/{project}/export")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("filename*=UTF-8''%E7%BA%A2"));
    let bytes = answer.bytes().await.unwrap();
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..])).entries().unwrap() {
        let mut entry = entry.unwrap();
        let (name, mut text) = (entry.path().unwrap().to_string_lossy().into_owned(), String::new());
        entry.read_to_string(&mut text).unwrap();
        files.insert(name, text);
    }
    let ideas: Value = serde_json::from_str(&files["ideas.json"]).unwrap();
    assert_eq!(ideas[0]["title"], "=cmd()");
    let csv = &files["ideas.csv"];
    assert!(csv.contains("\"'=cmd()\"") && csv.contains("one\n'@two"), "{csv}");
    assert!(files.contains_key("publications.json") && files["project.json"].contains("红脸"));
    app.member("viewer", Role::Viewer).await;
    let viewer = app.browser("viewer").await;
    assert_eq!(viewer.get(&format!("/projects/{project}/export")).await.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn owners_make_and_fetch_backups() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    assert_eq!(browser.form("/settings/backups", &[]).await.status(), StatusCode::SEE_OTHER);
    let made = api.post("/api/v1/backups", json!({})).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let name = made.json::<Value>().await.unwrap()["name"].as_str().unwrap().to_owned();
    let page = browser.page("/settings/backups").await;
    assert!(page.contains(&name), "{page}");
    let file = browser.get(&format!("/settings/backups/{name}")).await;
    assert_eq!(file.status(), StatusCode::OK);
    let bytes = file.bytes().await.unwrap();
    assert_eq!(bytes.to_vec(), std::fs::read(app.data.join("backups").join(&name)).unwrap());
    assert_eq!(browser.get("/settings/backups/..%2fkey").await.status(), StatusCode::NOT_FOUND);
    app.member("maker", Role::Maker).await;
    assert_eq!(app.browser("maker").await.get("/settings/backups").await.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn figures_are_for_this_machine_and_for_tokens_that_administer() {
    let app = app::start().await;
    let local = app.nobody().get("/metrics").await;
    assert_eq!(local.status(), StatusCode::OK);
    let text = local.text().await.unwrap();
    for name in ["troupe_info{", "troupe_loop_age_seconds{loop=\"jobs\"}", "troupe_wal_bytes ", "troupe_publication_oldest_due_seconds 0"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    let proxied = |client: app::Client| async move {
        client.request(reqwest::Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.9").send().await.unwrap().status()
    };
    assert_eq!(proxied(app.nobody()).await, StatusCode::UNAUTHORIZED);
    let (_, api) = app.owner().await;
    assert_eq!(proxied(api).await, StatusCode::OK);
    let maker = app.member("maker", Role::Maker).await;
    assert_eq!(proxied(app.program(maker, &[Scope::All]).await).await, StatusCode::FORBIDDEN);
    let document = app.nobody().json("/api/v1/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1") && document["paths"]["/api/v1/search"].is_object());
    app.stop().await;
}

#[tokio::test]
async fn readiness_names_the_loop_that_does_not_move() {
    let tasks = troupe::platform::Tasks::default();
    tasks.beat("jobs");
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    tasks.beat("recurring");
    assert_eq!(tasks.stuck(std::time::Duration::from_millis(20)), ["jobs"]);
    assert!(tasks.stuck(std::time::Duration::from_secs(30)).is_empty());
}
