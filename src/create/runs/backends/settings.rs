//! Settings that a kind of backend describes, and the checks that follow from the description.

use super::prices::Unit;
use crate::platform::FieldError;
use crate::platform::money;
use crate::platform::outbound::Outbound;
use crate::platform::text::Checks;
use std::collections::BTreeMap;
use std::path::Path;

/// One setting of a kind.
#[derive(Clone, Copy, Debug)]
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
    /// Seldom changed: shown below, folded.
    pub seldom: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// An address that the server may call.
    Url,
    Line,
    /// Several lines, up to 200,000 characters.
    Lines,
    /// Sealed, never shown again; a kind has at most one.
    Secret,
    /// A decimal amount of money: kept in the price list of the backend, not among its settings.
    Price(Unit),
    /// Three letters (ISO 4217).
    Currency,
    /// Seconds, 10 to 600.
    Seconds,
    /// A whole number, 1 to 1,000.
    Number,
    /// One of these words; theirs are `backends-choice-WORD`.
    Choice(&'static [&'static str]),
    /// The absolute path of a file on the machine of the server, with this ending.
    File(&'static str),
}

/// A setting by its name; its words are `backends-setting-NAME` and `backends-setting-NAME-help`.
macro_rules! setting {
    ($name:literal, $label:literal, $kind:expr) => {
        $crate::create::runs::backends::settings::Setting {
            name: $name,
            field: concat!("settings.", $name),
            label: concat!("backends-setting-", $label),
            help: concat!("backends-setting-", $label, "-help"),
            kind: $kind,
            required: false,
            default: "",
            seldom: false,
        }
    };
}

pub(super) use setting;

pub const BASE_URL: Setting = setting!("base_url", "base-url", SettingKind::Url).required();
pub const SECRET: Setting = setting!("secret", "secret", SettingKind::Secret);
pub const MODEL: Setting = setting!("model", "model", SettingKind::Line);
pub const IMAGE_MODEL: Setting = setting!("image_model", "image-model", SettingKind::Line);
pub const VIDEO_MODEL: Setting = setting!("video_model", "video-model", SettingKind::Line);
pub const SPEECH_MODEL: Setting = setting!("speech_model", "speech-model", SettingKind::Line);
pub const VOICE: Setting = setting!("voice", "voice", SettingKind::Line);
pub const TRANSCRIPT_MODEL: Setting = setting!("transcript_model", "transcript-model", SettingKind::Line);
pub const EMBEDDING_MODEL: Setting = setting!("embedding_model", "embedding-model", SettingKind::Line);
pub const ONNX_FILE: Setting = setting!("file", "onnx-file", SettingKind::File(".onnx")).required();
pub const PRICE_IN: Setting = setting!("price_in", "price-in", SettingKind::Price(Unit::TokenIn));
pub const PRICE_OUT: Setting = setting!("price_out", "price-out", SettingKind::Price(Unit::TokenOut));
pub const PRICE_PICTURE: Setting = setting!("price_picture", "price-picture", SettingKind::Price(Unit::Picture));
pub const PRICE_SECOND: Setting = setting!("price_second", "price-second", SettingKind::Price(Unit::Second));
pub const PRICE_CHARACTER: Setting = setting!("price_character", "price-character", SettingKind::Price(Unit::Character));
pub const PRICE_CALL: Setting = setting!("price_call", "price-call", SettingKind::Price(Unit::Call));
pub const CURRENCY: Setting = setting!("currency", "currency", SettingKind::Currency).required().default("USD");
pub const TIMEOUT: Setting = setting!("timeout", "timeout", SettingKind::Seconds).required().default("180").seldom();
/// Every kind has these: how many calls are on their way at once, and how many leave in a minute.
pub static LIMITS: [Setting; 2] = [
    setting!("at_once", "at-once", SettingKind::Number).required().default("4").seldom(),
    setting!("per_minute", "per-minute", SettingKind::Number).seldom(),
];

impl Setting {
    pub const fn required(self) -> Setting {
        Setting { required: true, ..self }
    }
    pub const fn default(self, default: &'static str) -> Setting {
        Setting { default, ..self }
    }
    pub const fn seldom(self) -> Setting {
        Setting { seldom: true, ..self }
    }
    /// Help of its own below a label that others share.
    pub const fn help(self, help: &'static str) -> Setting {
        Setting { help, ..self }
    }
}

impl Setting {
    // Templates ask these.
    pub fn is_secret(&self) -> bool {
        self.kind == SettingKind::Secret
    }
    pub fn is_model(&self) -> bool {
        self.name.ends_with("model")
    }
    pub fn is_long(&self) -> bool {
        self.kind == SettingKind::Lines
    }
    pub fn price(&self) -> Option<Unit> {
        if let SettingKind::Price(unit) = self.kind { Some(unit) } else { None }
    }
    pub fn choices(&self) -> &'static [&'static str] {
        if let SettingKind::Choice(words) = self.kind { words } else { &[] }
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
            SettingKind::Price(_) => "decimal",
            SettingKind::Seconds | SettingKind::Number => "numeric",
            _ => "text",
        }
    }
}

/// The settings without the secret, each checked; unsaid ones get their default.
pub fn check(list: &[&'static Setting], given: &BTreeMap<String, String>, outbound: &Outbound, checks: &mut Checks) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for setting in list.iter().filter(|setting| !setting.is_secret()) {
        let typed = given.get(setting.name).map(String::as_str).unwrap_or_default().trim();
        let said = if typed.is_empty() { setting.default } else { typed };
        let value = if setting.is_long() { checks.text(setting.field, said, 200_000) } else { checks.line(setting.field, said, 500) };
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
        SettingKind::Price(_) => return money::micros(value).map(|_| ()).ok_or("backends-error-price"),
        SettingKind::Currency => value.len() == 3 && value.bytes().all(|letter| letter.is_ascii_uppercase()),
        SettingKind::Seconds => value.parse::<u64>().is_ok_and(|seconds| (10..=600).contains(&seconds)),
        SettingKind::Number => value.parse::<u64>().is_ok_and(|number| (1..=1_000).contains(&number)),
        SettingKind::Choice(words) => words.contains(&value),
        SettingKind::File(ending) => value.ends_with(ending) && Path::new(value).is_absolute() && Path::new(value).is_file(),
        SettingKind::Line | SettingKind::Lines | SettingKind::Secret => true,
    };
    match kind {
        _ if ok => Ok(()),
        SettingKind::Currency => Err("backends-error-currency"),
        SettingKind::Number => Err("backends-error-number"),
        SettingKind::Choice(_) => Err("error-choose-one"),
        SettingKind::File(_) => Err("backends-error-file"),
        _ => Err("backends-error-seconds"),
    }
}

/// Whether the address that a secret would be sent to is another one.
pub fn moved(list: &[&'static Setting], before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> bool {
    list.iter().filter(|setting| setting.kind == SettingKind::Url).any(|setting| before.get(setting.name) != after.get(setting.name))
}
