//! Pages of a list by cursor: the id after which the next page begins.

use serde::Deserialize;
use uuid::Uuid;

/// `?after=` of a list.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    pub after: Option<Uuid>,
}

/// One page of rows and where the next one begins.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    pub items: Vec<T>,
    pub next: Option<Uuid>,
}

impl<T> Slice<T> {
    /// Cuts what was asked for as `limit + 1` rows; `id` names the last row that stays.
    pub fn cut(mut items: Vec<T>, limit: i64, id: impl Fn(&T) -> Uuid) -> Slice<T> {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(id) } else { None };
        Slice { items, next }
    }
}
