//! What a project says about itself, checked.

use crate::platform::locale::{self, Locale};
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use serde::Deserialize;

pub const STANCES: [&str; 3] = ["raw", "crafted", "synthetic"];
const MARKETS_MAX: usize = 30;

/// The words of a project as a form or a program sends them. Markets are written one per line or
/// comma-separated: a locale and its zone, as in `vi-VN Asia/Ho_Chi_Minh`.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewProject {
    pub name: String,
    pub niche: String,
    pub perspective: String,
    pub audience: String,
    pub stance: String,
    pub style_guide: String,
    /// BCP 47 tag of the language drafts are written in first
    pub locale: String,
    /// IANA zone
    pub zone: String,
    pub markets: String,
    /// An approval needs two people
    pub two_step: bool,
    /// The version that was read; needed to change a project
    pub version: i64,
}

/// A checked project.
#[derive(Debug, Clone)]
pub struct Checked {
    pub words: NewProject,
    pub markets: Vec<(Locale, String)>,
}

impl NewProject {
    /// A project as its form shows it.
    pub(super) fn of(project: super::Project) -> NewProject {
        let markets: Vec<String> = project.markets.iter().map(|market| format!("{} {}", market.locale, market.zone)).collect();
        NewProject {
            name: project.name,
            niche: project.niche,
            perspective: project.perspective,
            audience: project.audience,
            stance: project.stance,
            style_guide: project.style_guide,
            locale: project.locale,
            zone: project.zone,
            markets: markets.join("\n"),
            two_step: project.two_step,
            version: project.version,
        }
    }

    /// `zone` and `locale` stand in when nothing was said.
    pub fn check(&self, default_locale: &str, default_zone: &str) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let or = |text: &str, default: &str| if text.trim().is_empty() { default.to_owned() } else { text.trim().to_owned() };
        let mut words = NewProject {
            name: checks.required("name", &self.name, 80),
            niche: checks.line("niche", &self.niche, 200),
            perspective: checks.text("perspective", &self.perspective, 500),
            audience: checks.text("audience", &self.audience, 500),
            stance: or(&self.stance, "crafted"),
            style_guide: checks.text("style_guide", &self.style_guide, 5000),
            locale: or(&self.locale, default_locale),
            zone: or(&self.zone, default_zone),
            markets: self.markets.clone(),
            two_step: self.two_step,
            version: self.version,
        };
        checks.one_of("stance", &words.stance, &STANCES);
        match words.locale.parse::<Locale>() {
            Ok(locale) => words.locale = locale.to_string(),
            Err(key) => checks.wrong("locale", key),
        }
        if let Err(key) = locale::zone(&words.zone) {
            checks.wrong("zone", key);
        }
        let markets = markets(&mut checks, &self.markets, &words.zone);
        checks.finish()?;
        Ok(Checked { words, markets })
    }
}

fn markets(checks: &mut Checks, text: &str, zone: &str) -> Vec<(Locale, String)> {
    let mut found: Vec<(Locale, String)> = Vec::new();
    for line in text.split(['\n', ',', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        let mut parts = line.split_whitespace();
        let tag = parts.next().unwrap_or_default();
        let own = parts.next().unwrap_or(zone);
        match (tag.parse::<Locale>(), locale::zone(own)) {
            (Ok(tag), Ok(zone)) if parts.next().is_none() => {
                if !found.iter().any(|(known, _)| *known == tag) {
                    found.push((tag, zone.name().to_owned()));
                }
            }
            _ => {
                checks.add(FieldError::new("markets", "error-market").with("line", crate::platform::text::shorten(line, 40)));
                return found;
            }
        }
    }
    if found.len() > MARKETS_MAX {
        checks.add(FieldError::new("markets", "error-too-many").with("max", MARKETS_MAX));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(markets: &str) -> Outcome<Checked> {
        NewProject { name: "Opera".into(), markets: markets.into(), ..NewProject::default() }.check("zh-Hans", "Asia/Shanghai")
    }

    #[test]
    fn markets_are_locales_with_a_zone() {
        let checked = project("vi-VN Asia/Ho_Chi_Minh\nth, th\n").unwrap();
        let markets: Vec<_> = checked.markets.iter().map(|(tag, zone)| format!("{tag} {zone}")).collect();
        assert_eq!(markets, ["vi-VN Asia/Ho_Chi_Minh", "th Asia/Shanghai"]);
        for text in ["vietnamese!", "vi +07:00", "vi Asia/Ho_Chi_Minh extra"] {
            assert!(project(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn what_is_not_said_comes_from_the_studio() {
        let checked = project("").unwrap();
        assert_eq!(
            (checked.words.locale.as_str(), checked.words.zone.as_str(), checked.words.stance.as_str()),
            ("zh-Hans", "Asia/Shanghai", "crafted")
        );
    }
}
