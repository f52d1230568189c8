//! Reads an answer piece by piece under its cap and its deadline.

use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Response, StatusCode, Version};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};

use super::Outbound;
use super::message::{Answer, Failure, Request};

/// An answer whose body is still arriving.
pub struct Streaming {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// See [`Answer::complete`].
    pub complete: bool,
    response: Response,
    deadline: Instant,
    left: usize,
}

/// A body that was written to a file.
#[derive(Debug)]
pub struct Downloaded {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// In bytes.
    pub size: u64,
    pub sha256: [u8; 32],
}

impl Streaming {
    pub(super) fn new(response: Response, deadline: Instant, max_bytes: usize) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            complete: marks_its_end(&response),
            response,
            deadline,
            left: max_bytes,
        }
    }

    /// The next piece, or `None` at the end. After a failure there is nothing more to read.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        // A body that declares itself too large is not worth its first byte.
        if self.response.content_length().is_some_and(|length| length > self.left as u64) {
            return Err(self.too_large());
        }
        let chunk = match timeout_at(self.deadline, self.response.chunk()).await {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(_)) | Err(_) => {
                return Err(Failure::Unread { status: self.status, headers: self.headers.clone() });
            }
        };
        let length = chunk.as_ref().map_or(0, Bytes::len);
        self.left = self.left.checked_sub(length).ok_or_else(|| self.too_large())?;
        Ok(chunk)
    }

    /// The rest of the body as a stream that ends at its first failure.
    pub fn chunks(self) -> impl Stream<Item = Result<Bytes, Failure>> + Send {
        stream::try_unfold(self, |mut answer| async move { Ok(answer.next_chunk().await?.map(|chunk| (chunk, answer))) })
    }

    pub async fn whole(mut self) -> Result<Answer, Failure> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.next_chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: self.status, headers: self.headers, body: body.freeze(), complete: self.complete })
    }

    fn too_large(&self) -> Failure {
        Failure::TooLarge { status: self.status, headers: self.headers.clone() }
    }
}

impl Outbound {
    /// Sends, and writes the body to a new file at `path`, at most `cap` bytes, whatever the
    /// status. On failure the file is removed.
    pub async fn download(&self, request: Request, path: &Path, cap: usize) -> Result<Downloaded, Failure> {
        let answer = self.open(Request { max_bytes: cap, ..request }).await?;
        let file = File::create_new(path).await.map_err(not_written)?;
        let outcome = write_down(answer, file).await;
        if outcome.is_err() {
            // The failure that is reported is the first one; a file that stays is swept with tmp/.
            let _ = tokio::fs::remove_file(path).await;
        }
        outcome
    }
}

async fn write_down(mut answer: Streaming, mut file: File) -> Result<Downloaded, Failure> {
    let mut hash = Sha256::new();
    let mut size = 0;
    while let Some(chunk) = answer.next_chunk().await? {
        file.write_all(&chunk).await.map_err(not_written)?;
        hash.update(&chunk);
        size += chunk.len() as u64;
    }
    file.sync_all().await.map_err(not_written)?;
    Ok(Downloaded { status: answer.status, headers: answer.headers, size, sha256: hash.finalize().into() })
}

fn not_written(source: std::io::Error) -> Failure {
    Failure::File { sent: true, source }
}

/// HTTP/2 always marks the end; HTTP/1 by a length, by chunks, or by a status without a body.
fn marks_its_end(response: &Response) -> bool {
    let headers = response.headers();
    response.version() >= Version::HTTP_2
        || headers.contains_key(CONTENT_LENGTH)
        || headers.contains_key(TRANSFER_ENCODING)
        || matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}
