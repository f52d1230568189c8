//! What runs draft: by the sketch, offline, and by a model.

use super::stage;
use crate::app::location;
use crate::openai::Manner;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_sketch_drafts_ideas_and_variants_offline() {
    let stage = stage(Manner::Well).await;
    let form = [("purpose", "ideas"), ("emotion", "tenderness"), ("count", "12"), ("backend", "sketch"), ("angle", ""), ("market", "")];
    let answer = stage.browser.form(&format!("/projects/{}/runs", stage.project), &form).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), format!("/projects/{}/ideas", stage.project), "what takes a moment is waited for");
    let run = stage.newest_run().await;
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
    assert_eq!((&draft["locale"], &draft["human_share"]), (&json!("en"), &json!(0.0)), "the templates do not translate");
    let asked = &ended["parameters"];
    assert_eq!((&asked["locale"], &asked["wanted"]), (&json!("en"), &json!("vi")));
    for page in [format!("/runs/{variants}"), format!("/ideas/{idea}")] {
        assert!(stage.browser.page(&page).await.contains("cannot write this in Vietnamese: drafted in English. Connect a model"), "{page}");
    }
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
    assert!(location(&answer).starts_with(&format!("/projects/{}/curate?lit=", stage.project)));
    let children = stage.ended(&stage.newest_run().await).await;
    assert_eq!((&children["piece_id"], &children["parameters"]["locale"]), (&ended["piece_id"], &json!("en")));
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
