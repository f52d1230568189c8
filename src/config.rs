//! The settings, read once. The environment is read here and nowhere else.

use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;
use url::Url;

/// Settings of `troupe serve`; every flag has an environment variable with the prefix `TROUPE_`.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where to listen: HOST:PORT, or unix:PATH behind a proxy on the same machine
    #[arg(long, env = "TROUPE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// The data folder: database, media, key, backups
    #[arg(long, env = "TROUPE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// The address people type; its path is the base path
    #[arg(long, env = "TROUPE_PUBLIC_URL", default_value = "http://localhost:8080")]
    pub public_url: String,
    /// Proxies whose forwarded headers are believed: addresses or CIDRs, comma-separated
    #[arg(long, env = "TROUPE_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,
    /// Private addresses the server may call (model servers at home): host:port, comma-separated
    #[arg(long, env = "TROUPE_ALLOW_PRIVATE", default_value = "")]
    pub allow_private: String,
    /// Sites that may show embeds in a frame, space-separated origins; so far nothing may be framed
    #[arg(long, env = "TROUPE_FRAME_ANCESTORS", default_value = "")]
    pub frame_ancestors: String,
    /// The key that seals secrets; made in the data folder when absent
    #[arg(long, env = "TROUPE_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The zone offered to new members
    #[arg(long, env = "TROUPE_TIMEZONE", default_value = "UTC")]
    pub timezone: String,
    /// What to log, as in "info,troupe=debug"; end with "json" for one object a line
    #[arg(long, env = "TROUPE_LOG", default_value = "info")]
    pub log: String,
}

/// Settings that were looked at and hold together.
#[derive(Clone, Debug)]
pub struct Config {
    pub settings: Settings,
    pub public_url: Url,
    /// "" or "/studio": what every link begins with.
    pub base: String,
    pub trusted_proxies: Vec<Network>,
    /// Stand-ins for platforms and models: kind ("backend-openai", "channel-bluesky") and origin.
    pub origins: Vec<(String, Url)>,
}

/// An address range, as in `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Network { address, bits })
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl Config {
    /// Checks what the settings say; the error is one line for the person at the terminal.
    pub fn check(settings: Settings) -> Result<Config, String> {
        let public_url = Url::parse(&settings.public_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.query().is_none() && url.fragment().is_none())
            .ok_or_else(|| format!("TROUPE_PUBLIC_URL must be an http or https address, not {:?}.", settings.public_url))?;
        let base = public_url.path().trim_end_matches('/').to_owned();
        let trusted_proxies = settings
            .trusted_proxies
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| Network::parse(part).ok_or_else(|| format!("TROUPE_TRUSTED_PROXIES: {part:?} is not an address range.")))
            .collect::<Result<_, _>>()?;
        crate::platform::locale::zone(&settings.timezone)
            .map_err(|_| format!("TROUPE_TIMEZONE: {:?} is not an IANA zone such as Asia/Shanghai.", settings.timezone))?;
        if let Some(part) = settings.frame_ancestors.split_whitespace().find(|part| !is_origin(part)) {
            return Err(format!("TROUPE_FRAME_ANCESTORS: {part:?} is not an origin such as https://www.example.com."));
        }
        if let Some(part) = wrong_directive(&settings.log) {
            return Err(format!("TROUPE_LOG: {part:?} is not a level (error, warn, info, debug, trace, off) or target=level."));
        }
        Ok(Config { base, public_url, trusted_proxies, origins: origins()?, settings })
    }

    /// True when people reach it over https: cookies are then Secure and HSTS is sent.
    pub fn https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Where the key that seals secrets lies.
    pub fn key_file(&self) -> PathBuf {
        self.settings.key_file.clone().unwrap_or_else(|| self.settings.data.join("key"))
    }

    /// "https://studio.example" without the base path, as browsers send it in `Origin`.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// An absolute address below the public URL; `path` begins with a slash.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.base)
    }

    /// The settings in force, one a line, without anything that opens something.
    pub fn redacted(&self) -> String {
        let clean = |url: &Url| {
            let mut url = url.clone();
            let _ = url.set_password(None);
            let _ = url.set_username("");
            url.to_string()
        };
        let Settings { listen, data, trusted_proxies, allow_private, frame_ancestors, timezone, log, .. } = &self.settings;
        let mut lines = vec![
            ("TROUPE_LISTEN".to_owned(), listen.clone()),
            ("TROUPE_DATA".to_owned(), data.display().to_string()),
            ("TROUPE_PUBLIC_URL".to_owned(), clean(&self.public_url)),
            ("TROUPE_TRUSTED_PROXIES".to_owned(), trusted_proxies.clone()),
            ("TROUPE_ALLOW_PRIVATE".to_owned(), allow_private.clone()),
            ("TROUPE_FRAME_ANCESTORS".to_owned(), frame_ancestors.clone()),
            ("TROUPE_KEY_FILE".to_owned(), self.key_file().display().to_string()),
            ("TROUPE_TIMEZONE".to_owned(), timezone.clone()),
            ("TROUPE_LOG".to_owned(), log.clone()),
        ];
        lines.extend(self.origins.iter().map(|(kind, url)| (format!("TROUPE_{}", kind.to_uppercase().replacen('-', "_ORIGIN_", 1)), clean(url))));
        lines.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
    }

    /// The operator's stand-in for a platform, when one is set.
    pub fn stand_in(&self, kind: &str) -> Option<&Url> {
        self.origins.iter().find(|(name, _)| name == kind).map(|(_, url)| url)
    }
}

/// Scheme, host and perhaps a port; the first label may be a star, as content security policies have it.
fn is_origin(text: &str) -> bool {
    // A semicolon would begin another directive of the policy.
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:/*[]".contains(&byte)) {
        return false;
    }
    let plain = text.replacen("://*.", "://", 1);
    let url = Url::parse(&plain).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.is_some_and(|url| url.origin().ascii_serialization() == plain.trim_end_matches('/').to_ascii_lowercase())
}

/// The first part of a log filter that says nothing.
fn wrong_directive(filter: &str) -> Option<&str> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let filter = filter.strip_suffix("json").unwrap_or(filter);
    let is_level = |text: &str| LEVELS.contains(&text.trim().to_ascii_lowercase().as_str());
    filter.split(',').filter(|part| !part.trim().is_empty()).find(|part| match part.split_once('=') {
        None => !is_level(part),
        Some((target, level)) => target.trim().is_empty() || !is_level(level),
    })
}

const KNOWN: &[&str] = &[
    "TROUPE_LISTEN",
    "TROUPE_DATA",
    "TROUPE_PUBLIC_URL",
    "TROUPE_TRUSTED_PROXIES",
    "TROUPE_ALLOW_PRIVATE",
    "TROUPE_FRAME_ANCESTORS",
    "TROUPE_KEY_FILE",
    "TROUPE_TIMEZONE",
    "TROUPE_LOG",
];

#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// `TROUPE_CHANNEL_ORIGIN_BLUESKY=http://127.0.0.1:9` becomes ("channel-bluesky", …).
fn origins() -> Result<Vec<(String, Url)>, String> {
    let mut found = Vec::new();
    for (name, value) in environment() {
        let Some((room, kind)) = name.strip_prefix("TROUPE_").and_then(|rest| rest.split_once("_ORIGIN_")) else { continue };
        if matches!(room, "CHANNEL" | "BACKEND") {
            let url = Url::parse(&value).map_err(|_| format!("{name} must be an address such as http://127.0.0.1:9000."))?;
            found.push((format!("{}-{}", room.to_lowercase(), kind.to_lowercase()), url));
        }
    }
    Ok(found)
}

/// The file of a program that stands in `PATH`.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Names that look like settings but are none: a typing error, most likely.
pub fn unknown_variables() -> Vec<String> {
    environment()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("TROUPE_") && !name.contains("_ORIGIN_"))
        .filter(|name| !KNOWN.contains(&name.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_found() {
        for good in ["", "info", "WARN", "info,troupe=debug", "info,json", "json", "troupe::web=trace"] {
            assert_eq!(wrong_directive(good), None, "{good}");
        }
        for bad in ["verbose", "info,=debug", "troupe=loud", "info, much"] {
            assert!(wrong_directive(bad).is_some(), "{bad}");
        }
        for good in ["https://a.example", "http://localhost:3000", "https://*.example.com"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["a.example", "https://a.example/x", "javascript:1", "https://a.example;script-src", "'self'"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let home = Network::parse("10.1.0.0/16").unwrap();
        assert!(home.contains("10.1.200.3".parse().unwrap()));
        assert!(home.contains("::ffff:10.1.0.1".parse().unwrap()));
        assert!(!home.contains("10.2.0.1".parse().unwrap()));
        assert!(Network::parse("0.0.0.0/0").unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(Network::parse("::1").unwrap().contains("::1".parse().unwrap()));
        for text in ["10.0.0.0/33", "::/129", "localhost", "10.0.0.0/-1"] {
            assert!(Network::parse(text).is_none(), "{text} was taken");
        }
    }
}
