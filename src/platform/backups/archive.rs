//! The archive: `troupe.db`, `key`, `media/…`, and `manifest.json` at the end.

use super::{BackupError, Facts, Made};
use crate::platform::Ms;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";
/// A manifest larger than this is some other file: a million media need a tenth of it.
const MANIFEST_MAX: u64 = 1 << 30;

/// What a backup holds and how to tell that it is whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program that made it.
    pub app: String,
    /// The newest migration in the database.
    pub schema: i64,
    pub made_ms: Ms,
    pub last_event: Option<i64>,
    /// Rows of each table.
    pub counts: BTreeMap<String, i64>,
    /// SHA-256 of each file in the archive, in hex.
    pub files: BTreeMap<String, String>,
    /// Media that the database refers to and the folder no longer had.
    pub missing: Vec<String>,
}

/// Writes the archive beside its name, reads it back, then gives it the name.
pub(super) fn pack(data: &Path, copy: &Path, key: &Path, target: &Path, facts: Facts, now: Ms) -> Result<Made, BackupError> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let partial = super::Scratch::new(folder.join(format!(".{name}.{}", crate::platform::id::fresh(now).simple())));
    let failed = BackupError::io(partial.path());
    let file = File::options().write(true).create_new(true).mode(0o600).open(partial.path()).map_err(&failed)?;
    let mut out = tar::Builder::new(BufWriter::new(file));
    let manifest = fill(&mut out, data, copy, key, facts, now)?;
    let file = out.into_inner().and_then(|writer| writer.into_inner().map_err(io::IntoInnerError::into_error)).map_err(&failed)?;
    file.sync_all().map_err(&failed)?;
    let size = file.metadata().map_err(&failed)?.len();
    read(partial.path(), |_, _| Ok(()))?;
    fs::rename(partial.path(), target).map_err(BackupError::io(target))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::io(folder))?;
    Ok(Made { size, manifest })
}

fn fill(out: &mut tar::Builder<impl Write>, data: &Path, copy: &Path, key: &Path, facts: Facts, now: Ms) -> Result<Manifest, BackupError> {
    let mut files = BTreeMap::new();
    files.insert("troupe.db".to_owned(), add(out, "troupe.db", copy)?);
    files.insert("key".to_owned(), add(out, "key", key)?);
    for (name, path) in media(&data.join("media"))? {
        match add(out, &name, &path) {
            Ok(digest) => files.insert(name, digest),
            // Removed from the bin since it was listed: no row of the copy is older than that.
            Err(BackupError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
    }
    let held: BTreeSet<String> = files.keys().filter_map(|name| name.strip_prefix("media/")).map(|name| name.replace('/', "")).collect();
    let missing = facts.media.into_iter().filter(|digest| !held.contains(digest)).collect();
    let manifest = Manifest {
        app: env!("CARGO_PKG_VERSION").to_owned(),
        schema: facts.schema,
        made_ms: now,
        last_event: facts.last_event,
        counts: facts.counts,
        files,
        missing,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| BackupError::Damaged(error.to_string()))?;
    let mut header = header(text.len() as u64);
    out.append_data(&mut header, MANIFEST, text.as_slice()).map_err(BackupError::io(Path::new(MANIFEST)))?;
    Ok(manifest)
}

fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(0);
    header
}

/// Adds one file under `name`; its digest in hex.
fn add(out: &mut tar::Builder<impl Write>, name: &str, path: &Path) -> Result<String, BackupError> {
    let failed = BackupError::io(path);
    let file = File::open(path).map_err(&failed)?;
    let size = file.metadata().map_err(&failed)?.len();
    let mut reader = Hashed { inner: BufReader::new(file), hash: Sha256::new() };
    // A database or a medium never shrinks while it is read: both are written whole, once.
    out.append_data(&mut header(size), name, &mut reader).map_err(&failed)?;
    Ok(hex::encode(reader.hash.finalize()))
}

/// Stored media as (name in the archive, path), in order.
fn media(folder: &Path) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let mut found = Vec::new();
    let entries = |path: &Path| -> Result<Vec<fs::DirEntry>, BackupError> {
        match fs::read_dir(path) {
            Ok(entries) => entries.collect::<Result<_, _>>().map_err(BackupError::io(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(BackupError::io(path)(error)),
        }
    };
    for shard in entries(folder)? {
        for file in entries(&shard.path())? {
            let name = format!("media/{}/{}", shard.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            found.push((name, file.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Reads the whole archive, hands each file to `take`, and compares every digest with the manifest.
pub(super) fn read(path: &Path, mut take: impl FnMut(&str, &mut dyn Read) -> io::Result<()>) -> Result<Manifest, BackupError> {
    let wrong = |cause: &str| BackupError::NotABackup { path: path.to_path_buf(), cause: cause.to_owned() };
    let file = File::open(path).map_err(BackupError::io(path))?;
    let mut archive = tar::Archive::new(BufReader::new(file));
    let mut found = BTreeMap::new();
    let mut manifest: Option<Manifest> = None;
    for entry in archive.entries().map_err(BackupError::io(path))? {
        let mut entry = entry.map_err(|error| wrong(&format!("it cannot be read ({error})")))?;
        if manifest.is_some() || !entry.header().entry_type().is_file() {
            return Err(wrong("it holds something that does not belong there"));
        }
        let name = entry.path().ok().and_then(|name| name.to_str().map(str::to_owned)).ok_or_else(|| wrong("a name in it is not text"))?;
        if name == MANIFEST {
            let mut text = Vec::new();
            entry.take(MANIFEST_MAX).read_to_end(&mut text).map_err(|error| wrong(&error.to_string()))?;
            manifest = Some(serde_json::from_slice(&text).map_err(|_| wrong("its manifest cannot be read"))?);
            continue;
        }
        if !expected(&name) {
            return Err(wrong(&format!("it holds {name:?}")));
        }
        let size = entry.size();
        let mut reader = Hashed { inner: &mut entry, hash: Sha256::new() };
        take(&name, &mut reader).map_err(|error| wrong(&format!("{name} cannot be read ({error})")))?;
        let rest = io::copy(&mut reader, &mut io::sink()).map_err(|error| wrong(&format!("{name} cannot be read ({error})")))?;
        if rest > size {
            return Err(wrong("a length in it is wrong"));
        }
        found.insert(name, hex::encode(reader.hash.finalize()));
    }
    let manifest = manifest.ok_or_else(|| wrong("its end is missing"))?;
    if let Some((name, _)) = manifest.files.iter().find(|(name, digest)| found.get(*name) != Some(digest)) {
        return Err(wrong(&format!("{name} is missing or damaged")));
    }
    if found.len() != manifest.files.len() || !found.contains_key("troupe.db") || !found.contains_key("key") {
        return Err(wrong("it holds other files than its manifest says"));
    }
    Ok(manifest)
}

/// The names an archive may hold: nothing else is ever written to a disk.
fn expected(name: &str) -> bool {
    let hex = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match name.strip_prefix("media/").and_then(|rest| rest.split_once('/')) {
        Some((shard, rest)) => hex(shard, 2) && hex(rest, 62),
        None => matches!(name, "troupe.db" | "key"),
    }
}

struct Hashed<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if let Some(read) = buffer.get(..n) {
            self.hash.update(read);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn only_files_of_a_studio_are_ever_unpacked() {
        let rest = "cd".repeat(31);
        assert!(expected("troupe.db") && expected("key") && expected(&format!("media/ab/{rest}")));
        for name in ["../key", "/etc/passwd", "media/../key", &format!("media/ab/../{rest}"), &format!("media/AB/{rest}"), "media/ab/x", "lock", ""] {
            assert!(!expected(name), "{name}");
        }
    }
}
