//! The first turn of the loop as a newcomer goes it: one click for each step, and nothing untrue on the way.

use crate::app::{self, Client, TestApp, location};
use reqwest::{Response, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

async fn studio(app: &TestApp) {
    let now = app.house.now();
    let founded = app.house.db.write(async move |tx| {
        let insert = "insert or ignore into studio (id, name, locale, zone, created_ms) values (1, 'S', 'en', 'UTC', ?)";
        sqlx::query(insert).bind(now.0).execute(tx).await?;
        Ok::<_, troupe::platform::Error>(())
    });
    founded.await.unwrap();
}

/// A studio with a project that says what it is about.
async fn ready() -> (TestApp, Client, Client, String) {
    let app = app::start().await;
    let (web, api) = app.owner().await;
    studio(&app).await;
    let words = json!({ "name": "Nights", "niche": "night markets", "perspective": "A city says what it thinks after dark.", "locale": "en" });
    let project = api.make("/api/v1/projects", words).await;
    (app, web, api, project)
}

/// The path it leads to, and what is said there.
async fn follow(web: &Client, answer: Response) -> (String, String) {
    let path = location(&answer).to_owned();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
    let said =
        answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()?.split(';').next()).collect::<Vec<_>>().join("; ");
    let mut with = web.clone();
    with.cookie = Some(format!("{}; {said}", web.cookie.clone().unwrap_or_default()));
    let page = with.page(&path).await;
    (path, page)
}

/// Two variants of one piece, the first of them approved and out on the invented audience's channel.
async fn published(app: &TestApp, api: &Client, project: &str) -> (String, Vec<String>) {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Night markets, told backwards" })).await;
    let mut variants = Vec::new();
    for hook in ["Where do you look first?", "He never closed before four."] {
        variants.push(api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": format!("Told: {hook}"), "hook": hook })).await);
    }
    assert!(api.post(&format!("/api/v1/variants/{}/approval", variants[0]), json!({})).await.status().is_success());
    let (project, variant): (Uuid, Uuid) = (project.parse().unwrap(), variants[0].parse().unwrap());
    let now = app.house.now().0;
    let written = app.house.db.write(async move |tx| {
        let channel = Uuid::from_u128(1);
        sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, simulated, state, created_ms, updated_ms) values (?, ?, 'simulator', 'Crowd', '{}', 'key', 'UTC', 1, 'on', 0, 0)")
            .bind(channel).bind(project).execute(&mut *tx).await?;
        sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, simulated, published_ms, created_ms, updated_ms) values (1, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'key', 'd', 'r', 1, ?, 0, 0)")
            .bind(Uuid::from_u128(11)).bind(project).bind(variant).bind(channel).bind(now).bind(now).execute(&mut *tx).await?;
        Ok::<_, troupe::platform::Error>(())
    });
    written.await.unwrap();
    (piece, variants)
}

#[tokio::test]
async fn drafting_with_the_sketch_leads_to_what_was_drafted() {
    let (app, web, api, project) = ready().await;
    let runs = format!("/projects/{project}/runs");
    let (path, board) = follow(&web, web.form(&runs, &[("purpose", "ideas"), ("count", "12")]).await).await;
    assert_eq!(path, format!("/projects/{project}/ideas"));
    assert!(board.contains("12 ideas are on the board.") && board.matches("id=\"idea-").count() == 12, "{board}");
    assert_eq!(board.matches("btn primary").count(), 1, "the next step is one: {board}");
    assert!(board.contains("Draft 12 more"), "more of the same is not the next step");
    let idea = api.json(&format!("/api/v1/projects/{project}/ideas")).await["items"][0]["id"].as_str().unwrap().to_owned();
    let moved = web.form(&format!("/ideas/{idea}/state"), &[("to", "shortlisted"), ("back", "")]).await;
    assert_eq!(location(&moved), format!("/projects/{project}/ideas"), "the page stays the same one, so it does not jump");
    let board = web.page(&format!("/projects/{project}/ideas")).await;
    assert!(board.contains("Draft variants of the shortlisted idea") && board.matches("btn primary").count() == 1, "{board}");
    let (path, desk) = follow(&web, web.form(&runs, &[("purpose", "variants"), ("idea", &idea), ("count", "2")]).await).await;
    assert!(path.starts_with(&format!("/projects/{project}/curate?lit=")) && desk.contains("2 drafts wait on the desk."), "{path}");
    let board = web.page(&format!("/projects/{project}/ideas")).await;
    assert!(board.contains("Start with the 2 drafts") && board.matches("btn primary").count() == 1, "{board}");
    let run = api.json(&format!("/api/v1/projects/{project}/runs")).await["items"][0]["id"].as_str().unwrap().to_owned();
    let page = web.page(&format!("/runs/{run}")).await;
    assert!(page.contains("Not sent") && !page.contains("What was sent"), "the sketch asks nobody");
    app.stop().await;
}

#[tokio::test]
async fn an_approval_leads_on_to_publishing() {
    let (app, web, api, project) = ready().await;
    assert!(web.page("/").await.contains("No drafts yet."), "there was no draft to decide on");
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red face" })).await;
    let variant = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Why red?", "hook": "Why red?" })).await;
    api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Faces" })).await;
    let (_, desk) = follow(&web, web.form(&format!("/variants/{variant}/approval"), &[]).await).await;
    let way = format!("/variants/{variant}/publications/new");
    assert!(desk.contains(&format!("href=\"{way}\"")) && desk.contains("Undo"), "{desk}");
    assert!(web.page("/").await.contains(&format!("href=\"{way}\"")), "the one that waits is one click away");
    let second = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Red, again", "hook": "Red again." })).await;
    assert!(api.post(&format!("/api/v1/variants/{second}/approval"), json!({})).await.status().is_success());
    let today = web.page("/").await;
    assert!(today.contains(&format!("/variants/{second}/publications/new\">Publish</a>")), "one of two is one click away as well: {today}");
    let calendar = web.page(&format!("/projects/{project}/calendar")).await;
    assert_eq!(calendar.matches("btn primary").count(), 1, "the tray has one next step");
    let crowd = [("kind", "simulator"), ("name", "Crowd"), ("zone", "UTC"), ("locale", "vi-VN"), ("max_late_minutes", "60")];
    assert_eq!(web.form(&format!("/projects/{project}/channels"), &crowd).await.status(), StatusCode::SEE_OTHER);
    let form = web.page(&way).await;
    let (now, plan) = (form.find("name=\"now\"").unwrap(), form.find("Plan it").unwrap());
    assert!(form.contains("Crowd is private: only the invented audience sees it, nothing leaves this server."), "{form}");
    assert!(form.contains("<button class=\"btn primary large\" name=\"now\"") && now < plan, "now comes first: {form}");
    app.stop().await;
}

#[tokio::test]
async fn who_watches_is_asked_at_the_start() {
    let (app, web, api, _) = ready().await;
    let project = api.make("/api/v1/projects", json!({ "name": "Bare", "locale": "en" })).await;
    web.page(&format!("/projects/{project}/ideas")).await;
    assert!(web.page("/").await.contains("Who watches?"));
    let begin = format!("/projects/{project}/perspective");
    let said = [("niche", "stools"), ("perspective", "Sit low."), ("market", "vi-VN Asia/Ho_Chi_Minh")];
    assert_eq!(location(&web.form(&begin, &said).await), "/");
    let kept = api.json(&format!("/api/v1/projects/{project}")).await;
    assert_eq!(kept["markets"], json!([{ "locale": "vi-VN", "zone": "Asia/Ho_Chi_Minh" }]));
    assert_eq!(kept["locale"], "en", "the project goes on writing in its own language");
    let elsewhere = web.form(&begin, &[("niche", "stools"), ("perspective", "Sit low."), ("market", "other")]).await;
    assert_eq!(location(&elsewhere), format!("/projects/{project}/edit"));
    let wrong = web.form(&begin, &[("niche", ""), ("perspective", "Sit low."), ("market", "nowhere at all")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Stools" })).await;
    assert!(
        web.page(&format!("/ideas/{idea}")).await.contains("<option value=\"vi-VN\">Vietnamese</option>"),
        "drafts may be asked for in the market's language"
    );
    app.stop().await;
}

#[tokio::test]
async fn one_click_compares_what_is_out_with_another_version() {
    let (app, web, api, project) = ready().await;
    let compare = format!("/projects/{project}/comparisons");
    let alone = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Alone" })).await;
    api.make(&format!("/api/v1/pieces/{alone}/variants"), json!({ "title": "One" })).await;
    assert_eq!(web.form(&compare, &[("piece", &alone)]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let (piece, variants) = published(&app, &api, &project).await;
    let offered = format!("name=\"piece\" value=\"{piece}\"");
    let performance = format!("/projects/{project}/performance");
    let publication = format!("/publications/{}", Uuid::from_u128(11));
    for path in [performance.as_str(), &publication] {
        assert!(web.page(path).await.contains(&offered), "{path}");
    }
    for path in [performance.as_str(), &publication] {
        assert!(web.page(path).await.contains("“Where do you look first?” with “He never closed before four.”"), "{path} says which two");
    }
    let form = web.page(&format!("/projects/{project}/experiments/new")).await;
    assert!(form.contains("name=\"variant\""), "the only piece is chosen already");
    assert!(form.contains("value=\"simulator\" checked") && form.contains("(simulated)"), "{form}");
    let (path, page) = follow(&web, web.form(&compare, &[("piece", &piece)]).await).await;
    assert!(path.starts_with("/experiments/") && page.contains("The invented audience has watched."), "{path}");
    let one = api.json(&format!("/api/v1{path}")).await;
    assert_eq!((one["simulated"].as_bool(), one["state"].as_str()), (Some(true), Some("running")));
    let fortnights = one["exposures"].as_i64().unwrap() / 8_400;
    assert!((1..=4).contains(&fortnights) && (fortnights == 4 || one["badge"] != "keep_going"), "it looks on until something can be said: {one}");
    assert_eq!(one["arms"][0]["variant"].as_str(), Some(variants[0].as_str()), "what is out is what the other is held against");
    assert!(page.contains("What was compared") && page.contains("He never closed before four.") && page.contains("a question"), "{page}");
    assert!(page.contains("day 14 of the invented audience") && !page.contains("split at random, you may say"), "the audience has days of its own");
    assert!(page.contains("the invented audience (simulated)") && !page.contains("own link or watch page"), "{page}");
    assert!(page.contains("of the invented audience, and of nobody else"), "{page}");
    let again = web.form(&compare, &[("piece", &piece)]).await;
    assert_eq!(location(&again), path, "asked twice it is the same experiment");
    assert!(!web.page(&performance).await.contains(&offered), "compared already");
    api.make(&format!("/api/v1{path}/verdict"), json!({ "winner": 0, "play": "Questions hold." })).await;
    let called = web.page(&path).await;
    assert!(called.contains("<button class=\"btn primary\" data-key=\"b\">Suggest the next batch") && called.matches("btn primary").count() == 1);
    app.stop().await;
}

#[tokio::test]
async fn what_nobody_has_seen_is_not_spoken_of_as_past() {
    let (app, web, api, project) = ready().await;
    let (_, variants) = published(&app, &api, &project).await;
    for assignment in ["randomised_here", "rotated"] {
        let body = json!({ "name": "Which", "assignment": assignment, "metric": "hook_rate", "variants": variants });
        let id = api.make(&format!("/api/v1/projects/{project}/experiments"), body).await;
        let page = web.page(&format!("/experiments/{id}")).await;
        assert!(page.contains("Nobody has seen it yet, so nothing can be said."), "{page}");
        assert!(!page.contains("were split") && !page.contains("Each arm was its own post"), "{assignment}");
    }
    app.stop().await;
}

#[tokio::test]
async fn suggestions_are_ideas_one_could_film() {
    let (app, web, api, project) = ready().await;
    let (piece, _) = published(&app, &api, &project).await;
    let (path, _) = follow(&web, web.form(&format!("/projects/{project}/comparisons"), &[("piece", &piece)]).await).await;
    let verdict = "“Told: Where do you look first?” is safe to choose (Held past 3 seconds); it is not proven better.";
    api.make(&format!("/api/v1{path}/verdict"), json!({ "winner": 0, "play": verdict })).await;
    let (slate, page) = follow(&web, web.form(&format!("/projects/{project}/next-batch"), &[]).await).await;
    assert!(slate.starts_with("/slates/") && page.contains("6 cards to look at"), "a first batch is small and needs no second click");
    let titles: BTreeSet<&str> = page.split("<h3 class=\"work\" lang=\"en\">").skip(1).filter_map(|rest| rest.split("</h3>").next()).collect();
    assert_eq!(titles.len(), 6, "each says something else: {titles:?}");
    assert!(titles.iter().all(|title| title.starts_with("Night markets") && !title.contains("safe to choose") && !title.contains('…')), "{titles:?}");
    assert!(page.contains(">Where do you look first?</p>") && page.contains("Its first draft opens the same way."), "{page}");
    assert!(!page.contains("chance 1") && !page.contains("winner") && !page.contains(" won"), "{page}");
    assert!(web.page("/").await.contains("6 suggestions wait"));
    assert_eq!(web.form(&format!("{slate}/acceptance"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(!web.page("/").await.contains("suggestions wait"));
    app.stop().await;
}

#[tokio::test]
async fn a_day_begins_where_the_project_is() {
    let (app, web, api, _) = ready().await;
    let project = api.make("/api/v1/projects", json!({ "name": "East", "zone": "Asia/Shanghai" })).await;
    published(&app, &api, &project).await;
    let real = app
        .house
        .db
        .write(async move |tx| sqlx::query("update publications set simulated = 0").execute(tx).await.map_err(troupe::platform::Error::from));
    real.await.unwrap();
    // Half past four in the afternoon in UTC is half past midnight of the next day in Shanghai.
    let day = app.house.now().utc().date_naive().pred_opt().unwrap();
    let row = json!([{ "publication": Uuid::from_u128(11), "metric": "views", "observed_at": format!("{day}T16:30:00Z"), "value": 41.0 }]);
    let answer = api.post(&format!("/api/v1/projects/{project}/snapshots"), row).await;
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let days: Vec<String> = sqlx::query_scalar("select day from daily_totals").fetch_all(app.house.db.read()).await.unwrap();
    assert_eq!(days, [day.succ_opt().unwrap().to_string()]);
    assert!(web.page(&format!("/projects/{project}/performance")).await.contains("Told: Where do you look first?"));
    app.stop().await;
}

#[tokio::test]
async fn the_second_round_is_written_in_the_words_of_the_project() {
    let (app, web, api, _) = ready().await;
    let words = json!({ "name": "梨园", "niche": "戏曲", "perspective": "把老戏讲成今天的家长里短。", "locale": "zh-Hans",
        "markets": "th-TH Asia/Bangkok" });
    let project = api.make("/api/v1/projects", words).await;
    let (piece, _) = published(&app, &api, &project).await;
    let (path, _) = follow(&web, web.form(&format!("/projects/{project}/comparisons"), &[("piece", &piece)]).await).await;
    api.make(&format!("/api/v1{path}/verdict"), json!({ "winner": 0, "play": "提问留得住人。" })).await;
    let (slate, page) = follow(&web, web.form(&format!("/projects/{project}/next-batch"), &[]).await).await;
    assert!(page.contains("Thailand") && !page.contains("th-TH") && !page.contains("winner"), "{page}");
    let (board, _) = follow(&web, web.form(&format!("{slate}/acceptance"), &[]).await).await;
    assert_eq!(board, format!("/projects/{project}/ideas"));
    let all = api.json(&format!("/api/v1/projects/{project}/runs")).await;
    let runs: Vec<&str> = all["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(runs.len(), 6);
    for run in &runs {
        let run = app
            .eventually("the end of a run", async || {
                let run = api.json(&format!("/api/v1/runs/{run}")).await;
                (run["state"] == "done").then_some(run)
            })
            .await;
        assert_eq!((&run["parameters"]["locale"], &run["parameters"]["wanted"]), (&json!("zh-Hans"), &json!("th-TH")));
        for draft in run["drafts"].as_array().unwrap() {
            let draft = api.json(&format!("/api/v1/variants/{}", draft.as_str().unwrap())).await;
            let said = ["title", "script", "caption"].map(|part| draft[part].as_str().unwrap()).join("\n") + &draft["tags"].to_string();
            assert_eq!(draft["locale"], "zh-Hans");
            for foreign in ["th-TH", "thth", "Hold ", "the ", "胜出", "图集", "形式：", "沿用"] {
                assert!(!said.contains(foreign), "{foreign:?} in {said}");
            }
        }
    }
    let page = web.page(&board).await;
    assert!(page.contains("curate?lit=") && page.contains(">Thailand</span>") && !page.contains(">th-TH<"), "{page}");
    let page = web.page(&format!("/runs/{}", runs[0])).await;
    assert!(page.contains("cannot write this in Thai: drafted in Simplified Chinese."), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn the_first_draft_of_a_card_opens_the_way_that_led() {
    let (app, web, api, project) = ready().await;
    let (piece, _) = published(&app, &api, &project).await;
    let (path, _) = follow(&web, web.form(&format!("/projects/{project}/comparisons"), &[("piece", &piece)]).await).await;
    api.make(&format!("/api/v1{path}/verdict"), json!({ "winner": 1, "play": "The plain one leads." })).await;
    let (slate, page) = follow(&web, web.form(&format!("/projects/{project}/next-batch"), &[]).await).await;
    assert!(page.contains("Told: He never closed before four."), "it names the variant that led, not its piece: {page}");
    let (back, off) = follow(&web, web.form(&format!("{slate}/cards/5?_method=DELETE"), &[]).await).await;
    assert!(back == slate && off.contains("5 cards to look at") && off.contains("Undo"), "{off}");
    let (_, on) = follow(&web, web.form(&format!("{slate}/cards/5/restoration"), &[]).await).await;
    assert!(on.contains("6 cards to look at"), "what was taken off can be put back");
    web.form(&format!("{slate}/acceptance"), &[]).await;
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    let led: Vec<_> = ideas["items"].as_array().unwrap().iter().filter(|idea| idea["hook"] == "He never closed before four.").collect();
    assert!(!led.is_empty() && led.len() < 6, "those that look elsewhere open otherwise: {ideas}");
    let idea = led[0]["id"].as_str().unwrap();
    let run = app
        .eventually("the end of its run", async || {
            for run in api.json(&format!("/api/v1/projects/{project}/runs")).await["items"].as_array().unwrap() {
                let run = api.json(&format!("/api/v1/runs/{}", run["id"].as_str().unwrap())).await;
                if run["idea_id"] == idea && run["state"] == "done" {
                    return Some(run);
                }
            }
            None
        })
        .await;
    let first = api.json(&format!("/api/v1/variants/{}", run["drafts"][0].as_str().unwrap())).await;
    assert_eq!(first["hook"], "He never closed before four.");
    assert!(web.page("/").await.contains("You have turned the loop once"), "the end of the first turn is said");
    app.stop().await;
}

#[tokio::test]
async fn one_post_is_told_in_its_numbers() {
    let (app, web, api, project) = ready().await;
    published(&app, &api, &project).await;
    let rows = json!([
        { "publication": Uuid::from_u128(11), "metric": "impressions", "observed_at": app.house.now().rfc3339(), "value": 835.0 },
        { "publication": Uuid::from_u128(11), "metric": "views", "observed_at": app.house.now().rfc3339(), "value": 372.0 }
    ]);
    let real = app
        .house
        .db
        .write(async move |tx| sqlx::query("update publications set simulated = 0").execute(tx).await.map_err(troupe::platform::Error::from));
    real.await.unwrap();
    assert!(api.post(&format!("/api/v1/projects/{project}/snapshots"), rows).await.status().is_success());
    let page = web.page(&format!("/projects/{project}/performance")).await;
    assert!(page.contains("One post: 835 impressions, 372 views. One post proves nothing yet."), "{page}");
    assert!(!page.contains("<svg class=\"plot") && !page.contains("id=\"daily"), "one point is no course");
    assert!(web.page(&format!("/publications/{}", Uuid::from_u128(11))).await.contains("835 impressions, 372 views so far"));
    app.stop().await;
}
