//! `troupe admin`: members and tokens from the machine itself.

use super::say;
use crate::config::{Config, Settings};
use crate::platform::db::Db;
use crate::platform::events::Actor;
use crate::platform::id::MemberId;
use crate::platform::text::Checks;
use crate::platform::{Clock, Error, Folder, Ms, Outcome};
use crate::team::{NewMember, members, password, tokens};
use crate::web::{Role, Scope, Words};
use clap::Subcommand;
use std::io::Read;
use std::path::Path;

#[derive(Subcommand)]
pub enum What {
    /// Add a member; the first one must be an owner
    MemberAdd {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List the members
    MemberList,
    /// Set a member's password, read from standard input; ends their sessions
    ResetPassword {
        #[arg(long)]
        email: String,
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Make an API token; it is printed once, alone on a line
    TokenAdd {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, required = true, num_args = 1..)]
        scope: Vec<String>,
    },
    /// Revoke an API token by its name or its first characters
    TokenRevoke {
        #[arg(long)]
        name: String,
    },
}

pub async fn run(settings: Settings, what: What) -> Result<(), String> {
    let config = Config::check(settings)?;
    let data = &config.settings.data;
    // Only the first owner may come before the studio.
    if !matches!(what, What::MemberAdd { .. }) && !data.join("troupe.db").exists() {
        return Err(format!("There is no studio in {}.", data.display()));
    }
    let db = reach(data).await?;
    let now = Clock::System.now();
    let zone = config.settings.timezone.clone();
    let done = match what {
        What::MemberAdd { email, name, role, .. } => member_add(&db, &zone, &email, &name, &role, now).await,
        What::MemberList => member_list(&db).await,
        What::ResetPassword { email, .. } => reset_password(&db, &email, now).await,
        What::TokenAdd { email, name, scope } => token_add(&db, &email, &name, &scope, now).await,
        What::TokenRevoke { name } => token_revoke(&db, &name, now).await,
    };
    db.close().await;
    done.map_err(|error| plain(&error))
}

/// The database, whether a server has the folder or not. An empty folder is prepared first.
async fn reach(data: &Path) -> Result<Db, String> {
    if let Ok(folder) = Folder::take(data) {
        folder.migrate().await.map_err(|error| error.to_string())?;
    } else if !data.join("troupe.db").exists() {
        return Err(format!("There is no studio in {}.", data.display()));
    }
    Db::open(&data.join("troupe.db")).await.map_err(|error| error.to_string())
}

/// A failure as one line in English.
pub fn plain(error: &Error) -> String {
    use crate::web::i18n::Arg;
    let words = Words::English;
    let say = |key: &str, args: &[(&'static str, String)]| {
        let parts: Vec<_> = args.iter().map(|(name, value)| (*name, value.value())).collect();
        words.with(key, &parts)
    };
    match error {
        Error::Invalid(list) => list.iter().map(|error| format!("{}: {}", error.field, say(error.key, &error.args))).collect::<Vec<_>>().join(" "),
        Error::Refused { key, args } => say(key, args),
        Error::NotFound => "There is no such member or token.".to_owned(),
        other => other.to_string(),
    }
}

fn password_from_stdin() -> Outcome<String> {
    let mut text = String::new();
    std::io::stdin().take(10_000).read_to_string(&mut text)?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    let mut checks = Checks::new();
    password::check(&mut checks, "password", &text);
    checks.finish()?;
    Ok(text)
}

async fn member_add(db: &Db, zone: &str, email: &str, name: &str, role: &str, now: Ms) -> Outcome<()> {
    let role: Role = role.parse().map_err(|key| Error::field("role", key))?;
    if role != Role::Owner && !members::any(db.read()).await? {
        return Err(Error::refused("admin-first-owner"));
    }
    let mut checks = Checks::new();
    let member = NewMember::check(&mut checks, name, email, role, "en", zone);
    checks.finish()?;
    let hash = password::hash(password_from_stdin()?).await?;
    let id: MemberId = db.write(async move |tx| members::add(tx, &Actor::operator(), &member, Some(&hash), now).await).await?;
    say(&id.to_string());
    Ok(())
}

async fn member_list(db: &Db) -> Outcome<()> {
    for member in members::list(db.read()).await? {
        say(&format!("{}\t{}\t{}\t{}", member.email, member.role, member.state, member.name));
    }
    Ok(())
}

async fn reset_password(db: &Db, email: &str, now: Ms) -> Outcome<()> {
    let id = members::by_email(db.read(), email).await?.ok_or(Error::NotFound)?;
    let hash = password::hash(password_from_stdin()?).await?;
    db.write(async move |tx| members::set_password(tx, &Actor::operator(), id, &hash, None, now).await).await
}

async fn token_add(db: &Db, email: &str, name: &str, scopes: &[String], now: Ms) -> Outcome<()> {
    let id = members::by_email(db.read(), email).await?.ok_or(Error::NotFound)?;
    let scopes: Vec<Scope> = scopes
        .iter()
        .flat_map(|text| text.split(','))
        .map(|text| text.trim().parse().map_err(|key| Error::field("scope", key)))
        .collect::<Outcome<_>>()?;
    let new = tokens::NewToken::check(name, scopes, None)?;
    let secret = db.write(async move |tx| tokens::add(tx, &Actor::operator(), id, &new, now).await).await?;
    say(&secret);
    Ok(())
}

async fn token_revoke(db: &Db, name: &str, now: Ms) -> Outcome<()> {
    let name = name.to_owned();
    let n = db.write(async move |tx| tokens::revoke_by_name(tx, &Actor::operator(), &name, now).await).await?;
    if n == 0 { Err(Error::NotFound) } else { Ok(()) }
}
