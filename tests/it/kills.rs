//! Killed in the middle of writes: what was acknowledged is there, and nothing is half-written.
//! `scripts/kill-writes` runs the same with 200 kills.

use crate::program::{Server, assert_sound, client, owner, post, project};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CLIENTS: usize = 8;

fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_over_many_kills() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let mut server = Server::start(&data);
    let (token, http) = (owner(&data), client());
    let project = project(&http, &token, &server.url).await;
    let known: Arc<Mutex<Vec<String>>> = Arc::default();
    let url = Arc::new(Mutex::new(server.url.clone()));
    let mut writers = Vec::new();
    for client in 0..CLIENTS {
        let (known, url, http, token, project) = (Arc::clone(&known), Arc::clone(&url), http.clone(), token.clone(), project.clone());
        writers.push(tokio::spawn(async move {
            for n in 0.. {
                let title = format!("idea {client}-{n}");
                let path = format!("{}/api/v1/projects/{project}/ideas", url.lock().unwrap());
                match post(&http, &token, &path, json!({ "title": title })).await {
                    Ok((201, _)) => known.lock().unwrap().push(title),
                    Ok((status, body)) => panic!("{status}: {body}"),
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        }));
    }
    // Any spread will do; a fixed one can be repeated.
    for kill in 0..kills() {
        tokio::time::sleep(Duration::from_millis(100 + (kill as u64 * 7919) % 400)).await;
        server.kill();
        server = Server::start(&data);
        *url.lock().unwrap() = server.url.clone();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    writers.iter().for_each(tokio::task::JoinHandle::abort);
    let known = known.lock().unwrap().clone();
    assert!(known.len() > CLIENTS * 5, "only {} writes were acknowledged", known.len());
    let kept = titles(&http, &token, &server.url, &project).await;
    let lost: Vec<_> = known.iter().filter(|title| !kept.contains(*title)).collect();
    assert!(lost.is_empty(), "{} acknowledged, lost {lost:?}", known.len());
    assert_eq!(server.stop().0, Some(0));
    assert_sound(&data);
}

async fn titles(http: &reqwest::Client, token: &str, url: &str, project: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut after = String::new();
    loop {
        let path = format!("{url}/api/v1/projects/{project}/ideas?limit=200{after}");
        let page: Value = http.get(path).bearer_auth(token).send().await.unwrap().json().await.unwrap();
        found.extend(page["items"].as_array().unwrap().iter().map(|idea| idea["title"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}
