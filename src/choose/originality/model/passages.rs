//! What two texts have in common word for word: runs of at least eight characters, four where words are not spaced.

use crate::stats::similarity::is_han;
use std::collections::HashMap;

const SHORTEST: usize = 8;
const SHORTEST_UNSPACED: usize = 4;
/// Places of one run that are tried; a text that only repeats itself has no better ones.
const TRIED: usize = 32;

/// A stretch of a text, and whether the other one has it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub text: String,
    pub shared: bool,
}

/// Both texts in stretches; joined they are the texts again. Case does not tell apart.
pub fn shared(a: &str, b: &str) -> (Vec<Stretch>, Vec<Stretch>) {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (mut on_left, mut on_right) = (vec![false; left.len()], vec![false; right.len()]);
    for (from, at, length) in runs(&folded(&left), &folded(&right)) {
        on_left.iter_mut().skip(at).take(length).for_each(|mark| *mark = true);
        on_right.iter_mut().skip(from).take(length).for_each(|mark| *mark = true);
    }
    (stretches(&left, &on_left), stretches(&right, &on_right))
}

fn folded(text: &[char]) -> Vec<char> {
    text.iter().map(|c| if c.is_whitespace() { ' ' } else { c.to_lowercase().next().unwrap_or(*c) }).collect()
}

/// The longest common run from each place of `b` on: (place in `b`, place in `a`, length).
fn runs(a: &[char], b: &[char]) -> Vec<(usize, usize, usize)> {
    let unspaced = is_unspaced(b);
    let shortest = if unspaced { SHORTEST_UNSPACED } else { SHORTEST };
    let mut places: HashMap<&[char], Vec<usize>> = HashMap::new();
    for (at, run) in a.windows(shortest).enumerate() {
        let known = places.entry(run).or_default();
        if known.len() < TRIED {
            known.push(at);
        }
    }
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(run) = b.get(from..from + shortest) {
        let length = |at: usize| a.iter().skip(at).zip(b.iter().skip(from)).take_while(|(x, y)| x == y).count();
        let longest = places.get(run).into_iter().flatten().map(|at| (length(*at), *at)).max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at)));
        match longest {
            Some((length, at)) => {
                let (skip, kept) = if unspaced { spaces_off(b, from, length) } else { whole_words(a, b, (at, from), length) };
                if kept >= shortest {
                    found.push((from + skip, at + skip, kept));
                }
                from += length;
            }
            None => from += 1,
        }
    }
    found
}

/// How much to leave out at the beginning of a run, and how much then stays, without the spaces at its ends.
fn spaces_off(b: &[char], from: usize, length: usize) -> (usize, usize) {
    let run = || b.iter().skip(from).take(length);
    let skip = run().take_while(|c| **c == ' ').count();
    let after = run().rev().take_while(|c| **c == ' ').count();
    (skip, length.saturating_sub(skip + after))
}

/// The same, and without the halves of words: half a word is no passage.
fn whole_words(a: &[char], b: &[char], (at, from): (usize, usize), length: usize) -> (usize, usize) {
    let letter = |text: &[char], place: usize| text.get(place).is_some_and(|c| c.is_alphanumeric());
    // Whether a word of either text goes on over this place of the run.
    let is_inside = |place: usize| {
        let cut =
            |text: &[char], begin: usize| (begin + place).checked_sub(1).is_some_and(|before| letter(text, before)) && letter(text, begin + place);
        cut(a, at) || cut(b, from)
    };
    let Some(first) = (0..length).find(|place| !is_inside(*place) && b.get(from + place) != Some(&' ')) else { return (0, 0) };
    let end = (first..=length).rev().find(|place| !is_inside(*place) && (*place == first || b.get(from + place - 1) != Some(&' '))).unwrap_or(first);
    (first, end - first)
}

/// Whether most letters are of a script that does not space its words.
pub fn is_unspaced(text: &[char]) -> bool {
    let letters = text.iter().filter(|c| c.is_alphabetic()).count();
    let unspaced = text
        .iter()
        .filter(|c| is_han(**c) || matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'))
        .count();
    unspaced * 2 > letters
}

fn stretches(text: &[char], marks: &[bool]) -> Vec<Stretch> {
    let mut made: Vec<Stretch> = Vec::new();
    for (character, mark) in text.iter().zip(marks) {
        match made.last_mut() {
            Some(last) if last.shared == *mark => last.text.push(*character),
            _ => made.push(Stretch { text: character.to_string(), shared: *mark }),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn common(a: &str, b: &str) -> Vec<String> {
        shared(a, b).1.into_iter().filter(|part| part.shared).map(|part| part.text).collect()
    }

    #[test]
    fn long_runs_are_found_and_short_ones_are_not() {
        assert_eq!(common("Did you know why faces are red?", "did YOU know why drums are loud?"), ["did YOU know why"]);
        assert!(common("The red face", "A red hat").is_empty());
        assert!(common("Could put your job", "About your life").is_empty(), "halves of words are no passage");
        assert_eq!(common("你知道为什么脸是红的吗", "你知道为什么鼓会响"), ["你知道为什么"]);
        assert!(common("戏曲很好", "戏曲不坏").is_empty());
        assert_eq!(common("หยุดเลื่อนก่อน เคล็ดลับ", "หยุดเลื่อนก่อน ดูนี่"), ["หยุดเลื่อนก่อน"]);
        assert!(common("", "").is_empty() && common("a", "").is_empty());
    }

    proptest! {
        #[test]
        fn stretches_joined_are_the_text(a in "[ab 戏曲]{0,40}", b in "[ab 戏曲]{0,40}") {
            let (left, right) = shared(&a, &b);
            prop_assert_eq!(left.into_iter().map(|part| part.text).collect::<String>(), a);
            prop_assert_eq!(right.into_iter().map(|part| part.text).collect::<String>(), b);
        }
    }
}
