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

#[cfg(test)]
mod tests {
    use super::thousands;

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
