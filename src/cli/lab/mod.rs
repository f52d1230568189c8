//! `troupe lab NAME`: answers reference cases from standard input, so that others can compare.

pub mod ab;
mod agreement;
mod bradley_terry;
mod cases;
mod text;
mod vendi;

use std::io::{Read, Write};
use std::process::ExitCode;

/// The laboratories, as the command names them.
const OFFERED: [&str; 5] = ["ab", "agreement", "bradley-terry", "text", "vendi"];

/// Why there is no answer, and with which code the process ends.
#[derive(Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// No such laboratory (wrong usage, 2).
    NotOffered(String),
    /// The cases cannot be answered (1).
    Failed(String),
}

impl Unanswered {
    pub fn exit_code(&self) -> u8 {
        match self {
            Unanswered::NotOffered(_) => 2,
            Unanswered::Failed(_) => 1,
        }
    }
}

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unanswered::NotOffered(name) => write!(f, "lab {name} is not offered; there is: {}", OFFERED.join(", ")),
            Unanswered::Failed(cause) => f.write_str(cause),
        }
    }
}

/// Answers the cases of `input` as the laboratory `name`.
pub fn run(name: &str, input: &str) -> Result<String, Unanswered> {
    match name {
        "ab" => ab::answer(input),
        "agreement" => agreement::answer(input),
        "bradley-terry" => cases::answered(input, bradley_terry::answer),
        "text" => cases::answered(input, text::answer),
        "vendi" => cases::answered(input, vendi::answer),
        _ => return Err(Unanswered::NotOffered(name.to_owned())),
    }
    .map_err(Unanswered::Failed)
}

/// The command: reads standard input, prints the answers on standard output.
pub fn command(name: &str) -> ExitCode {
    let mut input = String::new();
    let read = std::io::stdin().read_to_string(&mut input).map_err(|cause| Unanswered::Failed(format!("standard input: {cause}")));
    match read.and_then(|_| run(name, &input)) {
        Ok(answer) => {
            super::say(&answer);
            ExitCode::SUCCESS
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "troupe: {why}");
            ExitCode::from(why.exit_code())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_laboratory_that_is_not_offered_is_wrong_usage() {
        assert_eq!(run("tarot", "{}").map_err(|why| why.exit_code()), Err(2));
        assert_eq!(run("ab", "{}").map_err(|why| why.exit_code()), Err(1));
        assert!(run("ab", r#"{"srm":[{"observed":[5,5],"weights":[1,1]}]}"#).is_ok());
    }

    #[test]
    fn every_laboratory_named_is_offered() {
        for name in OFFERED {
            assert_eq!(run(name, "[").map_err(|why| why.exit_code()), Err(1), "{name}");
        }
    }

    fn answered(name: &str, case: &str) -> Value {
        let input = format!(r#"{{"meta":1,"cases":[{{"id":"x","note":"unread",{case}}}]}}"#);
        let answer: Value = serde_json::from_str(&run(name, &input).unwrap()).unwrap();
        assert_eq!(answer["results"][0]["id"], "x");
        answer["results"][0].clone()
    }

    #[test]
    fn cases_are_answered_under_the_names_of_their_fields() {
        let taste = answered("bradley-terry", r#""n_items":3,"pairs":[[0,1],[0,1]]"#);
        assert_eq!((&taste["strongly_connected"], &taste["ml"]), (&false.into(), &Value::Null));
        assert_eq!(taste["map_gauss_sigma2_1"]["rank_order_best_first"][0], 0);
        let set = answered("vendi", r#""K":[[1,0],[0,1]],"p":null"#);
        assert!((set["vendi_q2"].as_f64().unwrap() - 2.0).abs() < 1e-12 && set["intdiv"] == 0.5);
        let texts = answered("text", r#""docs":["a b","a c"]"#);
        assert_eq!((&texts["whitespace"]["distinct_1"], &texts["compression"]["bytes_joined_newline"]), (&0.75.into(), &7.into()));
        let judged: Value = serde_json::from_str(
            &run("agreement", r#"{"krippendorff":[{"level":"nominal","data_raters_by_units":[[1,null],[1,2]]}],"empirical_bayes":[{"effects":[1,1],"variances":[1,1]}]}"#).unwrap(),
        )
        .unwrap();
        assert_eq!((&judged["results"][0]["alpha"], &judged["results"][1]["mu_random"]), (&1.0.into(), &1.0.into()));
    }

    #[test]
    fn strange_cases_are_answered_or_refused_in_one_line() {
        for (name, case) in [
            ("bradley-terry", r#""win_matrix":[[0,1]]"#),
            ("bradley-terry", r#""win_matrix":[[0,-1],[1,0]]"#),
            ("bradley-terry", r#""n_items":2,"pairs":[[0,2]]"#),
            ("bradley-terry", r#""n_items":4000000,"pairs":[]"#),
            ("bradley-terry", r#""pairs":[]"#),
            ("vendi", r#""K":[[1,0]]"#),
            ("vendi", r#""K":[[1,"a"],[0,1]]"#),
            ("vendi", r#""K":[[1,0],[0.5,1]]"#),
            ("vendi", r#""K":[[1,0],[0,1]],"p":[1]"#),
            ("vendi", r#""p":null"#),
            ("text", r#""docs":"one""#),
            ("text", r#""docs":[1]"#),
        ] {
            let why = run(name, &format!(r#"{{"cases":[{{"id":"bad",{case}}}]}}"#)).unwrap_err();
            assert!(why.to_string().contains("\"bad\"") && why.to_string().lines().count() == 1, "{name} {case}: {why}");
        }
        assert_eq!(answered("bradley-terry", r#""win_matrix":[]"#)["map_gauss_sigma2_1"]["params"], json!([]));
        assert_eq!(answered("vendi", r#""K":[]"#)["vendi_q1"], 0.0);
        assert!(answered("text", r#""docs":[]"#)["char"]["rougeL_homogenization"].is_null());
        assert_eq!(answered("text", r#""docs":["one"]"#)["char"]["tokens_per_doc"], json!([3]));
    }
}
