//! The life of a publication as pure rules: what an answer, a look, a death or a turn makes of it.
//!
//! Invariants: nothing is sent again while an unanswered send may be live, unless the platform
//! recognises the same key; a platform that cannot be asked leaves the decision to a person; what is
//! too late is shown as missed; `published` is said only when the platform or a person said so.

use crate::platform::Ms;
use crate::platform::clock::{MINUTE, SECOND};
use crate::release::channels::Capability;
use crate::release::channels::kinds::{Seen, Sent};
use serde::{Deserialize, Serialize};

/// Platforms keep a key for an hour at least; ours is used for less.
pub const KEY_WINDOW_MS: i64 = 45 * MINUTE;
/// Own posts are looked for so long after the send, twice.
pub const LOOKS_MS: [i64; 2] = [5 * SECOND, 25 * SECOND];
/// Sends after the first one that looks may decide on.
pub const RESENDS_MOST: i64 = 5;
/// How long a platform that does not say what became of a send is asked.
const ASK_MS: i64 = 45 * MINUTE;
const BACKOFF_MOST: i64 = 5 * MINUTE;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[schema(as = PublicationState)]
pub enum State {
    Scheduled,
    Claimed,
    Sending,
    Verifying,
    WaitingChannel,
    NeedsReview,
    Published,
    Failed,
    Missed,
    Cancelled,
}

impl State {
    pub const ALL: [State; 10] = [
        State::Scheduled,
        State::Claimed,
        State::Sending,
        State::Verifying,
        State::WaitingChannel,
        State::NeedsReview,
        State::Published,
        State::Failed,
        State::Missed,
        State::Cancelled,
    ];

    pub fn name(self) -> &'static str {
        match self {
            State::Scheduled => "scheduled",
            State::Claimed => "claimed",
            State::Sending => "sending",
            State::Verifying => "verifying",
            State::WaitingChannel => "waiting_channel",
            State::NeedsReview => "needs_review",
            State::Published => "published",
            State::Failed => "failed",
            State::Missed => "missed",
            State::Cancelled => "cancelled",
        }
    }

    /// Nothing has left and nothing will before its time: the plan can still be changed.
    pub fn is_planned(self) -> bool {
        matches!(self, State::Scheduled | State::WaitingChannel)
    }

    /// A person may say what became of it.
    pub fn asks_a_person(self) -> bool {
        matches!(self, State::NeedsReview | State::Failed | State::Missed)
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<State, &'static str> {
        State::ALL.into_iter().find(|state| state.name() == text).ok_or("error-choose-one")
    }
}

/// What an attempt did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Step {
    /// A staged platform makes the post, out of sight.
    Create,
    /// What makes it public.
    Publish,
    Look,
    /// A person published it.
    Hand,
}

/// Where a publication stands; the row without its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub state: State,
    pub capability: Capability,
    pub stage: Option<String>,
    pub remote_id: Option<String>,
    pub remote_url: Option<String>,
    pub sends: i64,
    /// Sends that looks decided on.
    pub resends: i64,
    /// Absent answers since the newest send.
    pub looks: i64,
    /// Some send of this delivery was never answered.
    pub doubtful: bool,
    pub first_sent: Option<Ms>,
    pub sent: Option<Ms>,
    pub next: Option<Ms>,
    pub reason: Option<String>,
    /// Lateness counts from here: the planned instant, or a person's "send it again".
    pub wanted: Ms,
    pub max_late_ms: i64,
}

impl Standing {
    fn ask(&mut self, reason: &str) {
        (self.state, self.next, self.reason) = (State::NeedsReview, None, Some(reason.into()));
    }

    fn end(&mut self, state: State, reason: &str) {
        (self.state, self.next, self.reason) = (state, None, Some(reason.into()));
    }

    fn again_at(&mut self, at: Ms) {
        (self.state, self.next) = (State::Scheduled, Some(at));
    }

    fn published(&mut self, id: Option<String>, url: Option<String>) {
        (self.state, self.next, self.reason) = (State::Published, None, None);
        (self.remote_id, self.remote_url, self.doubtful) = (id, url, false);
    }

    fn is_late(&self, now: Ms) -> bool {
        now.since(self.wanted) > self.max_late_ms
    }

    /// Its turn has come. The step to send, or `None` when it moved to a state that sends nothing.
    /// `ready`: the variant is approved and its channel is on.
    pub fn turn(&mut self, ready: Ready, now: Ms) -> Option<Step> {
        if !ready.channel_on {
            (self.state, self.next) = (State::WaitingChannel, None);
            return None;
        }
        if self.doubtful && self.capability == Capability::Key {
            let past_window = self.first_sent.is_none_or(|first| now.since(first) > KEY_WINDOW_MS);
            if past_window || self.is_late(now) {
                self.ask("no_answer");
            } else if !ready.approved {
                self.ask("approval_withdrawn");
            } else {
                return Some(Step::Publish);
            }
            return None;
        }
        if self.is_late(now) {
            self.end(State::Missed, "too_late");
            return None;
        }
        if !ready.approved {
            self.end(State::Missed, "not_approved");
            return None;
        }
        match self.capability {
            Capability::Hand => {
                self.ask("by_hand");
                None
            }
            Capability::Staged if self.stage.is_none() => Some(Step::Create),
            _ => Some(Step::Publish),
        }
    }

    /// The intent is written; the bytes leave after it.
    pub fn send_begins(&mut self, step: Step, now: Ms) {
        (self.state, self.next) = (State::Sending, None);
        self.sends += 1;
        if step == Step::Publish {
            self.first_sent = self.first_sent.or(Some(now));
            (self.sent, self.looks) = (Some(now), 0);
        }
    }

    /// What the answer to a send makes of it; `now` is when the answer came, or was given up.
    pub fn answered(&mut self, step: Step, sent: &Sent, now: Ms) {
        match sent {
            Sent::Published { id, url } => self.published(id.clone(), url.clone()),
            Sent::Staged { stage } => {
                self.stage = Some(stage.clone());
                self.again_at(now.min(self.wanted));
            }
            // The channel waits to be connected again; the caller takes it off.
            Sent::Denied => self.again_at(now),
            // An earlier send may be what the platform refuses to see twice.
            Sent::Refused if self.doubtful => self.ask("refused_in_doubt"),
            Sent::Refused => self.end(State::Failed, "refused"),
            Sent::RefusedForNow { retry_after_ms } => {
                self.again_at(now.plus(retry_after_ms.unwrap_or_else(|| backoff(self.sends))));
            }
            Sent::Unknown if step == Step::Create => self.again_at(now.plus(backoff(self.sends))),
            Sent::Unknown => {
                self.sent = Some(now);
                self.in_doubt(now, now.plus(backoff(self.sends)));
            }
        }
    }

    /// The program died, or stopped waiting, while `open` was under way; without one nothing left.
    pub fn interrupted(&mut self, open: Option<Step>, now: Ms) {
        match open {
            // Nothing new left, but an earlier send is still in doubt.
            None if self.state == State::Verifying => self.next = Some(now),
            None | Some(Step::Hand) => self.again_at(now),
            Some(Step::Create) => self.again_at(now),
            Some(Step::Publish) => self.in_doubt(now, now),
            Some(Step::Look) => (self.state, self.next) = (State::Verifying, Some(now)),
        }
    }

    /// A send that may be live, resolved by what the platform can do.
    fn in_doubt(&mut self, now: Ms, resend_at: Ms) {
        self.doubtful = true;
        match self.capability {
            Capability::Key => self.again_at(resend_at),
            Capability::Staged => (self.state, self.next) = (State::Verifying, Some(now.plus(SECOND))),
            Capability::Lookup => {
                let [first, _] = LOOKS_MS;
                let sent = self.sent.unwrap_or(now);
                (self.state, self.looks, self.next) = (State::Verifying, 0, Some(sent.plus(first).max(now)));
            }
            Capability::Blind | Capability::Hand => self.ask("no_answer"),
        }
    }

    /// What a look makes of it.
    pub fn looked(&mut self, seen: &Seen, now: Ms) {
        let sent = self.sent.unwrap_or(now);
        match seen {
            Seen::Present { id, url } => self.published(id.clone(), url.clone()),
            Seen::Absent => {
                self.looks += 1;
                let [first, second] = LOOKS_MS;
                if self.looks < 2 {
                    (self.state, self.next) = (State::Verifying, Some(sent.plus(second).max(now.plus(first))));
                } else {
                    self.send_again("not_found", now);
                }
            }
            Seen::Open => self.send_again("stage_open", now.plus(self.resends * SECOND)),
            Seen::Expired => self.ask("stage_expired"),
            Seen::Unseen if now.since(sent) > ASK_MS => self.ask("cannot_tell"),
            // The longer it has been, the longer until the next look.
            Seen::Unseen => (self.state, self.next) = (State::Verifying, Some(now.plus((now.since(sent) / 2).clamp(2 * SECOND, MINUTE)))),
        }
    }

    fn send_again(&mut self, reason: &str, at: Ms) {
        let most = if self.capability == Capability::Lookup { RESENDS_MOST } else { 4 * RESENDS_MOST };
        if self.resends >= most {
            self.ask(reason);
        } else {
            self.resends += 1;
            self.looks = 0;
            self.again_at(at);
        }
    }

    /// It waited past its limit without a turn (its channel is off, or the house was).
    pub fn overdue(&mut self) {
        if self.doubtful && self.capability == Capability::Key {
            self.ask("no_answer");
        } else {
            self.end(State::Missed, "too_late");
        }
    }

    /// A clock that was wrong called it missed; by the right one there is still time.
    pub fn not_late_after_all(&mut self, due: Ms, now: Ms) {
        self.again_at(due.max(now));
        self.reason = None;
    }

    /// A person decided to send once more: a new delivery, as if for the first time.
    pub fn start_over(&mut self, now: Ms) {
        self.again_at(now);
        (self.reason, self.stage, self.wanted) = (None, None, now);
        (self.resends, self.looks, self.doubtful) = (0, 0, false);
        (self.first_sent, self.sent) = (None, None);
    }
}

/// What must hold at its turn.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    pub approved: bool,
    pub channel_on: bool,
}

/// 1, 2, 4 … seconds, at most five minutes.
pub fn backoff(tries: i64) -> i64 {
    (SECOND << tries.saturating_sub(1).clamp(0, 9)).min(BACKOFF_MOST)
}

#[cfg(test)]
mod tests;
