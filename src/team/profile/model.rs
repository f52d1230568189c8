//! A member's own settings, checked.

use crate::platform::text::Checks;
use crate::platform::{Outcome, locale};
use serde::Deserialize;

pub(super) const THEMES: [&str; 3] = ["auto", "light", "dark"];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub name: String,
    /// Language of the interface: `en` or `zh-Hans`
    pub locale: String,
    /// IANA zone in which instants are shown
    pub zone: String,
    pub theme: String,
    /// `on`, or empty as browsers leave out an unchecked box
    pub keys: String,
    /// The version that was read
    pub version: i64,
}

impl Profile {
    pub fn check(&self) -> Outcome<Profile> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 80);
        checks.one_of("locale", &self.locale, &["en", "zh-Hans"]);
        checks.one_of("theme", &self.theme, &THEMES);
        let zone = locale::zone(&self.zone).map_err(|key| checks.wrong("zone", key)).map_or_else(|()| String::new(), |zone| zone.name().to_owned());
        checks.finish()?;
        Ok(Profile { name, zone, ..self.clone() })
    }

    pub fn keys_on(&self) -> bool {
        self.keys == "on"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let wrong = Profile { name: "\u{200b}".into(), locale: "vi".into(), zone: "+07:00".into(), theme: "neon".into(), ..Profile::default() };
        let crate::platform::Error::Invalid(errors) = wrong.check().unwrap_err() else { panic!("not told by field") };
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["name", "locale", "theme", "zone"]);
    }
}
