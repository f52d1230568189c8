//! `troupe lab breeding`: does the rule of breeding do what it is there for?
//!
//! Plays the loop in the invented market under five policies and compares what they earned and how varied they stayed.
//! Parameters come as JSON on standard input, all optional: `{"turns":1000,"seeds":[1,2,3],"slate":5,"recipes":40,
//! "drafts":5,"standing":0.5,"market":"en-US"}`; no input at all is the default study, with the seeds 1 to 20. A turn is a day: a slate is chosen, its
//! posts go out, and what is known of earlier ones is learned. docs/breeding.md tells what came out.
//!
//! Invariant: the same parameters give the same answer, whatever the number of processors.

mod policies;
mod recipes;
mod report;
mod studio;
mod texts;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use policies::Policy;
use recipes::{COMBINATIONS, Recipe};
use report::{Run, World, told};
use studio::Studio;

/// Bounds that keep a study within minutes.
const MOST_TURNS: usize = 10_000;
const MOST_SEEDS: usize = 100;
const MOST_SLATE: usize = 60;
/// How often on the way the impact is noted.
const TENTHS: usize = 10;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
struct Parameters {
    turns: usize,
    seeds: Vec<u64>,
    /// Posts a turn.
    slate: usize,
    /// Recipes a studio has.
    recipes: usize,
    /// Drafts of each recipe that lie ready, among which a slate is chosen.
    drafts: usize,
    /// Share of a recipe's sentences that stand in every post of it.
    standing: f64,
    /// Where the audience lives, as a language tag.
    market: String,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { turns: 1_000, seeds: (1..=20).collect(), slate: 5, recipes: 40, drafts: 5, standing: 0.5, market: "en-US".into() }
    }
}

impl Parameters {
    fn read(input: &str) -> Result<Self, String> {
        // Read as an object first: a list would pass for parameters in their order.
        let object: Map<String, Value> = match input.trim() {
            "" => Map::new(),
            input => serde_json::from_str(input).map_err(|error| format!("the input is not a set of parameters: {error}"))?,
        };
        let read: Self = Self::deserialize(Value::Object(object)).map_err(|error| format!("the input is not a set of parameters: {error}"))?;
        let within = |name: &str, value: usize, most: usize| {
            if (1..=most).contains(&value) { Ok(()) } else { Err(format!("{name} must be 1 to {most}, not {value}")) }
        };
        within("turns", read.turns, MOST_TURNS)?;
        within("the number of seeds", read.seeds.len(), MOST_SEEDS)?;
        within("slate", read.slate, MOST_SLATE)?;
        within("recipes", read.recipes, COMBINATIONS)?;
        within("drafts", read.drafts, MOST_SLATE)?;
        if !(0.0..=1.0).contains(&read.standing) {
            return Err(format!("standing must be 0 to 1, not {}", read.standing));
        }
        Ok(read)
    }
}

/// Runs the study; the error is one line for a person.
pub(super) fn answer(input: &str) -> Result<String, String> {
    let parameters = Parameters::read(input)?;
    let mut answer = told(&worlds(&parameters)?);
    answer["parameters"] = json!(parameters);
    Ok(answer.to_string())
}

/// All policies under every seed, the seeds shared out among the processors.
fn worlds(parameters: &Parameters) -> Result<Vec<World>, String> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(parameters.seeds.len());
    let mut worlds: Vec<(usize, World)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let own = parameters.seeds.iter().enumerate().skip(worker).step_by(workers);
                    own.map(|(place, seed)| Some((place, world(parameters, *seed)?))).collect::<Option<Vec<_>>>()
                })
            })
            .collect();
        running.into_iter().map(|worker| worker.join().ok().flatten()).collect::<Option<Vec<_>>>()
    })
    .ok_or("the study could not be played")?
    .into_iter()
    .flatten()
    .collect();
    worlds.sort_by_key(|(place, _)| *place);
    Ok(worlds.into_iter().map(|(_, world)| world).collect())
}

fn world(parameters: &Parameters, seed: u64) -> Option<World> {
    Policy::ALL.iter().map(|policy| play(parameters, *policy, seed)).collect::<Option<Vec<_>>>().map(World)
}

fn play(parameters: &Parameters, policy: Policy, seed: u64) -> Option<Run> {
    let recipes = Recipe::some(parameters.recipes, parameters.standing, seed);
    let mut studio = Studio::open(seed, &parameters.market, recipes, parameters.drafts, policy.compares());
    let mut course = Vec::with_capacity(TENTHS);
    for turn in 0..parameters.turns {
        let draw = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ turn as u64;
        for (slot, draft) in policy.choose(&studio, turn, parameters.slate, draw)?.into_iter().enumerate() {
            studio.publish(draft, turn, slot, parameters.slate);
        }
        if (turn + 1) * TENTHS / parameters.turns > turn * TENTHS / parameters.turns {
            course.push(studio.impact);
        }
    }
    let (sameness, best_share) = (studio.mean_sameness(), studio.share_of_the_best());
    Some(Run { policy, seed, impact: studio.impact, course, sameness, best_share, windows: studio.windows })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"turns":30,"seeds":[3,4],"recipes":12,"slate":4,"drafts":4,"unread":true}"#;

    #[test]
    fn a_small_study_is_told_whole_and_alike_twice() {
        let text = answer(SMALL).unwrap();
        assert_eq!(text, answer(SMALL).unwrap());
        let told: Value = serde_json::from_str(&text).unwrap();
        let names: Vec<&str> = told["results"].as_array().unwrap().iter().filter_map(|policy| policy["id"].as_str()).collect();
        assert_eq!(names, ["uniform", "exploit", "exploit_alone", "exploit_top", "breeding"]);
        assert_eq!((told["runs"].as_array().unwrap().len(), &told["parameters"]["recipes"]), (10, &12.into()));
        for run in told["runs"].as_array().unwrap() {
            let [impact, vendi] = ["impact", "vendi_q1_n20"].map(|figure| run[figure].as_f64().unwrap());
            assert!(impact > 0.0 && (1.0..=20.0).contains(&vendi), "{run}");
        }
        let vendi = |policy: usize| told["results"][policy]["vendi_q1_n20"]["mean"].as_f64().unwrap();
        assert!(vendi(1) < vendi(4), "one recipe all day is less varied than a slate: {told}");
        assert_eq!(told["differences"][3]["gain_after_each_tenth"].as_array().unwrap().len(), 10);
    }

    #[test]
    fn parameters_out_of_bounds_are_refused_in_one_line() {
        for input in
            ["[]", "{", r#"{"turns":0}"#, r#"{"turns":-1}"#, r#"{"seeds":[]}"#, r#"{"slate":900}"#, r#"{"recipes":5000}"#, r#"{"standing":2}"#]
        {
            assert_eq!(answer(input).expect_err(input).lines().count(), 1, "{input}");
        }
        assert_eq!(Parameters::read(" \n").unwrap().turns, 1_000);
    }
}
