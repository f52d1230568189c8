//! Reads an HTTP `Range` header for a body of known size (RFC 9110, section 14). Pure.
//!
//! One range is served, or the whole: multipart answers cost more than they give, so several
//! ranges count only when they join into one, and more than four are not even tried.

const MOST: usize = 4;

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// 200 with everything.
    Whole,
    /// 206 with the bytes `first..=last`, both inside the body.
    Part { first: u64, last: u64 },
    /// 416.
    NotSatisfiable,
}

/// Reads `header` (`None` when the request has none) for a body of `size` bytes. What is not
/// understood is ignored, as the standard asks.
pub fn served(header: Option<&str>, size: u64) -> Served {
    let Some(list) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Served::Whole;
    };
    // The count is bounded before anything is collected: a header may list thousands.
    if list.split(',').take(MOST + 1).count() > MOST {
        return Served::Whole;
    }
    let Some(asked) = list.split(',').map(|text| parse(text.trim())).collect::<Option<Vec<_>>>() else {
        return Served::Whole;
    };
    let mut spans: Vec<_> = asked.into_iter().filter_map(|range| range.within(size)).collect();
    spans.sort_unstable();
    let Some((&(first, mut last), rest)) = spans.split_first() else {
        return Served::NotSatisfiable;
    };
    for &(next, end) in rest {
        if next > last.saturating_add(1) {
            return Served::Whole;
        }
        last = last.max(end);
    }
    Served::Part { first, last }
}

/// One range as asked for.
enum Asked {
    From {
        first: u64,
        last: Option<u64>,
    },
    /// The last so many bytes.
    Suffix(u64),
}

impl Asked {
    /// First and last byte inside the body, or `None` when no byte of it is meant.
    fn within(&self, size: u64) -> Option<(u64, u64)> {
        let end = size.checked_sub(1)?;
        match *self {
            Self::From { first, last } => (first <= end).then(|| (first, last.map_or(end, |last| last.min(end)))),
            Self::Suffix(0) => None,
            Self::Suffix(length) => Some((size.saturating_sub(length), end)),
        }
    }
}

fn parse(text: &str) -> Option<Asked> {
    let (first, last) = text.split_once('-')?;
    match (first, last) {
        ("", length) => number(length).map(Asked::Suffix),
        (first, "") => number(first).map(|first| Asked::From { first, last: None }),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Asked::From { first, last: Some(last) })
        }
    }
}

/// Digits only: `parse` alone would take a sign. A number past 64 bits lies past any body.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn examples() {
        use Served::{NotSatisfiable, Part, Whole};
        for (header, size, wanted) in [
            ("bytes=0-499", 10_000, Part { first: 0, last: 499 }),
            ("bytes=9500-", 10_000, Part { first: 9_500, last: 9_999 }),
            ("bytes=-500", 10_000, Part { first: 9_500, last: 9_999 }),
            ("bytes=-20000", 10_000, Part { first: 0, last: 9_999 }),
            ("bytes=0-99999999999999999999999", 10, Part { first: 0, last: 9 }),
            ("bytes=0-1, 2-3,1-5", 10, Part { first: 0, last: 5 }),
            ("bytes=0-1,5-6", 10, Whole),
            ("bytes=0-1,99-", 10, Part { first: 0, last: 1 }),
            ("bytes=0-,0-,0-,0-,0-", 10, Whole),
            ("bytes=10-", 10, NotSatisfiable),
            ("bytes=-0", 10, NotSatisfiable),
            ("bytes=0-", 0, NotSatisfiable),
            ("bytes=5-4", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("items=0-1", 10, Whole),
        ] {
            assert_eq!(served(Some(header), size), wanted, "{header} of {size}");
        }
        assert_eq!(served(None, 10), Whole);
    }

    proptest! {
        #[test]
        fn a_part_lies_inside_the_body(header in "bytes=[0-9,\\- ]{0,24}", size in 0_u64..5_000) {
            if let Served::Part { first, last } = served(Some(&header), size) {
                prop_assert!(first <= last && last < size);
            }
        }

        #[test]
        fn one_range_is_exactly_the_bytes_asked_for(first in 0_u64..200, length in 1_u64..200, size in 1_u64..200) {
            let last = first + length - 1;
            let wanted: Vec<u64> = (0..size).filter(|at| (first..=last).contains(at)).collect();
            let got: Vec<u64> = match served(Some(&format!("bytes={first}-{last}")), size) {
                Served::Part { first, last } => (first..=last).collect(),
                Served::NotSatisfiable => Vec::new(),
                Served::Whole => (0..size).collect(),
            };
            prop_assert_eq!(got, wanted);
        }

        #[test]
        fn a_suffix_is_the_end(length in 1_u64..300, size in 1_u64..200) {
            let got = served(Some(&format!("bytes=-{length}")), size);
            prop_assert_eq!(got, Served::Part { first: size.saturating_sub(length), last: size - 1 });
        }
    }
}
