//! Against real servers on loopback. Addresses that are refused must open no connection.

#![allow(clippy::disallowed_methods, reason = "the stand-in servers end with their test's runtime")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;

/// A server that reads one request per connection and answers with fixed bytes.
struct StandIn {
    address: SocketAddr,
    opened: Arc<AtomicUsize>,
    heard: mpsc::UnboundedReceiver<String>,
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Hold,
}

impl StandIn {
    async fn at(ip: &str, reply: impl Into<String>, then: Then) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.expect("bind");
        let address = listener.local_addr().expect("address");
        let opened = Arc::new(AtomicUsize::new(0));
        let (tell, heard) = mpsc::unbounded_channel();
        let (reply, count) = (reply.into(), opened.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, reply.clone(), then, tell.clone()));
            }
        });
        Self { address, opened, heard }
    }

    async fn new(reply: impl Into<String>) -> Self {
        Self::at("127.0.0.1", reply, Then::Close).await
    }

    fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().expect("url")
    }

    fn connections(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }
}

async fn converse(mut stream: TcpStream, reply: String, then: Then, tell: mpsc::UnboundedSender<String>) {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&heard) {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => heard.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    let _ = tell.send(String::from_utf8_lossy(&heard).into_owned());
    let _ = stream.write_all(reply.as_bytes()).await;
    if matches!(then, Then::Hold) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

fn is_whole(heard: &[u8]) -> bool {
    let text = String::from_utf8_lossy(heard);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().expect("length"))
}

fn outbound_to(servers: &[&StandIn]) -> Outbound {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let allow_private = servers.iter().map(|server| server.address.to_string().parse().expect("target")).collect();
    Outbound::new(Policy { allow_private, ..Policy::default() }).expect("client")
}

fn get(url: Url) -> Request {
    Request { timeout: Duration::from_secs(5), ..Request::new(Method::GET, url) }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn redirect_to(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn an_answer_arrives_whole() {
    let mut server = StandIn::new(ok("hello")).await;
    let request = Request { method: Method::POST, body: Body::Json(serde_json::json!({"a": 1})), ..get(server.url("/hook")) };
    let answer = outbound_to(&[&server]).send(request).await.expect("answer");
    assert_eq!((answer.status, &answer.body[..], answer.complete), (StatusCode::OK, &b"hello"[..], true));
    let heard = server.heard.recv().await.expect("request");
    assert!(heard.starts_with("POST /hook HTTP/1.1\r\n") && heard.ends_with("{\"a\":1}"), "{heard}");
    assert!(!heard.to_lowercase().contains("accept-encoding"), "{heard}");
}

#[tokio::test]
async fn refused_spellings_open_no_connection() {
    let canary = StandIn::new(ok("inside")).await;
    let port = canary.address.port();
    let outbound = outbound_to(&[]);
    for host in
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "0", "①②⑦.0.0.1", "localhost", "a.localhost", "[::ffff:127.0.0.1]", "[::1]"]
    {
        let url: Url = format!("http://{host}:{port}/").parse().expect("url");
        let failure = outbound.send(get(url)).await.expect_err(host);
        assert!(matches!(failure, Failure::NotAllowed) && failure.nothing_left(), "{host}: {failure:?}");
        assert_eq!(failure.to_string(), UrlRefusal.to_string());
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_redirect_inward_is_refused() {
    let canary = StandIn::at("127.0.0.2", ok("inside"), Then::Close).await;
    let server = StandIn::new(redirect_to(canary.url("/").as_str())).await;
    let request = Request { redirects: Redirects::Follow(3), ..get(server.url("/")) };
    let failure = outbound_to(&[&server]).send(request).await.expect_err("refused");
    assert!(matches!(failure, Failure::Misdirected { status: StatusCode::FOUND }), "{failure:?}");
    assert!(!failure.nothing_left());
    assert_eq!((server.connections(), canary.connections()), (1, 0));
}

#[tokio::test]
async fn without_following_a_redirect_is_the_answer() {
    let other = StandIn::new(ok("other")).await;
    let server = StandIn::new(redirect_to(other.url("/").as_str())).await;
    let answer = outbound_to(&[&server, &other]).send(get(server.url("/"))).await.expect("answer");
    assert_eq!((answer.status, other.connections()), (StatusCode::FOUND, 0));
    let post = Request { method: Method::POST, redirects: Redirects::Follow(3), ..get(server.url("/")) };
    let answer = outbound_to(&[&server, &other]).send(post).await.expect("answer");
    assert_eq!((answer.status, other.connections()), (StatusCode::FOUND, 0));
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let mut other = StandIn::new(ok("other")).await;
    let mut server = StandIn::new(redirect_to(other.url("/b").as_str())).await;
    let mut request = Request { redirects: Redirects::Follow(3), ..get(server.url("/a")) };
    for (name, value) in [("authorization", "Bearer hush"), ("cookie", "hush"), ("x-api-key", "hush"), ("accept", "text/plain")] {
        request.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let answer = outbound_to(&[&server, &other]).send(request).await.expect("answer");
    assert_eq!(&answer.body[..], b"other");
    assert_eq!(server.heard.recv().await.expect("first").matches("hush").count(), 3);
    let second = other.heard.recv().await.expect("second");
    assert!(!second.contains("hush") && second.contains("accept: text/plain"), "{second}");
}

#[tokio::test]
async fn redirects_end_after_their_number() {
    let server = StandIn::new(redirect_to("/again")).await;
    let request = Request { redirects: Redirects::Follow(3), ..get(server.url("/")) };
    let failure = outbound_to(&[&server]).send(request).await.expect_err("loop");
    assert!(matches!(failure, Failure::TooManyRedirects { .. }), "{failure:?}");
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn a_silent_server_leaves_the_outcome_unknown() {
    let server = StandIn::at("127.0.0.1", "", Then::Hold).await;
    let request = Request { timeout: Duration::from_millis(200), ..get(server.url("/")) };
    let failure = outbound_to(&[&server]).send(request).await.expect_err("silence");
    assert!(matches!(failure, Failure::TimedOut) && !failure.nothing_left(), "{failure:?}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_closed_port_was_never_opened() {
    let server = StandIn::new("").await;
    let outbound = outbound_to(&[&server]);
    let free = TcpListener::bind("127.0.0.1:0").await.expect("bind").local_addr().expect("address");
    let policy = Policy { origins: vec![format!("http://{free}").parse().expect("origin")], ..Policy::default() };
    let closed = Outbound::new(policy).expect("client").send(get(format!("http://{free}/").parse().expect("url"))).await.expect_err("closed");
    assert!(matches!(closed, Failure::NotOpened) && closed.nothing_left(), "{closed:?}");
    // The same request to a server that takes it and hangs up is not known to be unsent.
    let cut = outbound.send(get(server.url("/"))).await.expect_err("cut");
    assert!(matches!(cut, Failure::Cut) && !cut.nothing_left(), "{cut:?}");
}

#[tokio::test]
async fn half_a_body_keeps_the_status() {
    let half = "HTTP/1.1 201 Created\r\nContent-Length: 100\r\nX-Id: 7\r\n\r\nhalf";
    for then in [Then::Close, Then::Hold] {
        let server = StandIn::at("127.0.0.1", half, then).await;
        let request = Request { timeout: Duration::from_millis(300), ..get(server.url("/")) };
        match outbound_to(&[&server]).send(request).await {
            Err(Failure::Unread { status: StatusCode::CREATED, headers }) => assert_eq!(headers["x-id"], "7"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_body_over_its_cap_is_not_read() {
    let declared = ok(&"a".repeat(101));
    let undeclared = format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(101));
    for reply in [declared, undeclared] {
        let server = StandIn::new(reply).await;
        let failure = outbound_to(&[&server]).send(Request { max_bytes: 100, ..get(server.url("/")) }).await.expect_err("too large");
        assert!(matches!(failure, Failure::TooLarge { status: StatusCode::OK, .. }), "{failure:?}");
        let answer = outbound_to(&[&server]).send(Request { max_bytes: 101, ..get(server.url("/")) }).await.expect("fits");
        assert_eq!(answer.body.len(), 101);
    }
}

#[tokio::test]
async fn a_body_without_a_marked_end_is_told_apart() {
    let server = StandIn::new("HTTP/1.1 200 OK\r\n\r\nwho knows").await;
    let answer = outbound_to(&[&server]).send(get(server.url("/"))).await.expect("answer");
    assert!(!answer.complete);
}

#[tokio::test]
async fn chunks_arrive_as_a_stream() {
    let server = StandIn::new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n").await;
    let answer = outbound_to(&[&server]).open(get(server.url("/"))).await.expect("answer");
    assert!(answer.complete);
    let pieces: Vec<_> = answer.chunks().try_collect().await.expect("chunks");
    assert_eq!(pieces.concat(), b"onetwo");
}

#[tokio::test]
async fn a_download_is_hashed_and_a_failed_one_leaves_no_file() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("body");
    let server = StandIn::new(ok("abc")).await;
    let outbound = outbound_to(&[&server]);
    let got = outbound.download(get(server.url("/")), &path, 3).await.expect("download");
    assert_eq!(hex::encode(got.sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((got.size, std::fs::read(&path).expect("file")), (3, b"abc".to_vec()));
    std::fs::remove_file(&path).expect("remove");
    let failure = outbound.download(get(server.url("/")), &path, 2).await.expect_err("cap");
    assert!(matches!(failure, Failure::TooLarge { .. }) && !path.exists(), "{failure:?}");
}

#[tokio::test]
async fn a_multipart_form_carries_bytes_and_files() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("clip");
    std::fs::write(&path, "from disk").expect("write");
    let mut server = StandIn::new(ok("")).await;
    let part = |name: &str, content| Part { name: name.into(), file_name: Some("clip.mp4".into()), media_type: Some("video/mp4".into()), content };
    let parts = vec![part("a", Content::Bytes("from memory".into())), part("b", Content::File(path))];
    let request = Request { method: Method::POST, body: Body::Multipart(parts), ..get(server.url("/")) };
    outbound_to(&[&server]).send(request).await.expect("answer");
    let heard = server.heard.recv().await.expect("request");
    for wanted in ["from memory", "from disk", "name=\"b\"; filename=\"clip.mp4\"", "Content-Type: video/mp4", "content-length: "] {
        assert!(heard.contains(wanted), "{wanted} in {heard}");
    }
    let missing = vec![part("c", Content::File(folder.path().join("none")))];
    let request = Request { method: Method::POST, body: Body::Multipart(missing), ..get(server.url("/")) };
    assert!(outbound_to(&[&server]).send(request).await.expect_err("no file").nothing_left());
}
