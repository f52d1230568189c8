//! The name of stored media: SHA-256 of its bytes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct NotADigest;

impl Digest {
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `ab/cdef…` under `folder`: 256 folders keep each of them short.
    pub(super) fn path_in(&self, folder: &Path) -> PathBuf {
        let [first, rest @ ..] = &self.0;
        folder.join(hex::encode([*first])).join(hex::encode(rest))
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        // One spelling only, so that a digest in a URL or a row has one form.
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(NotADigest);
        }
        let bytes = hex::decode(text).map_err(|_| NotADigest)?;
        bytes.try_into().map(Self).map_err(|_| NotADigest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_spelling_and_one_path() {
        let text = format!("ab{}", "cd".repeat(31));
        let digest: Digest = text.parse().expect("digest");
        assert_eq!(digest.to_string(), text);
        assert_eq!(digest.path_in(Path::new("m")), Path::new("m/ab").join("cd".repeat(31)));
        for wrong in ["", "ab", "../../etc/passwd", &text.to_uppercase(), &format!("{text}00")] {
            assert_eq!(wrong.parse::<Digest>(), Err(NotADigest), "{wrong}");
        }
    }
}
