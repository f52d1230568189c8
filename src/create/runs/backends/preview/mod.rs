//! A film without a model: a card or a picture for every spoken line, moved slowly, with the line in one or two languages on
//! it and spoken by a machine voice. Real enough to judge rhythm, length and wording before anything is paid for.
//!
//! Invariants: a shot is as long as its line takes to say, measured and rounded up to whole frames; everything a shot is
//! drawn from is in its key, so the same shot is drawn once and a changed line costs one shot; no word of a script reaches
//! a program as an argument or inside a filter.

mod adapter;
mod breaks;
mod captions;
mod drawing;
mod fonts;
mod shots;

pub use adapter::Preview;
