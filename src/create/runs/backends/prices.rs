//! What services charge for, and what a call costs by it. Pure.

use super::adapter::Medium;
use super::outcome::Used;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A million tokens sent
    TokenIn,
    /// A million tokens received
    TokenOut,
    /// A million characters spoken
    Character,
    Picture,
    /// A second of sound or film
    Second,
    Call,
}

impl Unit {
    pub const ALL: [Unit; 6] = [Unit::TokenIn, Unit::TokenOut, Unit::Character, Unit::Picture, Unit::Second, Unit::Call];

    pub fn name(self) -> &'static str {
        match self {
            Unit::TokenIn => "token_in",
            Unit::TokenOut => "token_out",
            Unit::Character => "character",
            Unit::Picture => "picture",
            Unit::Second => "second",
            Unit::Call => "call",
        }
    }
}

impl FromStr for Unit {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Unit, &'static str> {
        Unit::ALL.into_iter().find(|unit| unit.name() == text).ok_or("error-choose-one")
    }
}

/// The prices in force for one model when a run was planned, in millionths of the currency: for a million tokens or
/// characters, for one of the others. Frozen in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Tariff {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_out: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<i64>,
}

impl Tariff {
    pub fn set(&mut self, unit: Unit, micros: i64) {
        let price = match unit {
            Unit::TokenIn => &mut self.token_in,
            Unit::TokenOut => &mut self.token_out,
            Unit::Character => &mut self.character,
            Unit::Picture => &mut self.picture,
            Unit::Second => &mut self.second,
            Unit::Call => &mut self.call,
        };
        *price = Some(micros);
    }

    /// The prices that count for one medium: what it is counted in comes before tokens, which the same list may hold for
    /// another medium.
    pub fn of(self, medium: Medium) -> Tariff {
        let call = self.call;
        let own = match medium {
            Medium::Image => Tariff { picture: self.picture, ..Tariff::default() },
            Medium::Speech if self.character.is_some() => Tariff { character: self.character, ..Tariff::default() },
            Medium::Speech | Medium::Video | Medium::Transcript => Tariff { second: self.second, ..Tariff::default() },
            Medium::Text | Medium::Embedding => Tariff::default(),
        };
        if own.is_empty() { Tariff { token_in: self.token_in, token_out: self.token_out, call, ..own } } else { Tariff { call, ..own } }
    }

    pub fn get(&self, unit: Unit) -> Option<i64> {
        match unit {
            Unit::TokenIn => self.token_in,
            Unit::TokenOut => self.token_out,
            Unit::Character => self.character,
            Unit::Picture => self.picture,
            Unit::Second => self.second,
            Unit::Call => self.call,
        }
    }

    /// No price is known, not even one of nothing.
    pub fn is_empty(&self) -> bool {
        *self == Tariff::default()
    }

    /// What a call costs that used so much, each part rounded up to a whole millionth.
    pub fn cost(&self, used: &Used) -> i64 {
        if used.free {
            return 0;
        }
        let part = |amount: Option<i64>, price: Option<i64>, of: i128| {
            let whole = i128::from(amount.unwrap_or(0).max(0)) * i128::from(price.unwrap_or(0));
            i64::try_from((whole + of - 1) / of).unwrap_or(i64::MAX)
        };
        let anything = *used != Used::default();
        [
            part(used.tokens_in, self.token_in, 1_000_000),
            part(used.tokens_out, self.token_out, 1_000_000),
            part(used.characters, self.character, 1_000_000),
            part(used.pictures, self.picture, 1),
            part(used.ms, self.second, 1_000),
            part(Some(i64::from(anything)), self.call, 1),
        ]
        .into_iter()
        .fold(0, i64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_follows_the_price_list() {
        let tariff = Tariff { token_in: Some(2_500_000), token_out: Some(150_000), ..Tariff::default() };
        let media = Tariff { picture: Some(40_000), second: Some(100_000), character: Some(15_000_000), call: Some(7), ..Tariff::default() };
        let tokens = |tokens_in, tokens_out| Used { tokens_in: Some(tokens_in), tokens_out: Some(tokens_out), ..Used::default() };
        for (tariff, used, micros) in [
            (tariff, tokens(1_480, 0), 3_700),
            (tariff, tokens(0, 1_000_000), 150_000),
            (tariff, tokens(0, 1), 1),
            (tariff, tokens(-5, 0), 0),
            (tariff, Used { free: true, ..tokens(1_000_000, 1_000_000) }, 0),
            (Tariff::default(), tokens(9, 9), 0),
            (media, Used { pictures: Some(3), ..Used::default() }, 120_007),
            (media, Used { ms: Some(5_041), ..Used::default() }, 504_107),
            (media, Used { characters: Some(1_001), ..Used::default() }, 15_022),
            (media, Used::default(), 0),
            (Tariff { second: Some(i64::MAX), ..Tariff::default() }, Used { ms: Some(i64::MAX), ..Used::default() }, i64::MAX),
        ] {
            assert_eq!(tariff.cost(&used), micros, "{used:?}");
        }
    }

    #[test]
    fn each_medium_is_counted_once() {
        let all = Tariff { token_in: Some(1), token_out: Some(2), character: Some(3), picture: Some(4), second: Some(5), call: Some(6) };
        let tokens = Tariff { token_in: Some(1), token_out: Some(2), call: Some(6), ..Tariff::default() };
        let with = |unit: Unit| {
            let mut tariff = Tariff { call: Some(6), ..Tariff::default() };
            tariff.set(unit, all.get(unit).unwrap());
            tariff
        };
        for (medium, counted, without) in [
            (Medium::Text, tokens, tokens),
            (Medium::Embedding, tokens, tokens),
            (Medium::Image, with(Unit::Picture), tokens),
            (Medium::Speech, with(Unit::Character), tokens),
            (Medium::Video, with(Unit::Second), tokens),
            (Medium::Transcript, with(Unit::Second), tokens),
        ] {
            assert_eq!(all.of(medium), counted, "{medium:?}");
            assert_eq!(tokens.of(medium), without, "{medium:?} in tokens");
        }
    }

    #[test]
    fn units_are_read_back() {
        for unit in Unit::ALL {
            let mut tariff = Tariff::default();
            assert!(tariff.is_empty());
            tariff.set(unit.name().parse().unwrap(), 0);
            assert!(!tariff.is_empty(), "free is a price");
        }
    }
}
