//! What YouTube's errors mean: `error.errors[0].reason`, and where that says nothing, `error.status`
//! (developers.google.com/youtube/v3/docs/errors).

use crate::platform::clock::HOUR;
use crate::platform::outbound::Answer;
use crate::release::channels::kinds::Reason;
use crate::release::channels::kinds::asking::{by_status, json, text_at};
use crate::release::channels::kinds::reason::Refusal;

/// What a day's limit is asked again after: nobody says when the day of an account ends.
const DAY_ASKED_AGAIN_MS: i64 = HOUR;

/// The meaning of an answer that is no success.
pub fn judge(answer: &Answer) -> Refusal {
    let body = json(answer);
    let (code, status) = (text_at(&body, "/error/errors/0/reason"), text_at(&body, "/error/status"));
    let plain = by_status(answer);
    let known = code.as_deref().and_then(meaning).or_else(|| status.as_deref().and_then(meaning));
    let reason = known.unwrap_or(plain.reason);
    let day = (reason == Reason::Day).then_some(DAY_ASKED_AGAIN_MS);
    Refusal { reason, code: code.or(status), retry_after_ms: plain.retry_after_ms.or(day) }
}

fn meaning(code: &str) -> Option<Reason> {
    Some(match code {
        "authError" | "unauthorized" | "Unauthorized" | "required" | "invalidCredentials" | "invalid_grant" | "UNAUTHENTICATED" => Reason::Token,
        "insufficientPermissions" | "forbidden" | "PERMISSION_DENIED" | "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Reason::Permission,
        "accessNotConfigured" => Reason::AppLimit,
        "youtubeSignupRequired" | "channelClosed" | "channelSuspended" => Reason::Account,
        "invalidTitle" => Reason::Title,
        "invalidDescription" | "invalidVideoMetadata" | "defaultLanguageNotSet" => Reason::Text,
        "invalidTags" => Reason::Tags,
        "invalidCategoryId" | "invalidPublishAt" => Reason::Choice,
        "invalidFilename" | "mediaBodyRequired" => Reason::MediaUnread,
        "imageFormatUnsupported" => Reason::MediaType,
        "imageTooTall" | "imageTooWide" => Reason::MediaShape,
        "failedPrecondition" => Reason::MediaSize,
        "uploadLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" => Reason::Day,
        "rateLimitExceeded" | "userRateLimitExceeded" | "RESOURCE_EXHAUSTED" => Reason::Pace,
        "backendError" | "internalError" | "UNAVAILABLE" | "INTERNAL" => Reason::Server,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, StatusCode};
    use serde_json::{Value, json};

    fn told(status: u16, error: Value) -> Refusal {
        let body = json!({ "error": error }).to_string().into();
        judge(&Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body, complete: true })
    }

    #[test]
    fn each_code_has_its_meaning() {
        let table = [
            (401, "authError", Reason::Token),
            (400, "invalidTitle", Reason::Title),
            (400, "invalidDescription", Reason::Text),
            (400, "invalidTags", Reason::Tags),
            (400, "invalidCategoryId", Reason::Choice),
            (400, "invalidPublishAt", Reason::Choice),
            (400, "invalidVideoMetadata", Reason::Text),
            (400, "invalidFilename", Reason::MediaUnread),
            (400, "mediaBodyRequired", Reason::MediaUnread),
            (400, "defaultLanguageNotSet", Reason::Text),
            (400, "imageFormatUnsupported", Reason::MediaType),
            (400, "imageTooTall", Reason::MediaShape),
            (400, "imageTooWide", Reason::MediaShape),
            (400, "failedPrecondition", Reason::MediaSize),
            (401, "youtubeSignupRequired", Reason::Account),
            (400, "uploadLimitExceeded", Reason::Day),
            (403, "quotaExceeded", Reason::Day),
            (403, "rateLimitExceeded", Reason::Pace),
            (403, "forbidden", Reason::Permission),
            (503, "backendError", Reason::Server),
            (400, "somethingNew", Reason::Other),
            (500, "somethingNew", Reason::Server),
        ];
        for (status, code, reason) in table {
            let refusal = told(status, json!({ "code": status, "errors": [{ "reason": code }] }));
            assert_eq!((refusal.reason, refusal.code.as_deref()), (reason, Some(code)), "{status} {code}");
        }
    }

    #[test]
    fn the_status_speaks_where_no_reason_does() {
        let refusal = told(401, json!({ "status": "UNAUTHENTICATED" }));
        assert_eq!((refusal.reason, refusal.code.as_deref()), (Reason::Token, Some("UNAUTHENTICATED")));
        assert_eq!(told(429, json!({ "status": "RESOURCE_EXHAUSTED" })).reason, Reason::Pace);
        assert_eq!(told(429, json!({})).reason, Reason::Pace);
        // A word inside a sentence means nothing.
        assert_eq!(told(400, json!({ "message": "quotaExceeded" })).reason, Reason::Other);
    }

    #[test]
    fn a_day_is_asked_again_within_the_hour() {
        assert_eq!(told(403, json!({ "errors": [{ "reason": "quotaExceeded" }] })).retry_after_ms, Some(3_600_000));
        assert_eq!(told(403, json!({ "errors": [{ "reason": "rateLimitExceeded" }] })).retry_after_ms, None);
    }
}
