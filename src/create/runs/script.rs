//! A script as it is spoken: one line a shot, without its times and its directions. Pure.
//!
//! A line may begin with a time (`0:03`), hold directions in brackets (`[close]`, `（特写）` stays: it may be said), and
//! name who speaks before a colon; the name stays out of the voice only when it is in brackets.

/// The lines that are said, in order, empty ones left out.
pub fn spoken(script: &str) -> Vec<String> {
    script.lines().map(said).filter(|line| line.chars().any(char::is_alphanumeric)).collect()
}

fn said(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut depth = 0_usize;
    for c in line.chars() {
        match c {
            '[' | '【' => depth += 1,
            ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    let text = text.trim().trim_start_matches(['-', '*', '•', '#']).trim_start();
    without_time(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes `0:03`, `00:03–00:07` or `3s` off the beginning.
fn without_time(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | '-' | '–' | '~' | 's' | ' '))).unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    let is_time = head.contains(|c: char| c.is_ascii_digit()) && (head.contains(':') || head.trim_end().ends_with('s'));
    if is_time { rest.trim_start_matches([':', '：', '|', ' ']) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_is_left() {
        for (line, said) in [
            ("0:03 [close] Closer.", "Closer."),
            ("0:00–0:03 他为什么画白脸？", "他为什么画白脸？"),
            ("00:03 - 00:07: Look at him", "Look at him"),
            ("3s Wait", "Wait"),
            ("12 faces, one man", "12 faces, one man"),
            ("【特写】红脸的人从不说谎。", "红脸的人从不说谎。"),
            ("- Cô ấy hát [nhẹ] rất khẽ", "Cô ấy hát rất khẽ"),
            ("[music]", ""),
            ("0:05", ""),
            ("[unclosed", ""),
        ] {
            assert_eq!(spoken(line).join("|"), said, "{line}");
        }
        assert_eq!(spoken("a\n\n0:02 b\n[x]\nc"), ["a", "b", "c"]);
    }
}
