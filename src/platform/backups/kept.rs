//! The backups in the data folder: what is there, and which nightly ones are old enough to go.

use crate::platform::Ms;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const DAILY: usize = 7;
const WEEKLY: usize = 4;
/// Copies from before upgrades.
const COPIES: usize = 2;

/// One backup in the folder. It has its name, so it was verified when it was made.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Kept {
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// UTC milliseconds.
    #[serde(rename = "made_at")]
    #[schema(value_type = String, format = DateTime)]
    pub made_ms: Ms,
    /// Made by the nightly job, which also removes it in time; others stay until somebody removes them.
    pub nightly: bool,
}

/// The name of a backup made now: "nightly-2026-11-23.tar" or "by-hand-20261123-141500-….tar".
pub fn new_name(nightly: bool, now: Ms) -> String {
    if nightly {
        return format!("nightly-{}.tar", now.utc().format("%Y-%m-%d"));
    }
    format!("by-hand-{}.tar", now.utc().format("%Y%m%d-%H%M%S%3f"))
}

/// The backups of a data folder, newest first.
pub fn list(data: &Path) -> std::io::Result<Vec<Kept>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(data.join("backups"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !name.ends_with(".tar") {
            continue;
        }
        let about = match entry.metadata() {
            Ok(about) => about,
            // Removed since the folder was read.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let made = about.modified()?.duration_since(UNIX_EPOCH).map(|age| age.as_millis()).unwrap_or(0);
        found.push(Kept { nightly: night(&name).is_some(), name, size: about.len(), made_ms: Ms(i64::try_from(made).unwrap_or(0)) });
    }
    found.sort_by(|a, b| b.made_ms.cmp(&a.made_ms).then(b.name.cmp(&a.name)));
    Ok(found)
}

/// The path of the backup of this name, when there is one.
pub fn find(data: &Path, name: &str) -> std::io::Result<Option<PathBuf>> {
    Ok(list(data)?.into_iter().find(|kept| kept.name == name).map(|kept| data.join("backups").join(kept.name)))
}

/// Removes nightly backups beyond the newest seven days and one for each of four weeks, and copies
/// from before upgrades beyond the newest two.
pub fn keep_some(data: &Path) -> std::io::Result<usize> {
    let names: Vec<String> = list(data)?.into_iter().map(|kept| kept.name).collect();
    let mut old: Vec<String> = too_old(&names).into_iter().cloned().collect();
    let mut copies = Vec::new();
    for entry in fs::read_dir(data.join("backups"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("before-") && name.ends_with(".db") {
            copies.push(name);
        }
    }
    // Their names begin with the version that was upgraded to.
    copies.sort_unstable();
    old.extend(copies.into_iter().rev().skip(COPIES));
    for name in &old {
        match fs::remove_file(data.join("backups").join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(old.len())
}

fn night(name: &str) -> Option<NaiveDate> {
    name.strip_prefix("nightly-")?.strip_suffix(".tar")?.parse().ok()
}

fn too_old(names: &[String]) -> Vec<&String> {
    let mut nights: Vec<(NaiveDate, &String)> = names.iter().filter_map(|name| Some((night(name)?, name))).collect();
    nights.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let mut weeks = BTreeSet::new();
    let newest_of_its_week: Vec<bool> =
        nights.iter().map(|(date, _)| weeks.insert((date.iso_week().year(), date.iso_week().week())) && weeks.len() <= WEEKLY).collect();
    let old = nights.iter().zip(newest_of_its_week).enumerate().filter(|(n, (_, weekly))| *n >= DAILY && !weekly);
    old.map(|(_, ((_, name), _))| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_copies_from_before_upgrades_stay() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("backups")).unwrap();
        for name in ["before-0009-from-0008.db", "before-0010-from-0009.db", "before-0011-from-0010.db", "notes.db"] {
            fs::write(data.path().join("backups").join(name), "x").unwrap();
        }
        assert_eq!(keep_some(data.path()).unwrap(), 1);
        assert!(!data.path().join("backups/before-0009-from-0008.db").exists());
        assert!(data.path().join("backups/notes.db").exists());
    }

    #[test]
    fn seven_days_and_four_weeks_stay() {
        let first: NaiveDate = "2026-10-01".parse().unwrap();
        let names: Vec<String> = first.iter_days().take(54).map(|day| format!("nightly-{day}.tar")).chain(["by-hand-1.tar".into()]).collect();
        let old = too_old(&names);
        let stay: Vec<&String> = names.iter().filter(|name| !old.contains(name)).collect();
        // 23 November is a Monday: seven days, and the Sundays that end the two weeks before them.
        let nights = ["11-08", "11-15", "11-17", "11-18", "11-19", "11-20", "11-21", "11-22", "11-23"].map(|day| format!("nightly-2026-{day}.tar"));
        let expected: BTreeSet<String> = nights.into_iter().chain(["by-hand-1.tar".into()]).collect();
        assert_eq!(stay.into_iter().cloned().collect::<BTreeSet<_>>(), expected);
    }
}
