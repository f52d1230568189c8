//! One publication against a model platform with drawn faults and a clock of its own.

use super::*;
use proptest::prelude::*;

const START: Ms = Ms(1_800_000_000_000);

fn planned(capability: Capability) -> Standing {
    Standing {
        state: State::Scheduled,
        capability,
        stage: None,
        remote_id: None,
        remote_url: None,
        sends: 0,
        resends: 0,
        looks: 0,
        doubtful: false,
        first_sent: None,
        sent: None,
        next: Some(START),
        reason: None,
        wanted: START,
        max_late_ms: 12 * 60 * MINUTE,
    }
}

const READY: Ready = Ready { approved: true, channel_on: true };

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// 500, nothing created.
    Before,
    /// 500, or a cut, after the post was created.
    After,
    /// 429.
    Later,
    /// 4xx, nothing created.
    Refused,
    /// We die before the bytes leave, or after the platform took them.
    DeathBefore,
    DeathAfter,
    /// We are off for two hours after the platform took it.
    LongDeath,
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    use Fault::{After, Before, DeathAfter, DeathBefore, Later, LongDeath, None, Refused};
    let fault = prop_oneof![
        6 => Just(None), 2 => Just(Before), 3 => Just(After), 2 => Just(Later),
        1 => Just(Refused), 2 => Just(DeathBefore), 2 => Just(DeathAfter), 1 => Just(LongDeath),
    ];
    prop::collection::vec(fault, 0..25)
}

/// A platform that honours what its capability promises, and shows new posts late.
struct Platform {
    capability: Capability,
    posts: usize,
    shown_at: Ms,
    delay_ms: i64,
    stage: Option<bool>,
}

impl Platform {
    fn take(&mut self, step: Step, now: Ms) -> Sent {
        let published = Sent::Published { id: Some("p".into()), url: None };
        match (self.capability, step) {
            (_, Step::Create) => {
                self.stage = Some(false);
                Sent::Staged { stage: "s".into() }
            }
            (Capability::Staged, _) => {
                if self.stage == Some(false) {
                    (self.stage, self.posts) = (Some(true), self.posts + 1);
                }
                published
            }
            (Capability::Key, _) if self.posts > 0 && now.since(self.shown_at) < 60 * MINUTE => published,
            _ => {
                (self.posts, self.shown_at) = (self.posts + 1, now.plus(self.delay_ms));
                published
            }
        }
    }

    fn show(&self, now: Ms) -> Seen {
        match (self.capability, self.stage) {
            (Capability::Staged, Some(true)) => Seen::Present { id: Some("p".into()), url: None },
            (Capability::Staged, Some(false)) => Seen::Open,
            (Capability::Staged, None) => Seen::Expired,
            _ if self.posts > 0 && now >= self.shown_at => Seen::Present { id: Some("p".into()), url: None },
            _ => Seen::Absent,
        }
    }
}

/// Runs until nothing more happens by itself.
fn live(capability: Capability, delay_ms: i64, faults: &[Fault]) -> (Standing, Platform) {
    let (mut one, mut now) = (planned(capability), START);
    let mut platform =
        Platform { capability, posts: 0, shown_at: START, delay_ms: if capability == Capability::Lookup { delay_ms } else { 0 }, stage: None };
    let mut faults = faults.iter().copied();
    for _ in 0..1_000 {
        let Some(next) = one.next.filter(|_| matches!(one.state, State::Scheduled | State::Verifying)) else { return (one, platform) };
        now = now.max(next);
        let fault = faults.next().unwrap_or(Fault::None);
        if one.state == State::Verifying {
            match fault {
                Fault::Before | Fault::After | Fault::Later => one.looked(&Seen::Unseen, now.plus(100)),
                Fault::DeathBefore | Fault::DeathAfter => one.interrupted(Some(Step::Look), now.plus(500)),
                _ => one.looked(&platform.show(now), now.plus(100)),
            }
            continue;
        }
        let Some(step) = one.turn(READY, now) else { continue };
        one.send_begins(step, now);
        match fault {
            Fault::None => {
                let sent = platform.take(step, now);
                one.answered(step, &sent, now.plus(50));
            }
            Fault::Before => one.answered(step, &Sent::Unknown, now.plus(50)),
            Fault::After => {
                platform.take(step, now);
                one.answered(step, &Sent::Unknown, now.plus(50));
            }
            Fault::Later => one.answered(step, &Sent::RefusedForNow { retry_after_ms: Some(2_000) }, now.plus(50)),
            Fault::Refused => one.answered(step, &Sent::Refused, now.plus(50)),
            Fault::DeathBefore => one.interrupted(Some(step), now.plus(400)),
            Fault::DeathAfter => {
                platform.take(step, now);
                one.interrupted(Some(step), now.plus(400));
            }
            Fault::LongDeath => {
                platform.take(step, now);
                now = now.plus(2 * 60 * MINUTE);
                one.interrupted(Some(step), now);
            }
        }
    }
    panic!("it never came to rest: {one:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn never_lost_never_doubled_never_claimed_untruly(
        capability in prop_oneof![Just(Capability::Key), Just(Capability::Staged), Just(Capability::Lookup), Just(Capability::Blind)],
        delay_ms in 0..20_000_i64,
        faults in faults(),
    ) {
        let (one, platform) = live(capability, delay_ms, &faults);
        prop_assert!(platform.posts <= 1, "doubled: {:?}", one);
        match one.state {
            State::Published => prop_assert_eq!(platform.posts, 1, "published without a post: {:?}", one),
            State::Failed | State::Missed => prop_assert_eq!(platform.posts, 0, "lost: {:?}", one),
            State::NeedsReview => prop_assert!(one.reason.is_some()),
            state => prop_assert!(false, "rests in {:?}", state),
        }
        if capability == Capability::Blind && one.doubtful {
            prop_assert_eq!(one.state, State::NeedsReview);
        }
    }

    #[test]
    fn a_platform_that_answers_resolves_itself(
        capability in prop_oneof![Just(Capability::Key), Just(Capability::Staged), Just(Capability::Lookup)],
        faults in prop::collection::vec(prop_oneof![Just(Fault::Before), Just(Fault::After), Just(Fault::DeathAfter), Just(Fault::DeathBefore)], 0..4),
    ) {
        let (one, platform) = live(capability, 10_000, &faults);
        prop_assert_eq!((one.state, platform.posts), (State::Published, 1));
    }
}

#[test]
fn a_model_that_only_retries_doubles_on_a_blind_platform() {
    // The same platform and fault, driven by the rule everybody writes first.
    let mut platform = Platform { capability: Capability::Blind, posts: 0, shown_at: START, delay_ms: 0, stage: None };
    platform.take(Step::Publish, START);
    platform.take(Step::Publish, START);
    assert_eq!(platform.posts, 2);
    let (one, platform) = live(Capability::Blind, 0, &[Fault::After]);
    assert_eq!((one.state, one.reason.as_deref(), platform.posts), (State::NeedsReview, Some("no_answer"), 1));
}

#[test]
fn looks_come_five_and_twenty_five_seconds_after_the_send_and_decide_on_five_more() {
    let mut one = planned(Capability::Lookup);
    let mut now = START;
    for resend in 0..=RESENDS_MOST {
        assert_eq!(one.turn(READY, now), Some(Step::Publish));
        one.send_begins(Step::Publish, now);
        one.answered(Step::Publish, &Sent::Unknown, now);
        assert_eq!(one.next, Some(now.plus(5 * SECOND)));
        one.looked(&Seen::Absent, now.plus(5 * SECOND));
        assert_eq!((one.state, one.next), (State::Verifying, Some(now.plus(25 * SECOND))));
        one.looked(&Seen::Absent, now.plus(25 * SECOND));
        now = now.plus(25 * SECOND);
        assert_eq!(one.state, if resend < RESENDS_MOST { State::Scheduled } else { State::NeedsReview });
    }
}

#[test]
fn a_key_is_sent_again_inside_its_window_only() {
    let mut one = planned(Capability::Key);
    one.turn(READY, START);
    one.send_begins(Step::Publish, START);
    one.interrupted(Some(Step::Publish), START);
    assert_eq!(one.clone().turn(READY, START.plus(KEY_WINDOW_MS)), Some(Step::Publish));
    assert_eq!(one.turn(READY, START.plus(KEY_WINDOW_MS + 1)), None);
    assert_eq!((one.state, one.reason.as_deref()), (State::NeedsReview, Some("no_answer")));
}

#[test]
fn a_turn_sends_nothing_that_is_late_unapproved_or_off() {
    let late = START.plus(12 * 60 * MINUTE + 1);
    for (ready, now, state, reason) in [
        (READY, late, State::Missed, Some("too_late")),
        (Ready { approved: false, ..READY }, START, State::Missed, Some("not_approved")),
        (Ready { channel_on: false, ..READY }, START, State::WaitingChannel, None),
    ] {
        let mut one = planned(Capability::Blind);
        assert_eq!(one.turn(ready, now), None);
        assert_eq!((one.state, one.reason.as_deref()), (state, reason));
    }
    let mut one = planned(Capability::Hand);
    assert_eq!(one.turn(READY, START), None);
    assert_eq!((one.state, one.reason.as_deref()), (State::NeedsReview, Some("by_hand")));
}

#[test]
fn send_it_again_counts_lateness_from_the_choice() {
    let mut one = planned(Capability::Blind);
    one.send_begins(Step::Publish, START);
    one.answered(Step::Publish, &Sent::Unknown, START);
    let now = START.plus(3 * 24 * 60 * MINUTE);
    one.start_over(now);
    assert_eq!(one.turn(READY, now), Some(Step::Publish));
    assert!(!one.doubtful);
}

#[test]
fn what_is_being_verified_is_never_sent_again_by_a_death() {
    let mut one = Standing { state: State::Verifying, doubtful: true, sends: 1, sent: Some(START), ..planned(Capability::Lookup) };
    one.interrupted(None, START.plus(70 * SECOND));
    assert_eq!((one.state, one.next), (State::Verifying, Some(START.plus(70 * SECOND))));
}
