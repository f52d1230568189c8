//! What a run is thought to cost before it is asked, and the most it can cost. Pure; millionths of its currency.

use super::backends::{Medium, Tariff, Used};
use super::model::Parameters;
use super::store::Planned;
use crate::platform::text::length;

/// A script of half a minute with its title, hook, caption and tags, as measured on our own prompts' answers.
const TOKENS_A_DRAFT: i64 = 450;
/// How much longer an answer may get than thought before it is cut, where a budget holds.
const LONGER: i64 = 4;
/// What an adapter adds to the words of a prompt: the shape of the answer.
const TOKENS_AROUND: i64 = 1_500;
/// A picture of 1024 × 1536 in high quality, counted by the models that charge pictures in tokens.
const TOKENS_A_PICTURE: i64 = 6_240;
/// A second of film of 720 × 1280 at 24 frames: width × height × frames / 1024, as Seedance counts.
const TOKENS_A_SECOND: i64 = 21_600;
/// A film without a length.
const SECONDS: i64 = 5;

/// The most tokens that an answer with so many drafts may have inside a budget.
pub(super) fn most_tokens(count: i64) -> i64 {
    count.saturating_mul(TOKENS_A_DRAFT).saturating_mul(LONGER).max(4_000)
}

/// What a planned run is thought to cost.
pub fn estimate(planned: &Planned) -> i64 {
    guess(planned.medium, &planned.rendered, &planned.parameters, planned.count)
}

/// The same, for a run that was planned before.
pub(super) fn guess(medium: Medium, rendered: &str, parameters: &Parameters, count: i64) -> i64 {
    // A token for four Latin letters or one other character.
    let (latin, other) =
        rendered.chars().fold((0_i64, 0_i64), |(latin, other), c| if c.is_ascii() { (latin + 1, other) } else { (latin, other + 1) });
    let seconds = parameters.frame.seconds.unwrap_or(SECONDS);
    cost(medium, rendered, parameters, count, (latin / 4 + other, count.saturating_mul(TOKENS_A_DRAFT)), seconds)
}

/// The most it can cost: a token has at least one byte, and an answer ends at its limit.
pub(super) fn most(medium: Medium, rendered: &str, parameters: &Parameters, count: i64) -> i64 {
    let sent = i64::try_from(rendered.len()).unwrap_or(i64::MAX).saturating_add(TOKENS_AROUND);
    let received = parameters.model.max_tokens.unwrap_or_else(|| most_tokens(count));
    // Services make films of certain lengths: the next one up is at most this.
    let seconds = parameters.frame.seconds.unwrap_or(SECONDS).saturating_add(6) / 5 * 5;
    cost(medium, rendered, parameters, count, (sent, received), seconds)
}

fn cost(medium: Medium, rendered: &str, parameters: &Parameters, count: i64, (sent, received): (i64, i64), seconds: i64) -> i64 {
    let tariff: &Tariff = &parameters.tariff;
    let seconds = seconds.saturating_mul(count);
    let tokens_out = match medium {
        Medium::Text => parameters.model.max_tokens.map_or(received, |most| received.min(most)),
        Medium::Image => count.saturating_mul(TOKENS_A_PICTURE),
        Medium::Video => seconds.saturating_mul(TOKENS_A_SECOND),
        Medium::Speech | Medium::Transcript => i64::try_from(length(rendered)).unwrap_or(i64::MAX).saturating_mul(10),
        Medium::Embedding => 0,
    };
    tariff.cost(&Used {
        tokens_in: Some(sent),
        tokens_out: Some(tokens_out),
        characters: (medium == Medium::Speech).then(|| i64::try_from(length(rendered)).unwrap_or(i64::MAX)),
        pictures: (medium == Medium::Image).then_some(count),
        ms: match medium {
            Medium::Video => Some(seconds.saturating_mul(1_000)),
            // Fifteen characters are said in a second at the fastest.
            Medium::Speech => i64::try_from(length(rendered)).ok().map(|letters| letters * 1_000 / 4),
            Medium::Transcript => parameters.frame.seconds.map(|seconds| seconds * 1_000).or(Some(600_000)),
            _ => None,
        },
        free: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::prompts::ModelSettings;
    use crate::create::runs::backends::Frame;

    fn parameters(tariff: Tariff, max_tokens: Option<i64>, seconds: Option<i64>) -> Parameters {
        let frame = Frame { seconds, ..Frame::default() };
        Parameters { tariff, model: ModelSettings { max_tokens, ..ModelSettings::default() }, frame, ..Parameters::default() }
    }

    #[test]
    fn a_guess_is_never_above_the_most() {
        let tariff =
            Tariff { token_in: Some(2_000_000), token_out: Some(10_000_000), picture: Some(40_000), second: Some(100_000), ..Tariff::default() };
        for medium in Medium::ALL {
            for words in ["", "Twelve ideas about a white face", "为什么白脸的人总在半夜唱戏？", "Vì sao"] {
                for limit in [None, Some(10), Some(100_000)] {
                    let parameters = parameters(tariff, limit, None);
                    assert!(guess(medium, words, &parameters, 3) <= most(medium, words, &parameters, 3), "{medium:?} {words} {limit:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_counted_one_by_one_is_known_exactly() {
        let pictures = parameters(Tariff { picture: Some(40_000), ..Tariff::default() }, None, None);
        assert_eq!((guess(Medium::Image, "x", &pictures, 4), most(Medium::Image, "x", &pictures, 4)), (160_000, 160_000));
        let film = parameters(Tariff { second: Some(100_000), ..Tariff::default() }, None, Some(8));
        assert_eq!((guess(Medium::Video, "x", &film, 1), most(Medium::Video, "x", &film, 1)), (800_000, 1_000_000));
        assert_eq!(most(Medium::Text, "x", &parameters(Tariff::default(), None, None), 12), 0);
    }
}
