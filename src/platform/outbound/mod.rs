//! The one door to the network outside.
//!
//! Invariants: nothing is sent to an address the gate refuses, whether it was typed, redirected
//! to, or returned by a name server; every answer is bounded in time and size; and a failure says
//! whether anything may have left, because a publication that may have been received is never
//! simply sent again.

mod classify;
mod client;
mod gate;
mod message;
mod resolver;
mod streaming;
#[cfg(test)]
mod tests;

pub use client::{NoClient, Outbound};
pub use gate::{Misspelt, Origin, Policy, Target, UrlRefusal, check_url};
pub use message::{Answer, Body, Content, Failure, Part, Redirects, Request};
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode, Url};
pub use streaming::{Downloaded, Streaming};
