//! Duels: blind pairs, answers that count once and can be taken back, and the ranking they imply.

use crate::app::{self, Client, TestApp, location};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use troupe::platform::id::{MemberId, VariantId};
use troupe::web::{Role, Scope};

async fn draft(api: &Client, project: &str, title: &str, locale: &str) -> String {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": format!("Piece of {title}") })).await;
    let words = json!({ "title": title, "hook": format!("Hook of {title}"), "script": "0:03 The drum stops.", "locale": locale });
    api.make(&format!("/api/v1/pieces/{piece}/variants"), words).await
}

/// Drafts of a project, the best first.
async fn drafts(api: &Client, project: &str, n: usize) -> Vec<String> {
    let mut made = Vec::new();
    for at in 0..n {
        made.push(draft(api, project, &format!("Draft {at}"), "en").await);
    }
    made
}

/// The hidden fields of the form, as a person's browser sends them.
fn fields(page: &str) -> HashMap<String, String> {
    let form = page.split("<duel-pair").nth(1).expect("a pair").split("<form").nth(1).unwrap().split("</form>").next().unwrap();
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    inputs
        .map(|rest| (rest.split('"').next().unwrap().to_owned(), rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()))
        .collect()
}

/// Follows to the pair that is next: its address and its page.
async fn next(browser: &Client, project: &str) -> (String, String) {
    let answer = browser.get(&format!("/projects/{project}/duels")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let address = location(&answer).to_owned();
    let page = browser.page(&address).await;
    (address, page)
}

async fn answer(browser: &Client, project: &str, form: &HashMap<String, String>, outcome: &str) -> Response {
    let mut form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("outcome", outcome));
    browser.form(&format!("/projects/{project}/duels"), &form).await
}

async fn duels(api: &Client, project: &str) -> Vec<Value> {
    api.json(&format!("/api/v1/projects/{project}/duels?limit=200")).await["items"].as_array().unwrap().clone()
}

/// The ranking once it knows of `duels` answers on all drafts together.
async fn tastes(app: &TestApp, api: &Client, project: &str, duels: i64) -> Vec<Value> {
    app.eventually("the measuring of taste", async || {
        let mut items = api.json(&format!("/api/v1/projects/{project}/tastes")).await["items"].as_array().unwrap().clone();
        items.sort_by_key(|item| item["rank"].as_i64());
        (items.iter().map(|item| item["duels"].as_i64().unwrap()).sum::<i64>() == 2 * duels).then_some(items)
    })
    .await
}

#[tokio::test]
async fn forty_answers_with_a_clear_taste_rank_six_drafts() {
    let app = app::start().await;
    let owner = app.member("owner", Role::Owner).await;
    let (browser, api) = (app.browser("owner").await, app.program(owner, &[Scope::All]).await);
    let project = api.project("Opera").await;
    let ids = drafts(&api, &project, 6).await;
    let strength = |id: &str| ids.iter().position(|known| known == id).unwrap();
    let (_, mut page) = next(&browser, &project).await;
    let mut lately: Vec<(String, String)> = Vec::new();
    for n in 0..40 {
        let form = fields(&page);
        let (left, right) = (form["left"].clone(), form["right"].clone());
        let pair = if left < right { (left.clone(), right.clone()) } else { (right.clone(), left.clone()) };
        assert!(!lately.iter().rev().take(10).any(|known| *known == pair), "answer {n} is one of the last ten");
        lately.push(pair);
        let counted = answer(&browser, &project, &form, if strength(&left) < strength(&right) { "left" } else { "right" }).await;
        assert_eq!(counted.status(), StatusCode::SEE_OTHER, "answer {n}");
        page = browser.page(location(&counted)).await;
    }
    let all = duels(&api, &project).await;
    let of = |key: &str, value: &str| all.iter().filter(|duel| duel[key] == value).count();
    assert_eq!(all.len(), 40);
    assert!(of("outcome", "left") >= 8 && of("outcome", "right") >= 8, "sides are mixed: {} left", of("outcome", "left"));
    assert!(of("chosen_by", "random") >= 1 && of("chosen_by", "information") >= 20);
    let ranked = tastes(&app, &api, &project, 40).await;
    let order: Vec<usize> = ranked.iter().map(|item| strength(item["variant_id"].as_str().unwrap())).collect();
    assert_eq!(order, [0, 1, 2, 3, 4, 5]);
    for item in &ranked {
        let (rank, low, high) = (item["rank"].as_i64().unwrap(), item["rank_low"].as_i64().unwrap(), item["rank_high"].as_i64().unwrap());
        assert!(low <= rank && rank <= high && item["sd"].as_f64().unwrap() < 1.0, "{item}");
    }
    let page = browser.page(&format!("/projects/{project}/tastes")).await;
    let row = |title: &str| page.find(&format!(">{title}</a>")).unwrap();
    assert!(row("Draft 0") < row("Draft 1") && row("Draft 4") < row("Draft 5"));
    assert!(page.contains("10 more pairs that two people have answered"), "agreement is not claimed");
    // What other rooms ask for is what this member may see.
    let first: VariantId = ids[0].parse().unwrap();
    let known = troupe::choose::duels::of_variants(app.house.db.read(), owner, &[first]).await.unwrap();
    assert!(known[&first].score().parse::<f64>().unwrap() > 60.0, "{:?}", known[&first]);
    let stranger = app.member("stranger", Role::Reviewer).await;
    assert!(troupe::choose::duels::of_variants(app.house.db.read(), stranger, &[first]).await.unwrap().is_empty());
    app.stop().await;
}

#[tokio::test]
async fn a_reload_shows_the_same_pair_whatever_others_do() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    drafts(&api, &project, 6).await;
    let (address, page) = next(&browser, &project).await;
    assert_eq!(next(&browser, &project).await.0, address, "the next pair is no matter of chance");
    app.member("second", Role::Owner).await;
    let second = app.browser("second").await;
    let (theirs, their_page) = next(&second, &project).await;
    assert_ne!(theirs, address, "each member has pairs of their own");
    assert_eq!(answer(&second, &project, &fields(&their_page), "left").await.status(), StatusCode::SEE_OTHER);
    drafts(&api, &project, 2).await;
    assert_eq!(fields(&browser.page(&address).await), fields(&page), "an answer and new drafts of others change nothing here");
    let skip = page.split("data-key=\"s\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
    let skipped = browser.get(&skip).await;
    let pair = |address: &str| address.split("left=").nth(1).unwrap().to_owned();
    assert_ne!(pair(location(&skipped)), pair(&address));
    assert_eq!(duels(&api, &project).await.len(), 1, "a skip writes nothing");
    app.stop().await;
}

#[tokio::test]
async fn a_double_click_counts_once_and_a_second_thought_twice() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    drafts(&api, &project, 2).await;
    let (address, page) = next(&browser, &project).await;
    let form = fields(&page);
    let first = answer(&browser, &project, &form, "left").await;
    let second = answer(&browser, &project, &form, "left").await;
    assert_eq!((second.status(), location(&second)), (StatusCode::SEE_OTHER, location(&first)), "the present pair");
    assert!(second.headers().get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("duels-said-before")));
    assert_eq!(duels(&api, &project).await.len(), 1);
    // The page of before leads on; the two meet again, and that counts.
    assert_eq!(browser.get(&address).await.status(), StatusCode::SEE_OTHER);
    let again = browser.page(location(&first)).await;
    assert!(again.contains("You have answered every pair"), "{again}");
    answer(&browser, &project, &fields(&again), "right").await;
    assert_eq!(duels(&api, &project).await.len(), 2);

    let path = format!("/api/v1/projects/{project}/duels");
    let next = api.json(&format!("{path}/next")).await;
    let pair = &next["pair"];
    let body =
        json!({ "left": pair["left"]["id"], "right": pair["right"]["id"], "outcome": "tie", "chosen_by": pair["chosen_by"], "after": next["after"] });
    let call = async || api.request(Method::POST, &path).header("Idempotency-Key", "one").json(&body).send().await.unwrap();
    let (one, same) = (call().await, call().await);
    assert_eq!((one.status(), same.status()), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(one.json::<Value>().await.unwrap(), same.json::<Value>().await.unwrap());
    assert_eq!(api.post(&path, body).await.status(), StatusCode::CONFLICT, "the answer before it is another one now");
    assert_eq!(duels(&api, &project).await.len(), 3);
    app.stop().await;
}

#[tokio::test]
async fn ties_move_nobody_and_what_is_taken_back_does_not_count() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    drafts(&api, &project, 2).await;
    let (_, page) = next(&browser, &project).await;
    let form = fields(&page);
    answer(&browser, &project, &form, "tie").await;
    let ranked = tastes(&app, &api, &project, 1).await;
    assert_eq!(ranked.iter().map(|item| item["theta"].as_f64().unwrap()).collect::<Vec<_>>(), [0.0, 0.0]);
    assert_eq!((&ranked[0]["rank_low"], &ranked[0]["rank_high"]), (&json!(1), &json!(2)));

    let (_, page) = next(&browser, &project).await;
    answer(&browser, &project, &fields(&page), "left").await;
    assert!(tastes(&app, &api, &project, 2).await[0]["theta"].as_f64().unwrap() > 0.1);
    let newest = duels(&api, &project).await[0]["id"].as_str().unwrap().to_owned();
    let other = app.member("other", Role::Owner).await;
    let other = app.program(other, &[Scope::All]).await;
    let refused = other.request(Method::DELETE, &format!("/api/v1/duels/{newest}")).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "everybody takes back their own");
    let undone = browser.request(Method::POST, &format!("/duels/{newest}?_method=DELETE")).send().await.unwrap();
    let again = fields(&browser.page(location(&undone)).await);
    assert_eq!((&again["left"], &again["right"]), (&fields(&page)["left"], &fields(&page)["right"]), "the pair is asked once more");
    let first = duels(&api, &project).await[0]["id"].as_str().unwrap().to_owned();
    assert_ne!(first, newest);
    assert_eq!(tastes(&app, &api, &project, 1).await[0]["theta"], 0.0);
    for _ in 0..2 {
        let gone = api.request(Method::DELETE, &format!("/api/v1/duels/{first}")).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    }
    assert!(tastes(&app, &api, &project, 0).await.is_empty());
    let log = browser.page("/audit").await;
    assert!(log.contains("Duel decided") && log.contains("Duel taken back"));
    app.stop().await;
}

async fn inside(app: &TestApp, owner: &Client, project: &str, name: &str, role: Role) -> (Client, Client) {
    let id: MemberId = app.member(name, role).await;
    owner.request(Method::PATCH, &format!("/api/v1/members/{id}")).json(&json!({ "projects": [project] })).send().await.unwrap();
    (app.browser(name).await, app.program(id, &[Scope::All]).await)
}

#[tokio::test]
async fn only_who_decides_answers_and_only_about_drafts_of_the_project() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let (project, foreign) = (api.project("Opera").await, api.project("Shadows").await);
    let (ours, theirs) = (drafts(&api, &project, 2).await, drafts(&api, &foreign, 2).await);
    let path = format!("/api/v1/projects/{project}/duels");
    let body = |left: &str, right: &str| json!({ "left": left, "right": right, "outcome": "left", "chosen_by": "random" });
    for (name, role, read, write) in [
        ("viewer", Role::Viewer, StatusCode::OK, StatusCode::FORBIDDEN),
        ("maker", Role::Maker, StatusCode::OK, StatusCode::FORBIDDEN),
        ("reviewer", Role::Reviewer, StatusCode::OK, StatusCode::CREATED),
    ] {
        let (browser, program) = inside(&app, &api, &project, name, role).await;
        assert_eq!(program.get(&format!("{path}/next")).await.status(), read, "{name}");
        assert_eq!(program.post(&path, body(&ours[0], &ours[1])).await.status(), write, "{name}");
        let (_, page) = next(&browser, &project).await;
        assert_eq!(page.contains("name=\"outcome\""), write == StatusCode::CREATED, "{name} sees what they may press");
        let form = [("left", ours[0].as_str()), ("right", ours[1].as_str()), ("outcome", "left"), ("chosen_by", "random")];
        let sent = browser.form(&format!("/projects/{project}/duels"), &form).await.status();
        assert_eq!(sent == StatusCode::FORBIDDEN, write == StatusCode::FORBIDDEN, "{name}: {sent}");
    }
    let stranger = app.member("stranger", Role::Reviewer).await;
    let (browser, program) = (app.browser("stranger").await, app.program(stranger, &[Scope::All]).await);
    for path in ["duels", "tastes"] {
        assert_eq!(browser.get(&format!("/projects/{project}/{path}")).await.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(program.get(&format!("/api/v1/projects/{project}/{path}")).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(program.post(&path, body(&ours[0], &ours[1])).await.status(), StatusCode::NOT_FOUND);
    let theirs_by_us = duels(&api, &project).await[0]["id"].as_str().unwrap().to_owned();
    let undo = program.request(Method::DELETE, &format!("/api/v1/duels/{theirs_by_us}")).send().await.unwrap();
    assert_eq!(undo.status(), StatusCode::NOT_FOUND);
    for (left, right, status) in [
        (&ours[0], &theirs[0], StatusCode::NOT_FOUND),
        (&theirs[0], &theirs[1], StatusCode::NOT_FOUND),
        (&ours[0], &ours[0], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(api.post(&path, body(left, right)).await.status(), status);
    }
    assert_eq!(duels(&api, &project).await.len(), 1, "nothing else was written");
    assert!(duels(&api, &foreign).await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn drafts_that_left_and_other_languages_do_not_meet() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    assert!(browser.page(&format!("/projects/{project}/duels")).await.contains("A duel needs two drafts"));
    let ids = drafts(&api, &project, 3).await;
    let vi = draft(&api, &project, "Bà tôi", "vi").await;
    let path = format!("/api/v1/projects/{project}/duels");
    let body = |left: &str, right: &str| json!({ "left": left, "right": right, "outcome": "left", "chosen_by": "random" });
    let code = async |left: &str, right: &str| api.post(&path, body(left, right)).await.json::<Value>().await.unwrap()["code"].clone();
    assert_eq!(code(&ids[0], &vi).await, "duels-two-languages");
    assert!(browser.page(&format!("/projects/{project}/duels?locale=vi")).await.contains("A duel needs two drafts"));
    api.make(&path, body(&ids[0], &ids[1])).await;
    api.make(&path, body(&ids[1], &ids[2])).await;
    assert_eq!(tastes(&app, &api, &project, 2).await.len(), 3);

    let (_, page) = next(&browser, &project).await;
    let form = fields(&page);
    let binned = form["left"].clone();
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/variants/{binned}")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let late = answer(&browser, &project, &form, "left").await;
    assert_eq!(late.status(), StatusCode::SEE_OTHER);
    assert!(late.headers().get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("duels-said-gone")));
    assert_eq!(duels(&api, &project).await.len(), 2, "nothing was counted");
    let left: Vec<&String> = ids.iter().filter(|id| **id != binned).collect();
    assert_eq!(code(left[0], &binned).await, "duels-gone");
    let shown = api.json(&format!("/api/v1/projects/{project}/tastes")).await;
    assert!(!shown.to_string().contains(&binned), "what is in the bin has no rank");

    assert_eq!(api.post(&format!("/api/v1/variants/{}/rejection", left[0]), json!({ "reason": "dull" })).await.status(), StatusCode::OK);
    assert_eq!(api.json(&format!("{path}/next")).await["pair"], Value::Null, "one that was rejected is not compared");
    assert_eq!(code(left[0], left[1]).await, "duels-gone");
    app.stop().await;
}

#[tokio::test]
async fn a_pair_tells_nothing_of_where_it_comes_from() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (_, hidden) = inside(&app, &api, &project, "hiddenhand", Role::Maker).await;
    let idea = hidden.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Red faces" })).await;
    let piece = hidden.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces", "idea": idea })).await;
    let asked = json!({ "purpose": "variants", "piece": piece, "backend": "sketch", "count": 2 });
    let run = hidden.make(&format!("/api/v1/projects/{project}/runs"), asked).await;
    app.eventually("the drafts of a run", async || (api.json(&format!("/api/v1/runs/{run}")).await["state"] == "done").then_some(())).await;
    let approved = hidden.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Loyal unto red" })).await;
    assert_eq!(api.post(&format!("/api/v1/variants/{approved}/approval"), json!({})).await.status(), StatusCode::OK);
    let (reviewer, program) = inside(&app, &api, &project, "judge", Role::Reviewer).await;
    for _ in 0..6 {
        let (_, page) = next(&reviewer, &project).await;
        let pair = page.split("<duel-pair").nth(1).unwrap().split("</duel-pair>").next().unwrap();
        let words = pair.to_lowercase();
        for told in ["hiddenhand", &run, "template", "model", "sketch", "in_review", "approved", "version", "human", "taste", "±", "/variants/"] {
            assert!(!words.contains(told), "the pair says {told}: {pair}");
        }
        answer(&reviewer, &project, &fields(&page), "left").await;
    }
    let side = &program.json(&format!("/api/v1/projects/{project}/duels/next")).await["pair"]["left"];
    let mut told: Vec<&String> = side.as_object().unwrap().keys().collect();
    told.sort();
    assert_eq!(told, ["caption", "hook", "id", "locale", "script", "title"]);
    app.stop().await;
}

/// Real posts of drafts, two days old, whose views at the age of a day are `views`.
async fn published(app: &TestApp, project: &str, from: i64, posts: &[(String, f64)]) {
    let (project, posts) = (project.parse::<uuid::Uuid>().unwrap(), posts.to_vec());
    let (now, channel) = (app.house.now().0, uuid::Uuid::from_u128(77));
    let at = now - 48 * 3_600_000;
    app.house
        .db
        .write(async move |tx| {
            sqlx::query("insert or ignore into channels (id, project_id, kind, name, settings, capability, zone, simulated, state, created_ms, updated_ms) values (?, ?, 'x', 'Ours', '{}', 'hand', 'UTC', 0, 'on', ?, ?)")
                .bind(channel).bind(project).bind(now).bind(now).execute(&mut *tx).await?;
            for (no, (variant, views)) in (from..).zip(&posts) {
                let variant: uuid::Uuid = variant.parse().unwrap();
                sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, simulated, published_ms, created_ms, updated_ms) values (?, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'hand', ?, ?, 0, ?, ?, ?)")
                    .bind(no).bind(uuid::Uuid::from_u128(1_000 + no as u128)).bind(project).bind(variant).bind(channel).bind(at + no).bind(format!("d{no}")).bind(format!("r{no}")).bind(at).bind(now).bind(now).execute(&mut *tx).await?;
                sqlx::query("insert into totals values (?, 'views', ?, ?, ?, ?, 0, 0)").bind(no).bind(project).bind(channel).bind(views).bind(now).execute(&mut *tx).await?;
                sqlx::query("insert into snapshots values (?, 'views', ?, ?, 'cumulative', 'given', 'hand')").bind(no).bind(at + 24 * 3_600_000).bind(views).execute(&mut *tx).await?;
                sqlx::query("insert into snapshots values (?, 'views', ?, 0, 'cumulative', 'given', 'hand')").bind(no).bind(at + 23 * 3_600_000).execute(&mut *tx).await?;
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn taste_meets_the_market_from_ten_variants_on() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let ids = drafts(&api, &project, 12).await;
    let mut answers = 0;
    for (at, better) in ids.iter().enumerate() {
        for worse in ids.iter().skip(at + 1).take(3) {
            let body = json!({ "left": better, "right": worse, "outcome": "left", "chosen_by": "random" });
            api.make(&format!("/api/v1/projects/{project}/duels"), body).await;
            answers += 1;
        }
    }
    tastes(&app, &api, &project, answers).await;
    // The market likes what the team likes, the other way round.
    let posts: Vec<(String, f64)> = ids.iter().cloned().zip((1..).map(|n| 100.0 * f64::from(n))).collect();
    published(&app, &project, 1, &posts[..9]).await;
    let section = async || {
        let page = browser.page(&format!("/projects/{project}/performance?by=variants")).await;
        page.split("id=\"taste\"").nth(1).expect("the section").split("</section>").next().unwrap().to_owned()
    };
    let few = section().await;
    assert!(few.contains("one more variant is needed") && !few.contains("<svg"), "{few}");
    published(&app, &project, 10, &posts[9..]).await;
    let enough = section().await;
    assert!(enough.contains("<b>−1.00</b>") && enough.contains(">12</td>") && enough.contains("<svg"), "{enough}");
    app.stop().await;
}
