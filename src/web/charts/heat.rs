//! Formats against markets: a table whose colour follows the evidence. It is its own table, so nothing stands behind it.

use super::figure::{self, Escaped};
use super::{ChartWords, Frame};

#[derive(Clone, Debug, Default)]
pub struct HeatCell {
    /// The value in words: "1.22".
    pub value: String,
    /// Its interval: "1.0 to 1.4".
    pub range: String,
    /// What it rests on: "14 pieces".
    pub note: String,
    /// 0 to 1: how far the nearer end of the interval is from the usual.
    pub strength: f64,
    /// Below the usual: ochre instead of jade.
    pub low: bool,
    /// Too few to say: stays pale whatever its strength.
    pub thin: bool,
    pub simulated: bool,
}

#[derive(Clone, Debug, Default)]
pub struct HeatRow {
    pub name: String,
    /// One per column; `None` where there is nothing yet.
    pub cells: Vec<Option<HeatCell>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    pub frame: Frame<'a>,
    /// What the rows are, then the columns.
    pub head: &'a [String],
    pub rows: &'a [HeatRow],
}

/// The chart as HTML.
pub fn heat(chart: &Heat<'_>, words: &ChartWords<'_>) -> String {
    if chart.rows.is_empty() {
        return figure::figure(&chart.frame, words, &figure::nothing(words), "");
    }
    let mut out = "<div class=\"scroll\"><table class=\"heat\"><thead><tr>".to_owned();
    for name in chart.head {
        out.push_str(&format!("<th scope=\"col\">{}</th>", Escaped(name)));
    }
    out.push_str("</tr></thead><tbody>");
    let columns = chart.head.len().saturating_sub(1);
    for row in chart.rows {
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>", Escaped(&row.name)));
        for i in 0..columns {
            out.push_str(&cell(row.cells.get(i).and_then(Option::as_ref), words));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    figure::figure(&chart.frame, words, &out, "")
}

fn cell(cell: Option<&HeatCell>, words: &ChartWords<'_>) -> String {
    let Some(cell) = cell else {
        return "<td><span class=\"cell none\">–</span></td>".to_owned();
    };
    let mut class = format!("cell g{}", if cell.thin { 0 } else { strength(cell.strength) });
    for (name, on) in [("low", cell.low), ("thin", cell.thin), ("sim", cell.simulated)] {
        if on {
            class.push(' ');
            class.push_str(name);
        }
    }
    let simulated = if cell.simulated { format!(", {}", Escaped(words.simulated)) } else { String::new() };
    format!(
        "<td><span class=\"{class}\"><b>{}</b> <span class=\"fine\">{}</span><small>{}{simulated}</small></span></td>",
        Escaped(&cell.value),
        Escaped(&cell.range),
        Escaped(&cell.note)
    )
}

/// One of ten steps; what is not a number has no strength.
fn strength(value: f64) -> u8 {
    if value.is_nan() { 0 } else { (value.clamp(0.0, 1.0) * 9.0).round() as u8 }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FRAME, WORDS, fit_for_the_page};
    use super::*;

    fn chart(cells: Vec<Option<HeatCell>>) -> String {
        let head = ["Format".to_owned(), "Việt Nam".to_owned(), "<Thailand>".to_owned()];
        heat(&Heat { frame: FRAME, head: &head, rows: &[HeatRow { name: "Aria & more".into(), cells }] }, &WORDS)
    }

    #[test]
    fn rows_are_as_wide_as_the_head() {
        for cells in [vec![], vec![None], vec![None; 7]] {
            let html = chart(cells);
            fit_for_the_page(&html);
            assert_eq!(html.matches("<td>").count(), 2);
        }
    }

    #[test]
    fn colour_follows_strength_except_where_evidence_is_thin() {
        let cell = HeatCell { value: "1.81".into(), strength: 0.8, ..HeatCell::default() };
        assert!(chart(vec![Some(cell.clone())]).contains("cell g7"));
        assert!(chart(vec![Some(HeatCell { thin: true, low: true, ..cell.clone() })]).contains("cell g0 low thin"));
        assert!(chart(vec![Some(HeatCell { strength: f64::NAN, simulated: true, ..cell })]).contains("cell g0 sim"));
    }
}
