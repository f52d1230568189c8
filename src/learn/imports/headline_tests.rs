//! The kind `headline-tests`: one row per variant of a randomised test, with what it was shown and
//! how often it was clicked (the shape of the Upworthy Research Archive, Matias et al. 2021).
//!
//! Columns are found by their header, by an alias of it, or by a mapping. Pure: text in, rows out.

use super::records::{Record, Records};
use crate::learn::experiments::MOST;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError};
use crate::web::i18n::Arg;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::BufRead;

pub const KIND: &str = "headline-tests";

/// A column the importer knows: its name, whether it must be there, and headers it goes by.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub required: bool,
    pub aliases: &'static [&'static str],
}

pub const COLUMNS: [Column; 6] = [
    Column { name: "test", required: true, aliases: &["clickability_test_id", "test_id", "experiment", "experiment_id"] },
    Column { name: "headline", required: true, aliases: &["title", "variant", "text"] },
    Column { name: "impressions", required: true, aliases: &["exposures", "views", "shown"] },
    Column { name: "clicks", required: true, aliases: &["outcomes", "conversions"] },
    Column { name: "eyecatcher", required: false, aliases: &["eyecatcher_id", "image", "image_id", "picture"] },
    Column { name: "week", required: false, aliases: &["test_week", "year_week"] },
];

/// Column name → header in the file.
pub type Mapping = BTreeMap<String, String>;

/// One good row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub test: String,
    pub headline: String,
    pub eyecatcher: String,
    pub exposures: i64,
    pub outcomes: i64,
    pub day: Option<NaiveDate>,
}

/// One row that was refused: where, why (a key and its parts), and how it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Refusal {
    pub line: u64,
    pub key: String,
    pub parts: BTreeMap<String, String>,
    pub shown: String,
}

impl Refusal {
    /// Why, in the reader's words.
    pub fn sentence(&self, words: &crate::web::Words) -> String {
        let part = |name: &str| self.parts.get(name).cloned().unwrap_or_default();
        words.with(
            &self.key,
            &[("name", part("name").value()), ("value", part("value").value()), ("n", part("n").value()), ("need", part("need").value())],
        )
    }
}

/// A file that was read to its end.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub rows: Vec<Row>,
    pub refusals: Vec<Refusal>,
    /// The headers as they stand in the file.
    pub headers: Vec<String>,
}

/// Where each column stands in the file, in the order of [`COLUMNS`].
#[derive(Clone, Debug)]
pub struct Layout([Option<usize>; 6]);

impl Layout {
    /// Finds the columns; the error names the ones that are missing.
    pub fn find(headers: &[String], mapping: &Mapping) -> Result<Layout, Error> {
        let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
        let position = |wanted: &str| headers.iter().position(|header| plain(header) == plain(wanted));
        let mut places = [None; 6];
        let mut missing = Vec::new();
        for (place, column) in places.iter_mut().zip(&COLUMNS) {
            let names = || std::iter::once(column.name).chain(column.aliases.iter().copied());
            // A mapping may name the column by any of its names.
            let mapped = mapping.iter().find(|(name, header)| !header.trim().is_empty() && names().any(|known| known == plain(name)));
            *place = match mapped {
                Some((_, header)) => position(header),
                None => names().find_map(position),
            };
            if place.is_none() && (column.required || mapped.is_some()) {
                missing.push(mapped.map_or(column.name, |(_, header)| header.as_str()).to_owned());
            }
        }
        if missing.is_empty() {
            return Ok(Layout(places));
        }
        Err(Error::Refused { key: "import-error-columns", args: vec![("name", missing.join(", "))] })
    }

    /// The header each column was found under.
    pub fn mapping(&self, headers: &[String]) -> Mapping {
        let found = COLUMNS.iter().zip(self.0).filter_map(|(column, place)| Some((column.name.to_owned(), headers.get(place?)?.clone())));
        found.collect()
    }

    fn field<'a>(&self, fields: &'a [String], column: usize) -> &'a str {
        self.0.get(column).copied().flatten().and_then(|place| fields.get(place)).map_or("", |text| text.trim())
    }
}

/// The headers of a file; an empty file or one that is not UTF-8 is refused as a whole.
pub fn headers<R: BufRead>(records: &mut Records<R>) -> Result<Vec<String>, Error> {
    let Some(Record { fields, .. }) = records.header()? else { return Err(Error::refused("import-error-empty")) };
    fields.map_err(|cause| Error::refused(cause.key()))
}

/// Reads a whole file.
pub fn parse<R: BufRead>(source: R, mapping: &Mapping) -> Result<Parsed, Error> {
    read(source, mapping, usize::MAX)
}

/// The first good rows of a file, to look at; no more of it is read.
pub fn first_rows<R: BufRead>(source: R, mapping: &Mapping, most: usize) -> Result<Vec<Row>, Error> {
    Ok(read(source, mapping, most)?.rows)
}

fn read<R: BufRead>(source: R, mapping: &Mapping, most: usize) -> Result<Parsed, Error> {
    let mut records = Records::new(source);
    let headers = headers(&mut records)?;
    let layout = Layout::find(&headers, mapping)?;
    let mut parsed = Parsed { headers, ..Parsed::default() };
    let width = parsed.headers.len();
    while parsed.rows.len() < most
        && let Some(record) = records.record()?
    {
        let line = record.line;
        match record
            .fields
            .map_err(|cause| (cause.key().to_owned(), BTreeMap::new(), String::new()))
            .and_then(|fields| row(line, &layout, &fields, width))
        {
            Ok(row) => parsed.rows.push(row),
            Err((key, parts, shown)) => parsed.refusals.push(Refusal { line, key, parts, shown }),
        }
    }
    Ok(parsed)
}

type No = (String, BTreeMap<String, String>, String);

fn row(line: u64, layout: &Layout, fields: &[String], width: usize) -> Result<Row, No> {
    let shown = || crate::platform::text::shorten(layout.field(fields, 1), 60);
    let no = |key: &str, parts: &[(&str, String)]| {
        (key.to_owned(), parts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(), shown())
    };
    let filled = fields.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1);
    if filled > width {
        return Err(no("import-error-fields", &[("n", fields.len().to_string()), ("need", width.to_string())]));
    }
    let mut checks = Checks::new();
    let test = checks.required("test", layout.field(fields, 0), 200);
    // Line breaks and runs of blanks inside a headline mean nothing; a headline is one line.
    let headline = layout.field(fields, 1).split_whitespace().collect::<Vec<_>>().join(" ");
    let headline = checks.required("headline", &headline, 500);
    let eyecatcher = checks.line("eyecatcher", layout.field(fields, 4), 200);
    if let Err(Error::Invalid(errors)) = checks.finish()
        && let Some(FieldError { field, key, .. }) = errors.into_iter().next()
    {
        let key = match key {
            "error-required" => "import-error-blank",
            "error-too-long" => "import-error-long",
            _ => "import-error-characters",
        };
        return Err(no(key, &[("name", field.to_owned())]));
    }
    let number = |column: usize, name: &str| {
        let text = layout.field(fields, column);
        whole(text).ok_or_else(|| no("import-error-number", &[("name", name.to_owned()), ("value", crate::platform::text::shorten(text, 40))]))
    };
    let (exposures, outcomes) = (number(2, "impressions")?, number(3, "clicks")?);
    if outcomes > exposures {
        return Err(no("import-error-clicks", &[("n", outcomes.to_string()), ("need", exposures.to_string())]));
    }
    let week = layout.field(fields, 5);
    let day = if week.is_empty() {
        None
    } else {
        Some(monday(week).ok_or_else(|| no("import-error-week", &[("value", crate::platform::text::shorten(week, 40))]))?)
    };
    Ok(Row { line, test, headline, eyecatcher, exposures, outcomes, day })
}

/// Digits only: no sign, no formula, no thousands mark, no fraction.
fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|count| *count <= MOST)
}

/// The first day of a week written as year and week, `201446`: weeks begin on Mondays, week 1 with
/// the year's first Monday, and the days before it are week 0 (`%Y%W`).
fn monday(text: &str) -> Option<NaiveDate> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, week) = (text.get(..4)?.parse::<i32>().ok()?, text.get(4..)?.parse::<u32>().ok()?);
    let new_year = NaiveDate::from_ymd_opt(year, 1, 1)?;
    if week == 0 {
        return Some(new_year);
    }
    let first = NaiveDate::from_weekday_of_month_opt(year, 1, Weekday::Mon, 1)?;
    let found = first.checked_add_days(chrono::Days::new(u64::from(week - 1) * 7))?;
    (found.year() == year).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "clickability_test_id,headline,eyecatcher_id,impressions,clicks,test_week\n";

    fn of(rows: &str) -> Parsed {
        parse(format!("{HEAD}{rows}").as_bytes(), &Mapping::new()).unwrap()
    }

    fn why(row: &str) -> String {
        of(row).refusals.first().map(|refusal| refusal.key.clone()).unwrap_or_default()
    }

    #[test]
    fn a_good_row() {
        let parsed = of("t1,  Cafe\u{301}  ,p1,3526,90,201446\n");
        let row = &parsed.rows[0];
        assert_eq!((row.line, row.headline.as_str(), row.exposures, row.outcomes), (2, "Café", 3526, 90));
        assert_eq!(row.day, NaiveDate::from_ymd_opt(2014, 11, 17));
    }

    #[test]
    fn bad_rows_say_why_and_where() {
        for (row, key) in [
            ("t,h,p,=1+1,0,201446", "import-error-number"),
            ("t,h,p,-5,0,201446", "import-error-number"),
            ("t,h,p,\"1,200\",3,201446", "import-error-number"),
            ("t,h,p,,3,201446", "import-error-number"),
            ("t,h,p,99999999999999999999,3,201446", "import-error-number"),
            ("t,h,p,10,11,201446", "import-error-clicks"),
            ("t,,p,10,1,201446", "import-error-blank"),
            (",h,p,10,1,201446", "import-error-blank"),
            ("t,h\u{0}x,p,10,1,201446", "import-error-characters"),
            ("t,h,p,10,1,2014-46", "import-error-week"),
            ("t,h,p,10,1,201460", "import-error-week"),
            ("t,a, b,p,10,1,201446", "import-error-fields"),
            ("t,h,p", "import-error-number"),
        ] {
            assert_eq!(why(row), key, "{row}");
        }
        assert_eq!(of("t,h,p,1,1,201446\nt,h,p,x,1,201446\n").refusals[0].line, 3);
    }

    #[test]
    fn a_line_break_in_a_headline_is_a_blank() {
        assert_eq!(of("t,\"one\n  two\",p,10,1,201446\n").rows[0].headline, "one two");
    }

    #[test]
    fn weeks_of_the_archive() {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        assert_eq!(monday("201400"), date(2014, 1, 1));
        assert_eq!(monday("201401"), date(2014, 1, 6));
        assert_eq!(monday("201453"), None);
        assert_eq!(monday("201452"), date(2014, 12, 29));
    }

    #[test]
    fn columns_by_alias_by_mapping_and_missing() {
        let strings = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let headers = strings("Test ID,Überschrift,Views,Clicks");
        let mapping = Mapping::from([("headline".to_owned(), "Überschrift".to_owned())]);
        let layout = Layout::find(&headers, &mapping).unwrap();
        assert_eq!(layout.0, [Some(0), Some(1), Some(2), Some(3), None, None]);
        let missing = |mapping: &Mapping| match Layout::find(&headers, mapping) {
            Err(Error::Refused { args, .. }) => args[0].1.clone(),
            _ => String::new(),
        };
        assert_eq!(missing(&Mapping::new()), "headline");
        assert_eq!(missing(&Mapping::from([("headline".to_owned(), "Nowhere".to_owned())])), "Nowhere");
        assert!(matches!(parse(&b""[..], &Mapping::new()), Err(Error::Refused { key: "import-error-empty", .. })));
    }

    #[test]
    fn formulas_in_words_are_only_words() {
        assert_eq!(of("t,\"=HYPERLINK(\"\"x\"\")\",p,10,1,201446\n").rows[0].headline, "=HYPERLINK(\"x\")");
    }
}
