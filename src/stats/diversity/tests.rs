//! Tables by hand and from reference implementations, and properties for any text.

use proptest::prelude::*;

use super::*;

fn words(texts: &[&str]) -> Vec<Tokens> {
    texts.iter().map(|text| Tokens::of(text, Token::Whitespace)).collect()
}

fn characters(texts: &[&str]) -> Vec<Tokens> {
    texts.iter().map(|text| Tokens::of(text, Token::Character)).collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
}

const SIMILAR: [&str; 4] = [
    "Stop scrolling: this one trick doubles your watch time.",
    "Stop scrolling! This one trick doubles your watch time today.",
    "Stop scrolling, this simple trick doubles your watch time.",
    "Wait: this one trick doubles your views.",
];
const DIVERSE: [&str; 4] = [
    "A mask of white powder means a traitor.",
    "My grandmother sang until the lamps went out.",
    "Seven drums, no script, one very angry ghost!",
    "How loud is silence on an empty stage?",
];

/// sacrebleu 2.6.0 (floor 0.1, effective order), and plain Python for the rest.
#[test]
fn agrees_with_the_references() {
    let tokens = words(&SIMILAR);
    close(distinct(&tokens, 2), 0.5806451612903226);
    close(ngram_diversity(&tokens), 2.363069821975853);
    let each = self_bleu_each(&tokens).unwrap();
    for (found, expected) in each.iter().zip([0.7506238537503395, 0.537284965911771, 0.48549177170732344, 0.46199933699457096]) {
        close(*found, expected);
    }
    close(rouge_l(&tokens).unwrap(), 0.6432390207545006);
    close(jaccard(&tokens, 3).unwrap(), 0.2524087024087024);
    close(cosines(&tokens, 2).unwrap().at(3, 2), 0.2886751345948129);
    close(self_repetition(&tokens, 4), 1.755270991072285);
    close(self_bleu(&characters(&SIMILAR)).unwrap(), 0.7585357417168365);
    let joined = deflate(&SIMILAR.join("\n"), 9);
    assert_eq!(joined.plain, 217);
    assert!(joined.deflated.abs_diff(95) <= 4, "{joined:?}");
}

#[test]
fn tokens_are_composed_and_lowercase() {
    assert_eq!(Tokens::of("E\u{301}TUDE  Đừng\u{1f}x\u{85}y", Token::Whitespace).all(), ["étude", "đừng", "x", "y"]);
    assert_eq!(Tokens::of("看 戏", Token::Character).all(), ["看", "戏"]);
    assert!(Tokens::of("看戏 on stage 看戏曲脸谱学唱", Token::Character).is_unspaced());
    assert!(!Tokens::of("a mask 脸", Token::Character).is_unspaced());
}

#[test]
fn few_and_empty_texts_have_an_answer() {
    for texts in [&[][..], &["one text"], &["", ""], &["", "words here"]] {
        let tokens = words(texts);
        assert!(distinct(&tokens, 2) >= 0.0 && self_repetition(&tokens, 4) == 0.0);
        assert_eq!(self_bleu(&tokens).is_some(), texts.len() > 1);
        assert_eq!(rouge_l(&tokens), (texts.len() > 1).then_some(0.0));
        assert_eq!(cosines(&tokens, 2).unwrap().size(), texts.len());
        companions(texts);
    }
    assert_eq!([distinct(&words(&["a"]), 0), distinct(&words(&["a"]), 2)], [0.0, 0.0]);
    // Two texts without a pair are alike; one without is like nothing that has one.
    let short = cosines(&words(&["a", "b", "a b"]), 2).unwrap();
    assert_eq!([short.at(1, 0), short.at(2, 0), short.at(2, 2)], [1.0, 0.0, 1.0]);
    close(self_bleu_each(&words(&["a b", "c d"])).unwrap()[0], 0.0);
    assert_eq!(deflate("", 9).ratio(), 0.0);
}

#[test]
fn a_variety_shows_in_every_companion() {
    let (same, varied) = (companions(&SIMILAR), companions(&DIVERSE));
    assert!(same.distinct_2 < varied.distinct_2 && same.self_bleu_4 > varied.self_bleu_4);
    assert!(same.deflate_ratio > varied.deflate_ratio && same.self_repetition > varied.self_repetition);
    let han = companions(&["三分钟教你做出爆款短视频", "五分钟教你做出爆款短视频"]);
    assert!(han.self_repetition > 0.0, "runs of eight characters are seen without spaces");
}

#[test]
fn only_the_first_three_hundred_characters_count() {
    let long = |tail: &str| format!("{}{tail}", "gesang ".repeat(50));
    assert_eq!(companions(&[&long("anders"), &long("so")]), companions(&[&long(""), &long("")]));
}

#[test]
fn a_megabyte_is_only_slow() {
    let long = "mask drum ghost ".repeat(65_536);
    let tokens = words(&[&long]);
    assert_eq!(tokens[0].len(), 196_608);
    assert!(distinct(&tokens, 4) < 0.001 && deflate(&long, 9).ratio() > 100.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_measure_keeps_its_range_in_any_text(texts in prop::collection::vec("\\PC{0,24}", 2..6), n in 1usize..5) {
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        for tokens in [words(&borrowed), characters(&borrowed)] {
            let unit = 0.0..=1.0 + 1e-12;
            prop_assert!(unit.contains(&distinct(&tokens, n)) && unit.contains(&jaccard(&tokens, n).unwrap()));
            prop_assert!(unit.contains(&rouge_l(&tokens).unwrap()) && unit.contains(&self_bleu(&tokens).unwrap()));
            prop_assert!((0.0..=4.0).contains(&ngram_diversity(&tokens)) && self_repetition(&tokens, n) >= 0.0);
            let cosines = cosines(&tokens, n).unwrap();
            prop_assert!((0..tokens.len()).all(|i| (cosines.at(i, i) - 1.0).abs() < 1e-12));
            // A matrix of cosines is positive semidefinite, as the Vendi score asks.
            prop_assert!(cosines.eigenvalues().iter().all(|value| *value > -1e-9));
        }
    }

    #[test]
    fn a_set_of_copies_is_the_end_of_every_scale(text in "[a-z]{2,8}( [a-z]{2,8}){3,6}", copies in 2usize..5) {
        let tokens = words(&vec![text.as_str(); copies]);
        prop_assert!((self_bleu(&tokens).unwrap() - 1.0).abs() < 1e-12 && rouge_l(&tokens) == Some(1.0) && jaccard(&tokens, 2) == Some(1.0));
        prop_assert!(distinct(&tokens, 2) <= 1.0 / copies as f64 + 1e-12);
    }
}
