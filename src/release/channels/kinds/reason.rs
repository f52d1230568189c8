//! Why a platform said no, in the words that all platforms share.
//!
//! Each adapter has a table from the platform's own codes to these; a code that is in no table stays what it is and is
//! shown, never guessed from a part of it.

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The session or token is dead.
    Token,
    /// The account did not grant what this asks for.
    Permission,
    /// The platform's app may not act for more people, or not for this one.
    AppLimit,
    /// The account itself is not ready, as one without a channel.
    Account,
    Title,
    Text,
    Tags,
    MediaType,
    MediaSize,
    MediaShape,
    MediaLength,
    /// The platform could not fetch or read a file.
    MediaUnread,
    /// A choice that this account does not have, as of who may see it.
    Choice,
    /// The platform sees it as published already.
    Duplicate,
    /// Its rules: spam, a blocked address, a banned account.
    Policy,
    /// Too many requests for now.
    Pace,
    /// As many posts as it takes in a day.
    Day,
    /// The place it should go to is not there any more.
    Gone,
    /// The platform's own trouble.
    Server,
    /// A code that no table knows.
    Other,
}

/// What a refusal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The account must be connected again.
    Reconnect,
    /// Never the same again.
    Invalid,
    /// Later.
    Later,
    /// Soon again; if the request may have published something, nobody knows.
    Transient,
}

impl Reason {
    pub const ALL: [Reason; 20] = [
        Reason::Token,
        Reason::Permission,
        Reason::AppLimit,
        Reason::Account,
        Reason::Title,
        Reason::Text,
        Reason::Tags,
        Reason::MediaType,
        Reason::MediaSize,
        Reason::MediaShape,
        Reason::MediaLength,
        Reason::MediaUnread,
        Reason::Choice,
        Reason::Duplicate,
        Reason::Policy,
        Reason::Pace,
        Reason::Day,
        Reason::Gone,
        Reason::Server,
        Reason::Other,
    ];

    /// The word in the database; its sentence is `channels-reason-<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Token => "token",
            Reason::Permission => "permission",
            Reason::AppLimit => "app_limit",
            Reason::Account => "account",
            Reason::Title => "title",
            Reason::Text => "text",
            Reason::Tags => "tags",
            Reason::MediaType => "media_type",
            Reason::MediaSize => "media_size",
            Reason::MediaShape => "media_shape",
            Reason::MediaLength => "media_length",
            Reason::MediaUnread => "media_unread",
            Reason::Choice => "choice",
            Reason::Duplicate => "duplicate",
            Reason::Policy => "policy",
            Reason::Pace => "pace",
            Reason::Day => "day",
            Reason::Gone => "gone",
            Reason::Server => "server",
            Reason::Other => "other",
        }
    }

    pub fn named(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }

    pub fn class(self) -> Class {
        match self {
            Reason::Token | Reason::Permission | Reason::AppLimit => Class::Reconnect,
            Reason::Pace | Reason::Day => Class::Later,
            Reason::Server => Class::Transient,
            _ => Class::Invalid,
        }
    }
}

/// What a platform said no with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    /// The platform's own code.
    pub code: Option<String>,
    pub retry_after_ms: Option<i64>,
}

impl Refusal {
    pub fn of(reason: Reason, code: Option<&str>) -> Refusal {
        Refusal { reason, code: code.map(str::to_owned), retry_after_ms: None }
    }
}
