//! Passwords: what is asked of one, and Argon2id for keeping it.
//!
//! Hashing takes 19 MiB and some tens of milliseconds, so it runs aside and two at a time.

use crate::platform::secrets::random_token;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError, Outcome};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

pub const SHORTEST: usize = 8;
pub const LONGEST: usize = 256;

static ROOM: Semaphore = Semaphore::const_new(2);

/// A hash of nothing anybody knows: an unknown account costs the same time as a wrong password.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| random_token().ok().and_then(|text| hash_now(&text).ok()));

/// The words that guessing starts with, and everything made of one repeated character.
const COMMON: &[&str] = &[
    "password", "password1", "password12", "password123", "passw0rd", "12345678", "123456789", "1234567890", "qwertyui",
    "qwerty123", "qwertyuiop", "1q2w3e4r", "1qaz2wsx", "11111111", "00000000", "88888888", "66666666", "abcd1234", "abc12345",
    "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "trustno1", "letmein1", "welcome1", "woaini520",
    "woaini1314", "5201314520", "a1234567", "a12345678", "aa123456", "asdfghjkl", "zxcvbnm1", "87654321", "administrator",
    "admin123", "adminadmin", "changeme", "changeme1", "computer", "internet", "whatever", "starwars", "michelle", "jennifer",
];

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

fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    COMMON.contains(&lower.as_str()) || characters.all(|c| Some(c) == first)
}

fn hash_now(password: &str) -> Outcome<String> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(Error::broken)?.to_string())
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
        for (password, good) in [("short", false), ("password123", false), ("aaaaaaaaaaaa", false), ("red faces never lie", true), ("红脸的人从不说谎", true)] {
            let mut checks = Checks::new();
            check(&mut checks, "password", password);
            assert_eq!(checks.is_ok(), good, "{password}");
        }
    }
}
