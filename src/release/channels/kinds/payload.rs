//! What leaves the house: the body of one publication, frozen when an approved variant is scheduled
//! and kept byte for byte.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The body as platforms read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The same for every try, until a person chooses to send again.
    pub delivery: String,
    pub publication: Uuid,
    pub project: Uuid,
    pub channel: Uuid,
    pub variant: Uuid,
    pub title: String,
    pub caption: String,
    pub tags: Vec<String>,
    pub locale: String,
    /// What the platform must be told, as in `ai_generated`.
    pub flags: Vec<String>,
    pub media: Vec<Medium>,
    /// The web addresses in the caption, each once, in order.
    pub links: Vec<String>,
    /// RFC 3339, UTC.
    pub planned_at: String,
    /// What this channel's platform asks beyond words, as who may see it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Medium {
    /// Open to whoever knows the delivery.
    pub url: String,
    #[serde(rename = "type")]
    pub mime: String,
    /// Lower-case hex.
    pub sha256: String,
    /// What it shows, for those who cannot see it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// In pixels, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}

impl Medium {
    pub fn is_image(&self) -> bool {
        self.mime.starts_with("image/")
    }

    pub fn is_video(&self) -> bool {
        self.mime.starts_with("video/")
    }
}

impl Payload {
    /// The words of a post on a platform with one field of text: the caption, or the title where there is none, then the
    /// tags that it does not hold yet.
    pub fn post(&self) -> String {
        let body = if self.caption.trim().is_empty() { self.title.trim() } else { self.caption.trim() };
        let has = |tag: &str| body.to_lowercase().contains(&format!("#{}", tag.to_lowercase()));
        let tags: Vec<String> = self.tags.iter().filter(|tag| !has(tag)).map(|tag| hashtag(tag)).collect();
        if tags.is_empty() { body.to_owned() } else { format!("{body}\n\n{}", tags.join(" ")).trim().to_owned() }
    }

    pub fn is_made_by_ai(&self) -> bool {
        self.flags.iter().any(|flag| flag == AI_GENERATED)
    }
}

/// A tag as platforms link it: without what ends one.
pub fn hashtag(tag: &str) -> String {
    format!("#{}", tag.trim().trim_start_matches('#').split_whitespace().collect::<String>())
}

/// The flag of what a model made.
pub const AI_GENERATED: &str = "ai_generated";

/// The path under which a platform fetches a medium, below the public address.
pub fn media_path(delivery: &str, position: usize) -> String {
    format!("/deliveries/{delivery}/media/{position}")
}

/// The web addresses in a text, each once, in order. They end where addresses cannot go on: at a space
/// or a mark of Chinese; marks that end a sentence are not theirs.
pub fn links(text: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"（），。、；：！？「」『』《》【】“”".contains(c);
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (_, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(ends).unwrap_or(from.len()));
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ']', '}']);
        let address = if address.contains('(') { address } else { address.trim_end_matches(')') };
        if url::Url::parse(address).is_ok() && !found.iter().any(|known| known == address) {
            found.push(address.to_owned());
        }
        rest = after;
    }
    found
}

/// Flags follow from the recorded origin, never from a form.
pub fn flags(author: &str, media_by_model: bool) -> Vec<String> {
    let mut flags = Vec::new();
    if author == "model" || media_by_model {
        flags.push(AI_GENERATED.to_owned());
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::{Payload, links};

    #[test]
    fn a_post_is_its_caption_and_the_tags_it_does_not_hold() {
        let payload = |title: &str, caption: &str, tags: &[&str]| Payload {
            title: title.into(),
            caption: caption.into(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Payload::default()
        };
        assert_eq!(payload("T", "She sings. #Opera", &["opera", "#red face"]).post(), "She sings. #Opera\n\n#redface");
        assert_eq!(payload("T", "  ", &[]).post(), "T");
        assert_eq!(payload("", "", &["opera"]).post(), "#opera");
    }

    #[test]
    fn links_are_the_addresses_of_a_caption() {
        let caption = "看全集https://a.example/x?y=1，or (http://b.example/two). Again: https://a.example/x?y=1! Not http:// alone.";
        assert_eq!(links(caption), ["https://a.example/x?y=1", "http://b.example/two"]);
        assert!(links("no address, no link").is_empty());
    }
}
