//! What a member is made of.

use crate::platform::Outcome;
use crate::platform::locale;
use crate::platform::text::Checks;
use crate::web::Role;

/// A member to be added, checked.
#[derive(Debug, Clone)]
pub struct NewMember {
    pub name: String,
    pub email: String,
    pub role: Role,
    pub locale: String,
    pub zone: String,
}

/// The first member together with the studio, as the set-up page sends it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Founding {
    pub name: String,
    pub studio: String,
    pub email: String,
    pub password: String,
    pub locale: String,
    pub zone: String,
    pub begin: String,
}

/// The key by which one address is one member.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Checks an address as far as an address can be checked without writing to it.
pub fn email(checks: &mut Checks, field: &'static str, text: &str) -> String {
    let kept = checks.required(field, text, 200);
    let plausible = kept.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !kept.contains(char::is_whitespace)
            && kept.matches('@').count() == 1
    });
    if !kept.is_empty() && !plausible {
        checks.wrong(field, "error-email");
    }
    kept
}

impl NewMember {
    pub fn check(checks: &mut Checks, name: &str, address: &str, role: Role, tag: &str, zone: &str) -> NewMember {
        let name = checks.required("name", name, 80);
        let address = email(checks, "email", address);
        if !matches!(tag, "en" | "zh-Hans") {
            checks.wrong("locale", "error-choose-one");
        }
        if let Err(key) = locale::zone(zone) {
            checks.wrong("zone", key);
        }
        NewMember { name, email: address, role, locale: tag.to_owned(), zone: zone.to_owned() }
    }
}

impl Founding {
    pub fn check(&self) -> Outcome<(NewMember, String)> {
        let mut checks = Checks::new();
        let member = NewMember::check(&mut checks, &self.name, &self.email, Role::Owner, &self.locale, &self.zone);
        let studio = checks.required("studio", &self.studio, 80);
        crate::team::password::check(&mut checks, "password", &self.password);
        checks.one_of("begin", &self.begin, &["sample", "empty"]);
        checks.finish()?;
        Ok((member, studio))
    }
}
