//! Verbs on batches: plan and price, start, pause, resume, stop.

use super::model::{BatchState, CELLS_MAX, COUNT, NewBatch};
use super::store::{self, Priced};
use crate::create::prompts::Purpose;
use crate::create::runs::{self, NewRun, Planned};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BatchId, MemberId, ProjectId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use serde_json::json;

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct By {
    pub member: MemberId,
    pub actor: Actor,
    pub at: Ms,
}

/// A batch whose cells are rendered and priced, and nothing is written yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    name: String,
    count: i64,
    cells: Vec<Planned>,
    start: bool,
}

/// Renders every cell; the first that cannot be asked says why.
pub async fn prepare(house: &House, project: ProjectId, new: &NewBatch) -> Outcome<Prepared> {
    let mut checks = Checks::new();
    let name = checks.line("name", &new.name, 120);
    if new.ideas.is_empty() {
        checks.wrong("ideas", "batches-error-no-idea");
    } else if new.cells() > CELLS_MAX {
        checks.add(crate::platform::FieldError::new("ideas", "batches-error-cells").with("n", new.cells()).with("max", CELLS_MAX));
    }
    checks.finish()?;
    let count = new.count.unwrap_or(COUNT);
    let locales = if new.locales.is_empty() { vec![String::new()] } else { new.locales.clone() };
    let prompts: Vec<_> = if new.prompts.is_empty() { vec![None] } else { new.prompts.iter().copied().map(Some).collect() };
    let mut cells = Vec::with_capacity(new.cells());
    for idea in &new.ideas {
        for locale in &locales {
            for prompt in &prompts {
                let run = NewRun {
                    purpose: Some(Purpose::Variants),
                    idea: Some(*idea),
                    prompt: *prompt,
                    locale: locale.clone(),
                    backend: new.backend.clone(),
                    count: Some(count),
                    ..NewRun::default()
                };
                cells.push(runs::prepare(house, project, &run).await.map_err(of_a_cell)?);
            }
        }
    }
    Ok(Prepared { name, count, cells, start: new.start })
}

/// The fields of a run by the names they have in a batch.
fn of_a_cell(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let named = |field| match field {
        "idea" => "ideas",
        "prompt" | "inputs" => "prompts",
        "locale" => "locales",
        other => other,
    };
    Error::Invalid(errors.into_iter().map(|error| crate::platform::FieldError { field: named(error.field), ..error }).collect())
}

/// Writes a prepared batch with all its cells, and starts it when that was asked for.
pub async fn submit(tx: &mut Tx, by: &By, project: ProjectId, batch: &Prepared) -> Outcome<BatchId> {
    store::sees(tx, by.member, project).await?;
    let id = BatchId::new(by.at);
    let priced = Priced {
        name: &batch.name,
        cells: i64::try_from(batch.cells.len()).unwrap_or(i64::MAX),
        count: batch.count,
        estimate_micros: batch.cells.iter().map(runs::estimate).fold(0, i64::saturating_add),
        currency: batch.cells.first().map_or("USD", |cell| cell.currency.as_str()),
    };
    store::insert(tx, id, project, &priced, by.member, by.at).await?;
    for cell in &batch.cells {
        runs::plan_cell(tx, project, cell, (id, by.member), by.at).await?;
    }
    let detail = json!({ "cells": priced.cells, "count": priced.count, "estimate_micros": priced.estimate_micros });
    record(tx, &by.actor, by.at, Event::new("batch.planned", id.0).within(project).detail(detail)).await?;
    if batch.start {
        lead(tx, by, id, BatchState::Running).await?;
    }
    Ok(id)
}

/// Leads a batch to a state: its waiting cells are queued, taken back, or cancelled. What is on its way is taken in.
pub async fn lead(tx: &mut Tx, by: &By, id: BatchId, to: BatchState) -> Outcome<()> {
    let (project, from) = store::state(tx, by.member, id).await?;
    if !from.may_become(to) {
        return Err(Error::refused("batches-not-from-here"));
    }
    store::set_state(tx, id, to, by.at).await?;
    match to {
        BatchState::Running => runs::queue_cells(tx, id, by.member, by.at).await?,
        BatchState::Paused => runs::hold_cells(tx, id, by.at).await?,
        BatchState::Stopped => runs::cancel_cells(tx, id, by.at).await?,
        BatchState::Planned | BatchState::Done => {}
    }
    let event = Event::new("batch.moved", id.0).within(project).detail(json!({ "from": from.name(), "to": to.name() }));
    record(tx, &by.actor, by.at, event).await
}
