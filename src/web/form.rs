//! Forms: typed, with every wrong field told at once and everything that was typed kept.

use super::i18n::Arg;
use super::{Failure, Words};
use crate::platform::{Error, FieldError};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

/// More fields than any form of ours has, its lists of marked rows included.
const FIELDS_MAX: usize = 2_000;

/// The body of a page's form.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::WrongType);
        }
        let (parts, body) = request.into_parts();
        let whole = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await.map_err(|cause| match cause.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
            _ => Failure::Bad("failure-form"),
        })?;
        if whole.iter().filter(|byte| **byte == b'&').count() >= FIELDS_MAX {
            return Err(Failure::House(Error::refused("failure-fields")));
        }
        match axum_extra::extract::Form::<T>::from_request(Request::from_parts(parts, whole.into()), state).await {
            Ok(axum_extra::extract::Form(form)) => Ok(Form(form)),
            Err(cause) => Err(match cause.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
                _ => Failure::Bad("failure-form"),
            }),
        }
    }
}

/// The wrong fields of a form, as a template asks for them.
#[derive(Debug, Default, Clone)]
pub struct Errors {
    list: Vec<(&'static str, String)>,
}

impl Errors {
    pub fn of(words: Words, errors: &[FieldError]) -> Errors {
        let list = errors
            .iter()
            .map(|error| {
                let parts: Vec<_> = error.args.iter().map(|(name, value)| (*name, value.value())).collect();
                (error.field, words.with(error.key, &parts))
            })
            .collect();
        Errors { list }
    }

    /// The message beside `field`.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.list.iter().find(|(name, _)| *name == field).map(|(_, message)| message.as_str())
    }

    pub fn any(&self) -> bool {
        !self.list.is_empty()
    }

    /// For the summary at the top, each with a link to its field.
    pub fn all(&self) -> &[(&'static str, String)] {
        &self.list
    }
}
