//! The desk: what waits for a decision, and the decisions. A decision is a row with who, when and
//! why; the variant's state follows in the same transaction, and approving freezes the digest of
//! what was approved.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use actions::{Why, decide_for};
pub use model::{Decision, Voice};
pub use pages::routes;
pub use store::{Waiting, drafts};
