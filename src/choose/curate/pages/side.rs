//! Two to four variants side by side, each against the first; or one against its parent and against the model's own words.

use super::found;
use crate::create::variants::{self, Asset, Variant, Words};
use crate::platform::House;
use crate::platform::diff::{Part, diff, diff_characters};
use crate::platform::id::{ProjectId, VariantId};
use crate::web::{Answer, Me, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

const MOST: usize = 4;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    v: Vec<VariantId>,
    /// word (unless told otherwise) or character
    by: String,
    /// 1: before the first stand the words that it began with
    original: String,
}

struct Column {
    variant: Variant,
    assets: Vec<Asset>,
    words: Words,
    /// Its first words, before anybody edited them
    is_original: bool,
}

/// One row: a part of the words in each of the variants, marked against the first.
struct Row {
    key: &'static str,
    cells: Vec<Vec<Part>>,
}

#[derive(Template)]
#[template(path = "choose/curate/side.html")]
struct SidePage {
    shell: Shell,
    chosen: Vec<Column>,
    rows: Vec<Row>,
    by_character: bool,
    /// Others of the same piece, to be put beside these
    more: Vec<variants::Node>,
}

impl SidePage {
    fn query(&self) -> String {
        self.shown().map(|column| format!("v={}", column.variant.id)).collect::<Vec<_>>().join("&")
    }

    /// The address without this one.
    fn without(&self, id: &VariantId) -> String {
        self.shown().filter(|column| column.variant.id != *id).map(|column| format!("v={}", column.variant.id)).collect::<Vec<_>>().join("&")
    }

    fn shown(&self) -> impl Iterator<Item = &Column> {
        self.chosen.iter().filter(|column| !column.is_original)
    }

    fn shows_original(&self) -> bool {
        self.chosen.iter().any(|column| column.is_original)
    }

    fn locale_of(&self, at: &usize) -> &str {
        self.chosen.get(*at).map_or("", |column| &column.variant.locale)
    }

    fn takes_more(&self) -> bool {
        self.chosen.len() < MOST
    }

    /// Every column's width, by how many there are.
    fn columns(&self) -> usize {
        self.chosen.len()
    }
}

pub(super) async fn show(
    State(house): State<House>,
    me: Me,
    Path(project): Path<ProjectId>,
    axum_extra::extract::Query(asked): axum_extra::extract::Query<Chosen>,
) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let db = house.db.read();
    let mut chosen: Vec<Column> = Vec::new();
    for id in asked.v.into_iter().take(MOST) {
        if chosen.iter().any(|column| column.variant.id == id) {
            continue;
        }
        // What somebody binned meanwhile is left out, and the others still stand side by side.
        if let Some(variant) = found(variants::find(db, me.member.id, id).await)?.filter(|variant| variant.project_id == project) {
            let (assets, words) = (variants::assets(db, id).await?, variant.words()?);
            chosen.push(Column { variant, assets, words, is_original: false });
        }
    }
    if asked.original == "1"
        && let Some(first) = chosen.first()
        && let Some(words) = variants::original(db, first.variant.id).await?
    {
        chosen.insert(0, Column { variant: first.variant.clone(), assets: Vec::new(), words, is_original: true });
    }
    let by_character = asked.by == "character";
    let more = match chosen.first() {
        Some(first) => variants::of_piece(db, me.member.id, first.variant.piece_id).await?,
        None => Vec::new(),
    };
    let more = more.into_iter().filter(|node| chosen.iter().all(|column| column.variant.id != node.id)).collect();
    let rows = rows(&chosen, by_character);
    Ok(page(StatusCode::OK, &SidePage { shell, chosen, rows, by_character, more }))
}

fn tongue(column: &Column) -> &str {
    column.words.locale.as_str().split('-').next().unwrap_or_default()
}

fn rows(chosen: &[Column], by_character: bool) -> Vec<Row> {
    let Some((first, others)) = chosen.split_first() else { return Vec::new() };
    let marked = |before: &str, after: &str| if by_character { diff_characters(before, after) } else { diff(before, after) };
    type Pick = fn(&Words) -> String;
    let parts: [(&'static str, Pick); 5] = [
        ("variants-title", |words| words.title.clone()),
        ("variants-hook", |words| words.hook.clone()),
        ("variants-script", |words| words.script.clone()),
        ("variants-caption", |words| words.caption.clone()),
        ("variants-tags", |words| words.tags.join(", ")),
    ];
    let rows = parts.into_iter().map(|(key, pick)| {
        let base = pick(&first.words);
        let mut cells = vec![diff(&base, &base)];
        // Between two languages every word differs; the marks would hide the words.
        cells.extend(others.iter().map(|column| {
            let words = pick(&column.words);
            if tongue(column) == tongue(first) { marked(&base, &words) } else { diff(&words, &words) }
        }));
        Row { key, cells }
    });
    rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect()
}
