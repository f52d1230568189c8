//! Time as a value. Nothing else reads the system clock.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// An instant in UTC milliseconds since 1970.
/// In JSON it is RFC 3339 in UTC, as the API speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Ms(pub i64);

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Ms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ms, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = chrono::DateTime::parse_from_rfc3339(&text).map_err(serde::de::Error::custom)?;
        Ok(Ms(instant.timestamp_millis()))
    }
}

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Ms {
    pub fn plus(self, ms: i64) -> Ms {
        Ms(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn since(self, earlier: Ms) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same instant for calendars and zones; the epoch when out of chrono's range.
    pub fn utc(self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// RFC 3339 in UTC with milliseconds, as the API speaks.
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }

    /// For `serialize_with`: a field that programs read as RFC 3339.
    pub fn to_text<S: Serializer>(at: &Ms, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&at.rfc3339())
    }

    /// The same for an instant that may be missing.
    pub fn to_text_if_any<S: Serializer>(at: &Option<Ms>, to: S) -> Result<S::Ok, S::Error> {
        at.map(Ms::rfc3339).serialize(to)
    }
}

/// Gives now. Tests move it; the server reads the system.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Held(Arc<AtomicI64>),
}

impl Clock {
    pub fn held(at: Ms) -> Clock {
        Clock::Held(Arc::new(AtomicI64::new(at.0)))
    }

    #[allow(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub fn now(&self) -> Ms {
        match self {
            Clock::System => Ms(chrono::Utc::now().timestamp_millis()),
            Clock::Held(at) => Ms(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a held clock; the system clock stays as it is.
    pub fn advance(&self, ms: i64) {
        if let Clock::Held(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}
