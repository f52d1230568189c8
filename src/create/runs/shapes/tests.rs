use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"{"ideas":[{"title":"A, B","hook":"H,","angle":"A ]","why_now":"W"}]}"#;

#[test]
fn an_answer_that_meets_the_schema_needs_no_repair() {
    let parsed = parse_ideas(GOOD).unwrap();
    assert_eq!(parsed.repairs, []);
    assert_eq!(parsed.items[0].angle, "A ]");
}

#[test]
fn fences_prose_and_trailing_commas_are_forgiven_and_named() {
    let fenced = format!("Sure, here you are:\n```json\n{GOOD}\n```\nAnything else?");
    assert_eq!(parse_ideas(&fenced).unwrap().repairs, [Repair::Unwrapped]);
    let comma = GOOD.replace("}]}", "},]}");
    let parsed = parse_ideas(&comma).unwrap();
    assert_eq!((parsed.repairs, parsed.items[0].hook.as_str()), (vec![Repair::TrailingComma], "H,"));
    let bare = GOOD.trim_start_matches(r#"{"ideas":"#).trim_end_matches('}').to_owned() + "";
    assert_eq!(parse_ideas(&bare).unwrap().repairs, [Repair::BareArray]);
}

#[test]
fn whole_items_are_saved_from_an_answer_cut_off() {
    let cut = r#"{"ideas":[{"title":"One","hook":"h","angle":"a","why_now":"w"},{"title":"Two","hook":"h","angle":"a","why_now":"w"},{"title":"Thr"#;
    let parsed = parse_ideas(cut).unwrap();
    assert_eq!(parsed.items.iter().map(|idea| idea.title.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    assert!(parsed.repairs.contains(&Repair::CutOff));
}

#[test]
fn a_numbered_list_is_read_as_ideas_and_as_variants() {
    let ideas = parse_ideas("Here are two:\n1. **Red face** — He never lies.\nLoyalty as a colour.\n2、白脸\nHook: 别信他").unwrap();
    assert_eq!((ideas.items[0].title.as_str(), ideas.items[0].hook.as_str()), ("Red face", "He never lies."));
    assert_eq!((ideas.items[1].title.as_str(), ideas.items[1].hook.as_str()), ("白脸", "别信他"));
    let variants = parse_variants("1. Red face\n0:00 Look.\n0:03 [close] Closer.").unwrap();
    assert_eq!(beats(&variants.items[0].script)[1], Beat { second: 3, text: "Closer.".into(), note: "close".into() });
}

#[test]
fn sizes_are_capped() {
    let long = "长".repeat(SCRIPT + 5);
    let answer =
        json!({ "variants": vec![json!({ "title": "t", "hook": "h", "script": long, "caption": "c", "tags": ["#a", "a", "b"] }); MOST_ITEMS + 1] });
    let parsed = parse_variants(&answer.to_string()).unwrap();
    // Beyond a megabyte the answer is cut, so fewer items than the cap remain.
    assert!(!parsed.items.is_empty() && parsed.items.len() <= MOST_ITEMS);
    assert_eq!(parsed.items[0].script.chars().count(), SCRIPT);
    assert_eq!(parsed.items[0].tags, ["a", "b"]);
    assert!(parsed.repairs.contains(&Repair::Clipped));
}

#[test]
fn nothing_is_not_something() {
    assert_eq!(parse_ideas(" \n"), Err(ShapeError::Empty));
    assert_eq!(parse_ideas("I cannot help with that."), Err(ShapeError::NoItems));
    assert_eq!(parse_ideas(r#"{"ideas":[{}]}"#), Err(ShapeError::NoItems));
}

#[test]
fn a_script_survives_the_way_out_and_back() {
    let script =
        vec![Beat { second: 0, text: "Look.".into(), note: "wide".into() }, Beat { second: 75, text: "Then this.".into(), note: String::new() }];
    assert_eq!(beats(&script_text(&script)), script);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".{0,400}") {
        let _ = (parse_ideas(&text), parse_variants(&text), beats(&text));
    }

    #[test]
    fn broken_json_never_panics(text in r#"([\[\]{}:",\\0-9a 标\n-]|"title"|"ideas":\[|```json|1\. ){0,120}"#) {
        let _ = (parse_ideas(&text), parse_variants(&text), beats(&text));
    }

    #[test]
    fn an_answer_cut_anywhere_gives_only_whole_titles(at in 0..GOOD.len()) {
        if let Ok(parsed) = parse_ideas(&GOOD[..at]) {
            prop_assert!(parsed.items.iter().all(|idea| idea.title == "A, B"));
        }
    }
}
