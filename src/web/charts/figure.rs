//! What every chart shares: escaping, the figure around the drawing, axes, points that can be read, the table.

use std::fmt::{self, Display};

use super::scale::{Scale, coordinate};
use super::{Axis, ChartWords, Frame};

/// More points than this are drawn bare; their values stand in the table.
pub(super) const READABLE: usize = 30;

/// Text made safe for element content and double-quoted attributes.
pub(super) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

/// The figure: sentence, drawing, source and time, table.
pub(super) fn figure(frame: &Frame<'_>, words: &ChartWords<'_>, drawing: &str, table: &str) -> String {
    let id = Escaped(frame.id);
    let mut out = format!("<figure class=\"chart\" id=\"{id}\"><figcaption id=\"{id}-t\">{}</figcaption>", Escaped(frame.title));
    out.push_str(drawing);
    out.push_str(&source(frame, words));
    if !table.is_empty() {
        let (word, title) = (Escaped(words.table), Escaped(frame.title));
        out.push_str(&format!(
            "<details id=\"{id}-d\"><summary>{word}<span class=\"vh\">: {title}</span></summary><div class=\"scroll\">{table}</div></details>"
        ));
    }
    out.push_str("</figure>");
    out
}

/// Where the numbers come from and from when; empty when neither is known.
fn source(frame: &Frame<'_>, words: &ChartWords<'_>) -> String {
    let mut parts = Vec::new();
    if !frame.as_of.is_empty() {
        parts.push(format!("{} {}", Escaped(words.as_of), Escaped(frame.as_of)));
    }
    if !frame.source.is_empty() {
        parts.push(format!("{}{}{}", Escaped(words.source), if words.source.ends_with('：') { "" } else { " " }, Escaped(frame.source)));
    }
    if parts.is_empty() { String::new() } else { format!("<p class=\"source\">{}</p>", parts.join(" · ")) }
}

/// A place of the drawing's size that says there is nothing to draw.
pub(super) fn nothing(words: &ChartWords<'_>) -> String {
    format!("<p class=\"waiting\">{}</p>", Escaped(words.nothing))
}

/// The drawing in its box: `back` stretches (0 to 100 both ways), `labels` are words by percent, `points` can be read.
pub(super) fn plot(frame: &Frame<'_>, ticks: &Ticks, back: &str, labels: &str, points: &str) -> String {
    let id = Escaped(frame.id);
    let margin = &ticks.margin;
    format!(
        "<chart-keys><div class=\"plot {margin}\"><svg role=\"group\" aria-labelledby=\"{id}-t\">\
         <defs><pattern id=\"{id}-h\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path class=\"hatch\" d=\"M0 0V7\"/></pattern></defs>\
         <g aria-hidden=\"true\"><svg class=\"draw\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\">{}{back}</svg>{}{labels}</g>\
         {points}</svg></div></chart-keys>",
        ticks.grid, ticks.words
    )
}

/// Grid lines and the words beside them.
pub(super) struct Ticks {
    grid: String,
    words: String,
    margin: String,
}

impl Ticks {
    /// `y` is left out for curves whose height means nothing by itself.
    pub(super) fn new(x: Option<(&Axis<'_>, Scale)>, y: Option<(&Axis<'_>, Scale)>) -> Self {
        let mut ticks = Self { grid: String::new(), words: String::new(), margin: "bare".to_owned() };
        if let Some((axis, scale)) = y {
            ticks.rows(axis, scale);
        }
        ticks.grid.push_str("<path class=\"axis\" d=\"M0 100H100\"/>");
        if let Some((axis, scale)) = x {
            ticks.columns(axis, scale);
        }
        ticks
    }

    fn rows(&mut self, axis: &Axis<'_>, scale: Scale) {
        let mut longest = 0;
        for value in values(axis, scale, 4) {
            let Some(at) = scale.percent_down(value) else {
                continue;
            };
            let (at, label) = (coordinate(at), (axis.label)(value));
            longest = longest.max(label.chars().count());
            self.grid.push_str(&format!("<path class=\"grid\" d=\"M0 {at}H100\"/>"));
            self.words.push_str(&format!("<text class=\"y\" x=\"0\" dx=\"-.5em\" y=\"{at}%\">{}</text>", Escaped(&label)));
        }
        self.margin = format!("y{}", longest.clamp(1, 8));
    }

    fn columns(&mut self, axis: &Axis<'_>, scale: Scale) {
        for value in values(axis, scale, 4) {
            let Some(at) = scale.percent(value) else {
                continue;
            };
            let class = anchor(at);
            let (at, label) = (coordinate(at), (axis.label)(value));
            self.words.push_str(&format!("<text class=\"x {class}\" x=\"{at}%\" y=\"100%\" dy=\"1.3em\">{}</text>", Escaped(&label)));
        }
    }
}

fn values(axis: &Axis<'_>, scale: Scale, wanted: u32) -> Vec<f64> {
    if axis.ticks.is_empty() {
        scale.ticks(wanted)
    } else {
        // More than six words do not fit under a drawing on a phone.
        let every = axis.ticks.len().div_ceil(6);
        axis.ticks.iter().copied().step_by(every).collect()
    }
}

/// Which way a word at this percent may grow without leaving the drawing; a class of `.x` and `.t`.
pub(super) fn anchor(at: f64) -> &'static str {
    match at {
        at if at < 15.0 => "start",
        at if at > 85.0 => "end",
        _ => "mid",
    }
}

/// A readable point: what catches the pointer, what is drawn, and the value, which stays inside the drawing.
pub(super) fn point(id: &str, label: &str, at: (f64, f64), hit: &str, drawn: &str) -> String {
    let (x, y) = (coordinate(at.0), coordinate(at.1));
    let shift = if at.1 < 18.0 { "1.9em" } else { "-.9em" };
    // A value is longer than a tick, so it turns inwards from the outer thirds.
    let side = match at.0 {
        left if left < 34.0 => "start",
        left if left > 66.0 => "end",
        _ => "mid",
    };
    let (id, label) = (Escaped(id), Escaped(label));
    format!(
        "<g class=\"pt\" id=\"{id}\" role=\"img\" aria-label=\"{label}\">{hit}{drawn}\
         <g class=\"tip\" aria-hidden=\"true\"><text class=\"t {side}\" x=\"{x}%\" y=\"{y}%\" dy=\"{shift}\">{label}</text></g></g>"
    )
}

/// The axes in words above the drawing: "views by day".
pub(super) fn units(y: &Axis<'_>, x: &Axis<'_>) -> String {
    let name = |axis: &Axis<'_>| match (axis.name, axis.unit) {
        (name, "") => Escaped(name).to_string(),
        ("", unit) => Escaped(unit).to_string(),
        (name, unit) => format!("{}, {}", Escaped(name), Escaped(unit)),
    };
    let parts: Vec<String> = [name(y), name(x)].into_iter().filter(|part| !part.is_empty()).collect();
    format!("<p class=\"unit\" aria-hidden=\"true\">{}</p>", parts.join(" / "))
}

/// A table of already written cells; the first of each row is its head.
pub(super) fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let mut out = "<table><thead><tr>".to_owned();
    for (i, cell) in head.iter().enumerate() {
        let class = if i == 0 { "" } else { " class=\"n\"" };
        out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", Escaped(cell)));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let cell = Escaped(cell);
            out.push_str(&if i == 0 { format!("<th scope=\"row\">{cell}</th>") } else { format!("<td class=\"n\">{cell}</td>") });
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}
