//! Packing while sending: a blocking writer on its own thread, as fast as the reader takes it.

use super::{cells, store};
use crate::platform::id::ProjectId;
use crate::platform::media::Digest;
use crate::platform::{Error, House, Outcome};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::Sender;

type Out = tar::Builder<GzEncoder<Sending>>;

/// Writes the whole archive into `sender`; an end that is missing tells the reader that it failed.
pub fn pack(house: &House, project: ProjectId, sender: Sender<io::Result<Bytes>>) -> Outcome<()> {
    let told = sender.clone();
    let done = fill(house, project, sender);
    if done.is_err() {
        let _ = told.blocking_send(Err(io::Error::other("the export was cut short")));
    }
    done
}

fn fill(house: &House, project: ProjectId, sender: Sender<io::Result<Bytes>>) -> Outcome<()> {
    let mut out = tar::Builder::new(GzEncoder::new(Sending { sender, waiting: Vec::with_capacity(CHUNK) }, Compression::fast()));
    for (name, query) in store::TABLES {
        table(house, project, &mut out, name, query)?;
    }
    let media = tokio::runtime::Handle::current().block_on(store::media(house.db.read(), project))?;
    for (digest, name) in media {
        let Ok(digest) = <[u8; 32]>::try_from(digest.as_slice()) else { continue };
        let digest = Digest::from(digest);
        match File::open(house.media.path(&digest)) {
            Ok(mut file) => append(&mut out, &format!("media/{digest}{}", ending(&name)), &mut file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut sending = out.into_inner()?.finish()?;
    sending.flush()?;
    Ok(())
}

/// One table twice: an array of objects, and rows with a header. Both are written aside first,
/// because an archive wants to know a length before the bytes.
fn table(house: &House, project: ProjectId, out: &mut Out, name: &str, query: &'static str) -> Outcome<()> {
    let tmp = house.config.settings.data.join("tmp");
    let (json_file, csv_file) = (Aside::new(&tmp, house)?, Aside::new(&tmp, house)?);
    let mut json = BufWriter::new(json_file.file()?);
    let mut csv = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(csv_file.file()?);
    let mut any = false;
    let write = |row: Map<String, Value>| -> io::Result<()> {
        if !any {
            csv.write_record(row.keys())?;
        }
        json.write_all(if any { b",\n" } else { b"[\n" })?;
        any = true;
        serde_json::to_writer(&mut json, &row)?;
        csv.write_record(row.values().map(cells::cell))?;
        Ok(())
    };
    tokio::runtime::Handle::current().block_on(store::rows(house.db.read(), query, project, write))?;
    json.write_all(if any { b"\n]\n" } else { b"[]\n" })?;
    json.flush()?;
    csv.flush()?;
    drop((json, csv));
    append(out, &format!("{name}.json"), &mut json_file.file()?)?;
    append(out, &format!("{name}.csv"), &mut csv_file.file()?)
}

fn append(out: &mut Out, name: &str, file: &mut File) -> Outcome<()> {
    file.rewind()?;
    let mut header = tar::Header::new_gnu();
    header.set_size(file.metadata()?.len());
    header.set_mode(0o644);
    header.set_mtime(0);
    Ok(out.append_data(&mut header, name, file)?)
}

/// ".png" of "mask.png"; nothing of what could mean something to a file system.
fn ending(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, ending)) if (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!(".{}", ending.to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

const CHUNK: usize = 64 * 1024;

/// Hands bytes on in pieces of 64 KiB; a reader who left is an error that ends the packing.
struct Sending {
    sender: Sender<io::Result<Bytes>>,
    waiting: Vec<u8>,
}

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK)));
        self.sender.blocking_send(Ok(chunk)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

/// A file in `tmp/` that is gone when it is no longer needed.
struct Aside(PathBuf);

impl Aside {
    fn new(tmp: &Path, house: &House) -> Outcome<Aside> {
        let path = tmp.join(format!("export-{}", crate::platform::id::fresh(house.now()).simple()));
        File::create_new(&path).map_err(Error::from)?;
        Ok(Aside(path))
    }

    fn file(&self) -> io::Result<File> {
        File::options().read(true).write(true).open(&self.0)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::ending;

    #[test]
    fn an_ending_is_short_and_plain() {
        for (name, kept) in [("mask.PNG", ".png"), ("x", ""), ("a.b/../c", ""), ("x.tar.gz", ".gz"), ("x.verylong", ""), ("x.", "")] {
            assert_eq!(ending(name), kept, "{name}");
        }
    }
}
