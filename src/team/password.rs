//! Passwords: what is asked of one, and Argon2id for keeping it.
//!
//! Hashing takes 46 MiB and some tens of milliseconds, so it runs aside and two at a time.

use crate::platform::secrets::random_token;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError, Outcome};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

pub const SHORTEST: usize = 8;
pub const LONGEST: usize = 256;

static ROOM: Semaphore = Semaphore::const_new(2);

/// A hash of nothing anybody knows: an unknown account costs the same time as a wrong password.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| random_token().ok().and_then(|text| hash_now(&text).ok()));

/// What guessing starts with: one a line, in lower case, sorted, none shorter than [`SHORTEST`].
const COMMON: &str = include_str!("common_passwords.txt");

/// Says beside `field` what a password lacks.
pub fn check(checks: &mut Checks, field: &'static str, password: &str) {
    let length = password.chars().count();
    if length < SHORTEST {
        checks.add(FieldError::new(field, "error-password-short").with("n", length).with("min", SHORTEST));
    } else if length > LONGEST {
        checks.add(FieldError::new(field, "error-too-long").with("max", LONGEST));
    } else if is_common(password) {
        checks.wrong(field, "error-password-common");
    }
}

/// On the list, or one character again and again.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    COMMON.lines().any(|line| line == lower) || characters.all(|c| Some(c) == first)
}

/// One pass over 46 MiB, which OWASP holds equal to two over 19 MiB; a block above 32 MiB is one that the system's
/// allocator always takes from and gives back to the kernel, so that a hundred sign-ins leave nothing behind.
fn argon2id() -> Outcome<Argon2<'static>> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(47_104, 1, 1, None).map_err(Error::broken)?))
}

fn hash_now(password: &str) -> Outcome<String> {
    Ok(argon2id()?.hash_password(password.as_bytes()).map_err(Error::broken)?.to_string())
}

pub async fn hash(password: String) -> Outcome<String> {
    let _room = ROOM.acquire().await.map_err(Error::broken)?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(Error::broken)?
}

/// True when the password fits. With no stored hash the same work is done and the answer is false.
pub async fn fits(password: String, stored: Option<String>) -> Outcome<bool> {
    if password.len() > LONGEST * 4 {
        return Ok(false);
    }
    let _room = ROOM.acquire().await.map_err(Error::broken)?;
    let known = stored.is_some();
    let checked = tokio::task::spawn_blocking(move || {
        let text = stored.or_else(|| NOBODY.clone())?;
        let parsed = PasswordHash::new(&text).ok()?;
        Some(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    });
    Ok(checked.await.map_err(Error::broken)?.unwrap_or(false) && known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_named() {
        for (password, good) in [
            ("short", false),
            ("password123", false),
            ("Woaini1314", false),
            ("QWERTY123", false),
            ("aaaaaaaaaaaa", false),
            ("red faces never lie", true),
            ("红脸的人从不说谎", true),
        ] {
            let mut checks = Checks::new();
            check(&mut checks, "password", password);
            assert_eq!(checks.is_ok(), good, "{password}");
        }
    }

    #[test]
    fn the_list_of_common_ones_is_in_order_and_of_use() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 300, "{} lines", lines.len());
        assert!(lines.is_sorted() && lines.windows(2).all(|pair| pair[0] != pair[1]), "sorted, each once");
        for line in lines {
            assert!(line.chars().count() >= SHORTEST && line.to_lowercase() == line, "{line} would never be found");
        }
    }
}
