//! Background tasks that end with the server: each one is handed the stop signal and is waited for.
//! Loops tell when they moved; readiness is that, and not an open port.

use super::Ms;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Clone, Debug, Default)]
pub struct Tasks {
    stop: CancellationToken,
    running: TaskTracker,
    beats: Arc<Mutex<BTreeMap<&'static str, Ms>>>,
}

impl Tasks {
    /// Starts `work`; it must end soon after its signal is cancelled.
    pub fn start<F, W>(&self, work: W)
    where
        W: FnOnce(CancellationToken) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        self.running.spawn(work(self.stop.clone()));
    }

    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// A loop says that it moved.
    pub fn beat(&self, name: &'static str, now: Ms) {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner).insert(name, now);
    }

    /// The loops that have not moved for `limit` milliseconds.
    pub fn stuck(&self, now: Ms, limit: i64) -> Vec<&'static str> {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        beats.iter().filter(|(_, at)| now.since(**at) > limit).map(|(name, _)| *name).collect()
    }

    /// How long ago each loop moved, in milliseconds.
    pub fn ages(&self, now: Ms) -> Vec<(&'static str, i64)> {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        beats.iter().map(|(name, at)| (*name, now.since(*at))).collect()
    }

    /// Asks every task to end and waits, at most `limit`; false when some were still at work.
    pub async fn stop(&self, limit: std::time::Duration) -> bool {
        self.stop.cancel();
        self.running.close();
        tokio::time::timeout(limit, self.running.wait()).await.is_ok()
    }
}
