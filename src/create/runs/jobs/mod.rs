//! The jobs of a run: one asks its backend once, one looks at a task that the service works on, one asks it to stop.
//!
//! What may cost happens once: asking is not repeatable after a kill, and [`super::recover`] decides about it. Looking and
//! stopping change nothing that is paid for, so they are taken up again by the next start.

mod asking;
mod looking;
mod settling;

pub(super) use asking::PATIENCE;
pub(super) use settling::patiently;

use super::actions::ATTEMPTS;
use super::backends::{self, Ask, Backend, Desk, Reference, Service};
use super::store::{self, Run};
use crate::platform::id::RunId;
use crate::platform::jobs::{Job, Kind};
use crate::platform::media::{Digest, Scratch};
use crate::platform::{Error, House, Ms, Outcome};
use std::collections::HashMap;
use std::path::PathBuf;
use tokio::sync::watch;

/// Largest file that goes with a request, in bytes.
const REFERENCE_MAX: u64 = 25 << 20;

pub fn jobs() -> Vec<Kind> {
    vec![
        Kind::new("run", ATTEMPTS, false, asking::work),
        Kind::new("run_look", i64::MAX, true, looking::work),
        Kind::new("run_stop", 3, true, looking::stop),
    ]
}

/// A backend that is open for a call: its adapter, its service, a folder for files on their way.
struct Opened {
    adapter: &'static dyn Backend,
    service: Service,
    folder: Scratch,
    now: Ms,
    /// How far the call is
    steps: watch::Sender<(i64, i64)>,
}

impl Opened {
    async fn of(house: &House, run: &Run) -> Outcome<Opened> {
        let (adapter, service) = backends::open(house, run.backend_id).await?;
        Ok(Opened { adapter, service, folder: house.media.scratch()?, now: house.now(), steps: watch::Sender::default() })
    }

    fn desk<'a>(&'a self, house: &'a House, shots: &'a HashMap<[u8; 32], PathBuf>) -> Desk<'a> {
        Desk { outbound: &house.outbound, service: &self.service, now: self.now, folder: self.folder.path(), shots, steps: &self.steps }
    }

    /// The request as it was frozen in the run.
    async fn ask(&self, house: &House, run: &Run) -> Outcome<Ask> {
        let parameters = run.parameters();
        let mut references = Vec::with_capacity(parameters.references.len());
        for id in &parameters.references {
            references.push(reference(house, store::reference(house.db.read(), run.project_id, *id).await?).await?);
        }
        Ok(Ask {
            key: run.id.to_string(),
            medium: run.medium(),
            purpose: run.purpose(),
            prompt: run.rendered.clone(),
            inputs: serde_json::from_str(&run.inputs).unwrap_or_default(),
            settings: parameters.model,
            frame: parameters.frame,
            references,
            count: usize::try_from(run.count).unwrap_or(1),
            locale: parameters.locale,
            seed: parameters.seed,
        })
    }

    /// The files drawn before that this request can use again.
    async fn shots(&self, house: &House, ask: &Ask) -> Outcome<HashMap<[u8; 32], PathBuf>> {
        let mut found = HashMap::new();
        for key in self.adapter.shots(ask) {
            if let Some(digest) = store::shot(house.db.read(), key).await?.and_then(|digest| <[u8; 32]>::try_from(digest).ok()) {
                let path = house.media.path(&Digest::from(digest));
                if tokio::fs::try_exists(&path).await.unwrap_or(false) {
                    found.insert(key, path);
                }
            }
        }
        Ok(found)
    }
}

async fn reference(house: &House, (media_type, file_name, digest): (String, String, Vec<u8>)) -> Outcome<Reference> {
    use tokio::io::AsyncReadExt;
    let digest = Digest::from(<[u8; 32]>::try_from(digest).map_err(|_| Error::broken("a digest of another length"))?);
    let (file, size) = house.media.open(digest).await?;
    if size > REFERENCE_MAX {
        return Err(Error::refused("runs-error-reference-size"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(REFERENCE_MAX).read_to_end(&mut bytes).await?;
    Ok(Reference { media_type, file_name, bytes: bytes.into() })
}

/// The run that a job is about; a job without one has nothing to do.
fn run_of(job: &Job) -> Option<RunId> {
    serde_json::from_value(job.args.get("run").cloned().unwrap_or_default()).ok()
}
