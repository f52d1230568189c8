//! Originality: how new each draft is, what repeats, and how wide the last twenty are.
//!
//! Invariants: every variant is measured within moments of being written or changed, whoever wrote it, and a kill loses
//! nothing; no index is resident in memory; a text without words is near nothing; figures of two measures (words; words
//! and the vectors of one model) are never compared; versions of one work (the same piece
//! in another language, an edit of one draft) are no repetition, siblings of a batch are. Novelty is not quality: a
//! figure here never decides, it stands beside the decision.

mod actions;
mod api;
mod jobs;
mod meaning;
mod model;
mod pages;
mod radar;
mod store;
mod window;

pub use actions::{Beside, Narrowing, narrowing, of_variants};
pub use jobs::start;
pub use meaning::jobs;
pub use pages::routes;
