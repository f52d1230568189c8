//! Decisions and what they lead to.

use crate::create::variants::VariantState;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approved,
    Rejected,
    ChangesRequested,
}

impl Decision {
    pub fn name(self) -> &'static str {
        match self {
            Decision::Approved => "approved",
            Decision::Rejected => "rejected",
            Decision::ChangesRequested => "changes_requested",
        }
    }

    pub fn leads_to(self) -> VariantState {
        match self {
            Decision::Approved => VariantState::Approved,
            Decision::Rejected => VariantState::Rejected,
            Decision::ChangesRequested => VariantState::ChangesRequested,
        }
    }

    /// Whether it can be decided in this state. The same decision twice changes nothing and is
    /// answered by the caller; what is archived is not on the desk.
    pub fn may_follow(self, state: VariantState) -> bool {
        state != VariantState::Archived && state != self.leads_to()
    }
}

/// Quick reasons, by key. Words may be added to any of them.
pub const CHIPS: &[&str] = &["curate-chip-dull", "curate-chip-same", "curate-chip-untrue", "curate-chip-tone", "curate-chip-long"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_follow_where_they_may() {
        assert!(Decision::Approved.may_follow(VariantState::InReview));
        assert!(Decision::Rejected.may_follow(VariantState::Approved));
        assert!(!Decision::Approved.may_follow(VariantState::Approved));
        assert!(!Decision::Approved.may_follow(VariantState::Archived));
    }
}
