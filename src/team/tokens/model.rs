//! What a token is made of.

use crate::platform::clock::DAY;
use crate::platform::text::Checks;
use crate::platform::{Error, Ms, Outcome};
use crate::web::Scope;
use serde::Deserialize;

/// How many days a token may last; nothing for as long as its member.
pub(super) const LIVES: [&str; 4] = ["30", "90", "365", "never"];

#[derive(Debug, Clone)]
pub struct NewToken {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub expires: Option<Ms>,
}

impl NewToken {
    pub fn check(name: &str, scopes: Vec<Scope>, expires: Option<Ms>) -> Outcome<NewToken> {
        let mut checks = Checks::new();
        let name = checks.required("name", name, 80);
        if scopes.is_empty() {
            checks.wrong("scope", "error-choose-one");
        }
        checks.finish()?;
        Ok(NewToken { name, scopes, expires })
    }
}

/// A token as its form or a program asks for it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenWish {
    pub name: String,
    /// `read`, `write`, `publish`, `admin` or `all`
    pub scope: Vec<String>,
    /// Days it lasts: `30`, `90`, `365` or `never`; 90 unless told
    pub days: String,
}

impl TokenWish {
    pub(super) fn check(&self, now: Ms) -> Outcome<NewToken> {
        let days = if self.days.is_empty() { "90" } else { &self.days };
        let expires = match days {
            "never" => None,
            days if LIVES.contains(&days) => days.parse().ok().map(|days: i64| now.plus(days * DAY)),
            _ => return Err(Error::field("days", "error-choose-one")),
        };
        let scopes = self.scope.iter().map(|text| text.parse()).collect::<Result<Vec<Scope>, _>>().map_err(|key| Error::field("scope", key))?;
        NewToken::check(&self.name, scopes, expires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lasts_as_long_as_it_says() {
        let wish =
            |days: &str| TokenWish { name: "ci".into(), scope: vec!["read".into()], days: days.into() }.check(Ms(0)).map(|token| token.expires);
        assert_eq!(wish("30").unwrap(), Some(Ms(30 * DAY)));
        assert_eq!(wish("").unwrap(), Some(Ms(90 * DAY)));
        assert_eq!(wish("never").unwrap(), None);
        for days in ["0", "-1", "31", "forever", "99999999999999999999"] {
            assert!(wish(days).is_err(), "{days} was taken");
        }
    }

    #[test]
    fn a_token_says_what_it_may_do() {
        for scope in [vec![], vec!["everything".to_owned()], vec!["read".to_owned(), "root".to_owned()]] {
            assert!(TokenWish { name: "ci".into(), scope: scope.clone(), days: String::new() }.check(Ms(0)).is_err(), "{scope:?} was taken");
        }
    }
}
