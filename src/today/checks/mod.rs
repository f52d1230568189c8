//! Whether everything in the data folder holds together: `troupe check`.
//!
//! Invariant: it changes nothing, so it may run beside a server.

mod store;

use crate::platform::media::{Digest, Media, Verdict};
use crate::platform::{Outcome, events};
use sha2::{Digest as _, Sha256};
use sqlx::SqlitePool;

/// What was looked at and what was found wrong; each finding is one line.
#[derive(Debug, Default)]
pub struct Report {
    pub media: usize,
    pub events: i64,
    pub findings: Vec<String>,
}

/// Findings of one kind that are told one by one; more are counted.
const TOLD: usize = 20;

/// Looks at pages and references of the database, the chain of events, the media, the counters, the
/// publications with what they sent, and the search index.
pub async fn check(db: &SqlitePool, media: &Media) -> Outcome<Report> {
    let mut report = Report { findings: store::integrity(db).await?, ..Report::default() };
    if !report.findings.is_empty() {
        return Ok(report); // what stands on broken pages says nothing
    }
    report.findings.extend(store::dangling(db).await?);
    if let Some(id) = events::first_broken(db).await? {
        report.findings.push(format!("events: row {id} does not fit the chain: it or a row before it was changed"));
    }
    report.events = store::events(db).await?;
    report.media = media_sound(db, media, &mut report.findings).await?;
    report.findings.extend(store::counters_off(db).await?);
    report.findings.extend(store::pieces_off(db).await?);
    report.findings.extend(store::versions_off(db).await?);
    report.findings.extend(store::scores_off(db).await?);
    report.findings.extend(store::variants_off(db).await?);
    report.findings.extend(store::runs_off(db).await?);
    report.findings.extend(store::publications_off(db).await?);
    bodies_sound(db, &mut report.findings).await?;
    report.findings.extend(store::search_off(db).await?);
    Ok(report)
}

/// What is kept as sent is what was sent: the digest was written before the first byte left.
async fn bodies_sound(db: &SqlitePool, findings: &mut Vec<String>) -> Outcome<()> {
    let (mut after, mut wrong) = (0, 0);
    loop {
        let bodies = store::frozen_after(db, after).await?;
        let Some(last) = bodies.last() else { break };
        after = last.no;
        for body in bodies.iter().filter(|body| <[u8; 32]>::from(Sha256::digest(body.payload.as_bytes())).as_slice() != body.digest) {
            wrong += 1;
            if wrong <= TOLD {
                findings.push(format!("publications: {}: its body is not the one that was sent", body.id));
            }
        }
    }
    if wrong > TOLD {
        findings.push(format!("publications: and {} more", wrong - TOLD));
    }
    Ok(())
}

/// Every file that a row names is there and holds the bytes its name stands for.
async fn media_sound(db: &SqlitePool, media: &Media, findings: &mut Vec<String>) -> Outcome<usize> {
    let (mut after, mut looked, mut wrong) = (Vec::new(), 0, 0);
    loop {
        let digests = store::digests_after(db, &after).await?;
        let Some(last) = digests.last() else { break };
        after = last.clone();
        for bytes in digests {
            looked += 1;
            let verdict = match <[u8; 32]>::try_from(bytes.as_slice()) {
                Ok(digest) => media.verify(Digest::from(digest)).await?,
                Err(_) => Verdict::Missing,
            };
            let what = match verdict {
                Verdict::Sound => continue,
                Verdict::Missing => "is missing",
                Verdict::Damaged => "is damaged",
            };
            wrong += 1;
            if wrong <= TOLD {
                findings.push(format!("media: {} {what}", hex::encode(&bytes)));
            }
        }
    }
    if wrong > TOLD {
        findings.push(format!("media: and {} more", wrong - TOLD));
    }
    Ok(looked)
}

pub use store::facts;
