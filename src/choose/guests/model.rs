//! What a guest link is made of.

use crate::platform::clock::DAY;
use crate::platform::id::VariantId;
use crate::platform::text::Checks;
use crate::platform::{FieldError, Ms, Outcome};
use serde::{Deserialize, Serialize};

/// Most drafts behind one link: all of them are one page.
pub const MOST: usize = 60;

/// A link to be made.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewGuest {
    /// Whose it is, as it stands beside their comments
    pub name: String,
    /// May decide, not only comment
    pub decides: bool,
    /// 1 to 90, 7 unless told
    pub days: Option<i64>,
    pub variants: Vec<VariantId>,
}

#[derive(Debug, Clone)]
pub struct Invited {
    pub name: String,
    pub decides: bool,
    pub expires: Ms,
    pub variants: Vec<VariantId>,
}

impl NewGuest {
    pub fn check(&self, now: Ms) -> Outcome<Invited> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 80);
        let days = self.days.unwrap_or(7);
        if !(1..=90).contains(&days) {
            checks.add(FieldError::new("days", "guests-error-days"));
        }
        if self.variants.is_empty() {
            checks.wrong("variants", "guests-error-none");
        }
        if self.variants.len() > MOST {
            checks.add(FieldError::new("variants", "error-too-many").with("max", MOST));
        }
        checks.finish()?;
        Ok(Invited { name, decides: self.decides, expires: now.plus(days * DAY), variants: self.variants.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_link_has_a_name_an_end_and_drafts() {
        let one = vec![VariantId(Uuid::from_u128(1))];
        let good = NewGuest { name: "Ann, client".into(), variants: one.clone(), ..NewGuest::default() };
        assert_eq!(good.check(Ms(0)).unwrap().expires, Ms(7 * DAY));
        for bad in [
            NewGuest { name: " ".into(), ..good.clone() },
            NewGuest { days: Some(0), ..good.clone() },
            NewGuest { days: Some(91), ..good.clone() },
            NewGuest { variants: Vec::new(), ..good.clone() },
            NewGuest { variants: vec![VariantId(Uuid::from_u128(1)); 61], ..good.clone() },
        ] {
            assert!(bad.check(Ms(0)).is_err(), "{bad:?}");
        }
    }
}
