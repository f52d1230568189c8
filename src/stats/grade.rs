//! Evidence grades: what may be claimed, given how viewers met the arms.
//!
//! Invariant: only grade A yields a [`Randomised`], and without one nothing can be assessed; so no winner can be
//! named where each arm was its own post. Why it matters: with a post-to-post log sd of 0.35, a naive test calls
//! 86 % of equal recipes different at 20,000 impressions per post.

/// How viewers were assigned to arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// Each viewer at random, by us (hash bucketing on an own page).
    RandomisedByUs,
    /// Each viewer at random, by the platform (native split test).
    RandomisedByPlatform,
    /// Arms swapped on one post over time slices in random order.
    Rotated {
        /// Slices over all arms.
        slices: u32,
    },
    /// Several posts per arm, in random order.
    Replicated,
    /// One post per arm, or an order somebody chose.
    Single,
}

/// Strength of evidence, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Randomised viewers: "safe to ship" and "proven better" may be said.
    A,
    /// Rotated slices: the same, but on slice means and not on viewers.
    B,
    /// Replicated posts: "likely better", with an interval; the post is the unit.
    C,
    /// Description only, never a winner.
    D,
}

/// Fewest slices of a rotation.
pub const LEAST_SLICES: u32 = 14;
/// Fewest posts per arm of a replication.
pub const LEAST_POSTS: u32 = 3;

/// Leave to treat viewers as independent trials; can only be had from a grade A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Randomised(());

impl Grade {
    /// The leave, if this grade gives it.
    pub fn randomised(self) -> Option<Randomised> {
        (self == Self::A).then_some(Randomised(()))
    }
}

/// The grade of a test; `posts_per_arm` is the smallest number of posts any arm has.
pub fn grade(assignment: Assignment, posts_per_arm: u32) -> Grade {
    match assignment {
        Assignment::RandomisedByUs | Assignment::RandomisedByPlatform => Grade::A,
        Assignment::Rotated { slices } if slices >= LEAST_SLICES => Grade::B,
        Assignment::Replicated if posts_per_arm >= LEAST_POSTS => Grade::C,
        Assignment::Rotated { .. } | Assignment::Replicated | Assignment::Single => Grade::D,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assignment_decides_and_posts_alone_never_do() {
        for (assignment, posts, expected) in [
            (Assignment::RandomisedByUs, 1, Grade::A),
            (Assignment::RandomisedByPlatform, 1, Grade::A),
            (Assignment::Rotated { slices: 14 }, 1, Grade::B),
            (Assignment::Rotated { slices: 13 }, 1, Grade::D),
            (Assignment::Replicated, 3, Grade::C),
            (Assignment::Replicated, 2, Grade::D),
            (Assignment::Single, 50, Grade::D),
        ] {
            assert_eq!(grade(assignment, posts), expected, "{assignment:?} {posts}");
        }
    }

    #[test]
    fn only_randomised_viewers_may_be_assessed() {
        assert!(Grade::A.randomised().is_some());
        for grade in [Grade::B, Grade::C, Grade::D] {
            assert_eq!(grade.randomised(), None);
        }
    }
}
