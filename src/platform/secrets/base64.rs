//! Base64 without padding on the way out (RFC 4648 section 5), either alphabet on the way in.

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Encodes with the URL-safe alphabet, unpadded.
pub fn encode_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let value = chunk.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let six = (value >> (18 - 6 * place)) & 0x3f;
            text.push(char::from(URL_SAFE[six as usize]));
        }
    }
    text
}

/// Decodes either alphabet, padded or not. `None` for any other character or a stray end.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut value, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        value = value << 6 | six_bits(letter)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
            value &= (1 << bits) - 1;
        }
    }
    // What is left over must be padding only: fewer than six bits, all zero.
    (bits < 6 && value == 0).then_some(bytes)
}

fn six_bits(letter: u8) -> Option<u32> {
    let letter = match letter {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    };
    URL_SAFE.iter().position(|known| *known == letter).map(|index| index as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_rfc_4648() {
        for (plain, coded) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode_url(plain.as_bytes()), coded);
            assert_eq!(decode(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(encode_url(&[0xfb, 0xff]), "-_8");
        assert_eq!(decode("+/8="), Some(vec![0xfb, 0xff]));
    }

    #[test]
    fn strays_are_refused() {
        for text in ["Z", "Zh", "Zm9v!", "Zm 9v", "Zm=9v", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
