//! Prompts as files: what is written is read back, twice changes nothing, and what is wrong has a line.

use crate::app::{self, location};
use reqwest::{StatusCode, multipart};
use serde_json::{Value, json};

#[tokio::test]
async fn a_prompt_goes_to_another_project_and_the_same_file_twice_changes_nothing() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let (from, to) = (api.project("Opera").await, api.project("Shadows").await);
    let body = json!({ "name": "Mine \"own\"", "purpose": "variants", "template": "One\n\\ {{ seconds }} \"\"\" 戏", "note": "first" });
    let id = api.make(&format!("/api/v1/projects/{from}/prompts"), body).await;
    let second = json!({ "template": "Two {{ tone }}", "settings": { "model": "small", "temperature": 1, "max_tokens": 900 } });
    api.make(&format!("/api/v1/prompts/{id}/versions"), second).await;
    api.make(&format!("/api/v1/prompts/{id}/versions"), json!({ "template": "Three", "label": "trial" })).await;
    let fixture = json!({ "name": "Short", "locale": "vi", "idea": { "title": "The face" }, "inputs": { "seconds": 9, "tone": ["dry", null] } });
    api.make(&format!("/api/v1/prompts/{id}/fixtures"), fixture).await;
    let file = browser.get(&format!("/prompts/{id}/file")).await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("prompt.toml"));
    let text = file.text().await.unwrap();
    assert_eq!(api.get(&format!("/api/v1/prompts/{id}/file")).await.text().await.unwrap(), text);

    let path = format!("/api/v1/projects/{to}/prompts/file");
    let read = async || api.post(&path, json!({ "text": text })).await.json::<Value>().await.unwrap();
    let first = read().await;
    let copy = first["id"].as_str().unwrap().to_owned();
    assert_eq!((&first["created"], &first["versions_added"], &first["fixtures_added"]), (&json!(true), &json!(3), &json!(1)), "{first}");
    let shown = api.json(&format!("/api/v1/prompts/{copy}")).await;
    assert_eq!((&shown["live"], &shown["trial"], &shown["versions"]), (&json!(1), &json!(3), &json!(3)));
    assert_eq!(api.get(&format!("/api/v1/prompts/{copy}/file")).await.text().await.unwrap(), text, "what is written again is the same");
    let again = read().await;
    let known = json!({ "id": copy, "created": false, "versions_added": 0, "versions_known": 3, "fixtures_added": 0, "fixtures_known": 1 });
    assert_eq!(again, known);
    assert_eq!(api.json(&format!("/api/v1/prompts/{copy}")).await, shown);

    // A person pastes it with one version more: only that is added, and no label moves.
    let more = text.replacen("\n[[fixtures]]", "\n[[versions]]\ntemplate = \"Four\"\n\n[[fixtures]]", 1);
    let sent = browser.request(reqwest::Method::POST, &format!("/projects/{to}/prompts/file")).multipart(multipart::Form::new().text("text", more));
    let sent = sent.send().await.unwrap();
    assert_eq!((sent.status(), location(&sent).to_owned()), (StatusCode::SEE_OTHER, format!("/prompts/{copy}")));
    let shown = api.json(&format!("/api/v1/prompts/{copy}")).await;
    assert_eq!((&shown["versions"], &shown["live"], &shown["newest"]["template"]), (&json!(4), &json!(1), &json!("Four")));
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_its_line_and_is_kept_in_the_form() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let head = "name = \"Mine\"\npurpose = \"variants\"\n";
    let part = |text: String| multipart::Form::new().part("file", multipart::Part::text(text).file_name("mine.toml"));
    for (text, said) in [
        (format!("{head}surprise"), "Line 3 cannot be read"),
        (format!("{head}[[versions]]\ntemplate = \"\"\"\nfine\n{{{{ oops\"\"\"\n"), "Line 6 cannot be read"),
        (format!("{head}[[versions]]\ntemplate = \"{{{{ part('gone') }}}}\"\n"), "includes a part that is not there: gone"),
        (format!("{head}[[versions]]\ntemplate = \"x\"\n[[fixtures]]\nname = \"f\"\ninputs = \"[1]\"\n"), "are no JSON object"),
        (head.to_owned(), "A file holds 1 to 200 versions"),
    ] {
        let sent = browser.request(reqwest::Method::POST, &format!("/projects/{project}/prompts/file")).multipart(part(text));
        let sent = sent.send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = sent.text().await.unwrap();
        assert!(page.contains(said) && page.contains("purpose = &#34;variants&#34;"), "{said}: {page}");
    }
    let prompts = api.json(&format!("/api/v1/projects/{project}/prompts")).await;
    assert!(!prompts["items"].as_array().unwrap().iter().any(|prompt| prompt["name"] == "Mine"), "nothing of it was kept");
    app.member("mai", troupe::web::Role::Maker).await;
    let mai = app.browser("mai").await;
    let sent = mai.request(reqwest::Method::POST, &format!("/projects/{project}/prompts/file")).multipart(part(head.to_owned()));
    assert_eq!(sent.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    app.stop().await;
}
