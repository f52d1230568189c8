//! English hooks, beats, titles and captions.

use super::super::super::HookFamily;
use super::super::BeatTemplate;
use HookFamily::{Claim, Number, Question, Silence, Story};

pub(super) const HOOKS: &[(HookFamily, &str)] = &[
    (Question, "What would you look at first in {niche}?"),
    (Question, "When did you last really look at {niche}?"),
    (Question, "If you had one minute for {niche}, where would you stand?"),
    (Question, "Who taught you how to look at {niche}?"),
    (Question, "Would you have noticed {facet}?"),
    (Question, "What is {facet} doing in {niche}?"),
    (Claim, "The best part of {niche} is not on the poster."),
    (Claim, "You have been watching the wrong corner of {niche}."),
    (Claim, "In {niche}, look for {facet}. The rest follows."),
    (Claim, "Most of {niche} happens while nobody films."),
    (Claim, "There is a slower way into {niche}, and it is better."),
    (Claim, "Forget the explanation. Start with {facet}."),
    (Number, "Three things to see in {niche}. The third one moves."),
    (Number, "Forty seconds, one corner of {niche}, nothing cut."),
    (Number, "One room, two people, and {facet}."),
    (Number, "Give {niche} ten seconds before you decide."),
    (Number, "Two ways to see {niche}. You know only one."),
    (Number, "One shot for {facet}. One shot for you."),
    (Story, "She came for something else and stayed for {facet}."),
    (Story, "He swore he was done with {niche}. Then the phone rang."),
    (Story, "It starts on an ordinary day in {niche}."),
    (Story, "Somebody left the door open, and that is how we found {facet}."),
    (Story, "My neighbour thought nothing of {niche}. Until Tuesday."),
    (Story, "The lights went out in the middle of {niche}. Nobody left."),
    (Silence, "Three seconds of {niche}. Nobody speaks."),
    (Silence, "Listen first. {niche}, with the voice turned off."),
    (Silence, "Wait for it: {facet}."),
    (Silence, "No voice. Only {facet}, in {niche}."),
    (Silence, "A breath before {niche}."),
    (Silence, "Hold still. Here comes {facet}."),
];

pub(super) const TITLES: &[&str] = &[
    "{topic}",
    "{topic}, slowly",
    "{topic}, from close up",
    "{topic}: the short one",
    "{topic}, with the sound on",
    "{topic}, once more from the start",
    "{topic}, in plain words",
    "A second look: {topic}",
    "{topic}, in one room",
    "{topic}, for {audience}",
    "Stay for the end: {topic}",
    "{topic}, without the explanation",
];

pub(super) const SETUPS: &[BeatTemplate] = &[
    ("This is where it begins. Nothing has happened yet.", "Wide and still. One person enters."),
    ("Look at the left side of the picture. Keep looking.", "Locked camera; something small moves on the left."),
    ("You need to know one thing before we go on, and only one.", "Text on a plain ground, one line."),
    ("It looks easy from here. Everyone says so.", "Someone at work, seen from behind."),
    ("Here is the place. Here is the person. Here is the hour.", "Three short shots: place, face, clock."),
    ("Most people walk past this point.", "Feet passing; the camera stays."),
    ("Before you judge it, give it ten seconds.", "One uncut shot at eye level."),
    ("This happens long before anyone is watching.", "Morning light, real room sound."),
];

pub(super) const PROOFS: &[BeatTemplate] = &[
    ("Watch the hands. They know before the face does.", "Close-up of hands, no cut."),
    ("Once more, slower.", "The same move at half speed."),
    ("There. That was it.", "Freeze for one second."),
    ("Now the same thing, without {facet}.", "Same frame, one element taken away."),
    ("Hear that? Nobody wrote it down.", "Picture goes dark, the sound stays."),
    ("It went wrong here. They kept it.", "Show the flaw large, without comment."),
    ("Look at who does not move.", "Slow turn towards the edge of the frame."),
    ("Side by side you can see it.", "Split screen, before and after."),
    ("That took one try. The one before took many.", "A quick run of failed attempts, then the good one."),
    ("Nobody told them to do it this way.", "Two people do the same thing differently."),
];

pub(super) const TURNS: &[BeatTemplate] = &[
    ("And this is the part nobody explains.", "Cut to black for half a second, then very close."),
    ("So it was never about skill. It was about {facet}.", "Return to the first shot, now from the other side."),
    ("Now look at the first picture again.", "Repeat the opening frame exactly."),
    ("That changes what you saw a moment ago.", "Rewind three shots, quickly, without sound."),
    ("Leave it alone for a moment.", "Hold the shot. No voice, no music."),
    ("What you thought was the background is the story.", "Pull the focus from front to back."),
    ("Somebody had to decide that.", "A face, listening."),
    ("“{perspective}.” That is all we wanted to say.", "The sentence stands on screen, then goes."),
];

pub(super) const CLOSES: &[BeatTemplate] = &[
    ("What did you see first?", "Stay on the last frame for two seconds."),
    ("Would you have kept it?", "Back to the person, who says nothing."),
    ("Next time, start from this side.", "The camera walks out the way it came."),
    ("Watch it again. You will look somewhere else.", "End on the opening frame, so that it loops."),
    ("Tell us which one you would choose.", "Both options on screen, still."),
    ("That is the whole of it.", "Lights down, sound first, picture second."),
    ("We will be here again tomorrow.", "A door closes. Room sound to the end."),
    ("Now you know where to stand.", "One last wide shot from the right place."),
];

pub(super) const OPENING_NOTES: &[(HookFamily, &str)] = &[
    (Question, "Straight to camera, eye level; the question also stands on screen."),
    (Claim, "Said calmly over the picture it speaks about."),
    (Number, "The figure large on screen; cut on the voice."),
    (Story, "Start in the middle of the movement, voice already running."),
    (Silence, "No voice for three seconds; these words stand on screen."),
];

pub(super) const STANCE_NOTES: [(&str, &str); 3] = [
    ("raw", "Hand-held, room sound, nothing repaired."),
    ("crafted", "Locked camera, planned light, one colour for the whole piece."),
    ("synthetic", "Pictures are generated: show the AI label from the first frame."),
];

pub(super) const CAPTIONS: &[&str] = &[
    "{topic}. Look once for the story, once for {facet}.",
    "We left the small mistake in. Can you find it?",
    "{topic}. What did you notice first?",
    "For {audience}: no background needed.",
    "Sound on, if you can. The first three seconds are quiet on purpose.",
    "Which moment would you have kept?",
    "“{perspective}.” Agree, or tell us why not.",
    "{topic}. Save it for a slower evening.",
    "One corner of {niche}, as we found it.",
    "There are two ways to see this. Tell us yours.",
    "{topic}. The next one looks at {facet}.",
    "Send it to the one person who would watch to the end.",
];

pub(super) const TAGS: &[&str] = &["shortfilm", "closeup", "slowlook", "storytime", "makingof", "onetake"];
pub(super) const ANY_NICHE: &str = "this craft";
pub(super) const MARK: &str = "template, not AI";
