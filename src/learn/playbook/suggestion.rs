//! How a card is said: an idea that could be filmed, in the language of its project. Its title is the subject seen through
//! the card's lenses; what it builds on is told beside it and never becomes the title.

use super::lenses;
use super::model::Card;
use crate::create::ideas::{Lenses, NewIdea};
use crate::platform::text::shorten;
use crate::web::Words;
use std::collections::HashSet;

/// Longest subject in a title, in characters.
const SUBJECT: usize = 60;

/// The idea that a card becomes, in the words of its project; the market it is meant for is one of its lenses.
pub fn idea_of(card: &Card) -> NewIdea {
    let words = Words::of(&card.tongue);
    let lens: Lenses = serde_json::from_str(&card.lens).unwrap_or_default();
    let title = capital(&title(&subject(card), &lens, words));
    NewIdea {
        hook: shorten(&opening(card, &title), 490),
        why_now: shorten(&why(card, words), 290),
        title: shorten(&title, 190),
        locale: card.tongue.clone(),
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
    line
}

/// What it is about: the project's niche, else the piece that led, else the project.
fn subject(card: &Card) -> String {
    let said = [Some(card.niche.as_str()), card.piece.as_deref(), Some(card.project.as_str())];
    let said = said.into_iter().flatten().map(str::trim).find(|text| !text.is_empty()).unwrap_or_default();
    // The first clause says it; a longer one ends between two words.
    let clause = said.split(['.', '。', ';', '；', '!', '?', '！', '？', '\n']).next().unwrap_or(said).trim();
    if clause.chars().count() <= SUBJECT {
        return clause.to_owned();
    }
    let head: String = clause.chars().take(SUBJECT).collect();
    head.rsplit_once(char::is_whitespace).map_or(head.clone(), |(whole, _)| whole.to_owned()).trim_end_matches([',', '，', ':', '：']).to_owned()
}

/// Leaves the opening to the drafting where an earlier card of the slate begins with the same words: an audience that
/// hears them twice is told that it has seen this.
pub fn tell_openings_apart(cards: &mut [Card]) {
    let mut known = HashSet::new();
    for card in cards {
        let hook = idea_of(card).hook;
        if !hook.is_empty() && !known.insert(hook) {
            card.opening = None;
        }
    }
}

/// The opening that led, which the first draft begins with: about this idea where it named its piece, and none where it is
/// in another language.
fn opening(card: &Card, title: &str) -> String {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    let same = card.opening_locale.as_deref().is_some_and(|locale| primary(locale) == primary(&card.tongue));
    let said = card.opening.as_deref().filter(|_| same).unwrap_or_default();
    match card.piece.as_deref().filter(|piece| !piece.is_empty()) {
        Some(piece) => said.replace(piece, title),
        None => said.to_owned(),
    }
}

/// Why it is suggested, as one whole sentence that claims no more than the verdict did.
fn why(card: &Card, words: Words) -> String {
    let led = || shorten(card.led.as_deref().unwrap_or(&card.reason), 200);
    let said = match card.ground() {
        "play" => return words.a("slate-because-play", "play", shorten(&card.reason, 250)),
        "proven" => words.a("slate-because-proven", "title", led()),
        "leading" => words.a("slate-because-leading", "title", led()),
        "chosen" => words.a("slate-because-chosen", "title", led()),
        _ => return words.t("slate-because-explore").into_owned(),
    };
    if card.simulated { words.a("experiments-play-simulated", "sentence", said) } else { said }
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
            led: Some("Night markets, in one room".into()),
            piece: Some("Night markets, told backwards".into()),
            opening: Some("Where do you look first?".into()),
            opening_locale: Some(tongue.into()),
            badge: Some("safe".into()),
        }
    }

    #[test]
    fn a_title_is_the_subject_through_the_lenses_and_never_an_instruction() {
        let lens = serde_json::json!({ "angle": "then and now", "emotion": "laughter", "format": "carousel", "market": "th-TH" });
        let idea = idea_of(&card("night markets", "en", lens));
        assert_eq!(idea.title, "Night markets, then and now, played for laughs");
        assert_eq!((idea.hook.as_str(), idea.angle.as_str(), idea.locale.as_str()), ("Where do you look first?", "", "en"));
        assert!(idea.why_now.contains("not proven better."), "{idea:?}");
        let lens = serde_json::json!({ "angle": "幕后制作", "emotion": "温柔", "format": "短视频" });
        assert_eq!(idea_of(&card("戏曲", "zh-Hans", lens)).title, "戏曲的幕后，温柔一点");
        let typed = serde_json::json!({ "angle": "what the villain knew" });
        assert_eq!(idea_of(&card("", "en", typed)).title, "Night markets, told backwards: what the villain knew");
    }

    #[test]
    fn a_card_names_the_variant_that_led_and_says_what_the_verdict_did() {
        let led = |badge: &str| Card { kind: "winner".into(), badge: Some(badge.into()), ..card("night markets", "en", serde_json::json!({})) };
        assert_eq!(
            idea_of(&led("safe")).why_now,
            "With the invented audience: “Night markets, in one room” leads its test; it is not proven better."
        );
        assert!(idea_of(&Card { badge: None, ..led("safe") }).why_now.contains("A person chose"), "a call against the test proves nothing");
        let real = Card { simulated: false, ..led("proven") };
        assert_eq!(idea_of(&real).why_now, "“Night markets, in one room” was proven better in its test.");
    }

    #[test]
    fn an_opening_speaks_of_the_new_idea_and_its_language() {
        let lens = serde_json::json!({ "angle": "then and now" });
        let named = Card { opening: Some("Night markets, told backwards? Now.".into()), ..card("night markets", "en", lens) };
        assert_eq!(idea_of(&named).hook, "Night markets, then and now? Now.");
        assert_eq!(idea_of(&Card { opening_locale: Some("vi-VN".into()), ..named }).hook, "");
    }

    #[test]
    fn no_two_cards_of_a_slate_begin_with_the_same_words() {
        let angle = |angle: &str| card("night markets", "en", serde_json::json!({ "angle": angle }));
        let named = |angle_of: &str| Card { opening: Some("Night markets, told backwards? Now.".into()), ..angle(angle_of) };
        let mut cards = vec![angle("then and now"), angle("one object"), named("then and now"), named("one object")];
        tell_openings_apart(&mut cards);
        let hooks: Vec<String> = cards.iter().map(|card| idea_of(card).hook).collect();
        assert_eq!(hooks[..3], ["Where do you look first?", "", "Night markets, then and now? Now."]);
        assert!(hooks[3].ends_with("? Now.") && hooks[3] != hooks[2], "an opening that names its piece is about each idea: {hooks:?}");
    }

    #[test]
    fn a_long_niche_ends_between_words() {
        let niche = "Beijing opera for people under thirty in Southeast Asia who think that it is slow";
        let title = idea_of(&card(niche, "en", serde_json::json!({ "angle": "then and now" }))).title;
        assert_eq!(title, "Beijing opera for people under thirty in Southeast Asia who, then and now");
    }
}
