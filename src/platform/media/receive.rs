//! Takes in a stream of bytes: a temporary file, a running digest, a cap.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::{Digest, Media};

/// What came in: unchecked, in `tmp/`, gone when this is dropped.
#[derive(Debug)]
pub struct Received {
    pub(super) temporary: Temporary,
    /// Of the bytes as received; a picture is stored under another digest.
    pub sha256: Digest,
    /// In bytes.
    pub size: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum NotReceived<E: Display> {
    #[error("larger than {cap} bytes")]
    TooLarge { cap: u64 },
    /// The sender broke off.
    #[error("the upload broke off: {0}")]
    BrokenOff(E),
    #[error("could not be written")]
    Io(#[from] io::Error),
}

/// A path in `tmp/` that is removed when dropped, unless the file was moved away before.
#[derive(Debug)]
pub(super) struct Temporary(PathBuf);

impl Temporary {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join(Uuid::now_v7().simple().to_string()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Already moved, or swept at the next start: either way there is nobody left to tell.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Received {
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }
}

impl Media {
    /// Writes at most `cap` bytes of `stream` to `tmp/`.
    pub async fn receive<S, E>(&self, stream: S, cap: u64) -> Result<Received, NotReceived<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Display,
    {
        let temporary = Temporary::new(self.tmp());
        let mut file = File::create_new(temporary.path()).await?;
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        let mut stream = std::pin::pin!(stream);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(NotReceived::BrokenOff)?;
            size = size.saturating_add(chunk.len() as u64);
            if size > cap {
                return Err(NotReceived::TooLarge { cap });
            }
            hash.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.sync_all().await?;
        let sha256: [u8; 32] = hash.finalize().into();
        Ok(Received { temporary, sha256: sha256.into(), size })
    }
}
