//! Everything a person needs to publish by hand, in one archive: the media under plain names, and
//! each text as a file of its own, ready to be pasted.

pub mod zip;

use crate::platform::House;
use crate::platform::media::{Digest, Kind};
use crate::release::channels::kinds::payload::Payload;
use crate::web::Words;
use std::io;
use zip::{Archive, Content};

/// What goes out, packed; the flags as sentences in the reader's language. Blocking: every file is
/// read once for its checksum.
pub fn pack(house: &House, sent: &Payload, words: Words) -> io::Result<Archive> {
    let mut archive = Archive::default();
    let tags: Vec<String> = sent.tags.iter().map(|tag| format!("#{tag}")).collect();
    let flags: Vec<_> = sent.flags.iter().map(|flag| words.t(&format!("publications-flag-{flag}"))).collect();
    for (name, text) in
        [("title.txt", sent.title.clone()), ("caption.txt", sent.caption.clone()), ("tags.txt", tags.join(" ")), ("flags.txt", flags.join("\n"))]
    {
        if !text.is_empty() {
            archive.add(name, Content::Text(text))?;
        }
    }
    for (place, medium) in sent.media.iter().enumerate() {
        let digest: Digest = medium.sha256.parse().map_err(io::Error::other)?;
        let ending = Kind::from_media_type(&medium.mime).map_or("bin", Kind::extension);
        archive.add(&format!("media-{}.{ending}", place + 1), Content::File(house.media.path(&digest)))?;
    }
    Ok(archive)
}
