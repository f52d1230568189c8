//! The folder of stored media.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::length::length_ms;
use super::receive::Temporary;
use super::sniff::{HEAD, kind_of};
use super::{Declared, Digest, Kind, Received, Refusal, images};

/// Pictures decoded at once; each may hold a quarter of a gibibyte, several times over.
const AT_ONCE: usize = 2;

/// The media of one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    folder: Arc<Path>,
    tmp: Arc<Path>,
    turns: Arc<Semaphore>,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub digest: Digest,
    pub kind: Kind,
    /// In bytes.
    pub size: u64,
    /// Width and height in pixels, of pictures only.
    pub dimensions: Option<(u32, u32)>,
    /// In milliseconds, of films and sound that say so.
    pub length_ms: Option<i64>,
}

/// A folder for files on their way, gone with all it holds when this is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is swept at the next start.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("media could not be read or written")]
    Io(#[from] io::Error),
}

/// What a check of one stored file finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Sound,
    Missing,
    /// The bytes are not those the name stands for.
    Damaged,
}

impl Media {
    /// Makes `media/` and `tmp/` in the data folder when they are missing.
    pub fn new(data_dir: &Path) -> io::Result<Self> {
        let (folder, tmp) = (data_dir.join("media"), data_dir.join("tmp"));
        fs::create_dir_all(&folder)?;
        fs::create_dir_all(&tmp)?;
        Ok(Self { folder: folder.into(), tmp: tmp.into(), turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    pub(super) fn tmp(&self) -> &Path {
        &self.tmp
    }

    /// Checks what was received and keeps it, pictures encoded anew. Keeping the same bytes twice
    /// is one file.
    pub async fn keep(&self, received: Received, declared: Declared) -> Result<Stored, NotKept> {
        let media = self.clone();
        self.aside(move || media.keep_now(&received, &declared)).await?
    }

    /// The same for what was made for us: a name without an extension says nothing, and the bytes decide.
    pub async fn keep_made(&self, received: Received, name: &str) -> Result<Stored, NotKept> {
        let media = self.clone();
        let mut declared = Declared { file_name: name.to_owned(), media_type: None };
        self.aside(move || match media.keep_now(&received, &declared) {
            Err(NotKept::Refused(Refusal::Disagrees { found })) if !declared.file_name.contains('.') => {
                declared.file_name = format!("{}.{}", declared.file_name, found.extension());
                media.keep_now(&received, &declared)
            }
            kept => kept,
        })
        .await?
    }

    /// Keeps a PNG that was drawn in this house. It holds nothing that came from outside, so it is not encoded anew.
    pub async fn keep_drawn(&self, png: Vec<u8>, dimensions: (u32, u32)) -> Result<Stored, NotKept> {
        let media = self.clone();
        self.aside(move || {
            if !png.starts_with(b"\x89PNG\r\n") {
                return Err(Refusal::Unsupported.into());
            }
            media.write_picture(&png, Kind::Png, dimensions)
        })
        .await?
    }

    /// A folder of its own for files on their way.
    pub fn scratch(&self) -> io::Result<Scratch> {
        let path = self.tmp.join(uuid::Uuid::now_v7().simple().to_string());
        fs::create_dir(&path)?;
        Ok(Scratch(path))
    }

    /// A still of the stored picture at most `width` pixels across, as PNG or JPEG.
    pub async fn thumbnail(&self, digest: Digest, kind: Kind, width: u32) -> Result<(Kind, Vec<u8>), NotKept> {
        let path = self.path(&digest);
        self.aside(move || {
            fs::metadata(&path)?;
            Ok(images::thumbnail(&path, kind, width)?)
        })
        .await?
    }

    /// The stored file and its size in bytes.
    pub async fn open(&self, digest: Digest) -> io::Result<(tokio::fs::File, u64)> {
        let file = tokio::fs::File::open(self.path(&digest)).await?;
        let size = file.metadata().await?.len();
        Ok((file, size))
    }

    /// Where the stored file is, for programs that read it themselves.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        digest.path_in(&self.folder)
    }

    /// Removes the file; false when there was none. The caller makes sure that no row names it.
    pub async fn remove(&self, digest: Digest) -> io::Result<bool> {
        match tokio::fs::remove_file(self.path(&digest)).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads the whole file and compares it with its name.
    pub async fn verify(&self, digest: Digest) -> io::Result<Verdict> {
        let path = self.path(&digest);
        self.aside(move || verify_now(&path, digest)).await?
    }

    /// Runs blocking work on its own thread, a few at a time.
    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(io::Error::other)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by who waits for it: giving up does not free the memory.
            let _turn = turn;
            work()
        });
        done.await.map_err(io::Error::other)
    }

    fn keep_now(&self, received: &Received, declared: &Declared) -> Result<Stored, NotKept> {
        let mut head = Vec::with_capacity(HEAD);
        File::open(received.path())?.take(HEAD as u64).read_to_end(&mut head)?;
        let kind = kind_of(&head, declared)?;
        if !kind.is_image() {
            self.place(&received.temporary, &received.sha256)?;
            let length_ms = length_ms(&self.path(&received.sha256), kind);
            return Ok(Stored { digest: received.sha256, kind, size: received.size, dimensions: None, length_ms });
        }
        let picture = images::cleaned(received.path(), kind)?;
        self.write_picture(&picture.bytes, kind, (picture.width, picture.height))
    }

    fn write_picture(&self, bytes: &[u8], kind: Kind, dimensions: (u32, u32)) -> Result<Stored, NotKept> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        let temporary = Temporary::new(&self.tmp);
        let mut file = File::create_new(temporary.path())?;
        file.write_all(bytes)?;
        file.sync_all()?;
        self.place(&temporary, &sha256.into())?;
        Ok(Stored { digest: sha256.into(), kind, size: bytes.len() as u64, dimensions: Some(dimensions), length_ms: None })
    }

    /// Moves a durable temporary file to its name. A file that is there is replaced by the same
    /// bytes, which also heals a damaged one.
    fn place(&self, temporary: &Temporary, digest: &Digest) -> io::Result<()> {
        let target = self.path(digest);
        let shard = target.parent().unwrap_or(&self.folder);
        fs::create_dir_all(shard)?;
        fs::rename(temporary.path(), &target)?;
        // The name is durable only when the folders that lead to it are.
        File::open(shard)?.sync_all()?;
        File::open(&self.folder)?.sync_all()
    }
}

fn verify_now(path: &Path, digest: Digest) -> io::Result<Verdict> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Verdict::Missing),
        Err(error) => return Err(error),
    };
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut hash)?;
    let found: [u8; 32] = hash.finalize().into();
    Ok(if found == *digest.bytes() { Verdict::Sound } else { Verdict::Damaged })
}
