//! What every handler and every job is handed: the database, the clock, the tasks, the settings.

use super::db::Db;
use super::id::BootId;
use super::jobs::Jobs;
use super::media::Media;
use super::outbound::Outbound;
use super::secrets::Secrets;
use super::{Clock, Error, Ms, Outcome, Tasks};
use crate::config::Config;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct House(Arc<Inside>);

pub struct Inside {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub tasks: Tasks,
    pub jobs: Jobs,
    /// The only way out.
    pub outbound: Outbound,
    pub secrets: Secrets,
    pub media: Media,
    /// This start of the program: the owner of leases.
    pub boot: BootId,
}

impl Deref for House {
    type Target = Inside;
    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl House {
    pub fn new(inside: Inside) -> House {
        House(Arc::new(inside))
    }

    pub fn now(&self) -> Ms {
        self.clock.now()
    }

    /// Asks `ready` now and after each write until it says yes, for `patience` at most; whether it did.
    pub async fn settled<F, R>(&self, patience: Duration, mut ready: F) -> Outcome<bool>
    where
        F: FnMut() -> R + Send,
        R: Future<Output = Outcome<bool>> + Send,
    {
        let mut version = self.db.version();
        let until = async {
            loop {
                version.mark_unchanged();
                if ready().await? {
                    return Ok(true);
                }
                version.changed().await.map_err(Error::broken)?;
            }
        };
        tokio::time::timeout(patience, until).await.unwrap_or(Ok(false))
    }
}
