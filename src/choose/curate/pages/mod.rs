//! The desk as pages: one draft lit or all of them as a grid, what was decided, and the decisions.

mod desk;
mod grid;
mod log;
mod side;
mod verbs;

use super::api;
use super::model::Filter;
use crate::create::variants::{Variant, VariantState};
use crate::platform::id::VariantId;
use crate::platform::{Error, Outcome};
use crate::web::{Ability, Access, Routes};
use serde::Deserialize;
use uuid::Uuid;

pub fn routes() -> Routes {
    let (read, decide) = (Access::Member(Ability::Read), Access::Member(Ability::Decide));
    Routes::new()
        .get("/projects/{project}/curate", read, desk::show)
        .get("/projects/{project}/reviews", read, log::index)
        .post("/projects/{project}/reviews", decide, verbs::batch)
        .post("/projects/{project}/reviews/summary", decide, grid::summary)
        .post("/projects/{project}/assignments", decide, verbs::assign_all)
        .get("/projects/{project}/side", read, side::show)
        .get("/variants/{variant}/decision", decide, log::overtaken)
        .post("/variants/{variant}/approval", decide, verbs::approve)
        .delete("/variants/{variant}/approval", decide, verbs::withdraw)
        .post("/variants/{variant}/rejection", decide, verbs::reject)
        .post("/variants/{variant}/changes", decide, verbs::request_changes)
        .post("/variants/{variant}/assignment", decide, verbs::assign)
        .delete("/reviews/{review}", decide, verbs::undo)
        .merge(api::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    view: String,
    lit: Option<VariantId>,
    after: Option<Uuid>,
    /// In the grid: every box is ticked
    all: String,
    locale: String,
    author: String,
    whose: String,
    floor: String,
}

impl View {
    /// What an address asks for; a value that no filter has is no filter.
    fn filter(&self) -> Filter {
        let one_of = |value: &str, known: &[&str]| if known.contains(&value) { value.to_owned() } else { String::new() };
        Filter {
            locale: self.locale.parse::<crate::platform::locale::Locale>().map(|locale| locale.to_string()).unwrap_or_default(),
            author: one_of(&self.author, &["person", "model", "template"]),
            whose: one_of(&self.whose, &["me", "nobody"]),
            floor: one_of(&self.floor, &["below"]),
        }
    }
}

/// Nothing, when it went into the bin.
fn found(variant: Outcome<Variant>) -> Outcome<Option<Variant>> {
    match variant {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}

fn waits(variant: &Variant) -> bool {
    variant.state() == VariantState::InReview
}
