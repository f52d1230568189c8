//! Sends requests through the gate. The only file that builds an HTTP client.

#![allow(clippy::disallowed_methods, reason = "this is the one outbound client with the one guard")]

use std::error::Error;
use std::io::SeekFrom;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, HeaderMap, LOCATION};
use reqwest::multipart;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Response, Url};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::time::{Instant, timeout_at};
use tokio_util::io::ReaderStream;

use super::gate::{Route, admit};
use super::message::{Answer, Body, Content, Failure, Part, Redirects, Request};
use super::resolver::PublicOnly;
use super::streaming::Streaming;
use super::{Policy, UrlRefusal, check_url};

const CONNECT: Duration = Duration::from_secs(5);
const AGENT: &str = concat!("Troupe/", env!("CARGO_PKG_VERSION"));

/// The HTTP client. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    policy: Arc<Policy>,
    /// Connects only to public addresses.
    public: Client,
    /// For what the operator listed, wherever its name points.
    listed: Client,
}

/// The secure layer could not be set up, so nothing outside can be reached.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct NoClient(#[source] reqwest::Error);

impl Outbound {
    /// The process must have installed its rustls provider before.
    pub fn new(policy: Policy) -> Result<Self, NoClient> {
        let public = plain_client().dns_resolver(PublicOnly).build().map_err(NoClient)?;
        let listed = plain_client().build().map_err(NoClient)?;
        Ok(Self { policy: Arc::new(policy), public, listed })
    }

    /// Judges an address a person typed, for use when it is saved.
    pub fn check_url(&self, text: &str) -> Result<Url, UrlRefusal> {
        check_url(text, &self.policy)
    }

    /// Sends, and reads the whole answer.
    pub async fn send(&self, request: Request) -> Result<Answer, Failure> {
        self.open(request).await?.whole().await
    }

    /// Sends, and hands back the answer as soon as its status and headers are there.
    pub async fn open(&self, request: Request) -> Result<Streaming, Failure> {
        let deadline = Instant::now() + request.timeout;
        let mut hop = Hop { method: request.method, url: request.url, headers: request.headers };
        let mut response = self.exchange(&hop, request.body, deadline).await?;
        if let Redirects::Follow(most) = request.redirects
            && matches!(hop.method, Method::GET | Method::HEAD)
        {
            let mut followed = 0;
            while let Some(target) = redirect_target(&hop.url, &response) {
                let status = response.status();
                if followed == most {
                    return Err(Failure::TooManyRedirects { status });
                }
                followed += 1;
                hop = hop.redirected_to(target);
                response = self.exchange(&hop, Body::Empty, deadline).await.map_err(|failure| {
                    // An earlier server has been asked, so "nothing was sent" would be untrue.
                    if failure.nothing_left() { Failure::Misdirected { status } } else { failure }
                })?;
            }
        }
        Ok(Streaming::new(response, deadline, request.max_bytes))
    }

    async fn exchange(&self, hop: &Hop, body: Body, deadline: Instant) -> Result<Response, Failure> {
        let client = match admit(&hop.url, &self.policy) {
            Ok(Route::Public) => &self.public,
            Ok(Route::Listed) => &self.listed,
            Err(UrlRefusal) => return Err(Failure::NotAllowed),
        };
        let builder = client.request(hop.method.clone(), hop.url.clone()).headers(hop.headers.clone());
        let builder = match body {
            Body::Empty => builder,
            Body::Bytes(bytes) => builder.body(bytes),
            Body::Json(value) => builder.json(&value),
            Body::File(path) => piece(builder, path, 0, None).await?,
            Body::Piece { path, from, length } => piece(builder, path, from, Some(length)).await?,
            Body::Multipart(parts) => builder.multipart(form(parts).await?),
        };
        let request = builder.build().map_err(|_| Failure::Malformed)?;
        match timeout_at(deadline, client.execute(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(unanswered(&error)),
            Err(_) => Err(Failure::TimedOut),
        }
    }
}

/// What both clients share. No proxy: it would resolve names itself, behind the guard. No
/// decompression: a small answer stays small. No retry: trying again is the caller's decision.
fn plain_client() -> ClientBuilder {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .user_agent(AGENT)
}

/// One request of a chain of redirects.
struct Hop {
    method: Method,
    url: Url,
    headers: HeaderMap,
}

impl Hop {
    /// Another origin sees only what says nothing about us: any other header may be a credential.
    fn redirected_to(self, url: Url) -> Self {
        let headers = if url.origin() == self.url.origin() {
            self.headers
        } else {
            [ACCEPT, ACCEPT_LANGUAGE].into_iter().filter_map(|name| Some((name.clone(), self.headers.get(&name)?.clone()))).collect()
        };
        Self { url, headers, ..self }
    }
}

/// Where a redirect points, as the server wrote it; the gate has yet to judge it.
fn redirect_target(from: &Url, response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

/// Sorts what went wrong before a status arrived. Anything not known to have failed before the
/// connection was open counts as possibly received.
fn unanswered(error: &reqwest::Error) -> Failure {
    if was_refused(error) {
        Failure::NotAllowed
    } else if error.is_connect() {
        Failure::NotOpened
    } else if error.is_builder() {
        Failure::Malformed
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Cut
    }
}

/// Whether the resolver's refusal is at the bottom of this error.
fn was_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<UrlRefusal>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

async fn form(parts: Vec<Part>) -> Result<multipart::Form, Failure> {
    let mut form = multipart::Form::new();
    for part in parts {
        let mut field = match part.content {
            Content::Bytes(bytes) => multipart::Part::stream_with_length(bytes.clone(), bytes.len() as u64),
            Content::File(path) => file_field(path).await.map_err(|source| Failure::File { sent: false, source })?,
        };
        if let Some(file_name) = part.file_name {
            field = field.file_name(file_name);
        }
        if let Some(media_type) = part.media_type {
            field = field.mime_str(&media_type).map_err(|_| Failure::Malformed)?;
        }
        form = form.part(part.name, field);
    }
    Ok(form)
}

/// A body streamed from a file, with its length.
async fn piece(builder: RequestBuilder, path: PathBuf, from: u64, length: Option<u64>) -> Result<RequestBuilder, Failure> {
    let opened = async {
        let mut file = tokio::fs::File::open(path).await?;
        let rest = file.metadata().await?.len().saturating_sub(from);
        file.seek(SeekFrom::Start(from)).await?;
        let length = length.unwrap_or(rest).min(rest);
        Ok::<_, std::io::Error>((file.take(length), length))
    };
    let (file, length) = opened.await.map_err(|source| Failure::File { sent: false, source })?;
    Ok(builder.header(CONTENT_LENGTH, length).body(reqwest::Body::wrap_stream(ReaderStream::new(file))))
}

async fn file_field(path: PathBuf) -> std::io::Result<multipart::Part> {
    let file = tokio::fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    let body = reqwest::Body::wrap_stream(ReaderStream::new(file));
    Ok(multipart::Part::stream_with_length(body, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_points_inward_is_refused_by_the_client_itself() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let outbound = Outbound::new(Policy::default()).expect("client");
        // Past the gate on purpose: this is what a public name with a private address meets.
        let error = outbound.public.get("http://localhost:9/").send().await.expect_err("refused");
        assert!(matches!(unanswered(&error), Failure::NotAllowed), "{error:?}");
        let error = outbound.listed.get("http://localhost:9/").send().await.expect_err("closed");
        assert!(matches!(unanswered(&error), Failure::NotOpened), "{error:?}");
    }
}
