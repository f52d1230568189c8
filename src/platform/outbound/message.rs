//! What is asked, what comes back, and what a failure means for trying again.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode, Url};

/// One request. [`Request::new`] gives a plain one; set what differs.
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Body,
    /// From the first byte out to the last byte in, redirects included. Connecting has five
    /// seconds of its own inside it: give more than that, or a failed connection counts as unknown.
    pub timeout: Duration,
    /// Longest answer body read, in bytes.
    pub max_bytes: usize,
    pub redirects: Redirects,
}

#[derive(Debug)]
pub enum Body {
    Empty,
    /// Sent as it is; the caller's headers say what it is.
    Bytes(Bytes),
    Json(serde_json::Value),
    /// Streamed from disk, never held whole; the caller's headers say what it is.
    File(PathBuf),
    /// So many bytes of a file from a place on.
    Piece {
        path: PathBuf,
        from: u64,
        length: u64,
    },
    /// `multipart/form-data`, in order.
    Multipart(Vec<Part>),
}

/// One field of a multipart form.
#[derive(Debug)]
pub struct Part {
    pub name: String,
    pub file_name: Option<String>,
    /// Such as `video/mp4`.
    pub media_type: Option<String>,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    Bytes(Bytes),
    /// Streamed from disk, never held whole.
    File(PathBuf),
}

/// Whether a redirect is an answer or is walked. Only GET and HEAD are ever walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    None,
    /// At most this many, each through the same gate.
    Follow(u8),
}

/// A whole answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether the server marked where the body ends. Without that (an old server that simply
    /// closes) a cut body looks the same as a whole one.
    pub complete: bool,
}

/// Why there is no whole answer. No variant tells more about a refused address than the refusal.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Refused before anything was sent, by the address itself or by what its name resolved to.
    #[error("address not allowed")]
    NotAllowed,
    /// The request could not be put together: nothing was sent.
    #[error("the request could not be built")]
    Malformed,
    /// No connection was opened (no such name, refused, unreachable, no secure session): nothing was sent.
    #[error("the server could not be reached")]
    NotOpened,
    /// The connection broke before a status arrived: the request may have been received.
    #[error("the connection broke before an answer arrived")]
    Cut,
    /// The time ran out before a status arrived: the request may have been received.
    #[error("no answer in time")]
    TimedOut,
    /// The status arrived, the whole body did not.
    #[error("the answer ({status}) broke off before its end")]
    Unread { status: StatusCode, headers: HeaderMap },
    /// The body is longer than was asked for; the rest was not read.
    #[error("the answer ({status}) is larger than allowed")]
    TooLarge { status: StatusCode, headers: HeaderMap },
    /// A redirect led to an address that is refused or cannot be reached; the two look the same.
    #[error("address not allowed")]
    Misdirected { status: StatusCode },
    #[error("redirected too many times")]
    TooManyRedirects { status: StatusCode },
    /// A file of ours could not be read before sending (`sent` is false), or not be written to.
    #[error("a file could not be read or written")]
    File { sent: bool, source: io::Error },
}

impl Failure {
    /// True when certainly nothing was sent, so that trying again cannot double anything.
    pub fn nothing_left(&self) -> bool {
        match self {
            Self::NotAllowed | Self::Malformed | Self::NotOpened => true,
            Self::File { sent, .. } => !sent,
            Self::Cut | Self::TimedOut | Self::Unread { .. } | Self::TooLarge { .. } => false,
            Self::Misdirected { .. } | Self::TooManyRedirects { .. } => false,
        }
    }

    /// The status, when one arrived.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Unread { status, .. } | Self::TooLarge { status, .. } => Some(*status),
            Self::Misdirected { status } | Self::TooManyRedirects { status } => Some(*status),
            _ => None,
        }
    }
}

impl Request {
    /// No headers, no body, no redirects, thirty seconds, an answer of one mebibyte.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            timeout: Duration::from_secs(30),
            max_bytes: 1024 * 1024,
            redirects: Redirects::None,
        }
    }
}
