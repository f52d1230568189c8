//! Publications under kill −9: none lost, none doubled, the unknowable ones before a person.
//!
//! `scripts/kill-publications` runs it large. A sender that merely tries again is judged by the same
//! rule and must be found out.

use super::platform::{CALM, Platform, ROUGH, mix};
use super::server::Server;
use serde_json::json;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Sizes from the environment, for the large run.
#[allow(clippy::disallowed_methods, reason = "the script hands the sizes over")]
fn size(name: &str, small: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(small)
}

/// How often each publication came into being.
fn created(platform: &Platform) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for post in platform.posts() {
        *counts.entry(post.publication).or_default() += 1;
    }
    counts
}

fn doubled(platform: &Platform) -> usize {
    created(platform).values().filter(|n| **n > 1).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publications_survive_kills() {
    let (count, kills) = (size("KILLS_PUBLICATIONS", 200), size("KILLS_KILLS", 20));
    let seed = size("KILLS_SEED", 20_261_201);
    println!("seed {seed}: {count} publications, {kills} kills");
    let platform = Platform::start(seed).await;
    let mut server = Server::new(&platform).await;
    let variants = server.variants(usize::try_from(count).unwrap()).await;
    server.start();
    let mut channels = Vec::new();
    for capability in ["key", "staged", "lookup", "blind"] {
        for number in 0..2 {
            channels.push((server.channel(&platform, capability, &format!("{capability} {number}")).await, capability));
        }
    }
    // Due over a stretch that the kills cover.
    let spread = i64::try_from(kills * 350).unwrap();
    let lead = 1_000 + i64::try_from(count * 4).unwrap();
    let mut kind_of = HashMap::new();
    for (number, variant) in variants.iter().enumerate() {
        let (channel, capability) = &channels[number % channels.len()];
        let offset = i64::try_from(mix(seed ^ number as u64) % u64::try_from(spread).unwrap()).unwrap();
        kind_of.insert(server.schedule(variant, channel, lead + offset).await, *capability);
    }
    platform.set(ROUGH);
    let begun = Instant::now();
    for number in 0..kills {
        tokio::time::sleep(Duration::from_millis(150 + mix(seed ^ (number << 20)) % 450)).await;
        server.kill();
        server.start();
    }
    platform.set(CALM);
    server.drain(Duration::from_secs(90 + count / 40)).await;
    println!("drained after {:?}, {} requests", begun.elapsed(), platform.requests());
    assert_eq!(platform.unsigned(), 0, "every request is signed");
    judge(&server, &platform, &kind_of).await;
    decide(&server, &platform).await;
    server.drain(Duration::from_secs(60)).await;
    let created = created(&platform);
    assert_eq!(created.len(), kind_of.len(), "after the decisions everyone is out");
    assert_eq!(doubled(&platform), 0);
    assert_eq!(server.stop(), Some(0), "a clean stop");
    let intact: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut server.sql().await).await.unwrap();
    assert_eq!(intact, "ok");
}

/// What the studio says and what the platform has must agree.
async fn judge(server: &Server, platform: &Platform, kind_of: &HashMap<String, &str>) {
    let (created, all) = (created(platform), server.all().await);
    assert_eq!(all.len(), kind_of.len(), "none is lost from the list");
    assert_eq!(doubled(platform), 0, "doubled");
    let mut reviews = HashMap::<&str, usize>::new();
    for one in &all {
        let (id, state) = (one["id"].as_str().unwrap(), one["state"].as_str().unwrap());
        let out = created.contains_key(id);
        match (kind_of[id], state) {
            (_, "published") => {
                assert!(out, "published, but not there: {one}");
                let post = platform.posts().into_iter().find(|post| post.publication == id).unwrap();
                assert_eq!(one["remote_id"], json!(post.id), "the right post");
            }
            ("blind", "needs_review") => {
                *reviews.entry("blind").or_default() += 1;
                assert_eq!(one["review_reason"], "no_answer");
                assert!(one["attempts"].as_i64().unwrap() > 0, "evidence");
            }
            (kind, state) => panic!("{kind} rests in {state}: {one}"),
        }
    }
    println!("{} published, {reviews:?} ask a person", all.len() - reviews.values().sum::<usize>());
}

/// A person looks at the platform and says what is there.
async fn decide(server: &Server, platform: &Platform) {
    let created = created(platform);
    for one in server.all().await.iter().filter(|one| one["state"] == "needs_review") {
        let id = one["id"].as_str().unwrap();
        let choice = if created.contains_key(id) { "live" } else { "again" };
        let (status, body) = server.post(&format!("/publications/{id}/choice"), json!({ "choice": choice })).await;
        assert_eq!(status, 200, "{body}");
    }
}

/// The sender everybody writes first: again until something good comes back.
#[allow(clippy::disallowed_methods, reason = "it stands for a program that is not ours")]
#[tokio::test]
async fn a_sender_that_only_tries_again_is_found_out() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let platform = Platform::start(3).await;
    platform.set(ROUGH);
    let client = reqwest::Client::new();
    let url = platform.settings("blind")["url"].as_str().unwrap().to_owned();
    for number in 0..150 {
        let body = json!({ "publication": format!("n{number}") }).to_string();
        for _ in 0..10 {
            let signature = format!("sha256={}", troupe::platform::secrets::mac(b"shared secret", format!("1.{body}").as_bytes()));
            let sent = client
                .post(&url)
                .header("troupe-delivery", "d")
                .header("troupe-timestamp", "1")
                .header("troupe-signature", signature)
                .body(body.clone())
                .send()
                .await;
            if sent.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
        }
    }
    assert!(doubled(&platform) > 0, "the judge sees no doubles where there must be some");
    let lost = 150 - created(&platform).len();
    assert_eq!(lost, 0);
}
