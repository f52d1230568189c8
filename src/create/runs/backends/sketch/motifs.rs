//! Six quiet shapes for the lit half of a card, drawn from circles and curves, and the dark wing.

use std::f32::consts::PI;
use std::fmt::Write as _;

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// Colours of the interface tokens: stage, ink and one accent.
pub(super) struct Palette {
    pub paper: &'static str,
    pub ground: &'static str,
    pub ink: &'static str,
    pub ink_2: &'static str,
    pub accent: &'static str,
    pub soft: &'static str,
    pub wing: &'static str,
    pub fold: &'static str,
}

impl Palette {
    /// One of four accents, by day or by night.
    pub(super) fn of(rng: &mut ChaCha8Rng) -> Self {
        let night = rng.random_range(0..3) == 0;
        let day = [("#b52d16", "#fbe9e4"), ("#17694d", "#dff1e8"), ("#3d4a94", "#e9ebf8"), ("#7d590a", "#f7edd5")];
        let dark = [("#ff8a72", "#3d1d16"), ("#66c9a2", "#12302a"), ("#a9b5f7", "#23274b"), ("#e2b551", "#352a11")];
        let (accent, soft) = if night { dark } else { day }.choose(rng).copied().unwrap_or(("#b52d16", "#fbe9e4"));
        if night {
            Self { paper: "#131715", ground: "#47524d", ink: "#e6ebe7", ink_2: "#aab5af", accent, soft, wing: "#0b0f0d", fold: "#1d2723" }
        } else {
            Self { paper: "#f6f7f4", ground: "#b9c3bc", ink: "#16201c", ink_2: "#4a5650", accent, soft, wing: "#15221d", fold: "#24362f" }
        }
    }
}

/// The part of the card a motif may fill, in pixels.
pub(super) struct Scene<'a> {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
    pub palette: &'a Palette,
}

impl Scene<'_> {
    fn centre(&self) -> (f32, f32) {
        (self.x + self.w / 2.0, self.y + self.h * 0.52)
    }
    fn radius(&self) -> f32 {
        self.w.min(self.h) * 0.3
    }
}

/// The dark wing with the folds of its curtain.
pub(super) fn wing(x: f32, width: f32, height: f32, palette: &Palette) -> String {
    let mut out = format!(r#"<rect x="{x}" width="{width}" height="{height}" fill="{}"/>"#, palette.wing);
    for fold in 0..4_u8 {
        let at = x + width * (0.16 + 0.22 * f32::from(fold));
        let _ = write!(out, r#"<rect x="{at:.1}" width="{:.1}" height="{height}" fill="{}"/>"#, width * 0.07, palette.fold);
    }
    out
}

/// A pool of light and one motif in it.
pub(super) fn picture(scene: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let motif: fn(&Scene<'_>, &mut ChaCha8Rng) -> String = match rng.random_range(0..6) {
        0 => moon,
        1 => drum,
        2 => sleeves,
        3 => curtain,
        4 => fan,
        _ => waves,
    };
    let Scene { x, y, w, h, palette } = scene;
    format!(
        r#"<svg x="{x}" y="{y}" width="{w}" height="{h}" viewBox="{x} {y} {w} {h}"><rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{}"/>{}</svg>"#,
        palette.soft,
        motif(scene, rng),
    )
}

fn moon(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let ((cx, cy), r) = (s.centre(), s.radius());
    let shift = r * rng.random_range(0.25..0.6);
    let mut out = format!(
        r#"<circle cx="{cx}" cy="{cy}" r="{r}" fill="{}"/><circle cx="{}" cy="{}" r="{}" fill="{}"/>"#,
        s.palette.accent,
        cx + shift,
        cy - shift * 0.45,
        r * 0.92,
        s.palette.soft
    );
    for step in 1..=3_u8 {
        let far = r * (1.0 + 0.22 * f32::from(step));
        let _ = write!(out, r#"<circle cx="{cx}" cy="{cy}" r="{far}" fill="none" stroke="{}" stroke-width="{}"/>"#, s.palette.ground, r * 0.008);
    }
    out
}

fn drum(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let ((cx, cy), r) = (s.centre(), s.radius());
    let (top, bottom) = (cy - r * 0.45, cy + r * 0.62);
    let (bulge, foot) = (r * rng.random_range(1.12..1.3), r * 0.86);
    let mut out = format!(
        r#"<path d="M{} {top} C{} {} {} {} {} {bottom} A{foot} {} 0 0 0 {} {bottom} C{} {} {} {} {} {top} Z" fill="{}"/>"#,
        cx - r,
        cx - bulge,
        top + r * 0.4,
        cx - foot,
        bottom - r * 0.15,
        cx - foot,
        r * 0.3,
        cx + foot,
        cx + foot,
        bottom - r * 0.15,
        cx + bulge,
        top + r * 0.4,
        cx + r,
        s.palette.accent,
    );
    let _ = write!(
        out,
        r#"<ellipse cx="{cx}" cy="{top}" rx="{r}" ry="{}" fill="{}" stroke="{}" stroke-width="{}"/>"#,
        r * 0.34,
        s.palette.paper,
        s.palette.accent,
        r * 0.04
    );
    for stud in 0..11_u8 {
        let turn = PI * (f32::from(stud) + 0.5) / 11.0;
        let _ = write!(
            out,
            r#"<circle cx="{:.1}" cy="{:.1}" r="{:.1}" fill="{}"/>"#,
            cx + r * turn.cos() * 0.98,
            top + r * 0.14 + r * 0.34 * turn.sin(),
            r * 0.026,
            s.palette.paper
        );
    }
    out
}

fn sleeves(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let mut out = String::new();
    let sway = rng.random_range(0.5..0.9);
    for line in 0..9_u8 {
        let t = f32::from(line) / 8.0;
        let y = s.y + s.h * (0.22 + 0.5 * t);
        let lift = s.h * 0.34 * sway * (1.0 - t * 0.75);
        let colour = if line % 4 == 0 { s.palette.accent } else { s.palette.ground };
        let wide = s.h * if line % 4 == 0 { 0.016 } else { 0.005 };
        let _ = write!(
            out,
            r#"<path d="M{} {y} C{} {} {} {} {} {} S{} {} {} {}" fill="none" stroke="{colour}" stroke-width="{wide}" stroke-linecap="round"/>"#,
            s.x - 8.0,
            s.x + s.w * 0.2,
            y - lift,
            s.x + s.w * 0.35,
            y + lift,
            s.x + s.w * 0.55,
            y + lift * 0.2,
            s.x + s.w * 0.85,
            y - lift * 0.9,
            s.x + s.w + 8.0,
            y - lift * 0.1,
        );
    }
    out
}

fn curtain(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let open = rng.random_range(0.16..0.28);
    let mut out = String::new();
    for side in [-1.0_f32, 1.0] {
        for fold in 0..6_u8 {
            let t = f32::from(fold) / 5.0;
            let edge = s.x + s.w / 2.0 + side * s.w * (0.5 - t * (0.5 - open * 0.35));
            let foot = s.x + s.w / 2.0 + side * s.w * (0.52 - t * (0.34 - open));
            let (colour, opacity) = (s.palette.accent, 0.25 + 0.15 * f32::from(5 - fold));
            let _ = write!(
                out,
                r#"<path d="M{} {} L{edge} {} C{edge} {} {foot} {} {foot} {} L{} {} Z" fill="{colour}" fill-opacity="{:.2}"/>"#,
                s.x + s.w / 2.0 + side * s.w * 0.52,
                s.y,
                s.y,
                s.y + s.h * 0.55,
                s.y + s.h * 0.5,
                s.y + s.h,
                s.x + s.w / 2.0 + side * s.w * 0.52,
                s.y + s.h,
                opacity * 0.4,
            );
        }
    }
    let (cx, floor) = (s.x + s.w / 2.0, s.y + s.h * 0.93);
    let _ = write!(out, r#"<ellipse cx="{cx}" cy="{floor}" rx="{}" ry="{}" fill="{}"/>"#, s.w * 0.15, s.h * 0.022, s.palette.paper);
    out
}

fn fan(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let ((cx, cy), r) = (s.centre(), s.radius() * 1.45);
    let foot = cy + r * 0.5;
    let ribs = rng.random_range(11..16_u8);
    let mut out = String::new();
    for rib in 0..ribs {
        let turn = |at: f32| PI * (1.08 + 0.84 * at / f32::from(ribs));
        let (a, b) = (turn(f32::from(rib)), turn(f32::from(rib) + 0.94));
        let point = |angle: f32, far: f32| format!("{:.1} {:.1}", cx + angle.cos() * r * far, foot + angle.sin() * r * far);
        let colour = if rib % 2 == 0 { s.palette.accent } else { s.palette.ground };
        let _ = write!(out, r#"<path d="M{} L{} L{} L{} Z" fill="{colour}"/>"#, point(a, 0.42), point(a, 1.0), point(b, 1.0), point(b, 0.42));
        let _ = write!(
            out,
            r#"<path d="M{cx:.1} {foot:.1} L{}" stroke="{}" stroke-width="{:.1}"/>"#,
            point((a + b) / 2.0, 0.42),
            s.palette.ink_2,
            r * 0.012
        );
    }
    let _ = write!(out, r#"<circle cx="{cx}" cy="{foot}" r="{}" fill="{}"/>"#, r * 0.028, s.palette.ink);
    out
}

fn waves(s: &Scene<'_>, rng: &mut ChaCha8Rng) -> String {
    let across = rng.random_range(4..7_u8);
    let r = s.w / f32::from(across) / 2.0;
    let mut out = format!(r#"<circle cx="{}" cy="{}" r="{}" fill="{}"/>"#, s.x + s.w * 0.68, s.y + s.h * 0.34, s.w.min(s.h) * 0.13, s.palette.accent);
    for row in 0..5_u8 {
        let cy = s.y + s.h * 0.66 + r * 0.62 * f32::from(row);
        for col in 0..=across {
            let cx = s.x + r * 2.0 * f32::from(col) + if row % 2 == 0 { 0.0 } else { r };
            for ring in 0..4_u8 {
                let far = r * (1.0 - 0.24 * f32::from(ring));
                let _ = write!(
                    out,
                    r#"<circle cx="{cx:.1}" cy="{cy:.1}" r="{far:.1}" fill="{}" stroke="{}" stroke-width="{:.1}"/>"#,
                    s.palette.soft,
                    s.palette.ground,
                    r * 0.035
                );
            }
        }
    }
    out
}
