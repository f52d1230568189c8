//! Budgets: what a project may spend in a month, and the ledger of every call that may cost.
//!
//! A call is reserved before it leaves, by the most it can cost, and settled when it ended; what is spent and reserved
//! never passes the budget. Charged or not, every call is a row that stays. What may have been charged stays reserved
//! until a person says.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub use model::{Admission, Call, Settlement};
pub use pages::routes;
pub use store::{Entry, has_budget, of_run, recover, reserve, settle};
