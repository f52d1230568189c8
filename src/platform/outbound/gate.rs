//! The gate every outgoing address passes, at save time and again before each request. Pure.
//!
//! Invariant: what is judged is what is sent. The text is parsed once (WHATWG), so every spelling
//! of an address has already become that address; names are judged again by what they resolve to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use url::Host;

use super::classify::is_public;

/// Longest address accepted, in bytes.
const LONGEST: usize = 2_048;

/// What the operator allows beyond the public internet. Comes from the environment or the
/// command line, never from a page.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Exact `host:port` pairs that may be private.
    pub allow_private: Vec<Target>,
    /// Exact origins that stand in for a platform.
    pub origins: Vec<Origin>,
}

/// One `host:port`, the host spelled as a URL would normalise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    host: String,
    port: u16,
}

/// Scheme, host and port, without path, query or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

/// Text of the operator's that is not what was asked for; says what is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {wanted}")]
pub struct Misspelt {
    text: String,
    wanted: &'static str,
}

/// One sentence for every refusal, so that answers tell nothing about the network inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("address not allowed")]
pub struct UrlRefusal;

/// How an admitted address is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Every address the name resolves to must be public.
    Public,
    /// Listed by the operator: whatever it resolves to.
    Listed,
}

impl FromStr for Target {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let misspelt = || Misspelt { text: text.to_owned(), wanted: "a host and port such as 127.0.0.1:11434" };
        let (_, port) = text.rsplit_once(':').ok_or_else(misspelt)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(misspelt)?;
        let url = Url::parse(&format!("http://{text}/")).map_err(|_| misspelt())?;
        if !is_bare(&url) {
            return Err(misspelt());
        }
        let host = host_name(&url).ok_or_else(misspelt)?;
        Ok(Self { host, port })
    }
}

impl FromStr for Origin {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let misspelt = || Misspelt { text: text.to_owned(), wanted: "an origin such as http://127.0.0.1:9000" };
        let url = Url::parse(text).map_err(|_| misspelt())?;
        let web = matches!(url.scheme(), "http" | "https");
        if web && is_bare(&url) && url.host().is_some() { Ok(Self(url)) } else { Err(misspelt()) }
    }
}

impl Origin {
    /// The origin as the address of its root.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Reads an address a person typed and judges it, for use when it is saved. The name is not
/// resolved here: that happens, and is judged, at each request.
pub fn check_url(text: &str, policy: &Policy) -> Result<Url, UrlRefusal> {
    let text = text.trim();
    // The parser would repair these silently; a person should see what will be used.
    let doubtful = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    if text.len() > LONGEST || text.contains(doubtful) {
        return Err(UrlRefusal);
    }
    // A name that only looks like another one is written in other letters: names are given as they
    // are resolved ("xn--…" for letters beyond ASCII).
    let authority = text.split_once("//").and_then(|(_, rest)| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if !authority.is_ascii() {
        return Err(UrlRefusal);
    }
    let url = Url::parse(text).map_err(|_| UrlRefusal)?;
    if url.fragment().is_some() {
        return Err(UrlRefusal);
    }
    admit(&url, policy)?;
    Ok(url)
}

/// Judges a parsed address before a request, and says how it is to be resolved.
pub fn admit(url: &Url, policy: &Policy) -> Result<Route, UrlRefusal> {
    let has_user = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || has_user || url.as_str().len() > LONGEST {
        return Err(UrlRefusal);
    }
    let host = host_name(url).ok_or(UrlRefusal)?;
    let port = url.port_or_known_default().ok_or(UrlRefusal)?;
    let listed = policy.allow_private.iter().any(|target| target.host == host && target.port == port)
        || policy.origins.iter().any(|origin| origin.0.origin() == url.origin());
    if listed {
        return Ok(Route::Listed);
    }
    if !matches!(port, 80 | 443) || !is_public_host(url) {
        return Err(UrlRefusal);
    }
    Ok(Route::Public)
}

fn is_public_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => is_public_name(name),
        None => false,
    }
}

/// Names that never mean a public host: single labels and the special-use domains of RFC 6761,
/// RFC 6762, RFC 8375 and ICANN's `.internal`.
fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let private = ["localhost", "local", "internal", "home.arpa"];
    let under = |domain: &&str| name.strip_suffix(*domain).is_some_and(|rest| rest.ends_with('.'));
    name.contains('.') && !name.ends_with('.') && name.len() <= 253 && !private.iter().any(|domain| name == *domain || under(domain))
}

/// Host as the URL parser normalised it, without the root's dot.
fn host_name(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(host.strip_suffix('.').unwrap_or(host).to_owned())
}

fn is_bare(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every spelling of the address list, as hosts.
    const FORBIDDEN_HOSTS: [&str; 71] = [
        "127.0.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "①②⑦.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1.",
        "a.localhost",
        "a.localhost.",
        "ollama",
        "nas.local",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.0.1",
        "192.168.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "metadata.google.internal",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.254",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[100::1]",
        "[2001:db8::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fec0::1]",
        "[ff02::1]",
        "[3fff::1]",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "localhost%2e",
        "example..",
    ];

    #[test]
    fn every_spelling_of_a_forbidden_host_is_refused() {
        for host in FORBIDDEN_HOSTS {
            for scheme in ["http", "https", "HTTP"] {
                let text = format!("{scheme}://{host}/path");
                assert_eq!(check_url(&text, &Policy::default()), Err(UrlRefusal), "{text}");
            }
        }
    }

    #[test]
    fn doubtful_forms_are_refused() {
        for text in [
            "",
            "example.com",
            "file:///etc/passwd",
            "gopher://example.com/",
            "ftp://example.com/",
            "http://ok@example.com/",
            "http://:pw@example.com/",
            "http://ok@127.0.0.1/",
            "http://127.0.0.1#@example.com/",
            "http://example.com/#part",
            "http://ok.example\\@127.0.0.1/",
            "http://exa\tmple.com/",
            "http://example.com/\n",
            "http://exa\nmple.com/",
            "http://example.com:0/",
            "http://example.com:22/",
            "http://example.com:25/",
            "http://example.com:6379/",
            "http://example.com:8080/",
            "http://",
        ] {
            let trimmed_is_fine = text.trim() == "http://example.com/";
            assert_eq!(check_url(text, &Policy::default()).is_err(), !trimmed_is_fine, "{text:?}");
        }
        let long = format!("http://example.com/{}", "a".repeat(8_000));
        assert_eq!(check_url(&long, &Policy::default()), Err(UrlRefusal));
    }

    #[test]
    fn ordinary_addresses_pass() {
        for text in [
            "https://example.com/hook?x=1",
            "HTTP://EXAMPLE.com",
            "http://example.com:443/",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
            "https://xn--r8jz45g.jp/",
            "https://example.com./",
            "https://locals.example/",
            "https://internal.example/",
        ] {
            assert!(check_url(text, &Policy::default()).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_listed_target_opens_exactly_itself() {
        let policy =
            Policy { allow_private: vec!["localhost:11434".parse().expect("target"), "[::1]:80".parse().expect("target")], ..Policy::default() };
        assert_eq!(admit(&Url::parse("http://LOCALHOST.:11434/v1").expect("url"), &policy), Ok(Route::Listed));
        assert_eq!(admit(&Url::parse("http://[0::1]/").expect("url"), &policy), Ok(Route::Listed));
        for text in ["http://localhost/", "http://localhost:11435/", "http://127.0.0.1:11434/", "http://[::1]:11434/"] {
            assert_eq!(check_url(text, &policy), Err(UrlRefusal), "{text}");
        }
    }

    #[test]
    fn a_listed_origin_includes_its_scheme() {
        let policy = Policy { origins: vec!["http://127.0.0.1:9000".parse().expect("origin")], ..Policy::default() };
        assert!(check_url("http://127.0.0.1:9000/api/x", &policy).is_ok());
        assert_eq!(check_url("https://127.0.0.1:9000/api/x", &policy), Err(UrlRefusal));
        assert_eq!(check_url("http://127.0.0.1:9001/", &policy), Err(UrlRefusal));
    }

    #[test]
    fn operator_text_is_read_strictly() {
        for text in ["", "localhost", "localhost:", "localhost:0", "localhost:70000", "a/b:80", "u@h:80", "h:80/x:80", "::1:80"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
        for text in ["", "127.0.0.1:9000", "ftp://h", "http://h/path", "http://u@h", "http://h?x"] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        assert_eq!("http://127.0.0.1:9000/".parse::<Origin>().expect("origin").to_string(), "http://127.0.0.1:9000");
    }
}
