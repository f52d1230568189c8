//! Secrets at rest, tokens, and message authentication.
//!
//! Invariants: a sealed value opens only at the table, row and column it was sealed for; a secret
//! never prints; a token is stored as its digest only; secrets are compared in constant time.
//!
//! Sealed form: version (1 byte) | key id (4) | nonce (24) | XChaCha20-Poly1305 ciphertext and tag.

mod base64;
mod binding;
mod key_file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::TryRng;
use rand::rngs::SysRng;
use ring::hmac;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

pub use binding::keep as keep_binding;
pub use key_file::KeyError;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;

type KeyId = [u8; KEY_ID];

/// The key ring: seals with the first key of the file, opens with any.
pub struct Secrets {
    current: Key,
    older: Vec<Key>,
}

struct Key {
    id: KeyId,
    cipher: XChaCha20Poly1305,
}

/// Where a sealed value lives. Moved anywhere else it does not open.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub row: Uuid,
    pub column: &'static str,
}

/// Text that must not be shown. It has no `Display` and its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsealed {
    /// Sealed with a key that is not on the ring.
    #[error("sealed with a key that is not in the key file")]
    UnknownKey,
    /// Cut short, changed, of another version, or moved from another place.
    #[error("not a value sealed for this place")]
    Broken,
}

/// The operating system gave no randomness; nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness(#[source] rand::rngs::SysError);

#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("too long to be sealed")]
    TooLong,
}

impl Secrets {
    /// Reads the key file, or makes it (mode 0600) when it is missing.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let (first, older) = key_file::read_or_create(path)?;
        Ok(Self::new(&first, &older))
    }

    fn new(first: &[u8; 32], older: &[[u8; 32]]) -> Self {
        Self { current: Key::new(first), older: older.iter().map(Key::new).collect() }
    }

    /// Seals text for one cell.
    pub fn seal(&self, place: Place, plain: &str) -> Result<Vec<u8>, NotSealed> {
        let nonce: [u8; NONCE] = random_bytes()?;
        let associated = place.associated_data();
        let payload = Payload { msg: plain.as_bytes(), aad: associated.as_bytes() };
        let ciphertext = self.current.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| NotSealed::TooLong)?;
        Ok([&[VERSION], &self.current.id[..], &nonce, &ciphertext].concat())
    }

    /// Opens what [`Secrets::seal`] made for the same place.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Secret, Unsealed> {
        let (&[version], rest) = sealed.split_first_chunk().ok_or(Unsealed::Broken)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(Unsealed::Broken)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(Unsealed::Broken)?;
        if version != VERSION {
            return Err(Unsealed::Broken);
        }
        let mut ring = std::iter::once(&self.current).chain(&self.older);
        let key = ring.find(|key| key.id == *id).ok_or(Unsealed::UnknownKey)?;
        let associated = place.associated_data();
        let payload = Payload { msg: ciphertext, aad: associated.as_bytes() };
        let plain = key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Unsealed::Broken)?;
        String::from_utf8(plain).map(Secret).map_err(|_| Unsealed::Broken)
    }

    /// Whether the value was sealed with an older key and should be sealed again.
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        sealed.get(1..1 + KEY_ID) != Some(&self.current.id)
    }
}

impl Key {
    fn new(bytes: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::new().chain_update(b"troupe key id").chain_update(bytes).finalize().into();
        let [a, b, c, d, ..] = hash;
        Self { id: [a, b, c, d], cipher: XChaCha20Poly1305::new(&(*bytes).into()) }
    }
}

impl Place {
    /// Table and column are our own identifiers, so the separator is unambiguous.
    fn associated_data(&self) -> String {
        format!("{}|{}|{}", self.table, self.row, self.column)
    }
}

impl Secret {
    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// 256 random bits as 43 characters of base64url.
pub fn random_token() -> Result<String, NoRandomness> {
    Ok(base64::encode_url(&random_bytes::<32>()?))
}

/// SHA-256 of a token: what is stored. A fast hash is right because the token is full entropy.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Compares in a time that depends on the lengths only.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// HMAC-SHA-256 (RFC 2104), in lower-case hex.
pub fn mac(key: &[u8], message: &[u8]) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}
