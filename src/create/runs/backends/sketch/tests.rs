use std::collections::HashSet;

use super::card::CardError;
use super::*;
use crate::create::runs::shapes;

const ALL: [Language; 3] = [Language::English, Language::Chinese, Language::Vietnamese];

fn briefs(language: Language) -> Vec<Brief<'static>> {
    let (niches, audience, perspective, tender, hook): (&[&str], _, _, _, _) = match language {
        Language::English => (
            &["Chinese opera", "a repair shop for radios", "astronomy"],
            "people who never sat through one",
            "Opera is gossip with drums.",
            "tenderness",
            "Why is his face red?",
        ),
        Language::Chinese => (&["戏曲", "修表铺", "天文"], "没进过剧场的人", "戏就是带锣鼓的八卦。", "温柔", "他的脸为什么是红的？"),
        Language::Vietnamese => (
            &["kinh kịch", "tiệm sửa radio", "thiên văn"],
            "người chưa từng vào rạp",
            "Tuồng là chuyện phiếm có trống.",
            "dịu dàng",
            "Vì sao mặt ông ấy đỏ?",
        ),
    };
    let lenses: &'static [Lens<'static>] = Box::leak(Box::new([Lens { axis: Axis::Emotion, value: tender }]));
    let mut briefs = vec![Brief::default()];
    for niche in niches {
        briefs.push(Brief { niche, audience, ..Brief::default() });
        briefs.push(Brief { niche, audience, perspective, lenses, hook, stance: "raw", ..Brief::default() });
    }
    briefs
}

/// Every line a brief leads to.
fn lines(seed: u64, brief: &Brief<'_>, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for idea in ideas(seed, brief, language, 120) {
        lines.extend([idea.title, idea.hook, idea.angle, idea.why_now]);
    }
    for draft in variants(seed, brief, language, 30) {
        lines.extend([draft.title, draft.hook, draft.caption]);
        lines.extend(draft.script.into_iter().flat_map(|beat| [beat.text, beat.note]));
    }
    lines
}

#[test]
fn every_line_is_whole_and_clean() {
    let doubled = ["  ", "..", ",,", ".,", "?.", ".?", "，，", "。。", "。，", "？。", "{", "}", "!", "！", " ,", " .", "“”", "()"];
    for language in ALL {
        for (seed, brief) in briefs(language).iter().enumerate() {
            for line in lines(seed as u64, brief, language) {
                assert!(!line.is_empty(), "an empty line in {language:?}");
                let fault = doubled.iter().find(|fault| line.contains(**fault));
                assert!(fault.is_none(), "{fault:?} in {line:?}");
            }
        }
    }
}

#[test]
fn chinese_uses_full_width_marks_only() {
    for brief in briefs(Language::Chinese) {
        for line in lines(7, &brief, Language::Chinese) {
            assert!(!line.contains([',', '.', ';', ':', '?', '!', '"', '(']), "{line:?}");
        }
    }
}

/// A slot nobody knows would leave its template unused for ever, without a word.
#[test]
fn every_template_fills_from_a_full_brief() {
    for language in ALL {
        let brief = Brief { niche: "n", perspective: "p", audience: "a", market: "m", ..Brief::default() };
        let tidy = brief::Tidy::of(&brief, language);
        let slots = fill::Slots { tidy: &tidy, language, facet: "f", lens: "l" };
        let words = words::of(language);
        let three = |idea: &words::IdeaTemplate| [idea.0, idea.1, idea.2];
        let mut all: Vec<&str> = words.ideas.iter().flat_map(three).collect();
        all.extend(words.lens_ideas.iter().flat_map(|(_, idea)| three(idea)));
        all.extend(words.lens_angles.iter().map(|(_, line)| *line));
        all.extend(words.hooks.iter().map(|(_, line)| *line));
        all.extend(words.why_now.iter().chain(words.titles).chain(words.captions));
        for pool in [words.setups, words.proofs, words.turns, words.closes] {
            all.extend(pool.iter().flat_map(|(text, note)| [*text, *note]));
        }
        let dead: Vec<_> = all.iter().filter(|template| slots.fill(template).is_none()).collect();
        assert!(dead.is_empty(), "{dead:?}");
    }
}

#[test]
fn there_is_enough_to_choose_from() {
    for language in ALL {
        let words = words::of(language);
        let ideas: HashSet<_> = words.ideas.iter().collect();
        let hooks: HashSet<_> = words.hooks.iter().collect();
        assert!(ideas.len() >= 40 && hooks.len() >= 25, "{language:?}: {} ideas, {} hooks", ideas.len(), hooks.len());
    }
}

#[test]
fn the_same_seed_drafts_the_same_and_another_does_not() {
    for language in ALL {
        let brief = briefs(language)[2];
        assert_eq!(lines(3, &brief, language), lines(3, &brief, language));
        assert_ne!(ideas(3, &brief, language, 6), ideas(4, &brief, language, 6));
        assert_ne!(variants(3, &brief, language, 3), variants(4, &brief, language, 3));
    }
}

#[test]
fn drafts_of_one_call_differ() {
    for language in ALL {
        for brief in briefs(language) {
            let drafts = ideas(1, &brief, language, 60);
            let titles: HashSet<_> = drafts.iter().map(|idea| &idea.title).collect();
            assert_eq!((drafts.len(), titles.len()), (60, 60));
            let hooks: Vec<_> = variants(1, &brief, language, 30).into_iter().map(|draft| draft.hook).collect();
            assert_eq!(hooks.iter().collect::<HashSet<_>>().len(), 30);
        }
    }
}

#[test]
fn five_variants_cover_the_families_and_say_what_changed() {
    for language in ALL {
        let brief = briefs(language)[2];
        let drafts = variants(5, &brief, language, 5);
        let families: HashSet<_> = drafts.iter().map(|draft| draft.family).collect();
        assert_eq!(families.len(), 5);
        assert_eq!((drafts[0].hook.as_str(), drafts[0].changed.len()), (brief.hook, 0));
        assert_eq!(drafts[0].family, HookFamily::Question);
        assert!(drafts[1..].iter().all(|draft| draft.changed.iter().any(|key| key == "hook_family")));
        for draft in &drafts {
            assert!(draft.script.windows(2).all(|pair| pair[0].second < pair[1].second), "{:?}", draft.script);
            assert!(draft.script.last().is_some_and(|beat| (8..90).contains(&beat.second)), "{:?}", draft.script);
        }
    }
}

#[test]
fn a_lens_reaches_every_idea() {
    for language in ALL {
        let brief = briefs(language)[2];
        let value = brief.lenses[0].value.to_lowercase();
        for idea in ideas(2, &brief, language, 20) {
            let text = format!("{} {}", idea.title, idea.angle).to_lowercase();
            assert!(text.contains(&value), "{idea:?}");
        }
    }
}

#[test]
fn answers_read_back_without_repair() {
    for language in ALL {
        let brief = briefs(language)[2];
        let ideas = shapes::parse_ideas(&answer_json(Kind::Ideas, 1, &brief, language, 12).to_string()).unwrap();
        assert_eq!((ideas.items.len(), ideas.repairs), (12, vec![]));
        let answer = answer_json(Kind::Variants, 1, &brief, language, 6);
        let read = shapes::parse_variants(&answer.to_string()).unwrap();
        assert_eq!((read.items.len(), read.repairs), (6, vec![]));
        let script = &variants(1, &brief, language, 6)[3].script;
        assert_eq!(&shapes::beats(&read.items[3].script), script);
    }
}

#[test]
fn hostile_and_endless_words_are_kept_in_bounds() {
    let endless = "drums and <script>{niche}\u{202e}\0 ".repeat(400);
    let brief = Brief {
        niche: &endless,
        perspective: &endless,
        audience: &endless,
        title: &endless,
        hook: &endless,
        angle: &endless,
        market: &endless,
        ..Brief::default()
    };
    for language in ALL {
        for line in lines(1, &brief, language) {
            assert!(line.chars().count() < 600 && !line.contains(['{', '\0', '\u{202e}']), "{line:?}");
        }
    }
}

#[test]
fn an_unknown_locale_is_answered_in_english() {
    assert_eq!([Language::of("zh-Hans"), Language::of("vi_VN"), Language::of("th")], [Language::Chinese, Language::Vietnamese, Language::English]);
}

/// Width and height out of the PNG header.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    (u32::from_be_bytes(png[16..20].try_into().unwrap()), u32::from_be_bytes(png[20..24].try_into().unwrap()))
}

#[test]
fn cards_have_the_asked_size_and_change_with_the_seed() {
    let of = |seed, title, width, height| card(&Card { title, subtitle: "a <b> & c", language: Language::English, seed, width, height });
    // A machine without any font says so instead of drawing boxes.
    if let Err(CardError::NoFont { .. }) = of(1, "A & B", 540, 960) {
        return;
    }
    for (width, height) in [(540, 960), (960, 540), (400, 400), (96, 96)] {
        assert_eq!(size(&of(1, "A <tspan> & “B”", width, height).unwrap()), (width, height));
    }
    assert_ne!(of(1, "Same", 270, 480).unwrap(), of(2, "Same", 270, 480).unwrap());
    assert_eq!(of(1, "Same", 270, 480).unwrap(), of(1, "Same", 270, 480).unwrap());
    assert_eq!(of(1, "", 0, 960), Err(CardError::Size));
}

#[test]
fn a_script_no_font_covers_is_named() {
    // A private-use character has no glyph in any honest font.
    let outcome = card(&Card { title: "\u{f8f0}\u{10fffd}", subtitle: "", language: Language::English, seed: 1, width: 270, height: 480 });
    assert!(matches!(outcome, Err(CardError::NoFont { .. })), "{outcome:?}");
}
