//! Settings that a kind of backend describes, and the checks that follow from the description.

use crate::platform::FieldError;
use crate::platform::outbound::Outbound;
use crate::platform::text::Checks;
use std::collections::BTreeMap;

/// One setting of a kind.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    /// The name with `settings.` before it, as errors point to it.
    pub field: &'static str,
    /// Keys of its label and of the help below it.
    pub label: &'static str,
    pub help: &'static str,
    pub kind: SettingKind,
    pub required: bool,
    pub default: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// An address that the server may call.
    Url,
    Line,
    /// Sealed, never shown again; a kind has at most one.
    Secret,
    /// A decimal amount of money.
    Price,
    /// Three letters (ISO 4217).
    Currency,
    /// Seconds, 10 to 600.
    Seconds,
}

impl Setting {
    // Templates ask these.
    pub fn is_secret(&self) -> bool {
        self.kind == SettingKind::Secret
    }
    pub fn input_type(&self) -> &'static str {
        match self.kind {
            SettingKind::Url => "url",
            SettingKind::Secret => "password",
            _ => "text",
        }
    }
    pub fn input_mode(&self) -> &'static str {
        match self.kind {
            SettingKind::Price => "decimal",
            SettingKind::Seconds => "numeric",
            _ => "text",
        }
    }
}

/// The settings without the secret, each checked; unsaid ones get their default.
pub fn check(list: &[Setting], given: &BTreeMap<String, String>, outbound: &Outbound, checks: &mut Checks) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for setting in list.iter().filter(|setting| !setting.is_secret()) {
        let typed = given.get(setting.name).map(String::as_str).unwrap_or_default().trim();
        let value = checks.line(setting.field, if typed.is_empty() { setting.default } else { typed }, 500);
        if value.is_empty() {
            if setting.required {
                checks.wrong(setting.field, "error-required");
            }
            continue;
        }
        if let Err(key) = fits(setting.kind, &value, outbound) {
            checks.wrong(setting.field, key);
        }
        kept.insert(setting.name.to_owned(), value.trim_end_matches('/').to_owned());
    }
    if let Some(name) = given.keys().find(|name| !list.iter().any(|setting| setting.name == name.as_str())) {
        checks.add(FieldError::new("settings", "backends-error-setting").with("name", name));
    }
    kept
}

fn fits(kind: SettingKind, value: &str, outbound: &Outbound) -> Result<(), &'static str> {
    let ok = match kind {
        SettingKind::Url => return outbound.check_url(value).map(|_| ()).map_err(|_| "backends-error-address"),
        SettingKind::Price => return micros(value).map(|_| ()).ok_or("backends-error-price"),
        SettingKind::Currency => value.len() == 3 && value.bytes().all(|letter| letter.is_ascii_uppercase()),
        SettingKind::Seconds => value.parse::<u64>().is_ok_and(|seconds| (10..=600).contains(&seconds)),
        SettingKind::Line | SettingKind::Secret => true,
    };
    if ok {
        Ok(())
    } else if kind == SettingKind::Currency {
        Err("backends-error-currency")
    } else {
        Err("backends-error-seconds")
    }
}

/// A decimal amount in millionths: `0.15` is 150,000. At most six decimals, no sign, below a million.
pub fn micros(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 6 || !digits(whole) || !digits(part) || text.ends_with('.') {
        return None;
    }
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 1_000_000 + part)
}

/// Whether the address that a secret would be sent to is another one.
pub fn moved(list: &[Setting], before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> bool {
    list.iter().filter(|setting| setting.kind == SettingKind::Url).any(|setting| before.get(setting.name) != after.get(setting.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, kept) in [
            ("0.15", Some(150_000)),
            ("15", Some(15_000_000)),
            ("0.000001", Some(1)),
            ("999999.999999", Some(999_999_999_999)),
            ("", None),
            (".5", None),
            ("1.", None),
            ("-1", None),
            ("1,5", None),
            ("1e3", None),
            ("0.0000001", None),
            ("1000000", None),
            ("１", None),
        ] {
            assert_eq!(micros(text), kept, "{text:?}");
        }
    }
}
