//! ROUGE-L homogenisation: how much of each text runs through each other one, in order.
//!
//! F₁ of the longest common subsequence (Lin, 2004), averaged over all pairs (Padmakumar & He, ICLR 2024). Its length
//! is found 64 tokens at a time by the bit-vector recurrence V ← (V + (V & M)) | (V & ¬M) (Hyyrö, "Bit-parallel
//! LCS-length computation revisited", AWOCA 2004).

use std::collections::HashMap;

use super::mean_over_pairs;
use super::tokens::Tokens;

/// Mean F₁ = 2·LCS/(|a| + |b|) over all pairs, 0..=1. `None` of fewer than two texts.
pub fn rouge_l(texts: &[Tokens]) -> Option<f64> {
    mean_over_pairs(texts.len(), |i, j| {
        let length = texts[i].len() + texts[j].len();
        if length == 0 { 0.0 } else { 2.0 * longest_common(texts[i].all(), texts[j].all()) as f64 / length as f64 }
    })
}

fn longest_common(a: &[String], b: &[String]) -> usize {
    let words = a.len().div_ceil(64);
    let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
    for token in b {
        places.entry(token).or_default();
    }
    for (at, token) in a.iter().enumerate() {
        if let Some(bits) = places.get_mut(token.as_str()) {
            bits.resize(words, 0);
            bits[at / 64] |= 1 << (at % 64);
        }
    }
    let mut row = vec![u64::MAX; words];
    for bits in b.iter().filter_map(|token| places.get(token.as_str())).filter(|bits| !bits.is_empty()) {
        let mut carry = false;
        for (v, m) in row.iter_mut().zip(bits) {
            let matched = *v & m;
            let (sum, over) = v.overflowing_add(matched);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over || again;
            *v = sum | (*v & !m);
        }
    }
    // A cleared bit is one more token in common; the bits beyond the end are never cleared.
    row.iter().map(|bits| bits.count_zeros() as usize).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The recurrence of every textbook.
    fn plainly(a: &[String], b: &[String]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut corner = 0;
            for (j, y) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if x == y { corner + 1 } else { above.max(row[j]) };
                corner = above;
            }
        }
        row[b.len()]
    }

    proptest! {
        #[test]
        fn agrees_with_the_textbook(a in "[a-d]{0,200}", b in "[a-e]{0,200}") {
            let [a, b] = [a, b].map(|text| text.chars().map(String::from).collect::<Vec<_>>());
            prop_assert_eq!(longest_common(&a, &b), plainly(&a, &b));
        }
    }
}
