//! A row of the record, made readable.

use crate::platform::Ms;
use crate::platform::id::MemberId;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// One thing that happened.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// Grows by one with every event of the house
    pub id: i64,
    /// noun.verb in the past, as in `idea.created`
    pub kind: String,
    pub object: Option<Uuid>,
    pub project: Option<Uuid>,
    /// `member`, `token`, `system` or `operator`
    pub actor: String,
    /// The member who did it, or whose token did
    pub member: Option<MemberId>,
    /// The name of that member
    pub name: Option<String>,
    /// The name of the token
    pub token: Option<String>,
    pub address: Option<String>,
    #[serde(rename = "at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Ms,
    #[schema(value_type = Object)]
    pub detail: Value,
}

impl Entry {
    pub fn noun(&self) -> &str {
        self.kind.split('.').next().unwrap_or(&self.kind)
    }

    /// The end of the object's id, enough to tell two apart by eye.
    pub fn short_object(&self) -> Option<String> {
        self.object.map(|id| id.simple().to_string().split_off(24))
    }

    /// Where the object is shown, for the nouns that have a page of that shape.
    pub fn path(&self) -> Option<String> {
        let id = self.object?;
        match self.noun() {
            "idea" => Some(format!("/ideas/{id}")),
            "member" => Some(format!("/members/{id}")),
            "project" => Some(format!("/projects/{id}/edit")),
            _ => None,
        }
    }

    /// The facts of the event as names and plain values.
    pub fn facts(&self) -> Vec<(String, String)> {
        let Value::Object(fields) = &self.detail else { return Vec::new() };
        fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), plain(value))).collect()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What the last walk over the chain found.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub at: Ms,
    /// The number of the first row that did not fit
    pub broken: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn details_are_read_as_text() {
        let entry = Entry {
            id: 1,
            kind: "token.added".into(),
            object: None,
            project: None,
            actor: "operator".into(),
            member: None,
            name: None,
            token: None,
            address: None,
            at: Ms(0),
            detail: json!({ "name": "ci", "scopes": ["read", "write"], "n": 3, "gone": null }),
        };
        let facts: Vec<String> = entry.facts().into_iter().map(|(name, value)| format!("{name} {value}")).collect();
        assert_eq!(facts, ["n 3", "name ci", "scopes read, write"]);
        assert_eq!((entry.noun(), entry.path()), ("token", None));
    }
}
