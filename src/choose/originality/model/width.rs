//! How many different things a set of texts holds, and whether the loop narrows.

use super::meaning::Vectors;
use super::{NEAREST, Text, WINDOW};
use crate::platform::id::VariantId;
use crate::stats::diversity::{self, Companions};
use crate::stats::symmetric::Symmetric;
use crate::stats::vendi::{self, Order, Spectrum};

/// Windows that the usual number is the median of.
pub const TRAILING: usize = 60;
/// Fewer windows have no usual.
const FEWEST: usize = 5;
/// Below this share of what is usual a window is low.
const LOW: f64 = 0.8;
/// At least this share of it came from machines.
const MACHINES: f64 = 0.5;

#[derive(Clone, Debug)]
pub struct Width {
    pub n: usize,
    /// The effective number of different texts, by Shannon's entropy and by Rényi's of order 2
    pub vendi_1: f64,
    pub vendi_2: f64,
    /// 0 all different, 1 all the same
    pub homogeneity: f64,
    pub companions: Companions,
    /// The nearest pairs of different pieces, nearest first
    pub pairs: Vec<(VariantId, VariantId, f64)>,
}

/// `None` of fewer than two texts.
pub fn width(texts: &[Text], vectors: &Vectors) -> Option<Width> {
    let n = texts.len();
    let likeness = likeness(n, |i| texts.get(i), vectors)?;
    let spectrum = Spectrum::of(&likeness);
    let vendi_1 = spectrum.score(Order::One);
    let mut pairs: Vec<(VariantId, VariantId, f64)> = (0..n)
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .filter_map(|(i, j)| Some((texts.get(i)?, texts.get(j)?, likeness.at(i, j))))
        .filter(|(a, b, similarity)| a.piece != b.piece && *similarity > 0.0)
        .map(|(a, b, similarity)| (a.id, b.id, similarity))
        .collect();
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
    pairs.truncate(NEAREST);
    let words: Vec<&str> = texts.iter().map(|text| text.words.as_str()).collect();
    Some(Width {
        n,
        vendi_1,
        vendi_2: spectrum.score(Order::Two),
        homogeneity: vendi::homogenisation(vendi_1, n)?,
        companions: diversity::companions(&words),
        pairs,
    })
}

/// A text is like itself even where it has no gram.
fn likeness<'a>(n: usize, at: impl Fn(usize) -> Option<&'a Text>, vectors: &Vectors) -> Option<Symmetric> {
    Symmetric::from_fn(n, |i, j| match (at(i), at(j)) {
        _ if i == j => 1.0,
        (Some(a), Some(b)) => vectors.similarity(a, b),
        _ => 0.0,
    })
}

/// ΔV₁: what a text adds to the effective number of the newest twenty. `None` of an empty set.
pub fn gain(set: &[&Text], new: &Text, vectors: &Vectors) -> Option<f64> {
    if set.is_empty() {
        return None;
    }
    let likeness = likeness(set.len(), |i| set.get(i).copied(), vectors)?;
    vendi::contribution(&likeness, &set.iter().map(|text| vectors.similarity(text, new)).collect::<Vec<_>>())
}

/// Whether the loop narrows: the effective number is below four fifths of the usual one, at this window and at the one
/// before, and machines proposed at least half of it. `before` are the numbers of earlier whole windows, newest first.
pub fn is_narrow(n: usize, vendi_1: f64, before: &[f64], suggested: f64) -> bool {
    let is_low = |value: f64, usual: &[f64]| median(usual).is_some_and(|usual| value < LOW * usual);
    let Some((last, earlier)) = before.split_first() else { return false };
    n == WINDOW && suggested >= MACHINES && is_low(vendi_1, before) && is_low(*last, earlier)
}

/// The median of the newest sixty.
fn median(values: &[f64]) -> Option<f64> {
    let mut newest: Vec<f64> = values.iter().take(TRAILING).copied().collect();
    newest.sort_by(f64::total_cmp);
    let middle = newest.len() / 2;
    let (low, high) = (newest.get((newest.len().max(1) - 1) / 2)?, newest.get(middle)?);
    (newest.len() >= FEWEST).then(|| f64::midpoint(*low, *high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::originality::model::meaning::{Row, digest};
    use crate::platform::Ms;
    use crate::platform::id::PieceId;
    use crate::stats::meaning::Vector;
    use crate::stats::similarity::Grams;
    use proptest::prelude::*;

    fn text(words: &str) -> Text {
        Text {
            id: VariantId::new(Ms(1)),
            piece: PieceId::new(Ms(1)),
            locale: "en".into(),
            title: words.into(),
            words: words.into(),
            grams: Grams::of(words),
        }
    }

    #[test]
    fn the_same_is_narrower_than_the_different() {
        let same: Vec<Text> = (0..20).map(|i| text(&format!("Did you know why his face is red {i}"))).collect();
        let different: Vec<Text> =
            ["drum", "mask", "rain", "king", "salt", "moon", "fish", "wolf", "tree", "gold"].iter().map(|word| text(&word.repeat(4))).collect();
        let words = Vectors::default();
        let (narrow, wide) = (width(&same, &words).unwrap(), width(&different, &words).unwrap());
        assert!(narrow.vendi_1 < 3.0 && wide.vendi_1 > 8.0, "{} and {}", narrow.vendi_1, wide.vendi_1);
        assert!(narrow.homogeneity > 0.8 && wide.homogeneity < 0.2);
        assert_eq!((narrow.pairs.len(), width(&same[..1], &words).is_none()), (5, true));
        let set: Vec<&Text> = same.iter().collect();
        assert!(gain(&set, &text("a wolf in the rain"), &words).unwrap() > gain(&set, &same[0], &words).unwrap() + 0.2);
        assert_eq!(gain(&[], &same[0], &words), None);
    }

    proptest! {
        /// Off, the matrix is that of the words to the bit; on, no eigenvalue of it is below nought.
        #[test]
        fn the_matrix_is_that_of_words_when_off_and_semidefinite_when_on(
            made in prop::collection::vec(("[a-d 好戏]{0,8}", prop::collection::vec(-1.0_f64..1.0, 4), any::<bool>()), 2..9)
        ) {
            let texts: Vec<Text> = made.iter().map(|(words, ..)| text(words)).collect();
            let matrix = |vectors: &Vectors| likeness(texts.len(), |i| texts.get(i), vectors).unwrap();
            let off = matrix(&Vectors::default());
            for (i, j) in (0..texts.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
                prop_assert_eq!(off.at(i, j).to_bits(), texts[i].grams.similarity(&texts[j].grams).to_bits());
            }
            let row = |(text, (_, figures, is_taken)): (&Text, &(String, Vec<f64>, bool))| Row {
                variant: text.id,
                digest: digest(&text.words).to_vec(),
                vector: Vector::of(figures).filter(|_| *is_taken).unwrap_or_default().to_bytes(),
            };
            let vectors = Vectors::of(texts.iter().zip(&made).map(row).collect(), texts.iter());
            prop_assert!(vectors.cover(texts.iter()));
            let least = matrix(&vectors).eigenvalues().into_iter().fold(f64::INFINITY, f64::min);
            prop_assert!(least > -1e-9, "{}", least);
        }
    }

    #[test]
    fn narrow_needs_two_low_windows_and_machines() {
        let usual = [7.0, 10.0, 10.0, 10.0, 10.0, 10.0];
        assert!(is_narrow(20, 7.0, &usual, 0.5));
        assert!(!is_narrow(20, 7.0, &usual, 0.4), "people made most of it");
        assert!(!is_narrow(20, 9.0, &usual, 1.0), "this window is usual");
        assert!(!is_narrow(20, 7.0, &[10.0; 6], 1.0), "the first low window is chance");
        assert!(!is_narrow(19, 7.0, &usual, 1.0), "not a whole window");
        assert!(!is_narrow(20, 7.0, &usual[..4], 1.0), "nothing is usual yet");
    }
}
