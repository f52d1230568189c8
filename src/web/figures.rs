//! How numbers are written for people, in one way everywhere.

use std::fmt::Display;

/// 18204 as "18,204", 1234.5 as "1,234.5".
pub fn thousands(number: impl Display) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, rest) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
    let mut out = String::with_capacity(text.len() + whole.len() / 3);
    out.push_str(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// Millionths of a currency: at least two decimals, at most six, without trailing zeros, as in "0.052 USD".
pub fn money(micros: i64, currency: &str) -> String {
    let text = format!("{}.{:06}", thousands(micros / 1_000_000), micros.rem_euclid(1_000_000));
    let cut = text.trim_end_matches('0').len().max(text.len() - 4);
    format!("{} {currency}", text.get(..cut).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::{money, thousands};

    #[test]
    fn money_is_exact_and_short() {
        for (micros, text) in
            [(0, "0.00 USD"), (52_000, "0.052 USD"), (1, "0.000001 USD"), (1_500_000, "1.50 USD"), (12_345_000_000, "12,345.00 USD")]
        {
            assert_eq!(money(micros, "USD"), text);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0.0, "0"), (999.0, "999"), (1_000.0, "1,000"), (-18_204_771.0, "-18,204,771"), (1_234.5, "1,234.5"), (f64::NAN, "NaN")]
        {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(thousands(11_151_i64), "11,151");
    }
}
