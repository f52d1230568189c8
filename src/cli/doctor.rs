//! `troupe doctor`: what is found on this machine and what is missing.

use super::say;
use crate::config::{self, Config, Settings};
use crate::create::runs::backends;
use crate::platform::clock::{DAY, MINUTE};
use crate::platform::{Clock, Ms, db, programs};
use crate::today::checks;
use resvg::usvg::fontdb;

/// Below this the server soon refuses to write.
const DISK_LOW: u64 = 1 << 30;
/// No clock of a machine that runs this program is right before this day: 1 January 2026.
const OLDEST: Ms = Ms(1_767_225_600_000);

/// A script, a letter that only a font of it has, and the package that brings one.
const SCRIPTS: &[(&str, char, &str)] = &[
    ("Latin", 'a', "fonts-noto-core"),
    ("Vietnamese", 'ặ', "fonts-noto-core"),
    ("Chinese", '取', "fonts-noto-cjk"),
    ("Japanese", 'か', "fonts-noto-cjk"),
    ("Korean", '한', "fonts-noto-cjk"),
    ("Thai", 'ก', "fonts-noto-core"),
    ("Khmer", 'ក', "fonts-noto-core"),
    ("Burmese", 'က', "fonts-noto-core"),
    ("Devanagari", 'क', "fonts-noto-core"),
    ("Arabic", 'ع', "fonts-noto-core"),
    ("Cyrillic", 'ж', "fonts-noto-core"),
];

/// Prints a line for each thing that was looked for; finding something missing is no failure.
pub async fn run(settings: Settings) -> Result<(), String> {
    let config = Config::check(settings)?;
    programs().await;
    fonts();
    disk(&config);
    address(&config);
    studio(&config).await;
    for name in config::unknown_variables() {
        missing("setting", &format!("{name} is set, but it is no setting of this program"));
    }
    Ok(())
}

fn found(what: &str, detail: &str) {
    say(&format!("ok       {what}: {detail}"));
}

fn missing(what: &str, detail: &str) {
    say(&format!("missing  {what}: {detail}"));
}

async fn programs() {
    for (program, used_for) in [("ffmpeg", "films are not drawn without it"), ("espeak-ng", "previews stay silent without it")] {
        match programs::found(program) {
            Some(path) => found(program, &path.display().to_string()),
            None => missing(program, &format!("{used_for}; {}", programs::hint(program))),
        }
    }
    // Another program has the same name, so this one is asked.
    match backends::check_piper(&std::env::temp_dir()).await {
        Ok(()) => found("piper", "it speaks; connect a voice in the settings"),
        Err(trouble) => missing("piper", &format!("only its own voices need it; {}", trouble.detail)),
    }
}

fn fonts() {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    for (script, letter, package) in SCRIPTS {
        match fonts.faces().find(|face| has_letter(&fonts, face.id, *letter)) {
            Some(face) => found("font", &format!("{script}: {}", face.families.first().map_or("unnamed", |(name, _)| name.as_str()))),
            None => missing("font", &format!("{script}: captions and cards leave its letters out; install it with “apt install {package}”")),
        }
    }
}

fn has_letter(fonts: &fontdb::Database, id: fontdb::ID, letter: char) -> bool {
    use skrifa::{FontRef, MetadataProvider};
    let covers = |data: &[u8], index| FontRef::from_index(data, index).is_ok_and(|font| font.charmap().map(letter).is_some());
    fonts.with_face_data(id, covers).unwrap_or(false)
}

fn disk(config: &Config) {
    let data = &config.settings.data;
    let place = data.ancestors().find(|place| place.is_dir()).unwrap_or(std::path::Path::new("."));
    match fs4::available_space(place) {
        Ok(free) if free < DISK_LOW => missing("disk", &format!("only {} MB free at {}", free >> 20, place.display())),
        Ok(free) => found("disk", &format!("{} GB free at {}", free >> 30, place.display())),
        Err(error) => missing("disk", &format!("{} cannot be looked at: {error}", place.display())),
    }
}

/// What people type against what the server listens on.
fn address(config: &Config) {
    let (listen, url) = (&config.settings.listen, &config.public_url);
    let local = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
    let port = listen.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    if local && !listen.starts_with("unix:") && port != url.port_or_known_default() {
        missing("public URL", &format!("{url} is on this machine but the server listens on {listen}: links would lead nowhere"));
    } else if !local && !config.https() {
        missing("public URL", &format!("{url} is not https: passwords and sessions would travel in the open"));
    } else if !local && config.trusted_proxies.is_empty() {
        missing("public URL", "TROUPE_TRUSTED_PROXIES is empty: everybody behind the proxy shares one address");
    } else {
        found("public URL", url.as_str());
    }
}

async fn studio(config: &Config) {
    let now = Clock::System.now();
    let file = config.settings.data.join("troupe.db");
    let facts = match db::readers(&file).await {
        Ok(readers) if file.is_file() => {
            let facts = checks::facts(&readers).await;
            readers.close().await;
            facts.ok()
        }
        _ => None,
    };
    let Some(facts) = facts else {
        missing("studio", &format!("there is none in {}", config.settings.data.display()));
        return clock(now, None);
    };
    found("studio", &format!("{}, {} members, {} projects", config.settings.data.display(), facts.members, facts.projects));
    found("backend", "sketch, which needs nothing");
    for (name, tested, error) in facts.backends {
        match (tested, error) {
            (_, Some(error)) => missing("backend", &format!("{name}: {error}")),
            (Some(at), None) => found("backend", &format!("{name}, answered {}", at.rfc3339())),
            (None, None) => missing("backend", &format!("{name} was never tested")),
        }
    }
    clock(now, facts.last_event);
}

fn clock(now: Ms, last: Option<Ms>) {
    match last {
        _ if now < OLDEST => missing("clock", &format!("it says {}", now.rfc3339())),
        Some(last) if last.since(now) > MINUTE => {
            missing("clock", &format!("it says {}, but something happened at {} already", now.rfc3339(), last.rfc3339()));
        }
        Some(last) if now.since(last) > 400 * DAY => {
            missing("clock", &format!("it says {}; the newest event is of {}", now.rfc3339(), last.rfc3339()));
        }
        _ => found("clock", &now.rfc3339()),
    }
}
