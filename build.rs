//! Prepares what the compiler needs to check the whole program: a database made by `migrations/`
//! (so every query is checked against the real schema), and the static files, joined, hashed and
//! compressed once.

#![allow(clippy::disallowed_methods, reason = "the bans are for the server; a build script asks cargo and git")]

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    for path in ["migrations", "static", "locales", "build.rs"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    schema(&out)?;
    assets(&out)?;
    locales(&out)?;
    println!("cargo:rustc-env=BUILT_FROM_COMMIT={}", commit());
    small_relocations();
    Ok(())
}

/// Runs the migrations into an empty file and hands its path to sqlx's macros.
fn schema(out: &Path) -> Outcome<()> {
    let file = out.join("schema.db");
    let _ = fs::remove_file(&file);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut db = SqliteConnectOptions::new().filename(&file).create_if_missing(true).journal_mode(SqliteJournalMode::Delete).connect().await?;
        Migrator::new(Path::new("migrations")).await?.run(&mut db).await?;
        db.close().await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    println!("cargo:rustc-env=DATABASE_URL=sqlite:{}", file.display());
    Ok(())
}

/// One style sheet and one script of our own, in the order of their names; vendored files as they are.
fn assets(out: &Path) -> Outcome<()> {
    let mut list = String::from("pub static ASSETS: &[Asset] = &[\n");
    let css = join(&["tokens.css", "base.css", "layout.css", "phone.css", "components", "rooms"].map(|part| format!("static/css/{part}")), false)?;
    let js = join(&["keys.js", "live.js", "visits.js", "elements"].map(|part| format!("static/js/{part}")), true)?;
    put(out, &mut list, "troupe.css", "text/css; charset=utf-8", css.as_bytes())?;
    put(out, &mut list, "troupe.js", "text/javascript; charset=utf-8", js.as_bytes())?;
    for (file, mime) in [("turbo.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml")] {
        let path = Path::new("static/vendor").join(file);
        let path = if path.exists() { path } else { Path::new("static").join(file) };
        if path.exists() {
            put(out, &mut list, file, mime, &fs::read(path)?)?;
        }
    }
    list.push_str("];\n");
    fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

fn put(out: &Path, list: &mut String, name: &str, mime: &str, bytes: &[u8]) -> Outcome<()> {
    let digest = Sha256::digest(bytes);
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').ok_or("an asset needs an ending")?;
    let plain = out.join(name);
    fs::write(&plain, bytes)?;
    let quality = if env::var("PROFILE")? == "release" { 11 } else { 5 };
    let mut small = Vec::new();
    brotli::CompressorWriter::new(&mut small, 4096, quality, 22).write_all(bytes)?;
    fs::write(out.join(format!("{name}.br")), small)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes)?;
    fs::write(out.join(format!("{name}.gz")), gzip.finish()?)?;
    let path = plain.display();
    writeln!(
        list,
        "Asset {{ name: {name:?}, file: \"{stem}-{hash}.{ending}\", mime: {mime:?}, plain: include_bytes!(\"{path}\"), br: include_bytes!(\"{path}.br\"), gz: include_bytes!(\"{path}.gz\") }},"
    )?;
    Ok(())
}

/// Joins files in the order of their names. Scripts get a block each, so that their names do not meet.
fn join(paths: &[String], blocks: bool) -> Outcome<String> {
    let mut all = String::new();
    for path in paths.iter().map(|path| Path::new(path.as_str())).filter(|path| path.exists()) {
        for file in walk(path)? {
            let text = fs::read_to_string(&file)?;
            if blocks {
                writeln!(all, "{{\n{text}\n}}")?;
            } else {
                all.push_str(&text);
                all.push('\n');
            }
        }
    }
    Ok(all)
}

fn walk(path: &Path) -> Outcome<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries = fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(walk(&entry)?);
    }
    Ok(files)
}

/// The words of every language, one Fluent resource per file.
fn locales(out: &Path) -> Outcome<()> {
    let mut list = String::from("pub static SOURCES: &[(&str, &str)] = &[\n");
    for language in ["en", "zh-Hans"] {
        for file in walk(&Path::new("locales").join(language))? {
            let path = fs::canonicalize(&file)?;
            writeln!(list, "({language:?}, include_str!({:?})),", path.display().to_string())?;
        }
    }
    list.push_str("];\n");
    fs::write(out.join("locales.rs"), list)?;
    Ok(())
}

/// The commit the program was built from, or "unknown" outside a checkout.
fn commit() -> String {
    println!("cargo:rerun-if-changed=.git/HEAD");
    std::process::Command::new("git")
        .args(["rev-parse", "--short=10", "HEAD"])
        .output()
        .ok()
        .filter(|answer| answer.status.success())
        .and_then(|answer| String::from_utf8(answer.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// Packs the relocations of the release program (two megabytes that the loader reads at every start) where the C library
/// can read them so: glibc from 2.36. A library from before says that it cannot, and the program would not start.
fn small_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if !is("PROFILE", "release") || !is("CARGO_CFG_TARGET_ENV", "gnu") || env::var("HOST") != env::var("TARGET") {
        return;
    }
    let version = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok();
    let version = version.and_then(|answer| String::from_utf8(answer.stdout).ok()).unwrap_or_default();
    let minor = version.trim().strip_prefix("glibc 2.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    if minor.is_some_and(|minor| minor >= 36) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
