//! A publication to test with.

use super::features::{Features, Format, LengthBand, LocaleMatch, PictureFamily, Stance};
use super::hook_family::HookFamily;
use super::rates::Publication;

/// An ordinary 24-second video in Vietnam, one per id, each at another hour.
pub fn publication(id: u64) -> Publication {
    Publication {
        id: u128::from(id),
        published_ms: 1_790_000_000_000 + (id % 1_000) as i64 * 3_600_000,
        market: "vi-VN".into(),
        channel: "tiktok".into(),
        zone: chrono_tz::Asia::Ho_Chi_Minh,
        features: Features {
            hook: HookFamily::Question,
            length: LengthBand::Short,
            format: Format::Video,
            stance: Stance::Crafted,
            locale: LocaleMatch::Exact,
            picture: PictureFamily::Face,
            seconds: 24.0,
        },
        sameness: 0.0,
    }
}
