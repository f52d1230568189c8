//! How long a file plays, read from its head and its tables, never by playing it.
//!
//! Sources: ISO/IEC 14496-12 (the `mvhd` box) and the RIFF WAVE format. Other kinds say nothing cheaply.

use super::Kind;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Boxes of one level that are looked at before giving up.
const BOXES: usize = 256;

/// Milliseconds, or nothing when the file does not say.
pub fn length_ms(path: &Path, kind: Kind) -> Option<i64> {
    let mut file = File::open(path).ok()?;
    match kind {
        Kind::Mp4 | Kind::Mov | Kind::M4a => {
            let size = file.metadata().ok()?.len();
            let (from, to) = find(&mut file, 0, size, b"moov").ok()??;
            let (from, _) = find(&mut file, from, to, b"mvhd").ok()??;
            header(&mut file, from).ok()?
        }
        Kind::Wav => wave(&mut file).ok()?,
        _ => None,
    }
}

/// The inside of the first box of this name: where it begins and ends.
fn find(file: &mut File, mut at: u64, end: u64, name: &[u8; 4]) -> io::Result<Option<(u64, u64)>> {
    for _ in 0..BOXES {
        if at.saturating_add(8) > end {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(at))?;
        let [a, b, c, d, e, f, g, h] = take::<8>(file)?;
        let (mut size, mut inside) = (u64::from(u32::from_be_bytes([a, b, c, d])), at + 8);
        if size == 1 {
            size = u64::from_be_bytes(take::<8>(file)?);
            inside += 8;
        } else if size == 0 {
            size = end - at;
        }
        let next = at.saturating_add(size).min(end);
        if next < inside {
            return Ok(None);
        }
        if [e, f, g, h] == *name {
            return Ok(Some((inside, next)));
        }
        at = next;
    }
    Ok(None)
}

fn header(file: &mut File, at: u64) -> io::Result<Option<i64>> {
    file.seek(SeekFrom::Start(at))?;
    let [version, ..] = take::<4>(file)?;
    let (scale, units) = if version == 1 {
        file.seek(SeekFrom::Current(16))?;
        (u32::from_be_bytes(take::<4>(file)?), u64::from_be_bytes(take::<8>(file)?))
    } else {
        file.seek(SeekFrom::Current(8))?;
        (u32::from_be_bytes(take::<4>(file)?), u64::from(u32::from_be_bytes(take::<4>(file)?)))
    };
    Ok(milliseconds(units, u64::from(scale)))
}

fn wave(file: &mut File) -> io::Result<Option<i64>> {
    file.seek(SeekFrom::Start(12))?;
    let mut rate = 0;
    for _ in 0..BOXES {
        let [a, b, c, d, e, f, g, h] = take::<8>(file)?;
        let size = u64::from(u32::from_le_bytes([e, f, g, h]));
        match &[a, b, c, d] {
            b"fmt " => {
                let [_, _, _, _, _, _, _, _, i, j, k, l] = take::<12>(file)?;
                rate = u64::from(u32::from_le_bytes([i, j, k, l]));
                file.seek(SeekFrom::Current(i64::try_from(size.saturating_sub(12)).unwrap_or(0)))?;
            }
            b"data" => return Ok(milliseconds(size, rate)),
            _ => {
                file.seek(SeekFrom::Current(i64::try_from(size + size % 2).unwrap_or(0)))?;
            }
        }
    }
    Ok(None)
}

fn milliseconds(units: u64, per_second: u64) -> Option<i64> {
    let ms = u128::from(units) * 1_000;
    i64::try_from(ms.checked_div(u128::from(per_second))?).ok()
}

fn take<const N: usize>(file: &mut File) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, bytes: &[u8]) -> Option<i64> {
        let path = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
        std::fs::write(&path, bytes).unwrap();
        let length = length_ms(&path, kind);
        std::fs::remove_file(path).unwrap();
        length
    }

    fn boxed(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let size = u32::try_from(inside.len() + 8).unwrap();
        [size.to_be_bytes().as_slice(), name, inside].concat()
    }

    #[test]
    fn films_and_sound_say_how_long_they_are() {
        let mvhd = [&[0_u8; 12], 1_000_u32.to_be_bytes().as_slice(), &10_040_u32.to_be_bytes(), &[0; 80]].concat();
        let film = [boxed(b"ftyp", b"isom"), boxed(b"free", &[0; 99]), boxed(b"moov", &boxed(b"mvhd", &mvhd))].concat();
        assert_eq!(of(Kind::Mp4, &film), Some(10_040));
        let long = [&[1, 0, 0, 0], [0_u8; 16].as_slice(), &30_000_u32.to_be_bytes(), &90_000_u64.to_be_bytes()].concat();
        assert_eq!(of(Kind::Mp4, &boxed(b"moov", &boxed(b"mvhd", &long))), Some(3_000));
        let mut wave = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        wave.extend([22_050_u32.to_le_bytes(), 44_100_u32.to_le_bytes()].concat());
        wave.extend(b"\x02\0\x10\0data");
        wave.extend(88_200_u32.to_le_bytes());
        assert_eq!(of(Kind::Wav, &wave), Some(2_000));
    }

    #[test]
    fn a_file_that_lies_says_nothing() {
        for bytes in [&b""[..], b"\0\0\0\x08moov", b"\0\0\0\0moov\0\0\0\0", b"\0\0\0\x04moov", &[0xff; 64], b"RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff"] {
            assert_eq!(of(Kind::Mp4, bytes), None);
            assert_eq!(of(Kind::Wav, bytes), None);
        }
        let zero = [&[0_u8; 12], 0_u32.to_be_bytes().as_slice(), &7_u32.to_be_bytes()].concat();
        assert_eq!(of(Kind::Mp4, &boxed(b"moov", &boxed(b"mvhd", &zero))), None);
    }
}
