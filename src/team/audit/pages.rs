//! The audit page: the record, filtered by what and by whom, and a check of its chain.

use super::api;
use super::model::{Checked, Entry};
use super::store::{self, Filter};
use crate::platform::events;
use crate::platform::id::MemberId;
use crate::platform::{House, Ms, Outcome};
use crate::team::members;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, Words, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

const ON_PAGE: i64 = 100;

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new().get("/audit", administer, index).post("/audit/check", administer, check).merge(api::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    before: Option<i64>,
    kind: Option<String>,
    member: Option<MemberId>,
}

#[derive(Template)]
#[template(path = "team/audit/index.html")]
struct AuditPage {
    shell: Shell,
    entries: Vec<Entry>,
    next: Option<i64>,
    kind: Option<String>,
    member: Option<(MemberId, String)>,
    checked: Option<Checked>,
}

impl AuditPage {
    /// "Idea: created"; a kind without words of its own shows itself.
    fn what(&self, kind: &str) -> String {
        let (noun, verb) = kind.split_once('.').unwrap_or((kind, ""));
        let words = self.shell.words;
        let noun = named(words, &format!("audit-noun-{noun}"), noun);
        if verb.is_empty() { noun } else { words.ab("audit-what", "noun", noun, "verb", named(words, &format!("audit-verb-{verb}"), verb)) }
    }

    fn fact(&self, name: &str) -> String {
        named(self.shell.words, &format!("audit-fact-{name}"), name)
    }

    /// This page with another filter; an empty query shows everything.
    fn filtered(&self, kind: Option<&str>, member: Option<MemberId>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = kind {
            query.append_pair("kind", kind);
        }
        if let Some(member) = member {
            query.append_pair("member", &member.to_string());
        }
        format!("{}/audit?{}", self.shell.base, query.finish())
    }

    fn by_kind(&self, kind: &str) -> String {
        self.filtered(Some(kind), self.member_id())
    }

    fn by_member(&self, member: &MemberId) -> String {
        self.filtered(self.kind.as_deref(), Some(*member))
    }

    fn any_kind(&self) -> String {
        self.filtered(None, self.member_id())
    }

    fn any_member(&self) -> String {
        self.filtered(self.kind.as_deref(), None)
    }

    fn older(&self, next: &i64) -> String {
        format!("{}&before={next}", self.filtered(self.kind.as_deref(), self.member_id()))
    }

    fn member_id(&self) -> Option<MemberId> {
        self.member.as_ref().map(|(id, _)| *id)
    }
}

/// The sentence of a computed key, or the bare name when there is none.
fn named(words: Words, key: &str, bare: &str) -> String {
    let text = words.t(key);
    if text == key { bare.replace('_', " ") } else { text.into_owned() }
}

async fn index(State(house): State<House>, me: Me, Query(view): Query<View>) -> Answer {
    let db = house.db.read();
    let filter = Filter { before: view.before, kind: view.kind.filter(|kind| !kind.is_empty()), member: view.member };
    let member = match filter.member {
        Some(id) => Some((id, members::find(db, id).await?.name)),
        None => None,
    };
    let (entries, follows) = store::list(db, &filter, ON_PAGE).await?;
    let next = entries.last().filter(|_| follows).map(|entry| entry.id);
    let checked = store::last_check(db).await?;
    let shell = me.shell(None).await?.at("audit");
    Ok(page(StatusCode::OK, &AuditPage { shell, entries, next, kind: filter.kind, member, checked }))
}

async fn check(State(house): State<House>, me: Me) -> Answer {
    walk(&house).await?;
    Ok(me.go("/audit"))
}

/// Walks the whole chain and keeps what was found, for everyone who looks: the first broken row, and when.
pub(super) async fn walk(house: &House) -> Outcome<(Option<i64>, Ms)> {
    let broken = events::first_broken(house.db.read()).await?;
    let now = house.now();
    house.db.write(async move |tx| store::keep_check(tx, broken, now).await).await?;
    Ok((broken, now))
}
