//! How a card is said: an idea that could be filmed, in the language of its project. Its title is the subject seen through
//! the card's lenses; what it builds on is told beside it and never becomes the title.

use super::lenses;
use super::model::Card;
use crate::create::ideas::{Lenses, NewIdea};
use crate::platform::text::shorten;
use crate::web::Words;

/// Longest subject in a title, in characters.
const SUBJECT: usize = 60;

/// The idea that a card becomes.
pub fn idea_of(card: &Card) -> NewIdea {
    let words = Words::of(&card.tongue);
    let lens: Lenses = serde_json::from_str(&card.lens).unwrap_or_default();
    NewIdea {
        title: shorten(&capital(&title(&subject(card), &lens, words)), 190),
        angle: shorten(&angle(card, &lens, words), 900),
        why_now: shorten(&why(card, words), 290),
        locale: lens.market,
        ..NewIdea::default()
    }
}

fn title(subject: &str, lens: &Lenses, words: Words) -> String {
    let key = |axis: &str, written: &str| ["slate-", axis, "-", lenses::name(axis, written)].concat();
    let mut line = match lens.angle.as_str() {
        "" => subject.to_owned(),
        angle => words.ab(&key("angle", angle), "topic", subject, "angle", angle),
    };
    if !lens.emotion.is_empty() {
        line = words.ab(&key("emotion", &lens.emotion), "line", line, "emotion", &lens.emotion);
    }
    if !lens.format.is_empty() {
        line = words.ab(&key("format", &lens.format), "line", line, "format", &lens.format);
    }
    line
}

/// What it is about: the project's niche, else the idea that won, else the project.
fn subject(card: &Card) -> String {
    let said = [Some(card.niche.as_str()), card.winner.as_deref(), Some(card.project.as_str())];
    let said = said.into_iter().flatten().map(str::trim).find(|text| !text.is_empty()).unwrap_or_default();
    // The first clause says it; a longer one ends between two words.
    let clause = said.split(['.', '。', ';', '；', '!', '?', '！', '？', '\n']).next().unwrap_or(said).trim();
    if clause.chars().count() <= SUBJECT {
        return clause.to_owned();
    }
    let head: String = clause.chars().take(SUBJECT).collect();
    head.rsplit_once(char::is_whitespace).map_or(head.clone(), |(whole, _)| whole.to_owned()).trim_end_matches([',', '，', ':', '：']).to_owned()
}

/// How to make it: the opening that won, when there is one, and the format.
fn angle(card: &Card, lens: &Lenses, words: Words) -> String {
    let opening = card.opening.as_deref().filter(|hook| !hook.is_empty()).map(|hook| words.a("slate-opening", "hook", hook));
    let format = Some(lens.format.as_str()).filter(|format| !format.is_empty()).map(|format| words.a("slate-format", "format", format));
    opening.into_iter().chain(format).collect::<Vec<_>>().join(" · ")
}

/// Why it is suggested, as one whole sentence.
fn why(card: &Card, words: Words) -> String {
    match card.kind.as_str() {
        "play" => words.a("slate-because-play", "play", shorten(&card.reason, 200)),
        "winner" => words.a("slate-because-winner", "title", shorten(card.winner.as_deref().unwrap_or(&card.reason), 200)),
        _ => words.t("slate-because-explore").into_owned(),
    }
}

/// The first letter large, where the script has such.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(niche: &str, tongue: &str, lens: serde_json::Value) -> Card {
        Card {
            position: 0,
            kind: "play".into(),
            play: None,
            variant: None,
            lens: lens.to_string(),
            reason: "“Night markets, told backwards: the one that…” is safe to choose (Held past 3 seconds); it is not proven better.".into(),
            probability: 1.0,
            idea: None,
            grade: Some("a".into()),
            simulated: true,
            niche: niche.into(),
            project: "My studio".into(),
            tongue: tongue.into(),
            winner: Some("Night markets, told backwards".into()),
            opening: Some("Where do you look first?".into()),
        }
    }

    #[test]
    fn a_title_is_the_subject_through_the_lenses_and_never_the_verdict() {
        let lens = serde_json::json!({ "angle": "then and now", "emotion": "laughter", "format": "carousel" });
        let idea = idea_of(&card("night markets", "en", lens));
        assert_eq!(idea.title, "Night markets, then and now, played for laughs (in pictures)");
        assert!(idea.angle.contains("Where do you look first?") && idea.why_now.contains("not proven better."), "{idea:?}");
        let lens = serde_json::json!({ "angle": "幕后制作", "emotion": "温柔", "format": "短视频" });
        assert_eq!(idea_of(&card("戏曲", "zh-Hans", lens)).title, "戏曲的幕后，写得温柔些");
        let typed = serde_json::json!({ "angle": "what the villain knew" });
        assert_eq!(idea_of(&card("", "en", typed)).title, "Night markets, told backwards: what the villain knew");
    }

    #[test]
    fn a_long_niche_ends_between_words() {
        let niche = "Beijing opera for people under thirty in Southeast Asia who think that it is slow";
        let title = idea_of(&card(niche, "en", serde_json::json!({ "angle": "then and now" }))).title;
        assert_eq!(title, "Beijing opera for people under thirty in Southeast Asia who, then and now");
    }
}
