//! Files that are read in, looked at before and reported after.

use super::{SMALL, import};
use crate::app::{self, location};
use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

#[tokio::test]
async fn a_file_is_imported_once_and_its_bad_rows_are_named() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let (status, report) = import(&api, &project, SMALL).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    assert_eq!((report["rows"].as_i64(), report["added"].as_i64(), report["refused"].as_i64()), (Some(18), Some(10), Some(8)), "{report}");
    let lines: Vec<i64> = report["refusals"].as_array().unwrap().iter().map(|row| row["line"].as_i64().unwrap()).collect();
    assert_eq!(lines, [10, 11, 12, 13, 14, 15, 16, 17]);
    let list = api.json(&format!("/api/v1/projects/{project}/experiments")).await;
    let names: Vec<&str> = list["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["After the open quote", "=HYPERLINK(\"http://x\",\"y\")", "Same words twice", "Would you dare to sing?"]);
    let beta = api.json(&format!("/api/v1/experiments/{}", list["items"][2]["id"].as_str().unwrap())).await;
    assert_eq!(beta["arms"].as_array().unwrap().len(), 3, "identical rows stay apart");
    assert_eq!((beta["state"].as_str(), beta["grade"].as_str()), (Some("imported"), Some("a")));
    let (_, again) = import(&api, &project, SMALL).await;
    assert_eq!((again["added"].as_i64(), again["unchanged"].as_i64(), again["refused"].as_i64()), (Some(0), Some(10), Some(8)), "{again}");
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"].as_array().unwrap().len(), 4);
    app.stop().await;
}

#[tokio::test]
async fn the_stored_assessment_is_what_the_laboratory_answers() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    import(&api, &project, SMALL).await;
    let list = api.json(&format!("/api/v1/projects/{project}/experiments")).await;
    for row in list["items"].as_array().unwrap() {
        let one = api.json(&format!("/api/v1/experiments/{}", row["id"].as_str().unwrap())).await;
        let arms: Vec<Value> =
            one["arms"].as_array().unwrap().iter().map(|arm| json!({ "n": arm["exposures"], "successes": arm["outcomes"] })).collect();
        let asked = json!({ "cases": [{ "id": "x", "arms": arms }] }).to_string();
        let answer: Value = serde_json::from_str(&troupe::cli::lab::run("ab", &asked).unwrap()).unwrap();
        let best = &answer["results"][0]["beta_binomial"]["prob_best"];
        for (k, arm) in one["assessment"]["arms"].as_array().unwrap().iter().enumerate() {
            assert!((arm["chance_best"].as_f64().unwrap() - best[k].as_f64().unwrap()).abs() < 1e-12, "{one}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_dry_run_and_a_file_that_cannot_be_read_change_nothing() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let path = format!("/api/v1/projects/{project}/imports?kind=headline-tests&dry_run=true");
    let dry = api.request(Method::POST, &path).header("content-type", "text/csv").body(SMALL).send().await.unwrap();
    assert_eq!(dry.status(), StatusCode::OK);
    assert_eq!(dry.json::<Value>().await.unwrap()["added"], 10);
    for (csv, key) in [("", "import-error-empty"), ("headline,clicks\nx,1\n", "import-error-columns"), ("\u{0}PNG", "import-error-columns")] {
        let (status, problem) = import(&api, &project, csv).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(key)), "{csv:?}");
    }
    let csv = SMALL.replace("headline,eyecatcher_id", "Titel,eyecatcher_id");
    let mapped = async |map: &str| {
        let request = api.request(Method::POST, &path).query(&[("map", map)]).header("content-type", "text/csv");
        request.body(csv.clone()).send().await.unwrap()
    };
    assert_eq!(mapped(r#"{"headline":"Titel"}"#).await.json::<Value>().await.unwrap()["added"], 10);
    let wrong = mapped("headline=Titel").await;
    assert_eq!(
        (wrong.status(), wrong.json::<Value>().await.unwrap()["errors"][0]["pointer"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("/map"))
    );
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn a_person_uploads_looks_and_adds() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let csv = SMALL.replace("headline,eyecatcher_id", "Überschrift,eyecatcher_id");
    let form = multipart::Form::new().text("kind", "headline-tests").part("file", multipart::Part::text(csv).file_name("mine.csv"));
    let sent = browser.request(Method::POST, &format!("/projects/{project}/imports")).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let path = location(&sent).to_owned();
    assert!(browser.page(&path).await.contains("has no column for: headline"));
    let mapped = browser.form(&format!("{path}/mapping"), &[("headline", "Überschrift"), ("test", ""), ("week", "")]).await;
    assert_eq!(mapped.status(), StatusCode::SEE_OTHER);
    let look = browser.page(&path).await;
    assert!(look.contains("10 rows would be added") && look.contains("8 rows are refused"), "{look}");
    assert_eq!(browser.form(&format!("{path}/start"), &[]).await.status(), StatusCode::SEE_OTHER);
    let page = app.eventually("the import", async || Some(browser.page(&path).await).filter(|page| page.contains("10 rows were added"))).await;
    assert!(page.contains("11 clicks cannot come from 10 impressions"), "{page}");
    assert_eq!(browser.form(&format!("{path}/start"), &[]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"].as_array().unwrap().len(), 4);
    assert_eq!(std::fs::read_dir(app.data.join("tmp")).unwrap().count(), 0, "the uploaded file is gone");
    app.stop().await;
}

#[tokio::test]
async fn lists_come_in_pages_and_by_state() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let rows: String = (0..130).map(|n| format!("t{n},A {n},p,2000,60,202546\nt{n},B {n},p,2000,{},202546\n", 60 + n)).collect();
    import(&api, &project, &format!("test,headline,eyecatcher,impressions,clicks,week\n{rows}")).await;
    let path = format!("/api/v1/projects/{project}/experiments?limit=50&state=imported");
    let (mut seen, mut after) = (0, String::new());
    loop {
        let page = api.json(&format!("{path}{after}")).await;
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 130);
    let page = browser.page(&format!("/projects/{project}/experiments")).await;
    assert!(page.contains("A 129") && !page.contains("A 79<") && page.contains("after="), "{page}");
    assert_eq!(api.get(&format!("/api/v1/projects/{project}/experiments?state=up")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}
