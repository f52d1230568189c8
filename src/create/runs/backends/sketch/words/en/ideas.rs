//! English ideas: title, hook, angle.

use super::super::super::Axis;
use super::super::IdeaTemplate;

pub(super) const IDEAS: &[IdeaTemplate] = &[
    ("Inside {niche}, without a word", "From here on nobody explains anything.", "Let the picture do the work; one line of text at the end."),
    (
        "{niche}, seen from the last row",
        "From back here you notice what the front row misses.",
        "Hold one far, fixed shot and talk only about what can be seen from there.",
    ),
    (
        "What a child would ask about {niche}",
        "A child would ask this first. Adults are too polite.",
        "Let the plainest question lead and answer it without one technical word.",
    ),
    (
        "{niche} in five sounds",
        "Close your eyes. Five sounds, then guess.",
        "Record five real sounds in a row and show where they come from only after the last.",
    ),
    ("The hands behind {niche}", "Look at the hands, not at the face.", "Frame only hands all the way through; the face arrives in the final shot."),
    ("A letter to {niche}", "I should have written this years ago.", "Read a short letter aloud over slow pictures of the place it is addressed to."),
    (
        "One question about {niche}, two generations",
        "The same question, a lifetime apart.",
        "Ask the oldest and the youngest person you know, and cut the two answers together.",
    ),
    (
        "{niche}, told backwards",
        "This is the end. Now watch where it began.",
        "Open with the result and step back, scene by scene, to the very first move.",
    ),
    (
        "A bad day in {niche}",
        "Some days nothing works. This was one of them.",
        "Ask for one real bad day and tell it through the objects that were in the room.",
    ),
    (
        "{niche}, with the famous part taken out",
        "Take away what everyone comes for. What is left?",
        "Leave out the best known moment and find out whether the rest still holds.",
    ),
    (
        "Three objects that explain {niche}",
        "Three objects. The third one looks wrong.",
        "Lay three objects on a plain table and give each of them one sentence.",
    ),
    (
        "Someone meets {niche} for the first time",
        "Do not watch the thing. Watch her face.",
        "Stay on a newcomer for the whole first encounter; no narration, no music.",
    ),
    (
        "Breaking one rule of {niche} on purpose",
        "Here is the rule. Now we break it.",
        "State one rule, break it on camera, and let somebody who knows react.",
    ),
    (
        "{niche} at five in the morning",
        "At five in the morning nobody performs.",
        "Show the hour before anyone arrives, in the light and the sound that are there.",
    ),
    (
        "The one word from {niche} that does not translate",
        "There is a word for this. It does not travel well.",
        "Pick a word from the trade, try three translations, and let all three fail a little.",
    ),
    (
        "A walk through {niche} as if it were a street",
        "Turn left at the beginners.",
        "Walk a real street and give every door to one part of the subject.",
    ),
    (
        "The villain speaks: {niche}",
        "Let the one nobody likes go first.",
        "Give the least loved figure of the story thirty seconds without interruption.",
    ),
    (
        "One week of {niche}, as a receipt",
        "Here is the receipt for one week.",
        "Print what goes in and what comes out as lines on a till roll, then linger on one of them.",
    ),
    (
        "A stranger guesses about {niche}",
        "He has thirty seconds and no idea.",
        "Show one picture to a passer-by, collect the guess, then show the truth.",
    ),
    ("{niche}, for {audience}", "You never asked about this. Good, neither did we.", "Start from what they already love and cross over in one step."),
    (
        "An apology on behalf of {niche}",
        "Sorry. You were told it would be boring.",
        "Admit three honest faults first, then show the one thing that makes up for them.",
    ),
    (
        "The oldest argument in {niche}",
        "Two people who know everything still disagree on this.",
        "Give both sides the same fifteen seconds and do not pick a winner.",
    ),
    (
        "{niche}: the seat nobody takes",
        "One seat is always empty. Sit in it.",
        "Put the camera where nobody stands and keep it there for the whole scene.",
    ),
    ("One take of {niche}, nothing cut", "No cut is coming. You can relax.", "Rehearse once, shoot once, and keep the small mistake in."),
    (
        "Testing one sentence about {niche}",
        "“{perspective}.” Let us see whether that holds.",
        "Put the sentence on screen, look for one case against it, and say what remains.",
    ),
    ("{facet} in {niche}", "Look for {facet}. It says more than the rest.", "Choose one real instance and stay with it until it explains the whole."),
    (
        "Why {facet} matters in {niche}",
        "You could skip {facet}. Everybody does.",
        "Show the scene once without it and once with it, and let the viewer name the difference.",
    ),
    ("Nobody films {facet} in {niche}", "Every camera leaves before this.", "Stay after the others have packed up and use only what happens then."),
    (
        "Three people in {niche} on {facet}",
        "One question, three answers, no agreement.",
        "Ask three people about {facet} and keep only their first sentence.",
    ),
    ("{facet}: a close-up of {niche}", "Closer. A little closer. There.", "Begin so near that nothing is recognisable and pull back in four steps."),
    (
        "Two versions of {facet} in {niche}",
        "One of these is wrong. Which one?",
        "Show both without comment and give the answer in the last three seconds.",
    ),
    ("{niche} without {facet}", "Now imagine {facet} was never there.", "Build the scene with the gap in it, and let the gap become the subject."),
    (
        "What {facet} teaches in {niche}",
        "Nobody planned this lesson.",
        "Tell it as a short scene between two people, one of whom has seen it before.",
    ),
    ("If {facet} could speak: {niche}", "I was there the whole time.", "Give {facet} a first-person voice, dry and a bit tired."),
    (
        "A love letter to {facet} in {niche}",
        "This is for the part that never gets a thank you.",
        "Ten slow shots, one sentence each, no explanation.",
    ),
    (
        "How {facet} sounds in {niche}",
        "Turn the sound up before you look.",
        "Start on a black picture with real sound and let the image arrive late.",
    ),
    (
        "{niche} on one sheet of paper: {facet}",
        "One sheet, one pen, one minute.",
        "Draw it live from above while the voice tells only what the pen is doing.",
    ),
    (
        "Someone who left {niche} remembers {facet}",
        "Ask them what they still dream about.",
        "Record a short call with a person who stopped and let the pauses stand.",
    ),
    ("{facet}, measured: {niche}", "We measured it. With a kitchen timer.", "Count something small for one day and report the number without drama."),
    (
        "The night shift of {niche}: {facet}",
        "After dark the rules change a little.",
        "Shoot at night with one lamp and follow {facet} from start to finish.",
    ),
    (
        "Meeting {facet} halfway: {niche}",
        "You came for something else. Stay for this.",
        "Start as if it were about the obvious thing and turn aside after five seconds.",
    ),
    (
        "A small museum of {niche}: {facet}",
        "Room one has a single exhibit.",
        "Label one object as a museum would and read the label in a straight voice.",
    ),
    (
        "{facet}, told by the person next to it: {niche}",
        "She stood beside it for years and said nothing.",
        "Find the assistant, the neighbour or the spouse, and let them tell it.",
    ),
    (
        "Ten seconds of {facet}, then {niche}",
        "First ten seconds of this. Then we talk.",
        "Give the opening entirely to {facet} and earn the explanation.",
    ),
    ("A wager about {facet} in {niche}", "If I am wrong, I do the dishes.", "Two friends bet on the outcome, and the camera waits with them."),
    (
        "Why people in {niche} still argue over {facet}",
        "Ask about this at dinner and count to three.",
        "Stage the argument at a table, with food, and let it end unresolved.",
    ),
    (
        "Learning {niche} by way of {facet}",
        "Start with {facet}. The rest can wait.",
        "Teach one thing only, slowly enough that a viewer could try it tonight.",
    ),
    (
        "{facet} in {niche}, as a bedtime story",
        "Once there was something that nobody noticed.",
        "Tell it softly, in the past tense, to one listener off screen.",
    ),
];

pub(super) const LENS_IDEAS: &[(Axis, IdeaTemplate)] = &[
    (
        Axis::Angle,
        ("{niche}, by way of “{lens}”", "Come in through the side door for once.", "Take “{lens}” literally and let it decide every shot."),
    ),
    (
        Axis::Angle,
        ("“{lens}” and {facet}: {niche}", "Look at {facet} again, from over here.", "Use “{lens}” as the only point of view and never leave it."),
    ),
    (
        Axis::Angle,
        (
            "“{lens}”, as told inside {niche}",
            "You have heard it told the other way round.",
            "Let the narrator hold to “{lens}” even where that is uncomfortable.",
        ),
    ),
    (
        Axis::Market,
        (
            "{niche}, first told for {lens}",
            "Begin where this audience already is.",
            "Open on something a viewer in {lens} meets every day, then cross over in one cut.",
        ),
    ),
    (
        Axis::Market,
        (
            "What {lens} might hear in {niche}",
            "No subtitles yet. Just listen.",
            "Lead with sound and picture so that the scene works before it is translated.",
        ),
    ),
    (
        Axis::Market,
        (
            "{facet} in {niche}, for {lens}",
            "This needs no dictionary.",
            "Choose a scene that explains itself and have somebody from {lens} check the last line.",
        ),
    ),
    (
        Axis::Format,
        ("{niche} as {lens}", "Same subject, different vessel.", "Keep strictly to the form ({lens}) and let the form make the joke or the tension."),
    ),
    (Axis::Format, ("{lens}: {facet} in {niche}", "It fits in less time than you think.", "Build it as {lens}, with one idea and no introduction.")),
    (
        Axis::Format,
        (
            "{lens}, first of many: {niche}",
            "Part one starts in the middle.",
            "Treat the form ({lens}) as a promise and repeat its shape exactly next week.",
        ),
    ),
    (Axis::Emotion, ("{niche}, with {lens}", "Nobody says the word. You feel it anyway.", "Aim the whole scene at {lens} and never name it.")),
    (Axis::Emotion, ("{lens} and {facet}: {niche}", "Wait for the second look.", "Place {lens} in one gesture and hold the shot until it lands.")),
    (
        Axis::Emotion,
        ("Where {lens} lives in {niche}", "It is not where the music swells.", "Look for {lens} in the quietest part of the day and film only that."),
    ),
];

pub(super) const LENS_ANGLES: &[(Axis, &str)] = &[
    (Axis::Angle, "Hold it to the angle “{lens}”."),
    (Axis::Angle, "Tell it from “{lens}” and nowhere else."),
    (Axis::Angle, "Everything passes through “{lens}”."),
    (Axis::Market, "Check the first line with a viewer from {lens}."),
    (Axis::Market, "Written to be understood in {lens} before it is translated."),
    (Axis::Market, "Use places and habits that {lens} will recognise."),
    (Axis::Format, "Shape: {lens}."),
    (Axis::Format, "Cut it as {lens}."),
    (Axis::Format, "Keep to the form: {lens}."),
    (Axis::Emotion, "What should stay behind: {lens}."),
    (Axis::Emotion, "Let {lens} arrive late."),
    (Axis::Emotion, "The last shot carries {lens}."),
];

pub(super) const FACETS: &[&str] = &[
    "the first mistake",
    "the long wait",
    "the oldest tool",
    "the last five minutes",
    "the smallest detail",
    "the sound of the room",
    "the rule everyone breaks",
    "the first day",
    "the person who cleans up",
    "the hardest step",
    "the empty room afterwards",
    "the thing kept in a drawer",
    "the night before",
    "the mistake that stayed",
    "the quiet one at the back",
    "the price of it",
    "the gesture without a name",
    "the thing nobody throws away",
    "the moment it nearly failed",
    "the sentence left unsaid",
];

pub(super) const WHY_NOW: &[&str] = &[
    "Cheap to try: one person, one place, one afternoon.",
    "Needs no date and no news, so it can fill the next empty slot.",
    "A clean test of whether a quiet opening holds.",
    "New viewers ask this before anything else.",
    "Easy to repeat: if it works, there are ten more like it.",
    "Different on purpose from a talking head.",
    "It travels: the picture carries it before the words do.",
    "A good first piece for somebody new to the team.",
    "Works without music rights.",
    "Gives the comments something to argue about.",
    "Can be shot in one go with the next visit.",
    "A fair rival to your usual opening, so you learn either way.",
    "Close to what the project stands for: “{perspective}”.",
    "Speaks to {audience} without asking them to know anything.",
    "Easy to adapt for {market}.",
];
