//! What every handler and every job is handed: the database, the clock, the tasks, the settings.

use super::db::Db;
use super::id::BootId;
use super::jobs::Jobs;
use super::media::Media;
use super::outbound::Outbound;
use super::secrets::Secrets;
use super::{Clock, Ms, Tasks};
use crate::config::Config;
use std::ops::Deref;
use std::sync::Arc;

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
}
