//! The key file: one 32-byte key a line, hex or base64. The first seals, the others only open.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{NoRandomness, base64, random_bytes};

/// Anyone's permission to read or write, and the group's to write.
const TOO_OPEN: u32 = 0o026;
/// A key file longer than this is some other file.
const LONGEST: u64 = 16 * 1024;

/// One line that says what is wrong with the key file. Never quotes its contents.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file {0} may be read by everyone: run chmod 600 on it")]
    TooOpen(PathBuf),
    #[error("line {line} of the key file {path} is not 32 bytes in hex or base64")]
    NotAKey { path: PathBuf, line: usize },
    #[error("the key file {0} is empty")]
    Empty(PathBuf),
    #[error("the key file {0} is missing, and this studio holds secrets that were sealed with it: put it back, or restore a backup, which holds it")]
    Lost(PathBuf),
    #[error("the key in {0} is not the one that this studio's secrets were sealed with: put the right one back, or add it as a further line")]
    Foreign(PathBuf),
    #[error("the database cannot be read: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the key file {path} cannot be read or made: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

pub fn is_missing(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}

/// The sealing key and the older ones. Makes the file when it is missing.
pub fn read_or_create(path: &Path) -> Result<([u8; 32], Vec<[u8; 32]>), KeyError> {
    let failed = |source| KeyError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = random_bytes()?;
            create(path, &key).map_err(failed)?;
            return Ok((key, Vec::new()));
        }
        Err(error) => return Err(failed(error)),
    };
    if file.metadata().map_err(failed)?.permissions().mode() & TOO_OPEN != 0 {
        return Err(KeyError::TooOpen(path.to_owned()));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).map_err(failed)?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<([u8; 32], Vec<[u8; 32]>), KeyError> {
    let mut keys = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_text = line.trim();
        if line_text.is_empty() {
            continue;
        }
        let bytes = hex::decode(line_text).ok().or_else(|| base64::decode(line_text));
        let key = bytes.and_then(|bytes| bytes.try_into().ok());
        keys.push(key.ok_or_else(|| KeyError::NotAKey { path: path.to_owned(), line: index + 1 })?);
    }
    let mut keys = keys.into_iter();
    let first = keys.next().ok_or_else(|| KeyError::Empty(path.to_owned()))?;
    Ok((first, keys.collect()))
}

/// Durable before it is used: a value sealed with a key that is lost can never be opened.
fn create(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
