//! Lines of type that fit a box: broken by word, or by grapheme where the script has no spaces;
//! shrunk until they fit, then cut with an ellipsis. Widths come from the same engine that draws.

use resvg::usvg;
use unicode_segmentation::UnicodeSegmentation;

use super::brief::Language;
use super::card::CardError;
use crate::stats::similarity::is_han;

pub(super) struct Face<'a> {
    pub language: Language,
    pub options: &'a usvg::Options<'a>,
}

/// The box to fill, in pixels.
pub(super) struct Block {
    pub width: f32,
    pub height: f32,
    pub largest: f32,
    pub smallest: f32,
    pub weight: u16,
}

/// Lines of one size.
pub(super) struct Set {
    lines: Vec<String>,
    size: f32,
    leading: f32,
    weight: u16,
}

impl Set {
    pub(super) fn height(&self) -> f32 {
        self.lines.len() as f32 * self.leading
    }
}

/// A piece that is never broken inside, and its width at one pixel of type.
struct Token {
    text: String,
    width: f32,
    space_before: bool,
}

/// Sizes are measured at this height and scaled.
const MEASURE: f32 = 100.0;
/// A lone word wider than the box is broken by grapheme; so is anything longer than this.
const LONGEST_WORD: usize = 18;

pub(super) fn fit(face: &Face<'_>, text: &str, block: &Block) -> Result<Set, CardError> {
    let tokens = tokens(face, text, block.weight)?;
    let mut size = block.largest;
    loop {
        let leading = size * if face.language == Language::Chinese { 1.36 } else { 1.26 };
        let room = ((block.height / leading) as usize).max(1);
        let lines = wrap(&tokens, block.width / size);
        let last = size <= block.smallest;
        if lines.len() <= room || last {
            let lines = if lines.len() <= room {
                balanced(&tokens, block.width / size, lines)
            } else {
                shorten(lines, room, tokens_fit(block.width, size, face.language))
            };
            return Ok(Set { lines, size, leading, weight: block.weight });
        }
        size = (size * 0.94).max(block.smallest);
    }
}

/// How many graphemes surely fit a line, for the line that takes the ellipsis.
fn tokens_fit(width: f32, size: f32, language: Language) -> usize {
    let em = if language == Language::Chinese { 1.0 } else { 0.56 };
    ((width / (size * em)) as usize).max(2)
}

/// The narrowest setting with as many lines, so that no line is left with a single word.
fn balanced(tokens: &[Token], width: f32, mut lines: Vec<String>) -> Vec<String> {
    let mut narrower = width;
    while lines.len() > 1 && narrower > width * 0.5 {
        narrower *= 0.97;
        let tried = wrap(tokens, narrower);
        if tried.len() > lines.len() || tokens.iter().any(|token| token.width > narrower) {
            break;
        }
        lines = tried;
    }
    lines
}

/// The lines there is room for, the last one closed by an ellipsis after a whole word.
fn shorten(mut lines: Vec<String>, room: usize, graphemes: usize) -> Vec<String> {
    lines.truncate(room);
    if let Some(last) = lines.last_mut() {
        let mut kept: String = last.graphemes(true).take(graphemes.saturating_sub(1)).collect();
        if kept.len() < last.len()
            && let Some(space) = kept.rfind(' ')
        {
            kept.truncate(space);
        }
        *last = format!("{}…", kept.trim_end_matches(|c: char| c.is_whitespace() || ",.;:，。；：、…".contains(c)));
    }
    lines
}

fn wrap(tokens: &[Token], width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut filled = 0.0;
    for token in tokens {
        let space = if token.space_before { 0.27 } else { 0.0 };
        match lines.last_mut() {
            Some(line) if filled + space + token.width <= width => {
                if token.space_before {
                    line.push(' ');
                }
                line.push_str(&token.text);
                filled += space + token.width;
            }
            _ => {
                lines.push(token.text.clone());
                filled = token.width;
            }
        }
    }
    lines
}

/// Words and Han graphemes; closing marks stay with what they close, opening marks with what follows.
fn split(text: &str) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    for word in text.split_whitespace() {
        let (mut fresh, mut open, mut run) = (true, false, 0);
        for grapheme in word.graphemes(true) {
            let c = grapheme.chars().next().unwrap_or(' ');
            let wide = is_han(c) || ('\u{3040}'..='\u{30ff}').contains(&c) || "（《「『“，。、；：！？”」』》）…".contains(c) && !word.is_ascii();
            let joins = "，。、；：！？”’」』》）…,.;:!?".contains(c);
            run = if wide { 0 } else { run + 1 };
            let glued = !fresh && (open || joins || !wide && run > 1 && run <= LONGEST_WORD);
            match parts.last_mut() {
                Some((last, _)) if glued => last.push_str(grapheme),
                _ => {
                    parts.push((grapheme.to_owned(), fresh));
                    run = run.min(1);
                }
            }
            (fresh, open) = (false, "（《「『“‘(".contains(c));
        }
    }
    parts
}

/// Measures every token in one document, so that fonts are chosen and shaped once.
fn tokens(face: &Face<'_>, text: &str, weight: u16) -> Result<Vec<Token>, CardError> {
    let parts = split(text);
    let mut svg = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">"#);
    for (part, _) in &parts {
        svg.push_str(&element(face, part, (0.0, 0.0), (MEASURE, weight, "#000")));
    }
    svg.push_str("</svg>");
    let tree = usvg::Tree::from_str(&svg, face.options).map_err(|e| CardError::Draw(e.to_string()))?;
    all_covered(tree.root())?;
    let widths = tree.root().children().iter().filter_map(|node| match node {
        usvg::Node::Text(text) => Some(text.bounding_box().width() / MEASURE),
        _ => None,
    });
    let widths: Vec<f32> = widths.collect();
    if widths.len() != parts.len() {
        return Err(CardError::NoFont { missing: text.graphemes(true).take(12).collect() });
    }
    Ok(parts.into_iter().zip(widths).map(|((text, space_before), width)| Token { text, width, space_before }).collect())
}

/// Every glyph was found in some installed font; glyph 0 is the empty box of a font that lacks it.
pub(super) fn all_covered(group: &usvg::Group) -> Result<(), CardError> {
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => all_covered(inner)?,
            usvg::Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                let missing: String = glyphs.filter(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.as_str()).take(8).collect();
                if !missing.is_empty() {
                    return Err(CardError::NoFont { missing });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn draw(face: &Face<'_>, set: &Set, (x, y): (f32, f32), colour: &str) -> String {
    let baseline = |place: usize| y + set.size * 0.92 + place as f32 * set.leading;
    set.lines.iter().enumerate().map(|(place, line)| element(face, line, (x, baseline(place)), (set.size, set.weight, colour))).collect()
}

fn element(face: &Face<'_>, text: &str, (x, y): (f32, f32), (size, weight, colour): (f32, u16, &str)) -> String {
    let (lang, families) = match face.language {
        Language::Chinese => ("zh-Hans", "Noto Serif CJK SC, Noto Serif SC, Source Han Serif SC, Noto Sans CJK SC, Noto Serif, serif"),
        Language::Vietnamese => ("vi", "Noto Serif, DejaVu Serif, Noto Serif CJK SC, serif"),
        Language::English => ("en", "Noto Serif, DejaVu Serif, Noto Serif CJK SC, serif"),
    };
    format!(
        r#"<text x="{x:.2}" y="{y:.2}" xml:lang="{lang}" font-family="{families}" font-size="{size:.2}" font-weight="{weight}" fill="{colour}">{}</text>"#,
        escaped(text)
    )
}

/// Text inside an element, never markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML knows no other control characters and no non-characters.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
