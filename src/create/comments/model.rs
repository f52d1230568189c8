//! What a comment is made of, where it is pinned, and whom it mentions.

use crate::platform::id::{CommentId, MemberId};
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use serde::{Deserialize, Serialize};

/// The parts of a variant's words that a comment can be pinned to.
pub const PARTS: [&str; 4] = ["title", "hook", "script", "caption"];

/// A comment as a form or a program sends it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewComment {
    pub body: String,
    /// The comment it answers
    pub reply_to: Option<CommentId>,
    /// title, hook, script or caption; empty for the whole
    pub part: String,
    /// The words in that part that are meant
    pub quote: String,
    /// The beat of the script, from 1
    pub beat: Option<i64>,
    /// Seconds into the media
    pub second: Option<f64>,
}

/// Where a comment is pinned. A range is of characters (code points), its end not included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pin {
    pub part: Option<String>,
    pub range: Option<(i64, i64)>,
    pub quote: Option<String>,
    pub beat: Option<i64>,
    pub second: Option<f64>,
}

impl NewComment {
    /// The body, checked, and the pin against the words of the variant: `words` answers the text of a part.
    pub fn check(&self, words: impl Fn(&str) -> String) -> Outcome<(String, Pin)> {
        let mut checks = Checks::new();
        let body = checks.required("body", &self.body, 5_000);
        let quote = checks.text("quote", &self.quote, 500);
        let mut pin = Pin { quote: Some(quote.trim().to_owned()).filter(|quote| !quote.is_empty()), ..Pin::default() };
        match self.part.trim() {
            "" => {}
            part if PARTS.contains(&part) => pin.part = Some(part.to_owned()),
            _ => checks.wrong("part", "error-choose-one"),
        }
        if let Some(beat) = self.beat {
            if (1..=500).contains(&beat) { pin.beat = Some(beat) } else { checks.wrong("beat", "error-choose-one") }
        }
        if let Some(second) = self.second {
            if second.is_finite() && (0.0..=86_400.0).contains(&second) {
                pin.second = Some(second);
            } else {
                checks.add(FieldError::new("second", "comments-error-second"));
            }
        }
        checks.finish()?;
        if let (Some(part), Some(quote)) = (&pin.part, &pin.quote) {
            pin.range = range_of(&words(part), quote);
        }
        Ok((body, pin))
    }
}

/// Where the quoted words stand, in characters; nothing when they are not there (they were edited away meanwhile).
pub fn range_of(text: &str, quote: &str) -> Option<(i64, i64)> {
    let at = text.find(quote)?;
    let from = text.get(..at)?.chars().count();
    let to = from + quote.chars().count();
    Some((i64::try_from(from).ok()?, i64::try_from(to).ok()?))
}

/// Members named as `@name`, the longest name first, so that "@Lin Wei" is not "@Lin".
pub fn mentioned(body: &str, members: &[(MemberId, String)]) -> Vec<MemberId> {
    let mut names: Vec<_> = members.iter().filter(|(_, name)| !name.trim().is_empty()).collect();
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.chars().count()));
    let mut rest = body.to_lowercase();
    let mut found = Vec::new();
    for (id, name) in names {
        let at = format!("@{}", name.to_lowercase());
        if rest.contains(&at) {
            rest = rest.replace(&at, " ");
            found.push(*id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_quote_is_found_in_characters() {
        assert_eq!(range_of("红脸的将军唱了", "将军"), Some((3, 5)));
        assert_eq!(range_of("a red face", "blue"), None);
        let new = NewComment { body: "Too soft".into(), part: "hook".into(), quote: "将军".into(), ..NewComment::default() };
        assert_eq!(new.check(|_| "红脸的将军".into()).unwrap().1.range, Some((3, 5)));
    }

    #[test]
    fn a_pin_must_be_somewhere() {
        let with = |part: &str, second| NewComment { body: "x".into(), part: part.into(), second, ..NewComment::default() };
        assert!(with("tail", None).check(|_| String::new()).is_err());
        assert!(with("", Some(f64::NAN)).check(|_| String::new()).is_err());
        assert!(with("", Some(-1.0)).check(|_| String::new()).is_err());
        assert!(NewComment::default().check(|_| String::new()).is_err());
    }

    #[test]
    fn the_longest_name_is_meant() {
        let id = |n| MemberId(Uuid::from_u128(n));
        let members = [(id(1), "Lin".to_owned()), (id(2), "Lin Wei".to_owned()), (id(3), "陈梅".to_owned())];
        assert_eq!(mentioned("@lin wei please, and @陈梅", &members), [id(2), id(3)]);
        assert_eq!(mentioned("lin@studio.example", &members), []);
        assert_eq!(mentioned("@Lin and @Lin Wei", &members), [id(2), id(1)]);
    }
}
