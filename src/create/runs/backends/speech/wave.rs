//! Sound as it leaves a voice: one channel of 16-bit samples (RIFF WAVE), read, joined and written.

/// Silence between two lines of one file, in milliseconds.
const PAUSE_MS: u64 = 250;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wave {
    /// Samples a second
    pub rate: u32,
    pub samples: Vec<i16>,
}

impl Wave {
    /// Reads the two chunks that matter; `None` for anything but one channel of 16-bit samples.
    pub fn read(bytes: &[u8]) -> Option<Wave> {
        let mut rest = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
        let mut rate = None;
        while let Some((name, more)) = rest.split_first_chunk::<4>() {
            let (size, inside) = more.split_first_chunk::<4>()?;
            let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
            // A program that writes into a pipe cannot go back and say how much it wrote.
            let inside_of = inside.get(..size.min(inside.len()))?;
            match name {
                b"fmt " => rate = format(inside_of),
                b"data" => {
                    let samples = inside_of.as_chunks::<2>().0.iter().map(|two| i16::from_le_bytes(*two)).collect();
                    return Some(Wave { rate: rate?, samples });
                }
                _ => {}
            }
            rest = inside.get(size.saturating_add(size % 2)..)?;
        }
        None
    }

    pub fn silence(ms: u64) -> Wave {
        let rate = 22_050_u32;
        Wave { rate, samples: vec![0; usize::try_from(u64::from(rate) * ms / 1_000).unwrap_or(0)] }
    }

    pub fn ms(&self) -> u64 {
        (self.samples.len() as u64 * 1_000 + u64::from(self.rate / 2)).checked_div(u64::from(self.rate)).unwrap_or(0)
    }

    /// How many frames of film it takes to hear it all, at so many a second.
    pub fn frames(&self, per_second: u64) -> u64 {
        (self.samples.len() as u64 * per_second).div_ceil(u64::from(self.rate.max(1)))
    }

    /// One after the other with a pause between, and where each begins in milliseconds; nothing when the rates differ.
    pub fn joined(waves: &[Wave]) -> Option<(Wave, Vec<u64>)> {
        // A line without words has no rate of its own.
        let rate = waves.iter().find(|wave| !wave.samples.is_empty()).or(waves.first())?.rate;
        let mut whole = Wave { rate, samples: Vec::new() };
        let pause = usize::try_from(u64::from(whole.rate) * PAUSE_MS / 1_000).unwrap_or(0);
        let mut starts = Vec::with_capacity(waves.len());
        for wave in waves {
            if wave.rate != rate && !wave.samples.is_empty() {
                return None;
            }
            if !starts.is_empty() {
                whole.samples.extend(std::iter::repeat_n(0, pause));
            }
            starts.push(whole.ms());
            whole.samples.extend_from_slice(&wave.samples);
        }
        Some((whole, starts))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let size = u32::try_from(self.samples.len() * 2).unwrap_or(u32::MAX - 36);
        let mut bytes = Vec::with_capacity(self.samples.len() * 2 + 44);
        bytes.extend(b"RIFF");
        bytes.extend((36 + size).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        bytes.extend(self.rate.to_le_bytes());
        bytes.extend((self.rate * 2).to_le_bytes());
        bytes.extend(b"\x02\0\x10\0data");
        bytes.extend(size.to_le_bytes());
        bytes.extend(self.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        bytes
    }
}

/// The rate, of whole-number samples in one channel.
fn format(chunk: &[u8]) -> Option<u32> {
    let [kind, _, channels, _, a, b, c, d, _, _, _, _, _, _, bits, ..] = chunk else { return None };
    let rate = u32::from_le_bytes([*a, *b, *c, *d]);
    (*kind == 1 && *channels == 1 && *bits == 16 && (8_000..=48_000).contains(&rate)).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(samples: usize) -> Wave {
        Wave { rate: 22_050, samples: (0..samples).map(|at| i16::try_from(at % 9).unwrap() - 4).collect() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for wave in [tone(0), tone(1), tone(22_050)] {
            assert_eq!(Wave::read(&wave.bytes()).as_ref(), Some(&wave));
        }
        let mut unfinished = tone(4).bytes();
        unfinished.splice(40..44, [0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(Wave::read(&unfinished), Some(tone(4)));
        let stereo = [tone(4).bytes().as_slice()].concat().into_iter().enumerate().map(|(at, byte)| if at == 22 { 2 } else { byte });
        assert_eq!(Wave::read(&stereo.collect::<Vec<_>>()), None);
        for broken in [&b""[..], b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\0\0\0\0", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff"] {
            assert_eq!(Wave::read(broken), None);
        }
    }

    #[test]
    fn lines_follow_each_other_with_a_pause() {
        let (whole, starts) = Wave::joined(&[tone(22_050), tone(11_025)]).unwrap();
        assert_eq!((whole.ms(), starts), (1_750, vec![0, 1_250]));
        assert_eq!(Wave::joined(&[tone(9), Wave { rate: 8_000, samples: vec![0] }]), None);
        assert_eq!(Wave::joined(&[]), None);
        let after_nothing = Wave::joined(&[Wave::silence(0), Wave { rate: 8_000, samples: vec![7] }]).unwrap();
        assert_eq!((after_nothing.0.rate, after_nothing.1), (8_000, vec![0, 250]));
    }

    #[test]
    fn a_film_is_never_shorter_than_its_voice() {
        assert_eq!((tone(22_050).frames(24), tone(22_051).frames(24), tone(0).frames(24)), (24, 25, 0));
        assert_eq!(Wave::silence(1_500).ms(), 1_500);
    }
}
