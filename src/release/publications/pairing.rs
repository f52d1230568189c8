//! Which two variants of a piece one would compare first: what is out, or approved, against the one that a viewer can best
//! tell from it. Pure.

use crate::platform::id::{PieceId, VariantId};
use crate::release::channels::kinds::simulator::audience::{HookFamily, LengthBand, speaking_seconds};
use crate::stats::similarity::Grams;

/// A variant that could be compared.
#[derive(Clone, Debug)]
pub struct Contender {
    pub id: VariantId,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub locale: String,
    pub approved: bool,
    pub rejected: bool,
    /// When it went out last, in milliseconds; 0 for never
    pub shown: i64,
}

impl Contender {
    /// What a viewer meets first: its hook, else its title.
    pub fn opening(&self) -> &str {
        if self.hook.trim().is_empty() { &self.title } else { &self.hook }
    }

    fn whole(&self) -> String {
        [self.title.as_str(), &self.hook, &self.script, &self.caption].join("\n")
    }
}

/// Two variants to be held against each other, the one that is out first.
#[derive(Clone, Debug)]
pub struct Pair {
    pub piece: PieceId,
    /// The title of the piece
    pub title: String,
    pub shown: Contender,
    pub rival: Contender,
}

/// The pair to begin with: what went out last, else what is approved, and of the others the one that differs most. One in
/// the same language comes first, then one whose opening or length is of another kind, then one that nobody rejected, then
/// an approved one, and last the one with the least text in common.
pub fn pair(all: &[Contender]) -> Option<(&Contender, &Contender)> {
    let standing = |one: &Contender| (one.shown, one.approved, !one.rejected);
    let best = all.iter().map(standing).max()?;
    let firsts = all.iter().filter(|one| standing(one) == best);
    let pairs = firsts.flat_map(|one| all.iter().filter(move |other| other.id != one.id).map(move |other| (one, other)));
    pairs.min_by(|(a, b), (c, d)| rank(a, b).cmp(&rank(c, d)).then(alike(a, b).total_cmp(&alike(c, d))))
}

/// Smaller is rather compared.
fn rank(one: &Contender, other: &Contender) -> (bool, bool, u8, bool) {
    (one.locale != other.locale, other.rejected, 2 - differences(one, other), !other.approved)
}

/// Of the kind of opening and the band of length, how many differ.
fn differences(one: &Contender, other: &Contender) -> u8 {
    let length = |variant: &Contender| LengthBand::of(speaking_seconds(&variant.script));
    u8::from(HookFamily::of(one.opening()) != HookFamily::of(other.opening())) + u8::from(length(one) != length(other))
}

fn alike(one: &Contender, other: &Contender) -> f64 {
    Grams::of(&one.whole()).similarity(&Grams::of(&other.whole()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn contender(n: u128, hook: &str) -> Contender {
        let (id, locale) = (VariantId(Uuid::from_u128(n)), "en".to_owned());
        Contender {
            id,
            title: "Night markets".into(),
            hook: hook.into(),
            script: String::new(),
            caption: String::new(),
            locale,
            approved: true,
            rejected: false,
            shown: 0,
        }
    }

    fn ids(all: &[Contender]) -> (u128, u128) {
        let (one, other) = pair(all).unwrap();
        (one.id.0.as_u128(), other.id.0.as_u128())
    }

    #[test]
    fn the_pair_is_the_one_that_a_viewer_can_tell_apart() {
        let out = Contender { shown: 5, ..contender(1, "The lights went out at noon. Nobody left.") };
        let near = contender(2, "The lights went out at two. Nobody left.");
        let asks = Contender { approved: false, ..contender(3, "Who turned off the lights?") };
        assert_eq!(ids(&[near.clone(), asks.clone(), out.clone()]), (1, 3), "another kind of opening before one that is approved");
        assert_eq!(ids(&[near.clone(), Contender { rejected: true, ..asks.clone() }, out.clone()]), (1, 2), "what was rejected comes last");
        let far = contender(4, "There is a slower way into the dark.");
        assert_eq!(ids(&[out.clone(), near.clone(), far]), (1, 4), "of one kind, the one with the least in common");
        assert_eq!(ids(&[out.clone(), near.clone(), Contender { locale: "vi".into(), ..asks }]), (1, 2), "one language");
        assert!(pair(&[out]).is_none());
    }
}
