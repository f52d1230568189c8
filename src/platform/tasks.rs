//! Background tasks that end with the server: each one is handed the stop signal and is waited for.
//! Loops tell when they moved; readiness is that, and not an open port.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Clone, Debug, Default)]
pub struct Tasks {
    stop: CancellationToken,
    running: TaskTracker,
    beats: Arc<Mutex<BTreeMap<&'static str, Instant>>>,
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

    /// A loop says that it moved. Counted by a clock that no one can set.
    pub fn beat(&self, name: &'static str) {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Instant::now());
    }

    /// The loops that have not moved for longer than `limit`.
    pub fn stuck(&self, limit: Duration) -> Vec<&'static str> {
        self.ages().into_iter().filter(|(_, age)| *age > limit).map(|(name, _)| name).collect()
    }

    /// How long ago each loop moved.
    pub fn ages(&self) -> Vec<(&'static str, Duration)> {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        beats.iter().map(|(name, at)| (*name, at.elapsed())).collect()
    }

    /// Asks every task to end and waits, at most `limit`; false when some were still at work.
    pub async fn stop(&self, limit: Duration) -> bool {
        self.stop.cancel();
        self.running.close();
        tokio::time::timeout(limit, self.running.wait()).await.is_ok()
    }
}
