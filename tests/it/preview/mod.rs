//! Films and voices made in the house, by the real ffmpeg and espeak-ng.

mod films;
mod programs;
mod voices;

use crate::app::{self, Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const CHINESE: &str = "锣鼓一响，红脸的人先走上台。\n他为什么从不说谎？\n因为白脸的人，替他说完了。";
pub const VIETNAMESE: &str =
    "Tiếng trống vừa vang lên, người mặt đỏ đã bước ra sân khấu.\nVì sao anh ấy không bao giờ nói dối?\nBởi vì người mặt trắng đã nói hết thay anh.";

/// A project with a variant in Chinese.
struct Stage {
    app: TestApp,
    api: Client,
    project: String,
    piece: String,
}

async fn stage() -> Stage {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.make("/api/v1/projects", json!({ "name": "京剧", "locale": "zh-Hans", "niche": "京剧" })).await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "脸谱" })).await;
    Stage { app, api, project, piece }
}

impl Stage {
    async fn variant(&self, script: &str) -> String {
        self.api.make(&format!("/api/v1/pieces/{}/variants", self.piece), json!({ "title": "红脸", "locale": "zh-Hans", "script": script })).await
    }

    async fn run(&self, body: Value) -> String {
        self.api.make(&format!("/api/v1/projects/{}/runs", self.project), body).await
    }

    /// The preview of a variant, with a second language.
    async fn preview(&self, variant: &str, frame: Value) -> String {
        self.run(json!({ "medium": "video", "backend": "preview", "variant": variant, "frame": frame })).await
    }

    async fn ended(&self, run: &str) -> Value {
        self.app
            .eventually("the end of a run", async || {
                let run = self.api.json(&format!("/api/v1/runs/{run}")).await;
                ["done", "failed", "cancelled", "needs_look"].contains(&run["state"].as_str().unwrap()).then_some(run)
            })
            .await
    }

    async fn done(&self, run: &str) -> Value {
        let ended = self.ended(run).await;
        assert_eq!(ended["state"], "done", "{ended}");
        ended
    }

    /// What the preview says about how it was made: shots, drawn, used again.
    async fn told(&self, run: &str) -> Value {
        let raw = sqlx::query_scalar::<_, String>("select raw from runs where lower(hex(id)) = ?")
            .bind(run.replace('-', ""))
            .fetch_one(self.app.house.db.read())
            .await
            .unwrap();
        serde_json::from_str(&raw).unwrap()
    }

    async fn shots(&self) -> i64 {
        sqlx::query_scalar("select count(*) from shots").fetch_one(self.app.house.db.read()).await.unwrap()
    }

    /// A file that was made, brought down as a browser does.
    async fn file(&self, asset: &Value) -> PathBuf {
        let path = self.app.data.join(asset["file_name"].as_str().unwrap());
        let id = asset["id"].as_str().unwrap();
        let answer = self.api.request(Method::GET, &format!("/api/v1/media/{id}")).send().await.unwrap();
        assert!(answer.status().is_success(), "{} {asset}", answer.status());
        std::fs::write(&path, answer.bytes().await.unwrap()).unwrap();
        path
    }
}

fn asset<'a>(run: &'a Value, mime: &str) -> &'a Value {
    run["assets"].as_array().unwrap().iter().find(|asset| asset["mime"] == mime).unwrap_or_else(|| panic!("no {mime} in {run}"))
}

/// What ffprobe says about a file.
fn probed(path: &Path) -> Value {
    let args = ["-v", "error", "-show_streams", "-show_format", "-of", "json"];
    let output = Command::new("ffprobe").args(args).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn seconds(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

/// Processes that work in a folder of this server.
fn at_work(data: &Path) -> Vec<String> {
    let inside = |pid: &Path| std::fs::read_link(pid.join("cwd")).is_ok_and(|folder| folder.starts_with(data.join("tmp")));
    let name = |pid: &Path| std::fs::read_to_string(pid.join("comm")).unwrap_or_default().trim().to_owned();
    std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).filter(|pid| inside(pid)).map(|pid| name(&pid)).collect()
}
