//! Cases in, results out: what the laboratories share.
//!
//! Invariant: never panics; unknown fields are ignored; input that cannot be answered gives one line that names the case.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The lists of cases of an input, each under its name.
pub(super) struct Cases(Map<String, Value>);

/// The answers so far.
#[derive(Default)]
pub(super) struct Results(Vec<Value>);

impl Cases {
    /// Reads the input; it must hold a case in one of these lists.
    pub(super) fn read(input: &str, lists: &[&str]) -> Result<Self, String> {
        let cases: Map<String, Value> = serde_json::from_str(input).map_err(|error| format!("the input is not a set of cases: {error}"))?;
        if lists.iter().all(|list| cases.get(*list).and_then(Value::as_array).is_none_or(Vec::is_empty)) {
            return Err("the input is not a set of cases: it holds none".into());
        }
        Ok(Self(cases))
    }

    /// Answers one list under the ids of its cases, whatever their type; a case without one is named after the place it
    /// has in its list, as `case-0`. A list that is missing has no cases.
    pub(super) fn each<T: DeserializeOwned>(
        &self,
        list: &str,
        results: &mut Results,
        answer: impl Fn(T) -> Result<Value, String>,
    ) -> Result<(), String> {
        let Some(cases) = self.0.get(list).filter(|cases| !cases.is_null()) else {
            return Ok(());
        };
        let cases = cases.as_array().ok_or_else(|| format!("the input is not a set of cases: {list} is no list"))?;
        let prefix = if list == "cases" { "case" } else { list };
        for (place, case) in cases.iter().enumerate() {
            let id = case.get("id").filter(|id| !id.is_null()).cloned().unwrap_or_else(|| Value::from(format!("{prefix}-{place}")));
            let parsed = T::deserialize(case).map_err(|error| format!("{id}: {error}"))?;
            let mut result = answer(parsed).map_err(|error| format!("{id}: {error}"))?;
            result["id"] = id;
            results.0.push(result);
        }
        Ok(())
    }
}

impl Results {
    pub(super) fn written(self) -> String {
        json!({ "results": self.0 }).to_string()
    }
}

/// Answers the list `cases` of an input.
pub(super) fn answered<T: DeserializeOwned>(input: &str, answer: impl Fn(T) -> Result<Value, String>) -> Result<String, String> {
    let mut results = Results::default();
    Cases::read(input, &["cases"])?.each("cases", &mut results, answer)?;
    Ok(results.written())
}
