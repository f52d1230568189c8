//! Pages of a list by cursor: the id after which the next page begins.

use super::Failure;
use serde::Deserialize;
use std::str::FromStr;
use uuid::Uuid;

/// `?after=` of a list.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    pub after: Option<Uuid>,
}

/// `?after=` and `?limit=` of a list for programs.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The `next` of the page before.
    pub after: Option<Uuid>,
    /// How many, 50 unless told, at most 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

impl Cursor {
    pub fn limit(&self) -> Result<i64, Failure> {
        limit(self.limit)
    }
}

/// The same for a list that can be narrowed to one state.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The `next` of the page before.
    pub after: Option<Uuid>,
    /// How many, 50 unless told, at most 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Only rows in this state.
    pub state: Option<String>,
}

impl List {
    pub fn limit(&self) -> Result<i64, Failure> {
        limit(self.limit)
    }

    /// The state that was asked for; empty asks for none.
    pub fn state<S: FromStr>(&self) -> Result<Option<S>, Failure> {
        let given = self.state.as_deref().filter(|state| !state.is_empty());
        given.map(str::parse).transpose().map_err(|_| Failure::Json { pointer: "/state".into(), detail: "unknown state".into() })
    }
}

/// How many rows: 50 unless told, 1 to 200.
pub fn limit(asked: Option<i64>) -> Result<i64, Failure> {
    match asked.unwrap_or(50) {
        limit @ 1..=200 => Ok(limit),
        _ => Err(Failure::Json { pointer: "/limit".into(), detail: "1 to 200".into() }),
    }
}

/// One page of rows and where the next one begins.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    pub items: Vec<T>,
    pub next: Option<Uuid>,
}

impl<T> Slice<T> {
    /// The page after the cursor, oldest first, of a list short enough to be read whole.
    pub fn of(mut items: Vec<T>, cursor: &Cursor, id: impl Fn(&T) -> Uuid) -> Result<Slice<T>, Failure> {
        let limit = cursor.limit()?;
        items.retain(|item| cursor.after.is_none_or(|after| id(item) > after));
        items.sort_by_key(&id);
        Ok(Slice::cut(items, limit, id))
    }

    /// The same, newest first.
    pub fn newest(mut items: Vec<T>, cursor: &Cursor, id: impl Fn(&T) -> Uuid) -> Result<Slice<T>, Failure> {
        let limit = cursor.limit()?;
        items.retain(|item| cursor.after.is_none_or(|after| id(item) < after));
        items.sort_by_key(|item| std::cmp::Reverse(id(item)));
        Ok(Slice::cut(items, limit, id))
    }

    /// Cuts what was asked for as `limit + 1` rows; `id` names the last row that stays.
    pub fn cut(mut items: Vec<T>, limit: i64, id: impl Fn(&T) -> Uuid) -> Slice<T> {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(id) } else { None };
        Slice { items, next }
    }
}
