//! A title card as a PNG: a lit stage beside a dark wing, one quiet motif, the title in a serif.
//! Not a picture of anything, and signed "template, not AI" in the caller's language.

use std::sync::{Arc, OnceLock};

use rand::RngExt;
use resvg::{tiny_skia, usvg};

use super::brief::{Language, clean};
use super::fill::dice;
use super::motifs::{self, Palette, Scene};
use super::typeset::{self, Block, Face};

/// Neither side is larger, so a card costs at most a few tens of megabytes while it is drawn.
const LARGEST: u32 = 4096;
const SMALLEST: u32 = 96;

/// What stands on a card. Sizes in pixels; any ratio.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    pub language: Language,
    /// Chooses colours, motif and side; a project's own seed keeps its cards in one family.
    pub seed: u64,
    pub width: u32,
    pub height: u32,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CardError {
    #[error("a card is between {SMALLEST} and {LARGEST} pixels on each side")]
    Size,
    #[error("no installed font covers “{missing}”; install fonts-noto-core and fonts-noto-cjk")]
    NoFont { missing: String },
    #[error("the card could not be drawn: {0}")]
    Draw(String),
}

/// The card as PNG bytes of exactly `width` × `height` pixels. Takes about a tenth of a second.
pub fn card(brief: &Card<'_>) -> Result<Vec<u8>, CardError> {
    let sides = SMALLEST..=LARGEST;
    if !sides.contains(&brief.width) || !sides.contains(&brief.height) {
        return Err(CardError::Size);
    }
    let options = usvg::Options { fontdb: fonts(), font_family: "Noto Serif".to_owned(), ..Default::default() };
    let svg = compose(brief, &options)?;
    let tree = usvg::Tree::from_str(&svg, &options).map_err(|e| CardError::Draw(e.to_string()))?;
    typeset::all_covered(tree.root())?;
    let mut pixels = tiny_skia::Pixmap::new(brief.width, brief.height).ok_or(CardError::Size)?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    png(&pixels).map_err(|e| CardError::Draw(e.to_string()))
}

/// A card has no see-through pixel, and the fast setting costs a few kilobytes and saves most of the time.
fn png(pixels: &tiny_skia::Pixmap) -> image::ImageResult<Vec<u8>> {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let opaque: Vec<u8> = pixels.data().as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    let mut bytes = Vec::with_capacity(256 << 10);
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    image::ImageEncoder::write_image(encoder, &opaque, pixels.width(), pixels.height(), image::ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

/// System fonts, read once for the life of the process.
pub fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_system_fonts();
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Where things stand: the motif above or beside the words, by the shape of the card.
struct Layout {
    unit: f32,
    wing: f32,
    wing_left: bool,
    picture: (f32, f32, f32, f32),
    words: (f32, f32, f32, f32),
}

impl Layout {
    fn of(width: f32, height: f32, wing_left: bool) -> Self {
        let unit = width.min(height) / 540.0;
        let wide = width > height * 1.25;
        let wing = if wide { width * 0.07 } else { width * 0.13 };
        let margin = 40.0 * unit;
        let (left, right) = if wing_left { (wing, width) } else { (0.0, width - wing) };
        let stage = right - left;
        let (picture, words) = if wide {
            let split = left + stage * 0.46;
            ((left, 0.0, split - left, height), (split + margin, margin * 1.4, right - split - margin * 2.0, height - margin * 3.6))
        } else {
            let split = height * 0.5;
            ((left, 0.0, stage, split), (left + margin, split + margin, stage - margin * 2.0, height - split - margin * 3.1))
        };
        Self { unit, wing, wing_left, picture, words }
    }
}

fn compose(brief: &Card<'_>, options: &usvg::Options<'_>) -> Result<String, CardError> {
    let mut rng = dice(brief.seed, 5);
    let palette = Palette::of(&mut rng);
    let (width, height) = (brief.width as f32, brief.height as f32);
    let layout = Layout::of(width, height, rng.random_range(0..3) < 2);
    let (x, y, w, h) = layout.picture;
    let picture = motifs::picture(&Scene { x, y, w, h, palette: &palette }, &mut rng);
    let wing_x = if layout.wing_left { 0.0 } else { width - layout.wing };
    let wing = motifs::wing(wing_x, layout.wing, height, &palette);
    let words = words(brief, &layout, &palette, options)?;
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="{paper}"/>{picture}{wing}{words}</svg>"#,
        paper = palette.paper,
    ))
}

/// Title, subtitle and the mark, measured with the fonts that will draw them.
fn words(brief: &Card<'_>, layout: &Layout, palette: &Palette, options: &usvg::Options<'_>) -> Result<String, CardError> {
    let (x, y, w, h) = layout.words;
    let (title, subtitle) = (clean(brief.title, 240), clean(brief.subtitle, 160));
    let face = Face { language: brief.language, options };
    let share = if subtitle.is_empty() { 1.0 } else { 0.72 };
    let largest = 58.0 * layout.unit;
    let set = typeset::fit(&face, &title, &Block { width: w, height: h * share, largest, smallest: 24.0 * layout.unit, weight: 600 })?;
    let mut out = typeset::draw(&face, &set, (x, y), palette.ink);
    if !subtitle.is_empty() {
        let size = 22.0 * layout.unit;
        let below = y + set.height() + 18.0 * layout.unit;
        let room = (y + h - below).max(size * 1.5);
        let set = typeset::fit(&face, &subtitle, &Block { width: w, height: room, largest: size, smallest: size, weight: 400 })?;
        out.push_str(&typeset::draw(&face, &set, (x, below), palette.ink_2));
    }
    let size = 14.0 * layout.unit;
    let foot = brief.height as f32 - 34.0 * layout.unit;
    let mark = super::mark(brief.language);
    let mark = if brief.language == Language::Chinese { format!("「{mark}」") } else { mark.to_owned() };
    let set = typeset::fit(&face, &mark, &Block { width: w, height: size * 2.0, largest: size, smallest: size * 0.6, weight: 400 })?;
    out.push_str(&format!(
        r#"<rect x="{x}" y="{}" width="{}" height="{}" fill="{}"/>"#,
        foot - 16.0 * layout.unit,
        36.0 * layout.unit,
        1.5 * layout.unit,
        palette.accent
    ));
    out.push_str(&typeset::draw(&face, &set, (x, foot - size * 0.45), palette.ink_2));
    Ok(out)
}
