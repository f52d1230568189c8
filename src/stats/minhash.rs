//! A small signature of a text by which its nearest are found among many without looking at their words.
//!
//! 1-bit minwise hashing: under a random order of all grams, two sets share their first gram with probability J, their
//! Jaccard similarity; of each of 512 such firsts one bit is kept. Bits of different firsts agree by chance half the
//! time, so J is estimated by 2·(equal bits / 512) − 1, with a standard error of at most 0.044. (Broder, 1997, for
//! minwise hashing; Li and König, "b-bit minwise hashing", WWW 2010, for keeping one bit.)
//!
//! Invariant: signatures are kept, so the 512 orders never change; a test holds them.

use super::similarity::Grams;

/// Bits of a signature.
pub const BITS: u32 = 512;
/// Bytes of a signature where it is kept.
pub const BYTES: usize = 64;
const WORDS: usize = 8;
/// Where the hashes begin.
const SEED: u64 = 0x7472_6f75_7065_0001;

/// 512 bits of a text that has at least one gram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u64; WORDS]);

/// One of the orders: x goes to a·x + b in 64 bits, of which the upper half is well mixed.
#[derive(Clone, Copy)]
struct Order {
    a: u64,
    b: u64,
}

const ORDERS: [Order; BITS as usize] = orders();

const fn orders() -> [Order; BITS as usize] {
    let mut all = [Order { a: 1, b: 0 }; BITS as usize];
    let mut i = 0;
    while i < all.len() {
        let at = SEED.wrapping_add(2 * i as u64);
        all[i] = Order { a: mix(at) | 1, b: mix(at.wrapping_add(1)) };
        i += 1;
    }
    all
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Signature {
    /// `None` for a text without grams: it is near nothing.
    pub fn of(grams: &Grams) -> Option<Signature> {
        if grams.is_empty() {
            return None;
        }
        let mut first = [u64::MAX; BITS as usize];
        for key in grams.keys() {
            let key = mix(key);
            for (least, order) in first.iter_mut().zip(&ORDERS) {
                *least = (*least).min(key.wrapping_mul(order.a).wrapping_add(order.b));
            }
        }
        let mut words = [0; WORDS];
        for (word, least) in words.iter_mut().zip(first.as_chunks::<64>().0) {
            *word = least.iter().fold(0, |bits, least| bits << 1 | (least >> 32 & 1));
        }
        Some(Signature(words))
    }

    /// How many of the 512 bits are equal.
    pub fn equal(&self, other: &Signature) -> u32 {
        BITS - self.0.iter().zip(&other.0).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>()
    }

    /// The estimate of the Jaccard similarity of two sets of grams, 0 to 1.
    pub fn jaccard(&self, other: &Signature) -> f64 {
        (2.0 * f64::from(self.equal(other)) / f64::from(BITS) - 1.0).max(0.0)
    }

    pub fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (kept, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *kept = word.to_le_bytes();
        }
        bytes
    }

    pub fn from_bytes(bytes: &[u8; BYTES]) -> Signature {
        let mut words = [0; WORDS];
        for (word, kept) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*kept);
        }
        Signature(words)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use std::collections::BTreeSet;

    fn signature(text: &str) -> Option<Signature> {
        Signature::of(&Grams::of(text))
    }

    #[test]
    fn the_orders_stand_for_ever() {
        let known = signature("Why is his face red?").unwrap().to_bytes();
        assert_eq!(hex::encode(&known[..16]), KNOWN, "kept signatures would mean nothing any more");
    }

    const KNOWN: &str = "39f42902add246ef45b63456aaefa6b8";

    #[test]
    fn an_empty_text_has_none() {
        assert_eq!(signature(""), None);
        assert_eq!(signature(" \n\t"), None);
        assert!(signature("a").is_some());
    }

    proptest! {
        #[test]
        fn equal_texts_have_equal_signatures(a in "\\PC{1,40}[a-z]") {
            let (one, two) = (signature(&a).unwrap(), signature(&a.to_uppercase().to_lowercase()).unwrap());
            prop_assert_eq!(one.equal(&one), BITS);
            prop_assert_eq!(Signature::from_bytes(&one.to_bytes()), one);
            prop_assert_eq!(one.equal(&two), two.equal(&one));
        }

        /// Five standard errors of the estimate around the true share.
        #[test]
        fn estimates_the_jaccard_similarity(a in "[a-e]{20,60}", b in "[a-e]{20,60}", shared in "[f-k]{0,60}") {
            let (x, y) = (Grams::of(&format!("{a}{shared}")), Grams::of(&format!("{b}{shared}")));
            let (mine, theirs): (BTreeSet<u64>, BTreeSet<u64>) = (x.keys().collect(), y.keys().collect());
            let truth = mine.intersection(&theirs).count() as f64 / mine.union(&theirs).count() as f64;
            let estimate = Signature::of(&x).unwrap().jaccard(&Signature::of(&y).unwrap());
            prop_assert!((estimate - truth).abs() < 5.0 * 0.0442, "{estimate} for {truth}");
        }
    }
}
