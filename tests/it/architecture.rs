//! The stair of imports and the place of things, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

const STAIR: [&str; 11] = ["cli", "app", "today", "learn", "release", "choose", "create", "team", "web", "platform", "stats"];
/// Inside an act, a room may use the rooms before it.
const ROOMS: [(&str, &[&str]); 4] = [
    ("create", &["projects", "ideas", "prompts", "pieces", "comments", "variants", "budgets", "runs", "batches", "trials"]),
    ("choose", &["originality", "curate", "duels", "guests", "lineage"]),
    ("release", &["channels", "publications", "slots", "calendar"]),
    ("learn", &["performance", "playbook", "experiments", "imports"]),
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(found.len() > 30, "the sources were not found");
    found
}

/// The code without comments and without the tests below it.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn step(name: &str) -> Option<usize> {
    STAIR.iter().position(|step| *step == name)
}

#[test]
fn imports_go_down_the_stair_only() {
    for (name, text) in sources() {
        let own = name.split(['/', '.']).next().unwrap();
        let Some(here) = step(own) else { continue };
        for rest in code(&text).split("crate::").skip(1) {
            let target: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            if let Some(there) = step(&target) {
                let level = |step: usize| if step >= 9 { 9 } else { step };
                assert!(level(there) >= level(here), "{name} imports {target}, which stands above it on the stair");
            }
        }
    }
}

#[test]
fn rooms_use_only_the_rooms_before_them() {
    for (name, text) in sources() {
        let mut parts = name.split('/');
        let (act, room) = (parts.next().unwrap(), parts.next().unwrap_or(""));
        let Some((_, rooms)) = ROOMS.iter().find(|(known, _)| *known == act) else { continue };
        let Some(here) = rooms.iter().position(|known| *known == room) else { continue };
        for rest in code(&text).split(&format!("crate::{act}::")).skip(1) {
            let target: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if let Some(there) = rooms.iter().position(|known| *known == target) {
                assert!(there <= here, "{name} uses {target}, a room after its own");
            }
        }
    }
}

#[test]
fn sql_stands_in_stores_and_in_the_platform() {
    for (name, text) in sources() {
        let allowed = name.starts_with("platform/") || name.contains("store") || name == "web/live.rs" || name == "web/api.rs";
        let asks = ["sqlx::query", "QueryBuilder"].iter().any(|word| code(&text).contains(word));
        assert!(allowed || !asks, "{name} asks the database; queries stand in store.rs and platform only");
    }
}

#[test]
fn http_stands_at_the_door() {
    for (name, text) in sources() {
        let file = name.rsplit('/').next().unwrap();
        let allowed = matches!(file, "mod.rs" | "app.rs")
            || name.contains("pages")
            || name.contains("/api")
            || name.starts_with("web/")
            || name == "today/welcome.rs"
            || name == "today/health.rs";
        let speaks = ["axum::", "askama::", "use axum", "use askama"].iter().any(|word| code(&text).contains(word));
        assert!(allowed || !speaks, "{name} speaks HTTP; that is for mod.rs, pages.rs, api.rs, web and app.rs");
        let calls = code(&text).contains("reqwest::");
        assert!(!calls || name.starts_with("platform/outbound"), "{name} calls out; only platform/outbound does");
    }
}

#[test]
fn units_speak_no_transaction_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["deferrable", "or rollback", "raise(rollback"] {
            assert!(!text.contains(word), "{} says {word}, which would take a whole batch with it", path.display());
        }
    }
}
