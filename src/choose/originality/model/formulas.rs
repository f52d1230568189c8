//! What repeats: how texts open, how they end, and the forms they take, each with its share.
//!
//! Openings are the first two to four words, or four to six characters where words are not spaced, compared without
//! case and punctuation. The longest opening that most of a shorter one's texts share stands for it.

use super::passages::is_unspaced;
use std::collections::HashMap;

/// An opening or ending used less often is chance.
const FEWEST: usize = 3;
/// A longer formula stands for a shorter one that has at most so many more texts.
const KEEPS: f64 = 0.6;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Opening,
    Ending,
    Form,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Part::Opening => "opening",
            Part::Ending => "ending",
            Part::Form => "form",
        }
    }
}

/// A formula: a form by its key, or the words of an opening or ending.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Formula {
    pub part: Part,
    pub words: String,
}

/// How often a formula is used: (texts with it, texts looked at), in the newest set and before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub formula: Formula,
    /// As the newest text with it writes it
    pub shown: String,
    pub now: (usize, usize),
    pub before: (usize, usize),
}

impl Use {
    pub fn share_now(&self) -> f64 {
        share(self.now)
    }
    pub fn share_before(&self) -> f64 {
        share(self.before)
    }
}

fn share((n, of): (usize, usize)) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

/// Every formula of one text. The opening is of its first words (the hook where there is one), the rest of all of them.
pub fn of(first: &str, whole: &str) -> Vec<(Formula, String)> {
    let mut found = Vec::new();
    let mut add = |part, words: String, shown: String| found.push((Formula { part, words }, shown));
    for (words, shown) in leading(first) {
        add(Part::Opening, words, shown);
    }
    for (words, shown) in trailing(whole) {
        add(Part::Ending, words, shown);
    }
    for form in forms(first, whole) {
        add(Part::Form, form.to_owned(), String::new());
    }
    found
}

/// Words or characters with where they begin and end in the text.
fn tokens(text: &str) -> (Vec<(String, usize, usize)>, bool) {
    let characters: Vec<char> = text.chars().take(400).collect();
    let unspaced = is_unspaced(&characters);
    let mut made: Vec<(String, usize, usize)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        // Marks of vowels and tones belong to the letter before them.
        let inside = c.is_alphanumeric() || is_mark(c) || matches!(c, '\'' | '’');
        match made.last_mut() {
            _ if !inside => open = false,
            Some(last) if open && (!unspaced || is_mark(c)) => {
                last.0.extend(c.to_lowercase());
                last.2 = end;
            }
            _ => {
                made.push((c.to_lowercase().collect(), at, end));
                open = true;
            }
        }
    }
    for (word, _, _) in &mut made {
        *word = word.replace('’', "'").trim_matches('\'').to_owned();
    }
    made.retain(|(word, _, _)| !word.is_empty());
    (made, unspaced)
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{200d}' | '\u{fe0f}')
}

fn sizes(unspaced: bool) -> [usize; 3] {
    if unspaced { [4, 5, 6] } else { [2, 3, 4] }
}

fn glue(tokens: &[(String, usize, usize)], unspaced: bool) -> String {
    tokens.iter().map(|token| token.0.as_str()).collect::<Vec<_>>().join(if unspaced { "" } else { " " })
}

fn leading(text: &str) -> Vec<(String, String)> {
    let (tokens, unspaced) = tokens(text);
    let whole = |size: usize| {
        let run = tokens.get(..size)?;
        let shown = text.get(run.first()?.1..run.last()?.2)?;
        Some((glue(run, unspaced), shown.to_owned()))
    };
    sizes(unspaced).into_iter().filter_map(whole).collect()
}

fn trailing(text: &str) -> Vec<(String, String)> {
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
    let (tokens, unspaced) = tokens(last);
    let whole = |size: usize| {
        let run = tokens.get(tokens.len().checked_sub(size)?..)?;
        let shown = last.get(run.first()?.1..run.last()?.2)?;
        Some((glue(run, unspaced), shown.to_owned()))
    };
    // Shorter than the opening's, or a headline of few words would be its own ending.
    sizes(unspaced).into_iter().filter(|size| tokens.len() > size + 2).filter_map(whole).collect()
}

/// Forms that are told by their marks alone, in any language.
fn forms(first: &str, whole: &str) -> Vec<&'static str> {
    let end = whole.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | '»' | '」' | '』' | ')' | '）'));
    let start = first.trim_start();
    let mut found = Vec::new();
    if end.ends_with(['?', '？', '؟']) {
        found.push("question");
    }
    if end.ends_with(['!', '！']) {
        found.push("exclamation");
    }
    if start.starts_with(|c: char| c.is_numeric()) {
        found.push("number");
    }
    if start.starts_with(['"', '“', '”', '«', '「', '『', '‘']) {
        found.push("quote");
    }
    if end.ends_with("...") || end.ends_with('…') {
        found.push("ellipsis");
    }
    found
}

/// The versions of one piece as (first words, all words).
pub type Versions<'a> = Vec<(&'a str, &'a str)>;

/// Counts the formulas of the newest pieces against those before; both newest first. A piece has a formula when one of
/// its versions has it, and counts once. The most used now stand first, then the most used before.
pub fn repeats(now: &[Versions<'_>], before: &[Versions<'_>]) -> Vec<Use> {
    let mut counts: HashMap<Formula, (String, usize, usize)> = HashMap::new();
    for (is_now, set) in [(true, now), (false, before)] {
        for versions in set {
            let own: HashMap<Formula, String> = versions.iter().rev().flat_map(|(first, whole)| of(first, whole)).collect();
            for (formula, shown) in own {
                let entry = counts.entry(formula).or_insert_with(|| (shown, 0, 0));
                if is_now { entry.1 += 1 } else { entry.2 += 1 }
            }
        }
    }
    let mut uses: Vec<Use> = counts
        .into_iter()
        .filter(|(_, (_, n, m))| n + m >= FEWEST)
        .map(|(formula, (shown, n, m))| Use { formula, shown, now: (n, now.len()), before: (m, before.len()) })
        .collect();
    uses.sort_by(|a, b| a.formula.cmp(&b.formula));
    let all = |one: &Use| one.now.0 + one.before.0;
    // Sorted by words, a formula stands right before those that begin with it.
    let spoken_for: Vec<bool> = uses
        .iter()
        .map(|one| {
            let is_longer = |other: &Use| {
                let (long, short) = (&other.formula.words, &one.formula.words);
                other.formula.part == one.formula.part
                    && long.len() > short.len()
                    && match one.formula.part {
                        Part::Opening => long.starts_with(short.as_str()),
                        Part::Ending => long.ends_with(short.as_str()),
                        Part::Form => false,
                    }
            };
            one.formula.part != Part::Form && longest_like(&uses, one).any(|other| is_longer(other) && all(other) as f64 >= KEEPS * all(one) as f64)
        })
        .collect();
    let mut kept: Vec<Use> = uses.into_iter().zip(spoken_for).filter(|(_, spoken_for)| !spoken_for).map(|(one, _)| one).collect();
    kept.sort_by(|a, b| (b.now.0, b.before.0).cmp(&(a.now.0, a.before.0)).then_with(|| a.formula.cmp(&b.formula)));
    kept
}

/// Where longer forms of `one` can stand: openings right behind it in the order; endings anywhere.
fn longest_like<'a>(uses: &'a [Use], one: &'a Use) -> Box<dyn Iterator<Item = &'a Use> + 'a> {
    if one.formula.part == Part::Opening {
        let from = uses.partition_point(|other| other.formula <= one.formula);
        Box::new(
            uses.iter()
                .skip(from)
                .take_while(|other| other.formula.part == Part::Opening && other.formula.words.starts_with(one.formula.words.as_str())),
        )
    } else {
        Box::new(uses.iter().filter(|other| other.formula.part == Part::Ending && other.now.0 + other.before.0 <= one.now.0 + one.before.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(now: &[&str], before: &[&str]) -> Vec<(String, usize, usize)> {
        let pair = |texts: &[&'static str]| texts.iter().map(|text| vec![(*text, *text)]).collect::<Vec<_>>();
        let now: Vec<&'static str> = now.iter().map(|text| &*text.to_string().leak()).collect();
        let before: Vec<&'static str> = before.iter().map(|text| &*text.to_string().leak()).collect();
        repeats(&pair(&now), &pair(&before))
            .into_iter()
            .filter(|one| one.formula.part == Part::Opening)
            .map(|one| (one.formula.words, one.now.0, one.before.0))
            .collect()
    }

    #[test]
    fn the_longest_opening_that_is_shared_is_named() {
        let now = ["Did you know why faces are red?", "did you know, why drums stop", "“Did you KNOW why” she asked", "Something else entirely here"];
        assert_eq!(found(&now, &["Did you know why masks smile"]), [("did you know why".to_owned(), 3, 1)]);
    }

    #[test]
    fn a_piece_counts_once_however_many_versions_say_the_same() {
        let versions = vec![("Did you know", "Did you know"); 9];
        assert!(repeats(std::slice::from_ref(&versions), &[]).is_empty());
        let three = repeats(&[versions.clone(), versions.clone(), versions], &[]);
        assert_eq!(three.iter().map(|one| one.now).collect::<Vec<_>>(), [(3, 3)]);
    }

    #[test]
    fn han_and_thai_open_by_characters() {
        assert_eq!(found(&["你知道为什么脸红", "你知道为什么鼓响", "你知道为什么要哭"], &[]), [("你知道为什么".to_owned(), 3, 0)]);
        let thai = found(&["ทำไมหน้าแดง", "ทำไมกลองดัง", "ทำไมเขาร้อง"], &[]);
        assert_eq!(thai.first().map(|one| one.1), Some(3), "{thai:?}");
    }

    #[test]
    fn forms_are_told_by_their_marks() {
        let form = |text: &str| forms(text, text);
        assert_eq!(form("7 things"), ["number"]);
        assert_eq!(form("你知道吗？"), ["question"]);
        assert_eq!(form("\"Stop!\""), ["exclamation", "quote"]);
        assert_eq!(form("And then…"), ["ellipsis"]);
        assert!(form("").is_empty() && form("👍").is_empty());
    }
}
