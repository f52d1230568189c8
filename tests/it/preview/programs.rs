//! Machines that lack a program, or have a wrong one under its name.

use crate::program::{Server, client, owner, post, text, troupe};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A folder that is the whole PATH of a server.
fn path_with(programs: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in programs {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

struct Stage {
    server: Server,
    http: reqwest::Client,
    token: String,
    project: String,
    _data: tempfile::TempDir,
}

async fn stage(path: &Path) -> Stage {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let port = crate::program::free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut command = troupe(&folder);
    command.env("TROUPE_LISTEN", format!("127.0.0.1:{port}")).env("TROUPE_PUBLIC_URL", &url).env("PATH", path);
    let server = Server::of(&mut command, url);
    let (http, token) = (client(), owner(&folder));
    let project = crate::program::project(&http, &token, &server.url).await;
    Stage { server, http, token, project, _data: data }
}

impl Stage {
    async fn asked(&self, body: Value) -> (u16, Value) {
        post(&self.http, &self.token, &format!("{}/api/v1/projects/{}/runs", self.server.url, self.project), body).await.unwrap()
    }

    async fn ended(&self, run: &str) -> Value {
        for _ in 0..400 {
            let answer = self.http.get(format!("{}/api/v1/runs/{run}", self.server.url)).bearer_auth(&self.token).send().await.unwrap();
            let run: Value = answer.json().await.unwrap();
            if run["state"] == "failed" || run["state"] == "done" {
                return run;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the run did not end");
    }
}

#[tokio::test]
async fn without_the_programs_nothing_is_offered_and_the_doctor_says_what_to_install() {
    let path = path_with(&[]);
    let stage = stage(path.path()).await;
    for (medium, backend) in [("video", "preview"), ("speech", "espeak"), ("video", ""), ("speech", "")] {
        let (status, problem) = stage.asked(json!({ "medium": medium, "backend": backend, "text": "x" })).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/backend")), "{problem}");
    }
    let doctor = troupe(stage._data.path()).env("PATH", path.path()).arg("doctor").output().unwrap();
    let said = text(&doctor.stdout);
    for line in ["missing  ffmpeg: ", "apt install ffmpeg", "missing  espeak-ng: ", "apt install espeak-ng", "missing  piper: "] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[tokio::test]
async fn a_program_that_fails_or_goes_away_is_named() {
    // One that answers with an error, one that cannot be started any more.
    let failing = path_with(&[("ffmpeg", "#!/bin/sh\necho 'Unknown encoder: libx264' >&2\nexit 3\n")]);
    let gone = path_with(&[("ffmpeg", "#!/no/such/interpreter\n")]);
    for (path, sentence) in
        [(failing, "Unknown encoder: libx264"), (gone, "ffmpeg is not installed on this machine; install it with “apt install ffmpeg”")]
    {
        let stage = stage(path.path()).await;
        let (status, run) = stage.asked(json!({ "medium": "video", "backend": "preview", "text": "Look at him." })).await;
        assert_eq!(status, 201, "{run}");
        let ended = stage.ended(run["id"].as_str().unwrap()).await;
        assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!("program")), "{ended}");
        assert!(ended["error_text"].as_str().unwrap().contains(sentence), "{ended}");
    }
}
