//! What a channel is, and which of its settings may be kept.

use super::kinds::{Kind, Shape, Values, kind};
use crate::platform::clock::{HOUR, MINUTE};
use crate::platform::locale::{Locale, zone};
use crate::platform::outbound::Outbound;
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use serde::{Deserialize, Serialize};

/// How late a publication may leave unless the channel says otherwise.
pub const MAX_LATE_MS: i64 = 12 * HOUR;

/// How doubt about an unanswered send is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Capability {
    /// The same key may be sent again within its window.
    Key,
    /// A half-made post can be asked what became of it.
    Staged,
    /// Own posts can be looked up by the delivery.
    Lookup,
    /// Nothing can be asked: a person decides.
    Blind,
    /// A person publishes; nothing is sent.
    Hand,
}

impl Capability {
    pub fn name(self) -> &'static str {
        match self {
            Capability::Key => "key",
            Capability::Staged => "staged",
            Capability::Lookup => "lookup",
            Capability::Blind => "blind",
            Capability::Hand => "hand",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum ChannelState {
    On,
    /// A person stopped it: what is due waits.
    Paused,
    /// Its secret cannot be used any more: what is due waits until it is entered again.
    NeedsReconnect,
}

impl ChannelState {
    pub fn name(self) -> &'static str {
        match self {
            ChannelState::On => "on",
            ChannelState::Paused => "paused",
            ChannelState::NeedsReconnect => "needs_reconnect",
        }
    }
}

/// A channel as it is made.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// Such as `bluesky`, `telegram`, `webhook`, `hand` or `simulator`
    pub kind: String,
    pub name: String,
    /// For a webhook: `url`, `secret`, `capability` (`key`, `staged`, `lookup`, `blind`)
    #[serde(default)]
    pub settings: Values,
    /// The language of its audience, as a BCP 47 tag
    #[serde(default)]
    pub locale: Option<String>,
    /// Where its audience lives; the project's zone unless told
    #[serde(default)]
    pub zone: Option<String>,
    /// How late something may still leave, 5 to 10,080
    #[serde(default)]
    pub max_late_minutes: Option<i64>,
}

/// What of a channel is to be changed; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelChange {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub settings: Option<Values>,
    #[serde(default)]
    pub locale: Option<String>,
    #[serde(default)]
    pub zone: Option<String>,
    #[serde(default)]
    pub max_late_minutes: Option<i64>,
    /// `on` or `paused`
    #[serde(default)]
    pub state: Option<ChannelState>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    #[serde(default)]
    pub version: Option<i64>,
}

/// A channel whose every field was looked at.
#[derive(Clone)]
pub struct Checked {
    pub kind: &'static dyn Kind,
    pub name: String,
    /// Public settings and secret ones apart.
    pub open: Values,
    pub secret: Values,
    pub locale: Option<Locale>,
    pub zone: String,
    pub max_late_ms: i64,
}

impl NewChannel {
    /// Judges a new channel, or a change of one whose stored secrets are `kept`.
    pub fn check(&self, out: &Outbound, project_zone: &str, kept: Option<(&Values, &Values)>) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 80);
        let found = kind(&self.kind);
        if found.is_none() {
            checks.wrong("kind", "error-choose-one");
        }
        let (mut open, mut secret) = (Values::new(), Values::new());
        if let Some(kind) = found {
            (open, secret) = settings(&mut checks, kind, &self.settings, out, kept);
        }
        let locale = self
            .locale
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .and_then(|text| text.parse::<Locale>().map_err(|key| checks.wrong("locale", key)).ok());
        let zone_name = self.zone.as_deref().map(str::trim).filter(|text| !text.is_empty()).unwrap_or(project_zone);
        let zone_name = zone(zone_name).map(|zone| zone.name().to_owned()).unwrap_or_else(|key| {
            checks.wrong("zone", key);
            String::new()
        });
        let max_late_ms = match self.max_late_minutes {
            None => MAX_LATE_MS,
            Some(minutes @ 5..=10_080) => minutes * MINUTE,
            Some(_) => {
                checks.add(FieldError::new("max_late_minutes", "error-between").with("min", 5).with("max", 10_080));
                MAX_LATE_MS
            }
        };
        checks.finish()?;
        let kind = found.ok_or_else(|| crate::platform::Error::field("kind", "error-choose-one"))?;
        Ok(Checked { kind, name, open, secret, locale, zone: zone_name, max_late_ms })
    }
}

/// Reads the settings that the kind describes and no others. A secret that is left out is kept, but
/// only for the address it was entered for.
fn settings(checks: &mut Checks, kind: &'static dyn Kind, given: &Values, out: &Outbound, kept: Option<(&Values, &Values)>) -> (Values, Values) {
    let (mut open, mut secret) = (Values::new(), Values::new());
    for name in given.keys().filter(|name| !kind.settings().iter().any(|setting| setting.name == name.as_str())) {
        checks.add(FieldError::new("settings", "error-unknown-setting").inside(name).with("name", name));
    }
    let value = |name: &str| given.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let moved = kept.is_some_and(|(open, secret)| {
        kind.settings().iter().any(|setting| {
            let stored = match setting.shape {
                Shape::Url => open.get(setting.name),
                Shape::SecretUrl => secret.get(setting.name),
                _ => return false,
            };
            value(setting.name).is_some_and(|url| stored.map(String::as_str) != Some(url))
        })
    });
    for setting in kind.settings() {
        let field = setting.field;
        let stored = kept.and_then(|(open, secret)| if setting.is_secret() { secret.get(setting.name) } else { open.get(setting.name) });
        match (value(setting.name), setting.shape) {
            (Some(url), Shape::Url | Shape::SecretUrl) => match out.check_url(url) {
                Ok(_) if setting.is_secret() => drop(secret.insert(setting.name.into(), url.to_owned())),
                Ok(_) => drop(open.insert(setting.name.into(), url.to_owned())),
                Err(_) => checks.wrong(field, "error-url-not-allowed"),
            },
            (Some(text), Shape::Secret) => {
                let text = checks.line(field, text, 500);
                secret.insert(setting.name.into(), text);
            }
            (Some(text), Shape::Choice(choices)) => {
                let text = checks.one_of(field, text, choices).to_owned();
                open.insert(setting.name.into(), text);
            }
            (None, Shape::Secret) if moved => checks.wrong(field, "error-secret-again"),
            (Some(text), Shape::Line) => {
                let text = checks.line(field, text, 500);
                open.insert(setting.name.into(), text);
            }
            (None, _) => match stored {
                Some(stored) if setting.is_secret() => drop(secret.insert(setting.name.into(), stored.clone())),
                Some(stored) => drop(open.insert(setting.name.into(), stored.clone())),
                None if !setting.default.is_empty() => drop(open.insert(setting.name.into(), setting.default.to_owned())),
                None => checks.wrong(field, "error-required"),
            },
        }
    }
    (open, secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Error;
    use crate::platform::outbound::Policy;

    fn out() -> Outbound {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Outbound::new(Policy::default()).unwrap()
    }

    fn webhook(settings: &[(&str, &str)]) -> NewChannel {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        NewChannel { kind: "webhook".into(), name: "Hook".into(), settings, ..NewChannel::default() }
    }

    fn wrong(result: Outcome<Checked>) -> Vec<&'static str> {
        match result {
            Err(Error::Invalid(errors)) => errors.iter().map(|error| error.field).collect(),
            Err(other) => panic!("{other}"),
            Ok(_) => Vec::new(),
        }
    }

    #[tokio::test]
    async fn settings_are_those_of_the_kind_and_addresses_pass_the_gate() {
        let out = out();
        let good = [("url", "https://example.com/hook"), ("secret", "s"), ("capability", "key")];
        let checked = webhook(&good).check(&out, "UTC", None).ok().unwrap();
        assert_eq!(checked.open.keys().collect::<Vec<_>>(), ["capability", "url"]);
        assert_eq!(checked.secret.get("secret").map(String::as_str), Some("s"));
        assert_eq!(
            wrong(webhook(&[("url", "http://127.0.0.1/"), ("secret", "s"), ("capability", "key")]).check(&out, "UTC", None)),
            ["settings.url"]
        );
        assert_eq!(wrong(webhook(&good[..2]).check(&out, "UTC", None)), ["settings.capability"]);
        assert_eq!(
            wrong(NewChannel { zone: Some("+05:30".into()), max_late_minutes: Some(1), ..webhook(&good) }.check(&out, "UTC", None)),
            ["zone", "max_late_minutes"]
        );
        assert_eq!(wrong(NewChannel { kind: "pigeon".into(), ..webhook(&good) }.check(&out, "UTC", None)), ["kind"]);
    }

    #[tokio::test]
    async fn a_stored_secret_never_follows_to_another_address() {
        let out = out();
        let open = Values::from([("url".into(), "https://example.com/hook".into()), ("capability".into(), "key".into())]);
        let secret = Values::from([("secret".into(), "s".into())]);
        let kept = Some((&open, &secret));
        let same = webhook(&[("url", "https://example.com/hook")]).check(&out, "UTC", kept).ok().unwrap();
        assert_eq!(same.secret, secret);
        assert_eq!(same.open, open);
        assert_eq!(wrong(webhook(&[("url", "https://other.example/hook")]).check(&out, "UTC", kept)), ["settings.secret"]);
        assert!(webhook(&[("url", "https://other.example/hook"), ("secret", "new")]).check(&out, "UTC", kept).is_ok());
    }

    #[tokio::test]
    async fn an_address_that_is_a_secret_passes_the_gate_and_is_sealed() {
        let out = out();
        let hook = |url: &str| NewChannel { kind: "discord".into(), settings: Values::from([("url".into(), url.into())]), ..webhook(&[]) };
        let kept = Values::from([("url".into(), "https://discord.com/api/webhooks/1/t".into())]);
        let checked = hook("https://discord.com/api/webhooks/1/t").check(&out, "UTC", None).ok().unwrap();
        assert_eq!((&checked.secret, checked.open.len()), (&kept, 0));
        for refused in ["http://127.0.0.1/api/webhooks/1/t", "https://u:p@discord.com/api/webhooks/1/t", "1/t"] {
            assert_eq!(wrong(hook(refused).check(&out, "UTC", None)), ["settings.url"], "{refused}");
        }
        assert_eq!(wrong(hook("").check(&out, "UTC", None)), ["settings.url"]);
        let open = Values::new();
        let same = hook("").check(&out, "UTC", Some((&open, &kept))).ok().unwrap();
        assert_eq!((same.secret, same.open.len()), (kept.clone(), 0));
        let other = hook("https://discord.com/api/webhooks/2/u").check(&out, "UTC", Some((&open, &kept))).ok().unwrap();
        assert_eq!(other.secret.get("url").map(String::as_str), Some("https://discord.com/api/webhooks/2/u"));
    }
}
