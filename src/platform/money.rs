//! Money as whole millionths of a currency: read exactly or not at all, shown short.

/// A decimal amount in millionths: `0.15` is 150,000. At most six decimals, no sign, below a million.
pub fn micros(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 6 || !digits(whole) || !digits(part) || text.ends_with('.') {
        return None;
    }
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 1_000_000 + part)
}

/// The amount alone: at least two decimals, at most six, without trailing zeros. The inverse of [`micros`].
pub fn decimal(micros: i64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros.rem_euclid(1_000_000));
    let cut = text.trim_end_matches('0');
    let least = text.len() - 4;
    text.get(..cut.len().max(least)).unwrap_or(&text).to_owned()
}

/// The amount with its currency, for people.
pub fn amount(micros: i64, currency: &str) -> String {
    format!("{} {currency}", decimal(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_short() {
        for (micros, text) in [(0, "0.00 USD"), (52_000, "0.052 USD"), (1, "0.000001 USD"), (1_500_000, "1.50 USD"), (12_000_000, "12.00 USD")] {
            assert_eq!(amount(micros, "USD"), text);
        }
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, kept) in [
            ("0.15", Some(150_000)),
            ("15", Some(15_000_000)),
            ("0.000001", Some(1)),
            ("999999.999999", Some(999_999_999_999)),
            ("", None),
            (".5", None),
            ("1.", None),
            ("-1", None),
            ("1,5", None),
            ("1e3", None),
            ("0.0000001", None),
            ("1000000", None),
            ("１", None),
        ] {
            assert_eq!(micros(text), kept, "{text:?}");
            if let Some(kept) = kept {
                assert_eq!(micros(&decimal(kept)), Some(kept));
            }
        }
    }
}
