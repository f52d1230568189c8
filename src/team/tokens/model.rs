//! What a token is made of.

use crate::platform::text::Checks;
use crate::platform::{Ms, Outcome};
use crate::web::Scope;

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
