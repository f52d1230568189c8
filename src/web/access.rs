//! Who may do what: roles of people, scopes of tokens, and the ability a route asks for.
//! What a member may *see* is not decided here but by every query, through the view `sights`.

use crate::platform::id::MemberId;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Producer,
    Maker,
    Reviewer,
    Viewer,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Owner, Role::Producer, Role::Maker, Role::Reviewer, Role::Viewer];

    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Producer => "producer",
            Role::Maker => "maker",
            Role::Reviewer => "reviewer",
            Role::Viewer => "viewer",
        }
    }

    pub fn can(self, ability: Ability) -> bool {
        match ability {
            Ability::Read => true,
            Ability::Make => matches!(self, Role::Owner | Role::Producer | Role::Maker),
            Ability::Comment => self != Role::Viewer,
            Ability::Decide => matches!(self, Role::Owner | Role::Producer | Role::Reviewer),
            Ability::Publish => matches!(self, Role::Owner | Role::Producer),
            Ability::Administer => self == Role::Owner,
        }
    }
}

impl FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Role, &'static str> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or("error-choose-one")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a route asks of whoever calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    Read,
    /// Creates, edits, runs generation.
    Make,
    /// Says something about a draft: whoever makes or decides.
    Comment,
    /// Approves, rejects, duels.
    Decide,
    /// Channels, publications, calling experiments.
    Publish,
    /// Members, backends, settings, audit.
    Administer,
}

/// What a token may do of what its member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Write,
    Publish,
    Admin,
    All,
}

impl Scope {
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Write, Scope::Publish, Scope::Admin, Scope::All];

    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Publish => "publish",
            Scope::Admin => "admin",
            Scope::All => "all",
        }
    }

    fn gives(self, ability: Ability) -> bool {
        match self {
            Scope::All => true,
            Scope::Read => ability == Ability::Read,
            Scope::Write => matches!(ability, Ability::Read | Ability::Make | Ability::Comment),
            Scope::Publish => matches!(ability, Ability::Read | Ability::Comment | Ability::Decide | Ability::Publish),
            Scope::Admin => matches!(ability, Ability::Read | Ability::Administer),
        }
    }
}

impl FromStr for Scope {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Scope, &'static str> {
        Scope::ALL.into_iter().find(|scope| scope.name() == text).ok_or("error-choose-one")
    }
}

/// The row of the route table: who may call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Public,
    /// Signed in, with this ability by role and, for a token, by scope.
    Member(Ability),
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Access::Public => f.write_str("public"),
            Access::Member(ability) => write!(f, "{}", format!("{ability:?}").to_lowercase()),
        }
    }
}

/// The signed-in person, or the person a token acts for.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// `None` for a browser session: everything the role may do.
    pub scopes: Option<Vec<Scope>>,
    pub locale: String,
    pub zone: Tz,
    pub theme: String,
    pub keys_on: bool,
}

impl Member {
    pub fn can(&self, ability: Ability) -> bool {
        self.role.can(ability) && self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| scope.gives(ability)))
    }

    /// Whether this is the person, or a token that stands for all of them. Only such a caller may
    /// make and end tokens: a token never hands on more than it has.
    pub fn is_whole(&self) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&Scope::All))
    }

    /// The key of the role's name.
    pub fn role_word(&self) -> String {
        format!("role-{}", self.role)
    }

    // Templates ask these; askama cannot name an enum's variant briefly.
    pub fn makes(&self) -> bool {
        self.can(Ability::Make)
    }
    pub fn decides(&self) -> bool {
        self.can(Ability::Decide)
    }
    pub fn publishes(&self) -> bool {
        self.can(Ability::Publish)
    }
    pub fn administers(&self) -> bool {
        self.can(Ability::Administer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_are_those_of_the_product() {
        let table = [
            (Role::Owner, "read make decide publish administer"),
            (Role::Producer, "read make decide publish"),
            (Role::Maker, "read make"),
            (Role::Reviewer, "read decide"),
            (Role::Viewer, "read"),
        ];
        for (role, may) in table {
            let found: Vec<String> = [Ability::Read, Ability::Make, Ability::Decide, Ability::Publish, Ability::Administer]
                .into_iter()
                .filter(|&ability| role.can(ability))
                .map(|ability| format!("{ability:?}").to_lowercase())
                .collect();
            assert_eq!(found.join(" "), may, "{role}");
        }
    }

    #[test]
    fn a_token_never_does_more_than_its_member() {
        let token = |role, scope| Member {
            id: MemberId(uuid::Uuid::nil()),
            name: String::new(),
            email: String::new(),
            role,
            scopes: Some(vec![scope]),
            locale: "en".into(),
            zone: chrono_tz::UTC,
            theme: "auto".into(),
            keys_on: true,
        };
        assert!(!token(Role::Maker, Scope::All).can(Ability::Publish));
        assert!(!token(Role::Owner, Scope::Read).can(Ability::Make));
        assert!(token(Role::Owner, Scope::Publish).can(Ability::Decide));
        assert!(!token(Role::Owner, Scope::Publish).can(Ability::Make));
    }
}
