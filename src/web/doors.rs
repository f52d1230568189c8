//! What the web asks of the rooms, as trait objects handed over by `app.rs`.

use super::{Member, Shell, Visit};
use crate::platform::Outcome;
use crate::platform::id::{MemberId, ProjectId, SessionId, TokenId};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Who a cookie or a bearer token stands for.
#[derive(Clone, Debug)]
pub struct Found {
    pub member: Arc<Member>,
    pub session: Option<SessionId>,
    pub token: Option<TokenId>,
}

/// Looks up sessions and tokens.
pub trait Doors: Send + Sync {
    fn by_cookie<'a>(&'a self, cookie: &'a str) -> BoxFuture<'a, Outcome<Option<Found>>>;
    fn by_bearer<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Outcome<Option<Found>>>;
}

/// Fills the frame around a page: projects, rooms, counts.
pub trait Shells: Send + Sync {
    /// `NotFound` when the member may not see the project.
    fn shell<'a>(&'a self, visit: &'a Visit, project: Option<ProjectId>) -> BoxFuture<'a, Outcome<Shell>>;
    /// The project this member looked at last, since the server started.
    fn last_project(&self, member: MemberId) -> Option<ProjectId>;
}
