//! The token that an access key and a secret key sign: JSON Web Token with HMAC SHA-256. Pure.
//!
//! Source: RFC 7519 and RFC 7515; the claims are those of Kling's API.

use crate::platform::Ms;
use crate::platform::clock::SECOND;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::json;

/// How long a token is good for, and how much the clocks may differ, in seconds.
const GOOD_FOR: i64 = 1_800;
const BEFORE: i64 = 5;

/// A token of this moment.
pub(super) fn token(access: &str, secret: &str, now: Ms) -> String {
    let now = now.0 / SECOND;
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({ "iss": access, "exp": now + GOOD_FOR, "nbf": now - BEFORE });
    let said = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = signature(secret.as_bytes(), &said);
    format!("{said}.{signature}")
}

fn signature(key: &[u8], said: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), said.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_signed_alike() {
        // RFC 7515, appendix A.1
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let said = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                    eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        assert_eq!(signature(&URL_SAFE_NO_PAD.decode(key).unwrap(), said), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn a_token_holds_who_asks_and_until_when() {
        let expected = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
                        eyJleHAiOjE3NjcyMjc0MDAsImlzcyI6ImFrLTEiLCJuYmYiOjE3NjcyMjU1OTV9.\
                        3D8VBncP2Y5NSzGE6ObQ-mxkJpwaD9Z0SmHr_VnGUn4";
        assert_eq!(token("ak-1", "sk-1", Ms(1_767_225_600_999)), expected);
    }
}
