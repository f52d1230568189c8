//! Media, stored by the SHA-256 of its bytes.
//!
//! Invariants: a file appears under `media/` only whole, checked and durable; its magic bytes, its
//! name and its declared type agree; a picture is never stored as it came but decoded within
//! limits and encoded anew, so no location, no tail and no trick survives. Whatever is refused or
//! abandoned leaves nothing in `tmp/`.

mod digest;
mod images;
mod length;
mod ranges;
mod receive;
mod sniff;
mod store;
#[cfg(test)]
mod tests;

pub use digest::{Digest, NotADigest};
pub use length::length_ms;
pub use ranges::{Served, served};
pub use receive::{NotReceived, Received};
pub use sniff::{Declared, Kind, Refusal};
pub use store::{Media, NotKept, Scratch, Stored, Verdict};
