//! Decisions and what they lead to.

use crate::create::variants::VariantState;
use crate::platform::id::{GuestId, MemberId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approved,
    Rejected,
    ChangesRequested,
}

impl std::str::FromStr for Decision {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Decision, &'static str> {
        let all = [Decision::Approved, Decision::Rejected, Decision::ChangesRequested];
        all.into_iter().find(|decision| decision.name() == text).ok_or("error-choose-one")
    }
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

/// Whose decision it is: a member's or a guest's, never both and never nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    pub member: Option<MemberId>,
    pub guest: Option<GuestId>,
}

impl Voice {
    pub fn member(id: MemberId) -> Voice {
        Voice { member: Some(id), guest: None }
    }

    pub fn guest(id: GuestId) -> Voice {
        Voice { member: None, guest: Some(id) }
    }
}

/// What an approval does in a project that asks for two: `first` gave the one that stands for these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It moves the variant.
    Final,
    /// It waits for somebody else's.
    First,
    /// The same person has given the first one.
    Again,
}

impl Approval {
    pub fn of(two_step: bool, first: Option<Voice>, by: Voice) -> Approval {
        match first {
            _ if !two_step => Approval::Final,
            None => Approval::First,
            Some(first) if first == by => Approval::Again,
            Some(_) => Approval::Final,
        }
    }
}

/// Which drafts lie on the desk; every filter is a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// BCP 47; empty for all
    pub locale: String,
    /// person, model, template; empty for all
    pub author: String,
    /// me, nobody; empty for all
    pub whose: String,
    /// below: under the floor of originality; empty for all
    pub floor: String,
}

impl Filter {
    /// As the end of an address, `&` before each.
    pub fn query(&self) -> String {
        let pairs = [("locale", &self.locale), ("author", &self.author), ("whose", &self.whose), ("floor", &self.floor)];
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("&{name}={value}")).collect()
    }

    /// The same with one of them changed, or taken away when it was on.
    pub fn with(&self, axis: &str, value: &str) -> Filter {
        let mut other = self.clone();
        let value = if self.is_on(axis, value) { String::new() } else { value.to_owned() };
        match axis {
            "locale" => other.locale = value,
            "author" => other.author = value,
            "whose" => other.whose = value,
            _ => other.floor = value,
        }
        other
    }

    pub fn is_on(&self, axis: &str, value: &str) -> bool {
        let held = match axis {
            "locale" => &self.locale,
            "author" => &self.author,
            "whose" => &self.whose,
            _ => &self.floor,
        };
        held == value
    }

    pub fn any(&self) -> bool {
        *self != Filter::default()
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

    #[test]
    fn two_approvals_are_by_two_people() {
        let (ann, bo) = (Voice::member(MemberId(uuid::Uuid::from_u128(1))), Voice::member(MemberId(uuid::Uuid::from_u128(2))));
        for (two_step, first, by, approval) in [
            (false, None, ann, Approval::Final),
            (false, Some(ann), ann, Approval::Final),
            (true, None, ann, Approval::First),
            (true, Some(ann), ann, Approval::Again),
            (true, Some(ann), bo, Approval::Final),
            (true, Some(ann), Voice::guest(GuestId(uuid::Uuid::from_u128(1))), Approval::Final),
        ] {
            assert_eq!(Approval::of(two_step, first, by), approval);
        }
    }

    #[test]
    fn a_filter_is_a_link_that_turns_one_thing_on_or_off() {
        let vietnamese = Filter::default().with("locale", "vi-VN");
        assert_eq!(vietnamese.with("whose", "me").query(), "&locale=vi-VN&whose=me");
        assert!(vietnamese.is_on("locale", "vi-VN") && !vietnamese.is_on("locale", "vi") && !vietnamese.is_on("author", "model"));
        assert_eq!(vietnamese.with("locale", "vi-VN"), Filter::default());
    }
}
