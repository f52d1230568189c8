//! A slate as it lies on the table: each card with what it stands on and what was decided.

use super::evidence::{Evidence, Post, Recipe};
use super::model::{Card, Expectation};
use super::suggestion::tell_openings_apart;
use crate::platform::Ms;
use crate::platform::id::VariantId;
use crate::stats::attributes::PRIOR;
use crate::stats::slate::TRIED;

/// What a card was expected to do when it was drawn, and what was decided on it.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub expected: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub originality: Option<f64>,
    pub nearest: Option<VariantId>,
    pub nearest_title: Option<String>,
    pub nearest_locale: Option<String>,
    pub similarity: Option<f64>,
    /// `accepted`, `changed` or `refused`
    pub decision: Option<String>,
    pub decided_by: Option<String>,
    pub decided: Option<Ms>,
}

impl Standing {
    pub fn expectation(&self) -> Option<Expectation> {
        Some(Expectation { mean: self.expected?, low: self.low?, high: self.high? })
    }

    /// Something moved what is expected away from what is usual.
    fn inherits(&self) -> bool {
        self.expected.is_some_and(|index| (index - PRIOR.mean).abs() > 1e-9)
    }

    /// The nearest own variant while it is there, and how alike.
    pub fn near(&self) -> Option<(VariantId, &str, f64)> {
        Some((self.nearest?, self.nearest_title.as_deref()?, self.similarity?))
    }
}

#[derive(Clone, Debug)]
pub struct Laid {
    pub card: Card,
    pub standing: Standing,
    /// Posts of its recipe when it was drawn.
    pub posts: u32,
    /// What is expected of it rests on the invented audience.
    pub simulated: bool,
}

impl Laid {
    pub fn is_open(&self) -> bool {
        self.card.idea.is_none() && self.standing.decision.is_none()
    }

    pub fn is_refused(&self) -> bool {
        self.standing.decision.as_deref() == Some("refused")
    }

    /// It was never posted, and what is expected of it comes from posts that share something with it.
    pub fn inherits(&self) -> bool {
        self.posts == 0 && self.standing.inherits()
    }

    /// Its recipe was hardly tried.
    pub fn explores(&self) -> bool {
        self.posts < TRIED
    }
}

/// Cards and their standings, both in the order of the slate; `posts` are those until it was drawn.
pub fn lay(mut cards: Vec<Card>, standings: Vec<Standing>, posts: &[Post]) -> Vec<Laid> {
    tell_openings_apart(&mut cards);
    let evidence = Evidence::of(posts);
    let laid = |(card, standing): (Card, Standing)| {
        let lens = serde_json::from_str(&card.lens).unwrap_or_default();
        let recipe = Recipe::of(card.play, card.variant, &lens);
        let posts = evidence.posts(&recipe);
        let simulated = card.simulated || (evidence.simulated && (posts > 0 || standing.inherits()));
        Laid { simulated, posts, card, standing }
    };
    cards.into_iter().zip(standings).map(laid).collect()
}
