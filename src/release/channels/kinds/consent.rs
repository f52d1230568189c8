//! A person's consent at a platform: OAuth 2.0's authorization code with a proof of possession (RFC 6749, 4.1; RFC 7636).
//!
//! What comes of it are the secret values of a session: `access`, `refresh`, `began_ms`, `expires_ms`. A code is exchanged
//! once; a session is renewed before it ends; what a platform leaves out of an answer keeps its value; no token stands in
//! evidence.

use super::asking::{Asking, by_status, json, put, text_at};
use super::reason::Refusal;
use super::{Account, Reason, Renewed, Report, Sent, Values};
use crate::platform::Ms;
use crate::platform::clock::{MINUTE, SECOND};
use crate::platform::outbound::{Answer, Body, Method, Outbound, Request, Url};
use crate::platform::secrets::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Where every platform sends a person back to, below the public address.
pub const RETURN: &str = "/channels/callback";
/// The values of a session, kept beside the secret settings.
pub const SESSION: [&str; 4] = ["access", "refresh", "began_ms", "expires_ms"];
/// A session is renewed so long before it ends, or when four fifths of it are over.
const AHEAD_MS: i64 = 5 * MINUTE;
/// How long an access token lasts when the platform does not say.
const LIFE_S: i64 = 3_600;
const LIFE_MOST_S: i64 = 366 * 24 * 3_600;
const TOKEN_MOST: usize = 8_192;

/// How a platform asks for consent. The app stands in the settings `client_id` and `client_secret`.
pub struct Consent {
    /// Origin and path where a person is asked.
    pub authorize: (&'static str, &'static str),
    /// Origin and path where a code or an old session becomes a session.
    pub token: (&'static str, &'static str),
    /// What the platform calls the app: `client_id` by the standard.
    pub client: &'static str,
    /// Joined as the platform joins them.
    pub scopes: &'static str,
    pub extra: &'static [(&'static str, &'static str)],
    /// The challenge from the digest of the verifier: [`base64url`] by the standard.
    pub challenge: fn(&[u8; 32]) -> String,
}

/// The challenge as the standard has it.
pub fn base64url(digest: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

/// What a person brought back.
pub struct Grant<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    /// The address that was given when the person was sent away.
    pub redirect: &'a str,
}

impl Consent {
    /// The page of the platform that asks; `None` when its address is none.
    pub fn page(&self, account: &Account<'_>, redirect: &str, state: &str, verifier: &str) -> Option<Url> {
        let (origin, path) = self.authorize;
        let mut url = account.at(origin, path)?;
        url.query_pairs_mut()
            .append_pair(self.client, account.value("client_id"))
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", self.scopes)
            .append_pair("state", state)
            .append_pair("code_challenge", &(self.challenge)(&digest(verifier)))
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(self.extra);
        Some(url)
    }

    /// Whether an answer that names its issuer (RFC 9207) comes from where the person was sent.
    pub fn is_from(&self, account: &Account<'_>, issuer: &str) -> bool {
        let (origin, path) = self.authorize;
        Url::parse(issuer).ok().zip(account.at(origin, path)).is_some_and(|(issuer, asked)| issuer.origin() == asked.origin())
    }

    /// Turns a code into a session. A session that cannot be renewed is none: it would mix with an older one.
    pub async fn exchange(&self, out: &Outbound, account: Account<'_>, grant: &Grant<'_>) -> Renewed {
        let form = [("grant_type", "authorization_code"), ("code", grant.code), ("redirect_uri", grant.redirect), ("code_verifier", grant.verifier)];
        let session = self.ask(out, account, &form).await?;
        match session.contains_key("refresh") {
            true => Ok(session),
            false => Err(Report { reason: Some(Reason::Permission), ..Report::coded(Sent::Denied, "no_refresh_token") }),
        }
    }

    /// Whether there is no session, or one that ends soon.
    pub fn is_expired(&self, account: &Account<'_>) -> bool {
        let at = |name: &str| account.value(name).parse().map(Ms).ok();
        let due = at("began_ms").zip(at("expires_ms")).map(|(began, ends)| renewal(began, ends));
        account.value("access").is_empty() || due.is_none_or(|due| account.now >= due)
    }

    /// Renews the session; without one only a person can begin it.
    pub async fn renew(&self, out: &Outbound, account: Account<'_>) -> Renewed {
        match account.value("refresh") {
            "" => Err(Report { reason: Some(Reason::Token), ..Report::bare(Sent::Denied) }),
            refresh => self.ask(out, account, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await,
        }
    }

    async fn ask(&self, out: &Outbound, account: Account<'_>, grant: &[(&str, &str)]) -> Renewed {
        let asking = Asking { out, account, judge };
        let (origin, path) = self.token;
        let mut request = Request::new(Method::POST, account.at(origin, path).ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?);
        put(&mut request, "content-type", "application/x-www-form-urlencoded");
        let app = [(self.client, account.value("client_id")), ("client_secret", account.value("client_secret"))];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(app).extend_pairs(grant).finish();
        request.body = Body::Bytes(form.into());
        // What comes back may hold tokens that nobody knows yet.
        let wordless = |report: Report<Sent>| Report { excerpt: None, ..report };
        let answer = asking.before(request).await.map_err(wordless)?;
        session(&json(&answer), account.now).ok_or_else(|| wordless(asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None)))
    }
}

/// When a session is to be renewed: at four fifths of its life or five minutes before its end, never in its first half.
fn renewal(began: Ms, ends: Ms) -> Ms {
    let life = ends.since(began).max(0);
    began.plus((life / 5 * 4).min((life - AHEAD_MS).max(life / 2)))
}

/// The session in an answer; a token that is left out is not among its values.
fn session(body: &Value, now: Ms) -> Option<Values> {
    let token = |name: &str| {
        let text = body.get(name)?.as_str()?;
        (!text.is_empty() && text.len() <= TOKEN_MOST && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
    };
    let life = body.get("expires_in").and_then(Value::as_i64).unwrap_or(LIFE_S).clamp(0, LIFE_MOST_S);
    let times = [("began_ms", now), ("expires_ms", now.plus(life * SECOND))].map(|(name, at)| (name.to_owned(), at.0.to_string()));
    let mut values = Values::from(times);
    values.insert("access".to_owned(), token("access_token")?);
    values.extend(token("refresh_token").map(|refresh| ("refresh".to_owned(), refresh)));
    Some(values)
}

/// The errors of RFC 6749, 5.2, each with what it asks for: all that speak of the app or the grant need a person.
fn judge(answer: &Answer) -> Refusal {
    let (plain, code) = (by_status(answer), text_at(&json(answer), "/error"));
    let reason = match code.as_deref() {
        Some("invalid_grant" | "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client") => Reason::Token,
        Some("invalid_scope" | "access_denied" | "org_internal") => Reason::Permission,
        Some("temporarily_unavailable" | "server_error") => Reason::Server,
        _ => plain.reason,
    };
    Refusal { reason, code, ..plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B
        assert_eq!(base64url(&digest("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_session_is_renewed_before_it_ends_and_not_at_once() {
        let due = |life_s: i64| renewal(Ms(1_000), Ms(1_000 + life_s * SECOND)).since(Ms(1_000)) / SECOND;
        assert_eq!([due(3_600), due(86_400), due(1_000), due(300), due(0), due(-5)], [2_880, 69_120, 700, 150, 0, 0]);
    }

    #[test]
    fn what_is_left_out_or_is_no_token_has_no_value() {
        let read = |body: Value| session(&body, Ms(5)).map(|values| values.into_iter().collect::<Vec<_>>());
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let times = |ends: &str| [pair("began_ms", "5"), pair("expires_ms", ends)];
        let [began, ends] = times("10005");
        assert_eq!(read(json!({ "access_token": "a", "refresh_token": "", "expires_in": 10 })), Some(vec![pair("access", "a"), began.clone(), ends]));
        let [_, ends] = times("3600005");
        assert_eq!(read(json!({ "access_token": "a", "refresh_token": "r" })), Some(vec![pair("access", "a"), began, ends, pair("refresh", "r")]));
        for body in [json!({}), json!({ "access_token": "" }), json!({ "access_token": "a\r\nb" }), json!({ "access_token": "a".repeat(9_000) })] {
            assert_eq!(read(body.clone()), None, "{body}");
        }
    }

    fn account(values: &Values) -> Account<'_> {
        Account { values, masked: &[], stand_in: None, now: Ms(10_000) }
    }

    const CONSENT: Consent = Consent {
        authorize: ("https://accounts.example", "/o/auth"),
        token: ("https://token.example", "/token"),
        client: "client_key",
        scopes: "read write",
        extra: &[("prompt", "consent")],
        challenge: base64url,
    };

    #[test]
    fn a_person_is_sent_with_all_that_the_platform_needs() {
        let values = Values::from([("client_id".to_owned(), "app&1".to_owned())]);
        let page = CONSENT.page(&account(&values), "https://a.example/channels/callback", "s", "v").unwrap();
        assert_eq!((page.host_str(), page.path()), (Some("accounts.example"), "/o/auth"));
        let pairs: Vec<(String, String)> = page.query_pairs().into_owned().collect();
        let has = |name: &str, value: &str| assert!(pairs.contains(&(name.to_owned(), value.to_owned())), "{name} in {pairs:?}");
        has("client_key", "app&1");
        has("redirect_uri", "https://a.example/channels/callback");
        has("scope", "read write");
        has("code_challenge_method", "S256");
        has("prompt", "consent");
        assert!(CONSENT.is_from(&account(&values), "https://accounts.example"));
        assert!(!CONSENT.is_from(&account(&values), "https://accounts.example.org") && !CONSENT.is_from(&account(&values), "no address"));
    }

    #[test]
    fn without_a_session_or_near_its_end_it_is_begun_again() {
        let values = |access: &str, began: &str, ends: &str| {
            let pairs = [("access", access), ("began_ms", began), ("expires_ms", ends)];
            Values::from(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
        };
        for (held, expired) in [
            (values("a", "10000", "20000"), false),
            (values("", "10000", "20000"), true),
            (values("a", "0", "10000"), true),
            (values("a", "0", "x"), true),
            (Values::new(), true),
        ] {
            assert_eq!(CONSENT.is_expired(&account(&held)), expired, "{held:?}");
        }
    }
}
