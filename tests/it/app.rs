//! A server of its own for each test: a fresh data folder, a free port, people of each role.

use reqwest::header::{COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Method, Response, StatusCode, redirect};
use serde_json::{Value, json};
use std::path::PathBuf;
use troupe::config::{Config, Settings};
use troupe::platform::events::Actor;
use troupe::platform::id::MemberId;
use troupe::platform::{Clock, Folder, House};
use troupe::team::{NewMember, members, password, tokens};
use troupe::web::{Role, Scope};

pub const PASSWORD: &str = "red faces never lie";

/// What a test may set before its server starts.
#[derive(Default)]
pub struct Wishes {
    /// host:port list the server may call although it is private
    pub allow_private: String,
    /// "/studio"
    pub base: String,
    pub clock: Option<Clock>,
    /// What stands in for a platform: `channel-bluesky` and its origin
    pub stand_ins: Vec<(String, String)>,
}

pub struct TestApp {
    pub house: House,
    /// http://127.0.0.1:PORT with the base path
    pub url: String,
    pub data: PathBuf,
    folder: Option<Folder>,
    _temp: tempfile::TempDir,
}

/// Somebody at the server: with a cookie, with a token, or nobody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    pub cookie: Option<String>,
    token: Option<String>,
}

pub async fn start() -> TestApp {
    start_with(Wishes::default()).await
}

pub async fn start_with(wishes: Wishes) -> TestApp {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let folder = Folder::take(&data).unwrap();
    folder.migrate().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}{}", wishes.base);
    let settings = Settings {
        listen: format!("127.0.0.1:{port}"),
        data: data.clone(),
        public_url: url.clone(),
        trusted_proxies: String::new(),
        allow_private: wishes.allow_private,
        frame_ancestors: String::new(),
        key_file: None,
        timezone: "Asia/Shanghai".into(),
        log: "warn".into(),
    };
    let mut config = Config::check(settings).unwrap();
    config.origins.extend(wishes.stand_ins.into_iter().map(|(kind, origin)| (kind, origin.parse().unwrap())));
    let house = troupe::app::open(config, wishes.clock.unwrap_or_default()).await.unwrap();
    troupe::app::begin(&house).await.unwrap();
    let serving = house.clone();
    tokio::spawn(async move { troupe::app::serve(&serving, troupe::app::Door::Tcp(listener)).await });
    TestApp { house, url, data, folder: Some(folder), _temp: temp }
}

impl TestApp {
    pub fn nobody(&self) -> Client {
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Client { http, url: self.url.clone(), cookie: None, token: None }
    }

    /// A member of this role, made as the operator makes one.
    pub async fn member(&self, name: &str, role: Role) -> MemberId {
        let hash = password::hash(PASSWORD.into()).await.unwrap();
        let member =
            NewMember { name: name.into(), email: format!("{name}@studio.example"), role, locale: "en".into(), zone: "Asia/Shanghai".into() };
        let now = self.house.now();
        self.house.db.write(async move |tx| members::add(tx, &Actor::operator(), &member, Some(&hash), now).await).await.unwrap()
    }

    /// The same member in a browser.
    pub async fn browser(&self, name: &str) -> Client {
        let mut client = self.nobody();
        let answer = client.form("/login", &[("email", &format!("{name}@studio.example")), ("password", PASSWORD)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name} could not sign in");
        client.keep_cookie(answer.headers());
        client
    }

    /// The same member through a program with these scopes.
    pub async fn program(&self, member: MemberId, scopes: &[Scope]) -> Client {
        let token = tokens::NewToken::check("test", scopes.to_vec(), None).unwrap();
        let now = self.house.now();
        let secret = self.house.db.write(async move |tx| tokens::add(tx, &Actor::operator(), member, &token, now).await).await.unwrap();
        Client { token: Some(secret), ..self.nobody() }
    }

    /// An owner in a browser and as a program: what most tests need.
    pub async fn owner(&self) -> (Client, Client) {
        let id = self.member("owner", Role::Owner).await;
        (self.browser("owner").await, self.program(id, &[Scope::All]).await)
    }

    /// Waits until `ready` answers something, looking again and again for at most half a minute.
    pub async fn eventually<T>(&self, what: &str, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..1200 {
            if let Some(found) = ready().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{what} did not happen in half a minute");
    }

    /// Stops the server and gives the folder back, as SIGTERM does.
    pub async fn stop(mut self) -> tempfile::TempDir {
        troupe::app::end(self.house.clone()).await;
        self.folder.take();
        self._temp
    }
}

impl Client {
    fn keep_cookie(&mut self, headers: &HeaderMap) {
        let cookies: Vec<String> =
            headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned)).collect();
        self.cookie = Some(cookies.join("; "));
    }

    /// Any request, with who this is and from our own page.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let origin = self.url.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header(ORIGIN, origin);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request(Method::POST, path).form(fields).send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.unwrap()
    }

    /// A creating call that must succeed; the new id.
    pub async fn make(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, body).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{path}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub async fn project(&self, name: &str) -> String {
        self.make("/api/v1/projects", json!({ "name": name })).await
    }
}

pub fn location(answer: &Response) -> &str {
    answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or("")
}
