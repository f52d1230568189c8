//! What a month may cost, and what a call leaves in the ledger. Pure.

use crate::platform::Ms;
use crate::platform::id::{BackendId, ProjectId, RunId};
use serde::{Deserialize, Serialize};

/// A call that is about to leave and may cost.
#[derive(Clone, Debug)]
pub struct Call {
    pub project: ProjectId,
    pub run: RunId,
    pub backend: BackendId,
    pub model: String,
    pub medium: &'static str,
    /// ISO 4217
    pub currency: String,
    /// The most it can cost by the prices of the run; `None` when no price is known.
    pub most_micros: Option<i64>,
}

/// Whether a call may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Written into the ledger.
    Reserved,
    /// What is left of the month does not hold it, in millionths.
    Over { left: i64 },
    /// The project has budgets, none of them in this currency.
    NoBudget,
    /// The project has a budget, and nobody said what this model costs.
    NoPrice,
}

impl Admission {
    /// A word for programs; the sentence is `budgets-WORD`.
    pub fn name(self) -> &'static str {
        match self {
            Admission::Reserved => "reserved",
            Admission::Over { .. } => "over",
            Admission::NoBudget => "no-budget",
            Admission::NoPrice => "no-price",
        }
    }
}

/// How a call ended for the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Charged, in millionths, and what was used, as JSON.
    Spent { micros: i64, used: String },
    /// Nothing was charged.
    Released,
    /// Perhaps charged: it stays reserved until a person says.
    Doubtful,
}

/// A budget as a program sends it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewBudget {
    /// ISO 4217
    pub currency: String,
    /// A decimal amount for a month, such as 40 or 12.50
    pub month: String,
}

/// What the month of a project holds in one currency; all in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Spending {
    pub spent_micros: i64,
    /// On its way, or in doubt
    pub reserved_micros: i64,
    pub calls: i64,
}

impl Spending {
    /// Whether so much more may leave under a budget.
    pub fn admits(&self, budget: i64, most: i64) -> Result<(), i64> {
        let left = budget.saturating_sub(self.spent_micros).saturating_sub(self.reserved_micros);
        if most == 0 || most <= left { Ok(()) } else { Err(left.max(0)) }
    }
}

/// The month that an instant belongs to in a zone: `2026-12`.
pub fn month(at: Ms, zone: &str) -> String {
    let zone = crate::platform::locale::zone(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).format("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_where_the_studio_is() {
        let at = |text: &str| Ms(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis());
        for (instant, zone, expected) in [
            ("2026-11-30T16:59:59Z", "Asia/Ho_Chi_Minh", "2026-11"),
            ("2026-11-30T17:00:00Z", "Asia/Ho_Chi_Minh", "2026-12"),
            ("2026-11-30T17:00:00Z", "UTC", "2026-11"),
            ("2026-12-01T04:59:00Z", "America/New_York", "2026-11"),
            ("2026-12-01T00:00:00Z", "Not/AZone", "2026-12"),
        ] {
            assert_eq!(month(at(instant), zone), expected, "{instant} in {zone}");
        }
    }

    #[test]
    fn a_budget_is_never_passed() {
        let month = Spending { spent_micros: 60, reserved_micros: 30, calls: 3 };
        for (most, expected) in [(10, Ok(())), (11, Err(10)), (0, Ok(())), (i64::MAX, Err(10))] {
            assert_eq!(month.admits(100, most), expected, "{most}");
        }
        assert_eq!(month.admits(80, 1), Err(0), "a budget that was lowered admits nothing more");
        assert_eq!(month.admits(80, 0), Ok(()), "what costs nothing may always leave");
    }
}
