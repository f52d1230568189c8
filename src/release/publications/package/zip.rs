//! The ZIP format as far as it is needed here: stored files, UTF-8 names, no archive beyond 4 GiB
//! (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16). Sizes and checksums are known before the
//! first byte, so every unpacker can read it and its length can be announced.

use flate2::Crc;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// Version 2.0 is asked for; made on a system with modes of files.
const VERSION: u16 = 20;
const MADE_BY: u16 = (3 << 8) | VERSION;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day the format knows: the same post is the same archive.
const DATE: u16 = (1 << 5) | 1;
const MODE: u32 = 0o100_644 << 16;

#[derive(Clone, Debug)]
pub enum Content {
    Text(String),
    /// Its bytes never change.
    File(PathBuf),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub content: Content,
    name: String,
    size: u32,
    crc: u32,
    /// Where its header begins.
    at: u32,
}

/// Files in order.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    entries: Vec<Entry>,
    end: u32,
}

impl Archive {
    /// Adds a file, which is read to its end for its checksum.
    pub fn add(&mut self, name: &str, content: Content) -> io::Result<()> {
        let (size, crc) = match &content {
            Content::Text(text) => checked(text.as_bytes())?,
            Content::File(path) => checked(File::open(path)?)?,
        };
        let entry = Entry { content, name: name.to_owned(), size, crc, at: self.end };
        let next = u64::from(self.end) + entry.head().len() as u64 + u64::from(size);
        self.end = u32::try_from(next).map_err(|_| too_large())?;
        self.entries.push(entry);
        Ok(())
    }

    /// The whole in bytes.
    pub fn length(&self) -> u64 {
        u64::from(self.end) + self.directory().len() as u64
    }

    /// What stands after the last file.
    pub fn directory(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.entries {
            out.extend(0x0201_4b50_u32.to_le_bytes());
            out.extend(MADE_BY.to_le_bytes());
            entry.describe(&mut out);
            out.extend([0; 6]); // no comment, one disk, no attributes of its own
            out.extend(MODE.to_le_bytes());
            out.extend(entry.at.to_le_bytes());
            out.extend(entry.name.as_bytes());
        }
        let (size, count) = (out.len() as u32, (self.entries.len() as u16).to_le_bytes());
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(count);
        out.extend(count);
        out.extend(size.to_le_bytes());
        out.extend(self.end.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}

impl Entry {
    /// What stands before its bytes.
    pub fn head(&self) -> Vec<u8> {
        let mut out = 0x0403_4b50_u32.to_le_bytes().to_vec();
        self.describe(&mut out);
        out.extend(self.name.as_bytes());
        out
    }

    /// The fields that both headers share.
    fn describe(&self, out: &mut Vec<u8>) {
        for field in [VERSION, FLAGS, 0, 0, DATE] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.size, self.size] {
            out.extend(field.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend([0; 2]);
    }
}

fn checked(mut from: impl Read) -> io::Result<(u32, u32)> {
    let (mut crc, mut size, mut part) = (Crc::new(), 0_u64, vec![0; 64 * 1024]);
    loop {
        let n = from.read(&mut part)?;
        let Some(read) = part.get(..n).filter(|read| !read.is_empty()) else { break };
        crc.update(read);
        size += n as u64;
    }
    Ok((u32::try_from(size).map_err(|_| too_large())?, crc.sum()))
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "an archive holds 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Checked against Python's zipfile: it lists both names, and testzip() finds nothing wrong.
    #[test]
    fn headers_say_where_and_what() {
        let mut archive = Archive::default();
        archive.add("a.txt", Content::Text("hello".into())).unwrap();
        archive.add("红.txt", Content::Text("123456789".into())).unwrap();
        let entries = archive.clone().into_entries();
        assert_eq!((entries[1].crc, entries[1].size), (0xcbf4_3926, 9), "the check value of CRC-32");
        assert_eq!(entries[0].head().len(), 30 + 5);
        assert_eq!(entries[1].at, 30 + 5 + 5);
        let directory = archive.directory();
        assert_eq!(directory.len(), 46 + 5 + 46 + "红.txt".len() + 22);
        let at = |from: usize| u32::from_le_bytes(directory[from..from + 4].try_into().unwrap());
        assert_eq!(at(directory.len() - 6), archive.end, "the directory begins after the last file");
        assert_eq!(archive.length(), u64::from(archive.end) + directory.len() as u64);
    }
}
