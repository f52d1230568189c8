//! What an invitation promises, and what somebody who accepts it says.

use crate::platform::Outcome;
use crate::platform::clock::{DAY, HOUR};
use crate::platform::id::ProjectId;
use crate::platform::text::Checks;
use crate::team::members::{self, NewMember};
use crate::team::password;
use crate::web::Role;
use serde::Deserialize;

pub(super) const INVITATION_LASTS: i64 = 72 * HOUR;
pub(super) const RESET_LASTS: i64 = DAY;
const PROJECTS_MAX: usize = 200;

/// Whom to invite, as what, into which projects.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewInvitation {
    pub email: String,
    /// `owner`, `producer`, `maker`, `reviewer` or `viewer`
    pub role: String,
    pub projects: Vec<ProjectId>,
}

/// A checked invitation.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub email: String,
    pub role: Role,
    pub projects: Vec<ProjectId>,
}

impl NewInvitation {
    pub(super) fn check(&self) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let email = members::email(&mut checks, "email", &self.email);
        let role = self.role.parse::<Role>().map_err(|key| checks.wrong("role", key)).unwrap_or(Role::Viewer);
        if self.projects.len() > PROJECTS_MAX {
            checks.wrong("projects", "error-choose-one");
        }
        checks.finish()?;
        Ok(Checked { email, role, projects: self.projects.clone() })
    }
}

/// What the page behind an invitation asks. Address and role are the invitation's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Acceptance {
    pub name: String,
    pub password: String,
    pub locale: String,
    pub zone: String,
}

impl Acceptance {
    pub fn check(&self, email: &str, role: Role) -> Outcome<NewMember> {
        let mut checks = Checks::new();
        let member = NewMember::check(&mut checks, &self.name, email, role, &self.locale, &self.zone);
        password::check(&mut checks, "password", &self.password);
        checks.finish()?;
        Ok(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_names_a_plausible_address_and_a_role() {
        let invitation = |email: &str, role: &str| NewInvitation { email: email.into(), role: role.into(), projects: Vec::new() }.check();
        assert_eq!(invitation(" mai@studio.example ", "maker").unwrap().email, "mai@studio.example");
        for (email, role) in [("", "maker"), ("mai", "maker"), ("mai@studio.example", "king"), ("a b@studio.example", "maker"), ("@x", "maker")] {
            assert!(invitation(email, role).is_err(), "{email:?} as {role:?} was taken");
        }
    }

    #[test]
    fn who_accepts_cannot_choose_address_or_role() {
        let said = Acceptance { name: "Mai".into(), password: "three drums at dawn".into(), locale: "en".into(), zone: "Asia/Ho_Chi_Minh".into() };
        let member = said.check("mai@studio.example", Role::Maker).unwrap();
        assert_eq!((member.email.as_str(), member.role), ("mai@studio.example", Role::Maker));
    }
}
