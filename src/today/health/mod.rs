//! What machines ask about the server: is it alive, does it move, what are its figures.
//!
//! Invariant: ready means that every background loop moved within half a minute and the database
//! answers; an open port alone is not readiness.

mod store;

use crate::platform::House;
use crate::platform::clock::SECOND;
use crate::web::{Ability, Access, Answer, Failure, Routes, Visit};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::fmt::Write;
use std::time::Duration;

/// A loop that has not moved for this long is stuck.
const STUCK: Duration = Duration::from_secs(30);

pub fn routes() -> Routes {
    Routes::new().get("/health/live", Access::Public, live).get("/health/ready", Access::Public, ready).get("/metrics", Access::Public, metrics)
}

async fn live() -> &'static str {
    "ok\n"
}

/// 503 names what does not move, so that whoever restarts the server knows why.
async fn ready(State(house): State<House>) -> Response {
    let now = house.now();
    let mut stuck = house.tasks.stuck(STUCK);
    let oldest = store::oldest_due(house.db.read(), now).await;
    if oldest.is_err() {
        stuck.push("database");
    }
    let seconds = oldest.ok().flatten().map(|due| now.since(due) / SECOND);
    let status = if stuck.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": stuck.is_empty(), "stuck": stuck, "oldest_due_seconds": seconds }))).into_response()
}

/// Figures in the text format of Prometheus, for this machine and for tokens that administer.
async fn metrics(State(house): State<House>, visit: Visit) -> Answer {
    if !visit.is_local() {
        let member = visit.member.as_ref().ok_or(Failure::SignIn)?;
        if !member.can(Ability::Administer) {
            return Err(Failure::Forbidden(Ability::Administer));
        }
    }
    let text = figures(&house).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

async fn figures(house: &House) -> Result<String, Failure> {
    let (db, now) = (house.db.read(), house.now());
    let mut out = String::new();
    let mut one = |name: &str, kind: &str, help: &str, rows: &[(String, i64)]| {
        let _ = writeln!(out, "# HELP troupe_{name} {help}\n# TYPE troupe_{name} {kind}");
        for (labels, value) in rows {
            let _ = writeln!(out, "troupe_{name}{labels} {value}");
        }
    };
    let plain = |value: i64| [(String::new(), value)];
    let state = |rows: Vec<(String, i64)>| rows.into_iter().map(|(state, n)| (format!("{{state=\"{state}\"}}"), n)).collect::<Vec<_>>();
    let loops: Vec<_> =
        house.tasks.ages().into_iter().map(|(name, age)| (format!("{{loop=\"{name}\"}}"), age.as_secs().try_into().unwrap_or(i64::MAX))).collect();
    one(
        "info",
        "gauge",
        "The version that runs.",
        &[(format!("{{version=\"{}\",commit=\"{}\"}}", env!("CARGO_PKG_VERSION"), env!("BUILT_FROM_COMMIT")), 1)],
    );
    one("loop_age_seconds", "gauge", "Since a background loop moved.", &loops);
    one(
        "loops_stuck",
        "gauge",
        "Background loops that have not moved for 30 seconds.",
        &plain(house.tasks.stuck(STUCK).len().try_into().unwrap_or(0)),
    );
    one("commits_total", "counter", "Write batches committed since the start.", &plain((*house.db.version().borrow()).try_into().unwrap_or(0)));
    one("events_total", "counter", "Events in the log.", &plain(store::last_event(db).await?));
    one("jobs", "gauge", "Jobs that wait or run.", &state(store::open_jobs(db).await?));
    one("publications", "gauge", "Publications by state.", &state(store::publications(db).await?));
    let oldest = store::oldest_due(db, now).await?.map_or(0, |due| now.since(due) / SECOND);
    one("publication_oldest_due_seconds", "gauge", "How long the oldest due publication has waited.", &plain(oldest));
    for (name, file) in [("database_bytes", "troupe.db"), ("wal_bytes", "troupe.db-wal")] {
        let size = std::fs::metadata(house.config.settings.data.join(file)).map_or(0, |about| about.len());
        one(name, "gauge", "Size of the file.", &plain(size.try_into().unwrap_or(0)));
    }
    if let Some(bytes) = resident_bytes() {
        one("resident_memory_bytes", "gauge", "Memory the process holds.", &plain(bytes));
    }
    Ok(out)
}

/// From `/proc/self/status`, where there is one.
fn resident_bytes() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<i64>().ok().map(|kib| kib * 1024)
}
