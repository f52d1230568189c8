//! Texts as vectors of a language model, a byte a figure, and their similarity mixed with that of words.
//!
//! K = ½·K_words + ½·K_meaning. Both are Gram matrices of vectors of length one, so both are positive semidefinite, and so
//! is their mean. Invariants: the cosine is that of the bytes that are kept, not of the figures before they were rounded,
//! so the matrix stays a Gram matrix; a vector without figures is like itself alone, which adds a one on the diagonal.

/// The greatest figure of a vector is kept as this.
const FULL: f64 = 127.0;

/// A vector of one text, rounded to signed bytes. An empty one is of a text that has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector {
    figures: Vec<i8>,
    norm: f64,
}

impl Vector {
    /// `None` of no figures, of figures that are not finite, or that are all nought: they point nowhere.
    pub fn of(figures: &[f64]) -> Option<Vector> {
        let greatest = figures.iter().fold(0.0_f64, |most, figure| most.max(figure.abs()));
        if greatest <= 0.0 || !figures.iter().all(|figure| figure.is_finite()) {
            return None;
        }
        Some(Vector::counted(figures.iter().map(|figure| (figure / greatest * FULL).round() as i8).collect()))
    }

    fn counted(figures: Vec<i8>) -> Vector {
        let squares: i64 = figures.iter().map(|figure| i64::from(*figure) * i64::from(*figure)).sum();
        Vector { figures, norm: (squares as f64).sqrt() }
    }

    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// −1 to 1; 0 where either is empty or they are not of one length.
    pub fn cosine(&self, other: &Vector) -> f64 {
        if self.norm == 0.0 || other.norm == 0.0 || self.figures.len() != other.figures.len() {
            return 0.0;
        }
        let product: i64 = self.figures.iter().zip(&other.figures).map(|(a, b)| i64::from(i32::from(*a) * i32::from(*b))).sum();
        (product as f64 / (self.norm * other.norm)).clamp(-1.0, 1.0)
    }

    /// To be kept: as many bytes as figures.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.figures.iter().map(|figure| figure.cast_unsigned()).collect()
    }

    pub fn from_bytes(bytes: &[u8]) -> Vector {
        Vector::counted(bytes.iter().map(|byte| byte.cast_signed()).collect())
    }
}

/// One entry of K: −½ to 1, as two texts that share no words may mean the opposite.
pub fn mixed(words: f64, meaning: f64) -> f64 {
    f64::midpoint(words, meaning)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::similarity::Grams;
    use crate::stats::symmetric::Symmetric;

    #[test]
    fn what_points_nowhere_is_no_vector() {
        for figures in [vec![], vec![0.0, 0.0], vec![1.0, f64::NAN], vec![1.0, f64::INFINITY], vec![f64::NAN]] {
            assert_eq!(Vector::of(&figures), None, "{figures:?}");
        }
    }

    #[test]
    fn rounding_to_a_byte_hardly_moves_the_cosine() {
        // Figures of a fixed sequence, as many as a usual model has.
        let figures = |seed: f64| (0..1_536).map(|at| (f64::from(at) * seed).sin()).collect::<Vec<_>>();
        let (a, b) = (figures(0.37), figures(0.371));
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let exact = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
        let kept = Vector::of(&a).unwrap().cosine(&Vector::of(&b).unwrap());
        assert!((exact - kept).abs() < 2e-3, "{exact} and {kept}");
    }

    proptest! {
        #[test]
        fn kept_vectors_are_the_same(figures in prop::collection::vec(-1e6_f64..1e6, 1..40)) {
            if let Some(vector) = Vector::of(&figures) {
                prop_assert_eq!(&Vector::from_bytes(&vector.to_bytes()), &vector);
                prop_assert!((vector.cosine(&vector) - 1.0).abs() < 1e-12);
            }
        }

        /// No eigenvalue of the mixed matrix is below nought, whatever words and vectors, some of them empty.
        #[test]
        fn the_mixed_matrix_stays_positive_semidefinite(
            texts in prop::collection::vec(("[a-d 好戏]{0,8}", prop::collection::vec(-1.0_f64..1.0, 3), any::<bool>()), 1..9)
        ) {
            let known: Vec<(Grams, Vector)> = texts
                .iter()
                .map(|(words, figures, has)| (Grams::of(words), Vector::of(figures).filter(|_| *has).unwrap_or_default()))
                .collect();
            let mix = |i: usize, j: usize| if i == j { 1.0 } else { mixed(known[i].0.similarity(&known[j].0), known[i].1.cosine(&known[j].1)) };
            let matrix = Symmetric::from_fn(known.len(), mix).unwrap();
            let least = matrix.eigenvalues().into_iter().fold(f64::INFINITY, f64::min);
            prop_assert!(least > -1e-9, "{least}");
        }
    }
}
