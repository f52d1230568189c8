//! The hub of settings.

use crate::web::{Ability, Access, Answer, Me, Routes, Shell, page};
use askama::Template;
use axum::http::StatusCode;

pub fn routes() -> Routes {
    Routes::new().get("/settings", Access::Member(Ability::Read), index)
}

/// One place that can be opened.
struct Door {
    path: &'static str,
    key: &'static str,
    note: &'static str,
    ability: Ability,
}

const OWN: [Door; 4] = [
    Door { path: "/profile", key: "profile-title", note: "profile-note", ability: Ability::Read },
    Door { path: "/password", key: "password-title", note: "settings-password-note", ability: Ability::Read },
    Door { path: "/sessions", key: "sessions-title", note: "settings-sessions-note", ability: Ability::Read },
    Door { path: "/tokens", key: "tokens-title", note: "settings-tokens-note", ability: Ability::Read },
];

const STUDIO: [Door; 3] = [
    Door { path: "/members", key: "members-title", note: "settings-members-note", ability: Ability::Administer },
    Door { path: "/settings/backends", key: "settings-backends", note: "settings-backends-note", ability: Ability::Administer },
    Door { path: "/audit", key: "audit-title", note: "settings-audit-note", ability: Ability::Administer },
];

#[derive(Template)]
#[template(path = "team/settings/index.html")]
struct SettingsPage {
    shell: Shell,
    own: Vec<&'static Door>,
    studio: Vec<&'static Door>,
}

async fn index(me: Me) -> Answer {
    let open = |doors: &'static [Door]| doors.iter().filter(|door| me.member.can(door.ability)).collect();
    Ok(page(StatusCode::OK, &SettingsPage { shell: me.shell(None).await?.at("settings"), own: open(&OWN), studio: open(&STUDIO) }))
}
