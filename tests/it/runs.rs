//! Runs: what is asked is frozen, what comes back is sorted, what it costs is known.

use crate::app::{self, Client, TestApp, Wishes, location};
use crate::openai::{self, Manner, Service};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::create::runs;
use troupe::platform::id::{BootId, RunId};
use troupe::platform::{Error, jobs};

/// A studio with a service connected to it, and a project with a prompt.
struct Stage {
    app: TestApp,
    browser: Client,
    api: Client,
    service: Service,
    backend: String,
    project: String,
}

async fn stage(manner: Manner) -> Stage {
    stage_with(manner, 10).await
}

/// The same with another patience of the backend, in seconds.
async fn stage_with(manner: Manner, timeout: u32) -> Stage {
    let service = openai::start(manner).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let settings =
        json!({ "base_url": service.base_url(), "secret": "key-1", "model": "small", "price_in": "2.50", "price_out": 10, "timeout": timeout });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let project = api
        .make("/api/v1/projects", json!({ "name": "Opera", "locale": "en", "niche": "Chinese opera", "perspective": "Old stages, new ears" }))
        .await;
    Stage { app, browser, api, service, backend, project }
}

impl Stage {
    async fn prompt(&self, purpose: &str) -> String {
        let body = json!({ "name": format!("For {purpose}"), "purpose": purpose, "template": "{{ count }} about {{ perspective }} {{ idea.title }}",
            "settings": { "temperature": 0.7, "max_tokens": 900 } });
        self.api.make(&format!("/api/v1/projects/{}/prompts", self.project), body).await
    }

    async fn run(&self, body: Value) -> String {
        self.api.make(&format!("/api/v1/projects/{}/runs", self.project), body).await
    }

    /// Waits until a run is in one of these states.
    async fn ended(&self, run: &str) -> Value {
        self.app
            .eventually("the end of a run", async || {
                let run = self.api.json(&format!("/api/v1/runs/{run}")).await;
                (!matches!(run["state"].as_str().unwrap(), "queued" | "running")).then_some(run)
            })
            .await
    }

    async fn ideas(&self) -> Vec<Value> {
        self.api.json(&format!("/api/v1/projects/{}/ideas", self.project)).await["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_run_with_a_service_makes_ideas_and_knows_its_cost() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "label": "live", "backend": stage.backend, "count": 5, "lenses": { "emotion": "wonder" } })).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["made"], &ended["rendered"]), (&json!("done"), &json!(2), &json!("5 about Old stages, new ears ")));
    // 1,000 tokens at 2.50 and 500 at 10 for a million each.
    assert_eq!((&ended["tokens_in"], &ended["tokens_out"], &ended["cost_micros"]), (&json!(1_000), &json!(500), &json!(7_500)));
    assert_eq!(ended["currency"], "USD");
    let ideas = stage.ideas().await;
    assert_eq!(ideas.len(), 2);
    assert!(ideas.iter().all(|idea| idea["run_id"] == run.as_str() && idea["state"] == "inbox"));
    assert_eq!(ended["drafts"].as_array().unwrap().len(), 2);
    let chats = stage.service.chats();
    assert_eq!(chats.len(), 1);
    assert_eq!((&chats[0]["model"], &chats[0]["max_completion_tokens"]), (&json!("small"), &json!(900)));
    assert_eq!(chats[0]["response_format"]["json_schema"]["strict"], true);
    assert_eq!(stage.service.keys(), ["Bearer key-1"]);
    let page = stage.browser.page(&format!("/runs/{run}")).await;
    assert!(page.contains("The white face") && page.contains("0.0075 USD") && !page.contains("key-1"), "{page}");
    assert!(stage.browser.page(&format!("/projects/{}/runs", stage.project)).await.contains("Home"));
    stage.app.stop().await;
}

#[tokio::test]
async fn servers_that_know_fewer_fields_are_asked_again() {
    for (manner, calls) in [(Manner::NoSchema, 2), (Manner::NoFormat, 3), (Manner::NoCompletionTokens, 2)] {
        let stage = stage(manner).await;
        let prompt = stage.prompt("ideas").await;
        let run = stage.run(json!({ "prompt": prompt, "backend": "Home", "count": 2 })).await;
        assert_eq!(stage.ended(&run).await["state"], "done", "{manner:?}");
        let chats = stage.service.chats();
        assert_eq!(chats.len(), calls, "{manner:?}");
        let last = chats.last().unwrap();
        match manner {
            Manner::NoSchema => assert_eq!(last["response_format"], json!({ "type": "json_object" })),
            Manner::NoFormat => assert!(last.get("response_format").is_none()),
            _ => assert_eq!((last.get("max_completion_tokens"), &last["max_tokens"]), (None, &json!(900))),
        }
        stage.app.stop().await;
    }
}

#[tokio::test]
async fn every_misbehaviour_has_its_class_and_makes_nothing() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let table = [
        (Manner::Status(401), "refused_key", 0),
        (Manner::Echo, "refused_key", 0),
        (Manner::Status(404), "unknown_model", 0),
        (Manner::Status(402), "no_credit", 0),
        (Manner::Status(400), "refused", 0),
        (Manner::Status(500), "unavailable", 0),
        (Manner::Html, "bad_answer", 0),
        (Manner::BrokenJson, "bad_answer", 0),
        (Manner::EmptyChoices, "bad_answer", 18),
        (Manner::Prose, "bad_answer", 2_600),
        (Manner::Filtered, "moderation", 0),
        (Manner::Cut, "unknown", 0),
        (Manner::Endless, "unknown", 0),
    ];
    for (manner, class, cost) in table {
        stage.service.behave(manner);
        let before = stage.service.chats().len();
        let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
        let ended = stage.ended(&run).await;
        assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!(class)), "{manner:?}");
        assert_eq!((&ended["made"], &ended["cost_micros"]), (&json!(0), &json!(cost)), "{manner:?}");
        assert_eq!(stage.service.chats().len(), before + 1, "{manner:?} was asked once");
        assert!(!ended.to_string().contains("key-1"), "{manner:?} shows the key");
        assert!(stage.browser.page(&format!("/runs/{run}")).await.contains("say act"), "{manner:?} is explained");
    }
    assert!(stage.ideas().await.is_empty());
    stage.app.stop().await;
}

#[tokio::test]
async fn a_service_that_is_not_there_is_not_connected() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let closed = { tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap() };
    let settings = json!({ "base_url": format!("http://{closed}/v1"), "model": "small" });
    let refused = stage.api.post("/api/v1/backends", json!({ "kind": "openai", "name": "Nobody", "settings": settings })).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a private address that is not listed");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["errors"][0]["pointer"], "/settings/base_url");
    stage.api.request(Method::DELETE, &format!("/api/v1/backends/{}", stage.backend)).send().await.unwrap();
    let gone = stage.api.post(&format!("/api/v1/projects/{}/runs", stage.project), json!({ "prompt": prompt, "backend": stage.backend })).await;
    assert_eq!(gone.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // The name is free again, and the sketch stays.
    let settings = json!({ "base_url": stage.service.base_url(), "model": "small" });
    stage.api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let sketch = "00000000-0000-7000-8000-736b65746368";
    let stays = stage.api.request(Method::DELETE, &format!("/api/v1/backends/{sketch}")).send().await.unwrap();
    assert_eq!(stays.status(), StatusCode::UNPROCESSABLE_ENTITY);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_busy_service_is_asked_again_after_its_time() {
    let stage = stage(Manner::BusyOnce).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("done"), &Value::Null));
    assert_eq!(stage.service.chats().len(), 2);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_run_under_way_can_be_cancelled_and_asked_again() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    let answer = stage.browser.form(&format!("/runs/{run}/cancellation"), &[]).await;
    assert_eq!(location(&answer), format!("/runs/{run}"));
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
    stage.service.behave(Manner::Well);
    let answer = stage.browser.form(&format!("/runs/{run}/repetition"), &[]).await;
    let again = location(&answer).strip_prefix("/runs/").unwrap().to_owned();
    let ended = stage.ended(&again).await;
    assert_eq!((&ended["state"], &ended["rendered"]), (&json!("done"), &json!("2 about Old stages, new ears ")));
    assert_eq!(stage.ideas().await.len(), 2, "the cancelled run made nothing");
    stage.app.stop().await;
}

#[tokio::test]
async fn the_sketch_drafts_ideas_and_variants_offline() {
    let stage = stage(Manner::Well).await;
    let form = [("purpose", "ideas"), ("emotion", "tenderness"), ("count", "12"), ("backend", "sketch"), ("angle", ""), ("market", "")];
    let answer = stage.browser.form(&format!("/projects/{}/runs", stage.project), &form).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let run = location(&answer).strip_prefix("/runs/").unwrap().to_owned();
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["made"], &ended["cost_micros"]), (&json!("done"), &json!(12), &json!(0)));
    assert!(stage.browser.page(&format!("/runs/{run}")).await.contains("template, not AI"));
    let idea = stage.ideas().await[0]["id"].as_str().unwrap().to_owned();
    let variants = stage.run(json!({ "purpose": "variants", "idea": idea, "backend": "sketch", "count": 3, "locale": "vi" })).await;
    let ended = stage.ended(&variants).await;
    assert_eq!((&ended["state"], &ended["made"]), (&json!("done"), &json!(3)));
    assert!(ended["piece_id"].is_string(), "the piece was made from the idea");
    assert_eq!(stage.api.json(&format!("/api/v1/ideas/{idea}")).await["state"], "in_production");
    let draft = stage.api.json(&format!("/api/v1/variants/{}", ended["drafts"][1].as_str().unwrap())).await;
    assert_eq!((&draft["state"], &draft["author"], &draft["run_id"]), (&json!("in_review"), &json!("template"), &json!(variants)));
    assert_eq!((&draft["locale"], &draft["human_share"]), (&json!("vi"), &json!(0.0)));
    assert!(stage.service.chats().is_empty(), "nothing was asked outside");
    // More of the same idea go under the same piece.
    let more = stage.run(json!({ "purpose": "variants", "idea": idea, "backend": "sketch", "count": 2 })).await;
    assert_eq!(stage.ended(&more).await["piece_id"], ended["piece_id"]);
    let parent = ended["drafts"][0].as_str().unwrap();
    assert!(stage.browser.page(&format!("/variants/{parent}")).await.contains(&format!("/runs/new?purpose=variants&#38;parent={parent}")));
    let form = stage.browser.page(&format!("/projects/{}/runs/new?purpose=variants&parent={parent}", stage.project)).await;
    assert!(form.contains(&format!(r#"name="parent" value="{parent}""#)));
    let fields = [("purpose", "variants"), ("parent", parent), ("backend", "sketch"), ("count", "2"), ("locale", ""), ("idea", ""), ("piece", "")];
    let answer = stage.browser.form(&format!("/projects/{}/runs", stage.project), &fields).await;
    let children = stage.ended(location(&answer).strip_prefix("/runs/").unwrap()).await;
    assert_eq!((&children["piece_id"], &children["parameters"]["locale"]), (&ended["piece_id"], &json!("vi")));
    let child = stage.api.json(&format!("/api/v1/variants/{}", children["drafts"][1].as_str().unwrap())).await;
    assert_eq!(child["parent_id"], parent);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_model_writes_variants_in_the_ideas_language() {
    let stage = stage(Manner::Well).await;
    stage.prompt("variants").await;
    let idea = stage.api.make(&format!("/api/v1/projects/{}/ideas", stage.project), json!({ "title": "The drum", "locale": "th" })).await;
    let run = stage.run(json!({ "purpose": "variants", "idea": idea, "backend": stage.backend, "count": 6 })).await;
    let ended = stage.ended(&run).await;
    assert_eq!(ended["parameters"]["locale"], "th", "an idea is drafted in its own language");
    assert_eq!((&ended["state"], &ended["made"]), (&json!("done"), &json!(1)));
    assert_eq!(ended["rendered"], "6 about Old stages, new ears The drum");
    let draft = stage.api.json(&format!("/api/v1/variants/{}", ended["drafts"][0].as_str().unwrap())).await;
    assert_eq!(
        (&draft["author"], &draft["hook"], &draft["script"]),
        (&json!("model"), &json!("Who painted you?"), &json!("0:00 Look.\n0:03 [close] Closer."))
    );
    stage.app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_before_anything_is_sent() {
    let stage = stage(Manner::Well).await;
    let path = format!("/api/v1/projects/{}/runs", stage.project);
    let prompt = stage
        .api
        .make(
            &format!("/api/v1/projects/{}/prompts", stage.project),
            json!({ "name": "Asks", "purpose": "ideas", "template": "{{ seconds }} {{ place }}" }),
        )
        .await;
    let table = [
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 2 }), "/inputs"),
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 0 }), "/count"),
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 61 }), "/count"),
        (json!({ "prompt": prompt, "backend": "nobody" }), "/backend"),
        (json!({ "prompt": prompt, "version": 7, "backend": stage.backend }), "/prompt"),
        (json!({ "prompt": prompt, "purpose": "variants", "backend": stage.backend }), "/prompt"),
        (json!({ "purpose": "variants", "backend": "sketch" }), "/idea"),
        (json!({ "purpose": "ideas", "backend": "sketch", "locale": "not a tag" }), "/locale"),
    ];
    for (body, pointer) in table {
        let answer = stage.api.post(&path, body.clone()).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
    let answer = stage.api.post(&path, json!({ "prompt": prompt, "backend": stage.backend })).await;
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("place, seconds"), "{problem}");
    // The page asks for what is missing, keeps what was typed, and takes it.
    let form =
        |place: &'static str| [("purpose", "ideas"), ("prompt", prompt.as_str()), ("backend", "sketch"), ("in.seconds", "36"), ("in.place", place)];
    let pages = format!("/projects/{}/runs", stage.project);
    let fields: Vec<_> = form("").into_iter().filter(|(name, _)| *name != "in.place").collect();
    let answer = stage.browser.form(&pages, &fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains(r#"name="in.place" value="""#) && page.contains(r#"name="in.seconds" value="36""#), "{page}");
    assert_eq!(stage.browser.form(&pages, &form("Hanoi")).await.status(), StatusCode::SEE_OTHER);
    assert!(stage.service.chats().is_empty());
    stage.app.stop().await;
}

#[tokio::test]
async fn a_key_stays_with_its_address() {
    let stage = stage(Manner::Well).await;
    let path = format!("/settings/backends/{}", stage.backend);
    let page = stage.browser.page(&path).await;
    assert!(page.contains(&stage.service.base_url()) && !page.contains("key-1"), "the key is never sent back");
    let fields = |url: &str, secret: &str| {
        [("name", "Home"), ("settings.base_url", url), ("settings.secret", secret), ("settings.model", "small"), ("settings.currency", "CNY")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |url: &str, secret: &str| {
        let fields = fields(url, secret);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        stage.browser.form(&path, &fields).await
    };
    let moved = format!("http://{}/v2", stage.service.target);
    let answer = send(&moved, "").await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("Enter the key again"));
    assert_eq!(send(&moved, "key-2").await.status(), StatusCode::SEE_OTHER);
    assert_eq!(send(&moved, "").await.status(), StatusCode::SEE_OTHER, "the address stayed, so the key may");
    let list = stage.api.json("/api/v1/backends").await;
    assert!(list["items"][1]["has_secret"] == true && !list.to_string().contains("key-"), "{list}");
    stage.app.stop().await;
}

#[tokio::test]
async fn a_test_says_in_words_whether_a_service_answers() {
    let stage = stage(Manner::Well).await;
    let path = format!("/api/v1/backends/{}/tests", stage.backend);
    let tested: Value = stage.api.post(&path, json!({})).await.json().await.unwrap();
    assert_eq!(tested["ok"], true, "{tested}");
    let settings = json!({ "base_url": stage.service.base_url(), "model": "large" });
    let other = stage.api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Large", "settings": settings })).await;
    let tested: Value = stage.api.post(&format!("/api/v1/backends/{other}/tests"), json!({})).await.json().await.unwrap();
    assert_eq!((&tested["ok"], &tested["class"]), (&json!(false), &json!("unknown_model")));
    let page = stage.browser.page("/settings/backends").await;
    assert!(page.contains("does not know this model") && page.contains("template, not AI"));
    let answer = stage.browser.form(&format!("/settings/backends/{other}/tests"), &[]).await;
    assert_eq!(location(&answer), "/settings/backends");
    stage.app.stop().await;
}

#[tokio::test]
async fn makers_run_but_do_not_see_the_settings() {
    let stage = stage(Manner::Well).await;
    stage.app.member("mai", troupe::web::Role::Maker).await;
    let mai = stage.app.browser("mai").await;
    for path in ["/settings/backends", "/settings/backends/new?kind=openai"] {
        assert_eq!(mai.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let stranger = mai.form(&format!("/projects/{}/runs", stage.project), &[("purpose", "ideas"), ("backend", "sketch")]).await;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND, "not in this project");
    stage.browser.page(&format!("/projects/{}/runs/new?purpose=ideas", stage.project)).await;
    stage.app.stop().await;
}

/// What the next start of the program does with the runs that this one leaves behind.
async fn start_again(stage: &Stage) {
    let now = stage.app.house.now();
    let boot = BootId::new(now);
    stage
        .app
        .house
        .db
        .write(async move |tx| {
            jobs::recover(tx, boot, now, &[]).await?;
            runs::recover(tx, boot, now).await
        })
        .await
        .unwrap();
    stage.app.house.jobs.ring();
}

/// Puts a run and its job where a killed program leaves them.
async fn kill(stage: &Stage, run: &str, state: &'static str) {
    let run: RunId = run.parse().unwrap();
    stage
        .app
        .house
        .db
        .write(async move |tx| {
            sqlx::query("update runs set state = ?, made = 0, finished_ms = null where id = ?").bind(state).bind(run.0).execute(&mut *tx).await?;
            sqlx::query("update jobs set state = 'running', lease_boot = x'00' where id = (select job_id from runs where id = ?)")
                .bind(run.0)
                .execute(&mut *tx)
                .await?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_paid_answer_that_died_with_the_program_needs_a_look() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    start_again(&stage).await;
    let left = stage.ended(&run).await;
    assert_eq!((&left["state"], &left["error_class"]), (&json!("needs_look"), &json!("interrupted")));
    assert_eq!(stage.service.chats().len(), 1, "nobody was asked again");
    assert!(stage.browser.page(&format!("/runs/{run}")).await.contains("Decide whether to ask again"));
    let answer = stage.browser.form(&format!("/runs/{run}/cancellation"), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
    stage.app.stop().await;
}

#[tokio::test]
async fn a_stop_waits_a_while_for_a_paid_answer_and_then_asks_a_person() {
    let stage = stage_with(Manner::Silent, 60).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    let service = stage.service.clone();
    let folder = stage.app.stop().await;
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("data/troupe.db"));
    let db = sqlx::SqlitePool::connect_with(file).await.unwrap();
    let id: RunId = run.parse().unwrap();
    let (state, class): (String, String) =
        sqlx::query_as("select state, error_class from runs where id = ?").bind(id.0).fetch_one(&db).await.unwrap();
    assert_eq!((state.as_str(), class.as_str()), ("needs_look", "interrupted"));
    assert_eq!(service.chats().len(), 1);
}

#[tokio::test]
async fn no_answer_in_time_is_told_and_not_asked_again() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    tokio::time::sleep(std::time::Duration::from_secs(9)).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!("timeout")));
    assert_eq!(stage.service.chats().len(), 1);
    stage.app.stop().await;
}

#[tokio::test]
async fn what_asked_nobody_is_done_again_after_a_kill() {
    let stage = stage(Manner::Well).await;
    let run = stage.run(json!({ "purpose": "ideas", "backend": "sketch", "count": 4 })).await;
    stage.ended(&run).await;
    let before = stage.ideas().await.len();
    for state in ["running", "queued"] {
        kill(&stage, &run, state).await;
        start_again(&stage).await;
        let again = stage.ended(&run).await;
        assert_eq!((&again["state"], &again["made"]), (&json!("done"), &json!(4)), "left {state}");
    }
    assert_eq!(stage.ideas().await.len(), before + 8);
    stage.app.stop().await;
}

#[tokio::test]
async fn what_a_run_was_asked_never_changes() {
    let stage = stage(Manner::Well).await;
    let run = stage.run(json!({ "purpose": "ideas", "backend": "sketch", "count": 2 })).await;
    stage.ended(&run).await;
    for column in ["rendered", "inputs", "parameters", "count", "backend_id", "prompt_version_id"] {
        let sql: &'static str = Box::leak(format!("update runs set {column} = {column}").into_boxed_str());
        let done = stage.app.house.db.write(async move |tx| Ok::<_, Error>(sqlx::query(sql).execute(tx).await?.rows_affected())).await;
        assert!(matches!(done, Err(Error::Constraint(_))), "{column}: {done:?}");
    }
    stage.app.stop().await;
}

#[tokio::test]
#[ignore = "needs fonts"]
async fn the_sketch_draws_a_card_for_each_variant() {
    let stage = stage(Manner::Well).await;
    let idea = stage.api.make(&format!("/api/v1/projects/{}/ideas", stage.project), json!({ "title": "The drum" })).await;
    let run = stage.run(json!({ "purpose": "variants", "idea": idea, "backend": "sketch", "count": 2 })).await;
    stage.ended(&run).await;
    let rows: Vec<(Vec<u8>, String, i64)> = sqlx::query_as(
        "select a.digest, a.origin, a.height from variant_assets va join assets a on a.id = va.asset_id join variants v on v.id = va.variant_id",
    )
    .fetch_all(stage.app.house.db.read())
    .await
    .unwrap();
    assert_eq!(rows.len(), 2);
    for (digest, origin, height) in rows {
        let digest: [u8; 32] = digest.try_into().unwrap();
        assert_eq!((origin.as_str(), height), ("template", 1_920));
        assert!(stage.app.house.media.open(digest.into()).await.is_ok(), "the picture is stored");
    }
    stage.app.stop().await;
}
