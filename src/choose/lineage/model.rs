//! The tree of a piece, from rows that know only their parents.

use super::store::{Going, Made, Source};
use crate::platform::id::VariantId;
use std::collections::{HashMap, HashSet};

/// One step of walking the tree: what stands here, and whether something hangs below it. Written in the order in which the
/// nested lists of a page open and close.
#[derive(Debug)]
pub enum Step {
    /// Variants came from here: a run, or a person's hand.
    Source(Source),
    Variant(Box<Made>),
    Publication(Going),
    /// The list below the last node begins.
    Down,
    /// That list ends, and its node with it.
    Up,
}

/// Sources in the order they first made something; below each its variants with their children, and below each variant
/// what went out of it. A variant whose parent is not in the tree (it was binned, or stands in another piece) hangs below
/// its own source.
pub fn walk(sources: Vec<Source>, variants: Vec<Made>, goings: Vec<Going>) -> Vec<Step> {
    let known: HashSet<VariantId> = variants.iter().map(|variant| variant.id).collect();
    let mut below: HashMap<VariantId, Vec<Made>> = HashMap::new();
    let mut roots: HashMap<Option<uuid::Uuid>, Vec<Made>> = HashMap::new();
    for variant in variants {
        match variant.parent_id.filter(|parent| known.contains(parent) && *parent != variant.id) {
            Some(parent) => below.entry(parent).or_default().push(variant),
            None => roots.entry(variant.run_id.map(|run| run.0)).or_default().push(variant),
        }
    }
    let mut out: HashMap<VariantId, Vec<Going>> = HashMap::new();
    for going in goings {
        out.entry(going.variant_id).or_default().push(going);
    }
    let mut steps = Vec::new();
    for source in sources {
        let Some(first) = roots.remove(&source.run_id.map(|run| run.0)) else { continue };
        steps.push(Step::Source(source));
        hang(first, &mut below, &mut out, &mut steps);
    }
    // What is left has no row of its own source: it is shown all the same.
    for (_, first) in roots {
        hang(first, &mut below, &mut out, &mut steps);
    }
    steps
}

/// Hangs variants and all below them under the node that was written last. No recursion: a chain of a thousand edits is as
/// deep as it is long.
fn hang(first: Vec<Made>, below: &mut HashMap<VariantId, Vec<Made>>, out: &mut HashMap<VariantId, Vec<Going>>, steps: &mut Vec<Step>) {
    steps.push(Step::Down);
    let mut open: Vec<std::vec::IntoIter<Made>> = vec![first.into_iter()];
    while let Some(siblings) = open.last_mut() {
        let Some(variant) = siblings.next() else {
            open.pop();
            steps.push(Step::Up);
            continue;
        };
        let id = variant.id;
        steps.push(Step::Variant(Box::new(variant)));
        steps.push(Step::Down);
        steps.extend(out.remove(&id).unwrap_or_default().into_iter().map(Step::Publication));
        open.push(below.remove(&id).unwrap_or_default().into_iter());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn made(n: u128, parent: Option<u128>) -> Made {
        Made {
            id: VariantId(Uuid::from_u128(n)),
            parent_id: parent.map(|n| VariantId(Uuid::from_u128(n))),
            run_id: None,
            title: format!("v{n}"),
            hook: String::new(),
            locale: "en".into(),
            state: "in_review".into(),
            author: "person".into(),
            changed: "[]".into(),
            edits: 0,
            human_share: 1.0,
            is_stale: false,
            created_ms: Ms(0),
        }
    }

    fn source() -> Source {
        Source { run_id: None, prompt: None, number: None, backend: None, cost_micros: None, currency: None, made: None, at_ms: None }
    }

    fn depths(steps: &[Step]) -> Vec<(String, usize)> {
        let mut depth = 0;
        let mut found = Vec::new();
        for step in steps {
            match step {
                Step::Down => depth += 1,
                Step::Up => depth -= 1,
                Step::Variant(variant) => found.push((variant.title.clone(), depth)),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn children_hang_below_their_parents() {
        let steps = walk(vec![source()], vec![made(1, None), made(2, Some(1)), made(3, Some(2)), made(4, Some(1)), made(5, Some(99))], Vec::new());
        let expected = [("v1", 1), ("v2", 2), ("v3", 3), ("v4", 2), ("v5", 1)].map(|(title, depth)| (title.to_owned(), depth));
        assert_eq!(depths(&steps), expected);
    }

    proptest! {
        #[test]
        fn every_variant_is_shown_once_and_every_list_closes(parents in prop::collection::vec(prop::option::of(0u128..40), 0..40)) {
            // A parent is older than its child, so there is no ring.
            let all: Vec<Made> = parents.iter().zip(1u128..).map(|(parent, n)| made(n, parent.filter(|parent| *parent < n))).collect();
            let steps = walk(vec![source()], all, Vec::new());
            let shown = depths(&steps);
            prop_assert_eq!(shown.len(), parents.len());
            let downs = steps.iter().filter(|step| matches!(step, Step::Down)).count();
            let ups = steps.iter().filter(|step| matches!(step, Step::Up)).count();
            prop_assert_eq!(downs, ups);
        }
    }
}
