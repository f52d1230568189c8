//! What becomes of a publication, from the plan to the answer, on a platform that does as told.

use super::platform::{CALM, Mood, Platform};
use super::server::{Server, at};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(8);

async fn open() -> (Platform, Server) {
    let platform = Platform::start(11).await;
    let mut server = Server::new(&platform).await;
    server.start();
    (platform, server)
}

fn always(fault: &str) -> Mood {
    match fault {
        "later" => Mood { later: 1_000, ..CALM },
        "cut" => Mood { cut: 1_000, ..CALM },
        "refused" => Mood { refused: 1_000, ..CALM },
        _ => CALM,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_approved_goes_out_on_time_and_once() {
    let (platform, server) = open().await;
    let variants = server.variants(2).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let due = super::platform::wall_ms() + 1_500;
    let id = server.schedule(&variants[0], &channel, 1_500).await;
    let one = server.wait_for(&id, &["published"], SOON).await;
    let posts = platform.posts();
    let post = &posts[0];
    assert!((0..2_000).contains(&(post.wall_ms - due)), "{} ms late", post.wall_ms - due);
    let body = &post.body;
    assert_eq!((&body["title"], &body["caption"], &body["locale"]), (&json!("Title 0"), &json!("A caption"), &json!("vi")));
    assert_eq!(
        (&body["tags"], &body["flags"], &body["links"], &body["media"]),
        (&json!(["opera"]), &json!(["ai_generated"]), &json!([]), &json!([]))
    );
    assert_eq!(
        (&body["publication"], &body["project"], &body["channel"], &body["variant"]),
        (&json!(id), &json!(server.project), &json!(channel), &json!(variants[0]))
    );
    assert_eq!(body["delivery"], json!(post.delivery));
    assert_eq!(body["planned_at"], one["planned_at"]);
    assert_eq!((&one["remote_id"], &one["attempts"], &one["zone"]), (&json!("p0"), &json!(1), &json!("Asia/Ho_Chi_Minh")));
    assert_eq!(one["remote_url"], "https://platform.example/p0");
    assert_eq!(server.fetch(&format!("/deliveries/{}/media/0", post.delivery)).await, 404, "no media was sent");
    assert_eq!((platform.posts().len(), platform.unsigned()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_are_judged_and_warned_about() {
    let (platform, server) = open().await;
    let variants = server.variants(3).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let path = format!("/variants/{}/publications", variants[0]);
    for (body, status) in [
        (json!({ "channel": channel, "at": at(-299_000) }), 201),
        (json!({ "channel": channel, "at": at(-302_000) }), 422),
        (json!({ "channel": channel, "at": at(6 * 366 * 86_400_000) }), 422),
        (json!({ "channel": channel, "local": "2027-02-29T10:00", "zone": "UTC" }), 422),
        (json!({ "channel": channel, "local": "2027-02-28T10:00", "zone": "+05:30" }), 422),
        (json!({ "channel": channel, "local": "2027-02-28T10:00", "zone": "UTC", "at": at(1_000) }), 422),
        (json!({ "channel": channel }), 422),
        (json!({ "channel": uuid::Uuid::now_v7(), "at": at(1_000) }), 422),
        (json!({ "channel": channel, "at": at(1_000), "surprise": 1 }), 422),
    ] {
        let (found, answer) = server.post(&path, body.clone()).await;
        assert_eq!(found, status, "{body} → {answer}");
    }
    let (_, gap) = server.post(&path, json!({ "channel": channel, "local": "2027-03-28T02:30", "zone": "Europe/Berlin" })).await;
    let warnings: Vec<&str> = gap["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect();
    assert_eq!(warnings, ["shifted"]);
    let shown = server.get(&format!("/publications/{}", gap["id"].as_str().unwrap())).await;
    assert_eq!((&shown["planned_at"], &shown["zone"]), (&json!("2027-03-28T01:00:00.000Z"), &json!("Europe/Berlin")));
    // Five clicks at once are one plan.
    let body = json!({ "channel": channel, "local": "2027-05-01T19:30", "zone": "Asia/Bangkok" });
    let clicks = futures_util::future::join_all((0..5).map(|_| server.post(&path, body.clone()))).await;
    let mut statuses: Vec<u16> = clicks.iter().map(|(status, _)| *status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422]);
    // The same words within a day, and a crowd.
    let mut codes = Vec::new();
    for (number, hour) in (8..14).enumerate() {
        let body = json!({ "channel": channel, "local": format!("2027-06-01T{hour:02}:00"), "zone": "UTC" });
        let (status, answer) = server.post(&format!("/variants/{}/publications", variants[1]), body).await;
        assert_eq!(status, 201, "{number}: {answer}");
        codes.push(answer["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].clone()).collect::<Vec<Value>>());
    }
    assert_eq!((codes[0].len(), codes[1].clone()), (0, vec![json!("same_content")]));
    assert_eq!(codes[4], vec![json!("same_content"), json!("crowded_day")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_goes_out_without_approval() {
    let (platform, server) = open().await;
    let variants = server.variants(2).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let id = server.schedule(&variants[0], &channel, 3_000).await;
    for variant in &variants {
        let variant: uuid::Uuid = variant.parse().unwrap();
        sqlx::query("update variants set state = 'in_review', digest = null where id = ?")
            .bind(variant)
            .execute(&mut server.sql().await)
            .await
            .unwrap();
    }
    let (status, answer) = server.post(&format!("/variants/{}/publications", variants[1]), json!({ "channel": channel, "at": at(0) })).await;
    assert_eq!(status, 422, "{answer}");
    let held = json!({ "channel": channel, "at": at(3_600_000), "hold": true });
    let (status, answer) = server.post(&format!("/variants/{}/publications", variants[1]), held).await;
    assert_eq!((status, &answer["warnings"][0]["code"]), (201, &json!("not_approved")), "{answer}");
    let one = server.wait_for(&id, &["missed", "published"], SOON).await;
    assert_eq!((&one["state"], &one["review_reason"]), (&json!("missed"), &json!("not_approved")));
    assert_eq!(platform.requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_wait_or_end_and_show_what_came_back() {
    let (platform, server) = open().await;
    let variants = server.variants(2).await;
    let channel = server.channel(&platform, "blind", "Blind").await;
    platform.set(always("refused"));
    let id = server.schedule(&variants[0], &channel, 0).await;
    let one = server.wait_for(&id, &["failed"], SOON).await;
    let evidence = &one["evidence"][0];
    assert_eq!((&evidence["http_status"], &evidence["state"]), (&json!(400), &json!("refused")));
    let excerpt = evidence["answer_excerpt"].as_str().unwrap();
    assert!(excerpt.contains("no, with") && !excerpt.contains("shared secret"), "{excerpt}");
    platform.set(always("later"));
    let id = server.schedule(&variants[1], &channel, 0).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    platform.set(CALM);
    let one = server.wait_for(&id, &["published"], SOON).await;
    assert!(one["attempts"].as_i64().unwrap() >= 2);
    assert_eq!(platform.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_decides_what_nobody_can_know() {
    let (platform, server) = open().await;
    let variants = server.variants(3).await;
    let channel = server.channel(&platform, "blind", "Blind").await;
    platform.set(always("cut"));
    let mut ids = Vec::new();
    for variant in &variants {
        let id = server.schedule(variant, &channel, 0).await;
        let one = server.wait_for(&id, &["needs_review"], SOON).await;
        assert_eq!((&one["review_reason"], &one["evidence"][0]["state"]), (&json!("no_answer"), &json!("unknown")));
        ids.push(id);
    }
    platform.set(CALM);
    let choose = |id: &str, body: Value| {
        let path = format!("/publications/{id}/choice");
        let server = &server;
        async move { server.post(&path, body).await }
    };
    assert_eq!(choose(&ids[0], json!({ "choice": "live", "url": "javascript:1" })).await.0, 422);
    let (status, live) = choose(&ids[0], json!({ "choice": "live", "url": "https://platform.example/x" })).await;
    assert_eq!((status, &live["state"], &live["remote_url"]), (200, &json!("published"), &json!("https://platform.example/x")));
    let (status, taken) = choose(&ids[1], json!({ "choice": "live", "url": "https://platform.example/x" })).await;
    assert_eq!(status, 422, "{taken}");
    assert_eq!(choose(&ids[1], json!({ "choice": "again" })).await.0, 200);
    server.wait_for(&ids[1], &["published"], SOON).await;
    let deliveries: Vec<String> = platform.posts().iter().filter(|post| post.publication == ids[1]).map(|post| post.delivery.clone()).collect();
    assert!(deliveries.len() == 2 && deliveries[0] != deliveries[1], "a new delivery for a new try: {deliveries:?}");
    let (_, dropped) = choose(&ids[2], json!({ "choice": "drop" })).await;
    assert_eq!(dropped["state"], "cancelled");
    assert_eq!(choose(&ids[2], json!({ "choice": "again" })).await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_hand_asks_at_its_time_and_takes_the_address() {
    let (_, server) = open().await;
    let variants = server.variants(1).await;
    let (_, made) = server.post(&format!("/projects/{}/channels", server.project), json!({ "kind": "hand", "name": "TikTok" })).await;
    let id = server.schedule(&variants[0], made["id"].as_str().unwrap(), 0).await;
    let one = server.wait_for(&id, &["needs_review"], SOON).await;
    assert_eq!(one["review_reason"], "by_hand");
    let path = format!("/publications/{id}/choice");
    assert_eq!(server.post(&path, json!({ "choice": "live" })).await.0, 422);
    let (_, one) = server.post(&path, json!({ "choice": "live", "url": "https://tiktok.example/1" })).await;
    assert_eq!(
        (&one["state"], &one["remote_id"], &one["evidence"][0]["step"]),
        (&json!("published"), &json!("https://tiktok.example/1"), &json!("hand"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_move_and_are_taken_back_and_pauses_hold_them() {
    let (platform, server) = open().await;
    let variants = server.variants(3).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let id = server.schedule(&variants[0], &channel, 3_600_000).await;
    let (status, moved) = server.call(Method::PATCH, &format!("/publications/{id}"), Some(json!({ "at": at(7_200_000) }))).await;
    assert_eq!(status, 200, "{moved}");
    assert_eq!(server.call(Method::DELETE, &format!("/publications/{id}"), None).await.0, 204);
    assert_eq!(server.get(&format!("/publications/{id}")).await["state"], "cancelled");
    assert_eq!(server.call(Method::DELETE, &format!("/publications/{id}"), None).await.0, 422);
    let path = format!("/channels/{channel}");
    let (status, body) = server.call(Method::PATCH, &path, Some(json!({ "state": "paused" }))).await;
    assert_eq!((status, &body["state"]), (200, &json!("paused")), "{body}");
    let id = server.schedule(&variants[1], &channel, 0).await;
    server.wait_for(&id, &["waiting_channel"], SOON).await;
    assert_eq!(platform.requests(), 0);
    server.call(Method::PATCH, &path, Some(json!({ "state": "on" }))).await;
    server.wait_for(&id, &["published"], SOON).await;
    // What was planned follows what its channel turns out to be.
    let planned = server.schedule(&variants[2], &channel, 3_600_000).await;
    let blind = json!({ "settings": { "capability": "blind" } });
    assert_eq!(server.call(Method::PATCH, &path, Some(blind)).await.0, 200);
    let followed: String = sqlx::query_scalar("select capability from publications where id = ?")
        .bind(planned.parse::<uuid::Uuid>().unwrap())
        .fetch_one(&mut server.sql().await)
        .await
        .unwrap();
    assert_eq!(followed, "blind");
    // A stored secret never follows to another address, and is never shown.
    let elsewhere = json!({ "settings": { "url": format!("http://127.0.0.1:{}/other", platform.port) } });
    assert_eq!(server.call(Method::PATCH, &path, Some(elsewhere)).await.0, 422);
    assert!(!server.get(&path).await.to_string().contains("shared secret"));
    // A slow channel does not hold up another one.
    let other = server.channel(&platform, "blind", "Other").await;
    platform.set(Mood { delay_ms: 1_500, ..CALM });
    let ids = [server.schedule(&variants[2], &channel, 0).await, server.schedule(&variants[2], &other, 0).await];
    for id in ids {
        server.wait_for(&id, &["published"], Duration::from_secs(4)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_kept_once_and_simulated_ones_come_by_themselves() {
    let (platform, server) = open().await;
    let variants = server.variants(2).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let id = server.schedule(&variants[0], &channel, 0).await;
    server.wait_for(&id, &["published"], SOON).await;
    let path = format!("/projects/{}/snapshots", server.project);
    let rows = |values: &[(i64, f64)]| -> Value {
        values
            .iter()
            .map(|(ago, value)| json!({ "publication": id, "metric": "views", "observed_at": at(-ago), "value": value, "basis": "cumulative" }))
            .collect()
    };
    let first = rows(&[(3_000, 10.0), (1_000, 40.0)]);
    assert_eq!(server.post(&path, first.clone()).await, (200, json!({ "added": 2, "unchanged": 0, "corrected": 0 })));
    assert_eq!(server.post(&path, first).await, (200, json!({ "added": 0, "unchanged": 2, "corrected": 0 })));
    assert_eq!(server.post(&path, rows(&[(2_000, 60.0)])).await.0, 200, "late, and more than what came after");
    let totals = "select value from totals where metric = 'views' union all select sum(value) from daily_totals where metric = 'views'";
    let values: Vec<f64> = sqlx::query_scalar(totals).fetch_all(&mut server.sql().await).await.unwrap();
    assert_eq!(values, [60.0, 60.0]);
    for (field, wrong) in
        [("observed_at", json!(at(600_000))), ("value", json!(-1)), ("metric", json!("Views!")), ("publication", json!(uuid::Uuid::now_v7()))]
    {
        let mut row = rows(&[(500, 1.0)]);
        row[0][field] = wrong;
        let (status, answer) = server.post(&path, row).await;
        assert_eq!((status, &answer["errors"][0]["pointer"]), (422, &json!(format!("/0/{field}"))), "{answer}");
    }
    let waiting = server.schedule(&variants[1], &channel, 3_600_000).await;
    let mut row = rows(&[(500, 1.0)]);
    row[0]["publication"] = json!(waiting);
    let (status, answer) = server.post(&path, row).await;
    assert_eq!((status, &answer["errors"][0]["pointer"]), (422, &json!("/0/publication")), "what never went out has no numbers");
    let (_, made) = server.post(&format!("/projects/{}/channels", server.project), json!({ "kind": "simulator", "name": "Simulator" })).await;
    let id = server.schedule(&variants[1], made["id"].as_str().unwrap(), 0).await;
    assert_eq!(server.wait_for(&id, &["published"], SOON).await["simulated"], true);
    let seen = "select count(distinct observed_ms) from snapshots where source = 'simulator'";
    for _ in 0..200 {
        let moments: i64 = sqlx::query_scalar(seen).fetch_one(&mut server.sql().await).await.unwrap();
        if moments >= 2 {
            let mixed: i64 = sqlx::query_scalar(
                "select count(*) from daily_totals where simulated = 1 and channel_id <> (select id from channels where kind = 'simulator')",
            )
            .fetch_one(&mut server.sql().await)
            .await
            .unwrap();
            assert_eq!(mixed, 0);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the simulator wrote no numbers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_studio_sends_nothing_of_the_gap_by_itself() {
    let (platform, mut server) = open().await;
    let variants = server.variants(2).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let gap = server.schedule(&variants[0], &channel, 1_500).await;
    let ahead = server.schedule(&variants[1], &channel, 3_600_000).await;
    server.kill();
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    sqlx::query("insert into marks (name, value, at_ms) values ('restored_ms', '1', 1)").execute(&mut server.sql().await).await.unwrap();
    server.start();
    let one = server.wait_for(&gap, &["needs_review", "published"], SOON).await;
    assert_eq!((&one["state"], &one["review_reason"]), (&json!("needs_review"), &json!("restored")));
    assert_eq!(server.get(&format!("/publications/{ahead}")).await["state"], "scheduled");
    assert_eq!(platform.requests(), 0);
    assert_eq!(server.post(&format!("/publications/{gap}/choice"), json!({ "choice": "again" })).await.0, 200);
    server.wait_for(&gap, &["published"], SOON).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_sends_in_order_of_its_plan() {
    let (platform, server) = open().await;
    let variants = server.variants(30).await;
    let channel = server.channel(&platform, "key", "Key").await;
    platform.set(Mood { delay_ms: 20, ..CALM });
    let mut wanted = Vec::new();
    // Planned last to first, all due within a second.
    let first = super::platform::wall_ms() + 4_000;
    for (number, variant) in variants.iter().enumerate().rev() {
        let due = first + 30 * i64::try_from(number).unwrap();
        wanted.push(server.schedule(variant, &channel, due - super::platform::wall_ms()).await);
    }
    wanted.reverse();
    for id in &wanted {
        server.wait_for(id, &["published"], 2 * SOON).await;
    }
    let order: Vec<String> = platform.posts().into_iter().map(|post| post.publication).collect();
    assert_eq!(order, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_behind_sends_several_at_once_and_a_blind_one_does_not() {
    let (platform, server) = open().await;
    let variants = server.variants(80).await;
    let channel = server.channel(&platform, "key", "Key").await;
    let blind = server.channel(&platform, "blind", "Blind").await;
    platform.set(Mood { delay_ms: 200, ..CALM });
    let first = super::platform::wall_ms() + 5_000;
    let mut wanted = Vec::new();
    for (number, variant) in variants.iter().enumerate() {
        let due = first + i64::try_from(number).unwrap();
        wanted.push(server.schedule(variant, &channel, due - super::platform::wall_ms()).await);
    }
    for variant in &variants[..20] {
        server.schedule(variant, &blind, first - super::platform::wall_ms()).await;
    }
    server.drain(Duration::from_secs(40)).await;
    let posts = platform.posts();
    let (of_key, of_blind): (Vec<_>, Vec<_>) = posts.iter().partition(|post| post.channel == channel);
    let took = |posts: &[&super::platform::Post]| posts.last().unwrap().wall_ms - posts[0].wall_ms;
    assert_eq!((of_key.len(), of_blind.len()), (80, 20), "each once");
    // One after the other, 80 answers of 200 ms are 16 seconds.
    assert!(took(&of_key) < 10_000, "{} ms", took(&of_key));
    for (place, post) in of_key.iter().enumerate() {
        let planned = wanted.iter().position(|id| *id == post.publication).unwrap();
        assert!(planned.abs_diff(place) < 8, "planned as {planned}, came as {place}");
    }
    assert!(of_blind.windows(2).all(|two| two[1].wall_ms - two[0].wall_ms >= 190), "never two in doubt at once");
}
