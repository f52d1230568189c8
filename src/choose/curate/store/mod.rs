//! All SQL of the desk and of reviews.

mod decisions;
mod desk;

pub use decisions::{
    Held, NewReview, Review, Standing, bind, decided_since, decisions, first_approval, hold, insert, is_overtaken, media, standing, together, undo,
    words_at,
};
pub use desk::{Beside, Hand, Waiting, assign, beside, decided, drafts, hands, locales, of_ids, waiting_in};
