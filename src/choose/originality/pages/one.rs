//! What one variant is near to.

use super::{figure, tone};
use crate::choose::originality::actions;
use crate::choose::originality::model::passages::{Stretch, shared};
use crate::choose::originality::store::references::{self, ReferenceText};
use crate::choose::originality::store::{self, Originality, SamePicture};
use crate::create::variants::{self, Variant};
use crate::platform::House;
use crate::platform::id::VariantId;
use crate::web::charts;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use std::collections::HashMap;

pub fn routes() -> Routes {
    Routes::new().get("/variants/{variant}/originality", Access::Member(Ability::Read), show)
}

/// One of the nearest, with what both texts share.
struct Beside {
    id: VariantId,
    title: String,
    locale: String,
    similarity: f64,
    own: Vec<Stretch>,
    theirs: Vec<Stretch>,
}

#[derive(Template)]
#[template(path = "choose/originality/show.html")]
struct OnePage {
    shell: Shell,
    variant: Variant,
    floor: f64,
    known: Option<Originality>,
    nearest: Vec<Beside>,
    /// Whether the nearest are so by words and meaning
    is_by_meaning: bool,
    /// Excerpts of the nearest references with their similarity
    references: Vec<(ReferenceText, f64)>,
    pictures: Vec<(SamePicture, String)>,
}

impl OnePage {
    fn two(&self, value: &f64) -> String {
        figure(*value, 2)
    }
    fn percent(&self, share: &f64) -> String {
        format!("{:.0} %", share * 100.0)
    }
    fn meter(&self, known: &Originality) -> String {
        charts::meter(known.originality, Some(self.floor), tone(known.originality, self.floor))
    }
    fn similarity(&self, value: &f64) -> String {
        charts::meter(*value, None, charts::Tone::Plain)
    }
    fn heading(&self) -> String {
        match &self.known {
            None => self.shell.t("originality-one-waits").into_owned(),
            Some(known) if known.originality < self.floor => self.shell.t("originality-one-below").into_owned(),
            Some(known) if known.percentile.is_some_and(|share| share >= 0.8) => self.shell.t("originality-one-new").into_owned(),
            Some(_) => self.shell.t("originality-one-usual").into_owned(),
        }
    }
    /// Signed, as what is added or taken away.
    fn gain(&self, gain: &f64) -> String {
        let text = figure(*gain, 2);
        if *gain > 0.0 { format!("+{text}") } else { text.replace('-', "−") }
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    let variant = variants::find(db, member, id).await?;
    let shell = me.shell(Some(variant.project_id)).await?.at("originality");
    let floor = store::floor(db, variant.project_id).await?;
    let known = store::of(db, member, id).await?;
    let found = actions::search(db, variant.project_id, id).await?;
    let is_by_meaning = found.is_by_meaning;
    let nearest = tokio::task::spawn_blocking(move || {
        let beside = |(near, other): &(crate::choose::originality::model::Near, crate::choose::originality::model::Text)| {
            let (own, theirs) = shared(&found.text.words, &other.words);
            Beside { id: other.id, title: other.title.clone(), locale: other.locale.clone(), similarity: near.similarity, own, theirs }
        };
        found.nearest.iter().map(beside).collect::<Vec<_>>()
    });
    let nearest = nearest.await.map_err(crate::platform::Error::broken)?;
    let (mut references, mut pictures) = (Vec::new(), Vec::new());
    if let Some(known) = &known {
        let near: HashMap<_, _> = known.nearest_references.iter().map(|near| (near.reference, near.similarity)).collect();
        let ids: Vec<_> = known.nearest_references.iter().map(|near| near.reference).collect();
        references = references::excerpts(db, &ids)
            .await?
            .into_iter()
            .filter_map(|text| Some((near.get(&text.id).copied()?, text)))
            .map(|(near, text)| (text, near))
            .collect();
        references.sort_by(|a, b| b.1.total_cmp(&a.1));
        let titles: HashMap<VariantId, String> =
            store::titles(db, known.pictures.iter().map(|one| one.variant)).await?.into_iter().map(|(id, title, _)| (id, title)).collect();
        pictures = known.pictures.iter().filter_map(|one| Some((*one, titles.get(&one.variant)?.clone()))).collect();
    }
    Ok(page(StatusCode::OK, &OnePage { shell, variant, floor, known, nearest, is_by_meaning, references, pictures }))
}
