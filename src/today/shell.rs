//! The frame around every page: the rooms that work, and what waits in each.

use super::store;
use crate::create::projects;
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Act, Place, ProjectBrief, Room, Shell, Shells, Visit};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Key = (MemberId, Option<ProjectId>);
/// When it was looked up, at which version of the database, and what was found.
type Known = HashMap<Key, (Ms, u64, Arc<Contents>)>;

/// What the frame needs from the database, kept until something is written.
#[derive(Clone, Default)]
struct Contents {
    project: ProjectBrief,
    waiting: store::Waiting,
}

pub struct Frames {
    house: House,
    known: Mutex<Known>,
    last: Mutex<HashMap<MemberId, ProjectId>>,
}

/// Other processes may write too (`troupe admin`): nothing is believed longer than this.
const BELIEVED: i64 = 1_000;

impl Frames {
    pub fn new(house: House) -> Frames {
        Frames { house, known: Mutex::new(HashMap::new()), last: Mutex::new(HashMap::new()) }
    }

    async fn contents(&self, key: Key) -> Outcome<Arc<Contents>> {
        let (version, now) = (*self.house.db.version().borrow(), self.house.now());
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, seen, contents)) = known.get(&key)
                && *seen == version
                && now.since(*at).abs() < BELIEVED
            {
                return Ok(Arc::clone(contents));
            }
        }
        let db = self.house.db.read();
        let (member, project) = key;
        let (project, waiting) = match project {
            Some(id) => {
                let found = projects::find(db, member, id).await?;
                let brief = ProjectBrief { id: Some(id), name: found.name, sample: found.sample, zone: found.zone, locale: found.locale };
                (brief, store::waiting(db, id).await?)
            }
            None => (ProjectBrief::default(), store::Waiting::default()),
        };
        let contents = Arc::new(Contents { project, waiting });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > 500 {
            known.clear();
        }
        known.insert(key, (now, version, Arc::clone(&contents)));
        Ok(contents)
    }
}

impl Frames {
    /// For a page of no project: the rooms of the one looked at last stay at hand while it may be seen.
    async fn beside(&self, member: MemberId) -> Outcome<Arc<Contents>> {
        match self.contents((member, self.last_project(member))).await {
            Err(Error::NotFound) => self.contents((member, None)).await,
            contents => contents,
        }
    }
}

impl Shells for Frames {
    fn shell<'a>(&'a self, visit: &'a Visit, project: Option<ProjectId>) -> BoxFuture<'a, Outcome<Shell>> {
        async move {
            let mut shell = visit.bare_shell();
            let Some(member) = &visit.member else { return Ok(shell) };
            let contents = match project {
                Some(project) => {
                    let contents = self.contents((member.id, Some(project))).await?;
                    self.last.lock().unwrap_or_else(PoisonError::into_inner).insert(member.id, project);
                    contents
                }
                None => self.beside(member.id).await?,
            };
            shell.project = contents.project.clone();
            shell.place = Place("");
            shell.acts = acts(&shell, &contents.waiting);
            Ok(shell)
        }
        .boxed()
    }

    fn last_project(&self, member: MemberId) -> Option<ProjectId> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(&member).copied()
    }
}

/// The rooms in the order of the loop. A room stands here when it works.
fn acts(shell: &Shell, waiting: &store::Waiting) -> Vec<Act> {
    let room = |key: &'static str, path: &str, letter: char, hot: i64| Room { key, href: shell.within(path), letter, hot };
    let today = Act {
        key: "act-today",
        icon: "i-today",
        head: Some(Room { key: "today", href: shell.to("/"), letter: 't', hot: waiting.all() }),
        rooms: Vec::new(),
    };
    if shell.project.id.is_none() {
        return vec![today];
    }
    let act = |key, icon, rooms: Vec<Room>| Act { key, icon, head: None, rooms };
    vec![
        today,
        act(
            "act-create",
            "i-create",
            vec![
                room("ideas", "/ideas", 'i', 0),
                room("pieces", "/pieces", 'p', 0),
                room("prompts", "/prompts", 'm', 0),
                room("runs", "/runs", 'r', 0),
            ],
        ),
        act("act-choose", "i-choose", vec![room("curate", "/curate", 'c', waiting.drafts), room("originality", "/originality", 'o', 0)]),
        act(
            "act-release",
            "i-release",
            vec![
                room("calendar", "/calendar", 'k', waiting.needs_look),
                room("publications", "/publications", 'u', 0),
                room("channels", "/channels", 'h', 0),
            ],
        ),
        act(
            "act-learn",
            "i-learn",
            vec![
                room("performance", "/performance", 'f', 0),
                room("experiments", "/experiments", 'e', waiting.callable),
                room("playbook", "/playbook", 'b', 0),
            ],
        ),
    ]
}
