//! What leaves the house: the body of one publication, frozen when an approved variant is scheduled
//! and kept byte for byte.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The body as platforms read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub links: Vec<String>,
    /// RFC 3339, UTC.
    pub planned_at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Medium {
    /// Open to whoever knows the delivery.
    pub url: String,
    #[serde(rename = "type")]
    pub mime: String,
    /// Lower-case hex.
    pub sha256: String,
}

/// The path under which a platform fetches a medium, below the public address.
pub fn media_path(delivery: &str, position: usize) -> String {
    format!("/deliveries/{delivery}/media/{position}")
}

/// Flags follow from the recorded origin, never from a form.
pub fn flags(author: &str, media_by_model: bool) -> Vec<String> {
    let mut flags = Vec::new();
    if author == "model" || media_by_model {
        flags.push("ai_generated".to_owned());
    }
    flags
}
