//! Chance as a pure function: every draw is addressed, none is stored.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
//! as 1, 2, 3", SC 2011): a keyed bijection of a 128-bit counter. A draw is found by its address
//! (seed, subject, purpose, hour), so any moment of any history can be computed alone, in any order
//! and after any restart.
//!
//! Invariant: the same address gives the same stream on every call. Philox itself is exact integer
//! arithmetic; the distributions use the platform's `ln`, `exp` and `cos`, whose last bit may differ
//! between platforms.

use std::f64::consts::TAU;

/// What a draw is for. The numbers are part of the address: changing one rewrites every history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    Truth = 1,
    MarketEffect = 2,
    ChannelEffect = 3,
    PostEffect = 4,
    Reach = 5,
    Correction = 6,
    Assignment = 7,
    /// Metric number `n` of an hour is `Metric + n`; keep this the largest.
    Metric = 64,
}

/// The source of all draws about one subject: a publication, a market, the truth itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// Draws about the subject `id` in the world of `seed`. All 128 bits of the id count.
    pub fn about(seed: u64, id: u128) -> Self {
        let counter = [id as u32, (id >> 32) as u32, (id >> 64) as u32, (id >> 96) as u32];
        let [low, high, _, _] = philox(counter, [seed as u32, (seed >> 32) as u32]);
        Self { key: [low, high] }
    }

    /// Draws about a subject that has a name instead of an id, such as a market code.
    pub fn about_name(seed: u64, name: &str) -> Self {
        Self::about(seed, u128::from(fnv1a(name.as_bytes())))
    }

    /// The stream for one purpose in one hour (0 where hours mean nothing).
    pub fn at(&self, purpose: Purpose, hour: u32) -> Stream {
        self.stream(purpose as u32, hour)
    }

    /// The stream for the metric with this number in the bucket that starts at `hour`.
    pub fn metric(&self, metric: usize, hour: u32) -> Stream {
        self.stream(Purpose::Metric as u32 + metric as u32, hour)
    }

    fn stream(&self, purpose: u32, hour: u32) -> Stream {
        Stream { key: self.key, purpose, hour, block: 0 }
    }
}

/// An endless sequence of numbers at one address; one Philox block per draw of 64 bits.
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    purpose: u32,
    hour: u32,
    block: u32,
}

impl Stream {
    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        let [low, high, _, _] = philox([self.purpose, self.hour, self.block, 0], self.key);
        self.block = self.block.wrapping_add(1);
        u64::from(low) | (u64::from(high) << 32)
    }

    /// Uniform in the open interval (0, 1), so that its logarithm exists.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Uniform in (low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal (Box and Muller, 1958; one of the pair is enough here).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// Poisson with this mean: inversion below 25, the rounded normal above, never negative.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean >= NORMAL_FROM {
            return (mean + self.normal() * mean.sqrt()).round().max(0.0) as u64;
        }
        let ends = (mean + 12.0 * mean.sqrt() + 12.0) as u64;
        invert(self.uniform(), (-mean).exp(), ends, |k| mean / k as f64)
    }

    /// Binomial(n, p): inversion (BINV of Kachitvichyanukul and Schmeiser, 1988) while the variance
    /// is below 25, else the rounded normal clamped to 0..=n. `p` outside 0..=1 is clamped.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 || p.is_nan() || p <= 0.0 {
            return 0;
        }
        if p >= 1.0 {
            return n;
        }
        // Counting the rarer outcome keeps the inversion short.
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        let mean = n as f64 * p;
        let variance = mean * (1.0 - p);
        if variance >= NORMAL_FROM {
            return (mean + self.normal() * variance.sqrt()).round().clamp(0.0, n as f64) as u64;
        }
        let none = (n as f64 * (-p).ln_1p()).exp();
        let odds = p / (1.0 - p);
        invert(self.uniform(), none, n, |k| odds * (n - k + 1) as f64 / k as f64)
    }
}

/// From this variance on, the normal law is close enough for an invented audience.
const NORMAL_FROM: f64 = 25.0;

/// Walks a discrete law upwards from P(0), by the ratio P(k)/P(k−1), until `u` is used up.
fn invert(mut u: f64, none: f64, ends: u64, ratio: impl Fn(u64) -> f64) -> u64 {
    let mut probability = none;
    let mut k = 0;
    while u > probability && k < ends {
        u -= probability;
        k += 1;
        probability *= ratio(k);
    }
    k
}

/// Philox4x32 with ten rounds.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [c0, c1, c2, c3] = counter;
        let left = u64::from(c0) * 0xD251_1F53;
        let right = u64::from(c2) * 0xCD9E_8D57;
        counter = [(right >> 32) as u32 ^ c1 ^ key[0], right as u32, (left >> 32) as u32 ^ c3 ^ key[1], left as u32];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// FNV-1a, 64 bits: only spreads names over addresses, nothing depends on it being hard to reverse.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers published with the Random123 library for philox4x32, 10 rounds.
    #[test]
    fn philox_gives_the_published_answers() {
        let answers = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            ([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0], [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
        ];
        for (counter, key, answer) in answers {
            assert_eq!(philox(counter, key), answer);
        }
    }

    #[test]
    fn a_different_address_gives_a_different_stream() {
        let first = |draws: Draws, purpose, hour| draws.at(purpose, hour).bits();
        let here = first(Draws::about(7, 1), Purpose::Reach, 3);
        assert_eq!(here, first(Draws::about(7, 1), Purpose::Reach, 3));
        for other in [
            first(Draws::about(8, 1), Purpose::Reach, 3),
            first(Draws::about(7, 1 << 100), Purpose::Reach, 3),
            first(Draws::about(7, 1), Purpose::PostEffect, 3),
            first(Draws::about(7, 1), Purpose::Reach, 4),
        ] {
            assert_ne!(here, other);
        }
    }

    /// Mean and variance of every branch: inversion, mirrored inversion, normal.
    #[test]
    fn counts_have_the_mean_and_variance_of_their_law() {
        let rounds = 20_000;
        for (n, p) in [(10, 0.3), (40, 0.95), (1_000, 0.004), (5_000, 0.4)] {
            let (mean, variance) = moments(rounds, |stream| stream.binomial(n, p));
            let expected = n as f64 * p;
            assert_near(mean, expected, 5.0 * (expected * (1.0 - p) / f64::from(rounds)).sqrt());
            assert_near(variance, expected * (1.0 - p), 0.06 * expected * (1.0 - p));
        }
        for expected in [0.2, 6.0, 24.0, 900.0] {
            let (mean, variance) = moments(rounds, |stream| stream.poisson(expected));
            assert_near(mean, expected, 5.0 * (expected / f64::from(rounds)).sqrt());
            assert_near(variance, expected, 0.06 * expected);
        }
    }

    #[test]
    fn impossible_probabilities_stay_inside_the_law() {
        let mut stream = Draws::about(1, 1).at(Purpose::Truth, 0);
        for p in [-1.0, 0.0, f64::NAN] {
            assert_eq!(stream.binomial(100, p), 0);
        }
        assert_eq!(stream.binomial(100, 1.5), 100);
        assert_eq!(stream.poisson(-3.0), 0);
        assert_eq!(stream.poisson(f64::NAN), 0);
    }

    fn moments(rounds: u32, draw: impl Fn(&mut Stream) -> u64) -> (f64, f64) {
        let draws = Draws::about(20, 26);
        let sample: Vec<f64> = (0..rounds).map(|hour| draw(&mut draws.at(Purpose::Truth, hour)) as f64).collect();
        let mean = sample.iter().sum::<f64>() / f64::from(rounds);
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(rounds);
        (mean, variance)
    }

    fn assert_near(value: f64, expected: f64, tolerance: f64) {
        assert!((value - expected).abs() <= tolerance, "{value} is not within {tolerance} of {expected}");
    }
}
