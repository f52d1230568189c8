//! Which texts have vectors, and how alike two texts are by words, or by words and meaning.

use super::Text;
use crate::platform::id::VariantId;
use crate::stats::meaning::{Vector, mixed};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A model of a backend as one project asks it. Vectors and figures of two spaces are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct SpaceId(pub i64);

/// How a figure says what it was measured by: `words` or `words_and_meaning`.
pub fn measure<S: Serializer>(space: &Option<SpaceId>, to: S) -> Result<S::Ok, S::Error> {
    if space.is_some() { "words_and_meaning" } else { "words" }.serialize(to)
}

/// By which a text is known again: SHA-256 of its words as they are compared.
pub fn digest(words: &str) -> [u8; 32] {
    Sha256::digest(words).into()
}

/// A vector as it is kept.
#[derive(Clone, Debug)]
pub struct Row {
    pub variant: VariantId,
    pub digest: Vec<u8>,
    pub vector: Vec<u8>,
}

/// Vectors of one space by the variants whose words they are of. Without any, texts are compared by words.
#[derive(Clone, Debug, Default)]
pub struct Vectors(HashMap<VariantId, Vector>);

impl Vectors {
    /// Of the rows those that are of the words as they stand now.
    pub fn of<'a>(rows: Vec<Row>, texts: impl Iterator<Item = &'a Text>) -> Vectors {
        let mut kept: HashMap<VariantId, Vec<Row>> = HashMap::new();
        for row in rows {
            kept.entry(row.variant).or_default().push(row);
        }
        let current = |text: &Text| {
            let rows = kept.get(&text.id)?;
            let digest = digest(&text.words);
            rows.iter().find(|row| row.digest == digest).map(|row| (text.id, Vector::from_bytes(&row.vector)))
        };
        Vectors(texts.filter_map(current).collect())
    }

    /// Whether the service took this text.
    pub fn hold(&self, text: &Text) -> bool {
        self.0.get(&text.id).is_some_and(|vector| !vector.is_empty())
    }

    /// Whether nothing is missing to compare these by meaning. A text without words needs no vector, and one that the
    /// service never took has an empty one.
    pub fn cover<'a>(&self, mut texts: impl Iterator<Item = &'a Text>) -> bool {
        texts.all(|text| text.grams.is_empty() || self.0.contains_key(&text.id))
    }

    /// ½·words + ½·meaning where both have a vector, else words: −½ to 1.
    pub fn similarity(&self, a: &Text, b: &Text) -> f64 {
        let words = a.grams.similarity(&b.grams);
        match (self.0.get(&a.id), self.0.get(&b.id)) {
            (Some(mine), Some(theirs)) => mixed(words, mine.cosine(theirs)),
            _ => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;
    use crate::platform::id::PieceId;
    use crate::stats::similarity::Grams;

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

    fn row(text: &Text, words: &str, figures: &[f64]) -> Row {
        Row { variant: text.id, digest: digest(words).to_vec(), vector: Vector::of(figures).map(|vector| vector.to_bytes()).unwrap_or_default() }
    }

    #[test]
    fn a_vector_counts_for_the_words_it_is_of() {
        let (a, b) = (text("the king is dead"), text("his majesty passed away"));
        let rows = vec![row(&a, &a.words, &[1.0, 0.0]), row(&b, &b.words, &[1.0, 0.0]), row(&b, "what it said before", &[0.0, 1.0])];
        let words = a.grams.similarity(&b.grams);
        let vectors = Vectors::of(rows, [&a, &b].into_iter());
        assert_eq!(vectors.similarity(&a, &b), f64::midpoint(words, 1.0));
        assert_eq!(Vectors::default().similarity(&a, &b), words, "off: words");
        let before = Vectors::of(vec![row(&a, &a.words, &[1.0]), row(&b, "what it said before", &[1.0])], [&a, &b].into_iter());
        assert_eq!(before.similarity(&a, &b), words);
        assert!(vectors.cover([&a, &b].into_iter()) && !before.cover([&a, &b].into_iter()));
    }

    #[test]
    fn what_was_never_taken_is_near_nothing_by_meaning_and_what_has_no_words_needs_no_vector() {
        let (a, b, empty) = (text("salt on the stage"), text("salt on the stage"), text(""));
        let vectors = Vectors::of(vec![row(&a, &a.words, &[1.0]), row(&b, &b.words, &[])], [&a, &b, &empty].into_iter());
        assert!(vectors.cover([&a, &b, &empty].into_iter()) && vectors.hold(&a) && !vectors.hold(&b));
        assert!((vectors.similarity(&a, &b) - 0.5).abs() < 1e-12);
    }
}
