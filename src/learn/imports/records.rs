//! Reads comma-separated rows one at a time, each with its line number, and survives bad ones.
//!
//! RFC 4180 with what spreadsheets really write: a byte order mark, `;` or tabs instead of commas,
//! empty lines. Invariant: a row that cannot be read costs that row only. A quote that is opened and
//! never closed is given up on its own line, and reading goes on with the next one.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A row spanning more lines than this has an open quote.
const LINES_MAX: usize = 50;
/// So has one longer than this many bytes.
const BYTES_MAX: usize = 64 * 1024;

/// Why a row could not be read; each is the key of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    NotUtf8,
    OpenQuote,
    AfterQuote,
    TooLong,
}

impl Unreadable {
    pub fn key(self) -> &'static str {
        match self {
            Unreadable::NotUtf8 => "import-error-utf8",
            Unreadable::OpenQuote => "import-error-open-quote",
            Unreadable::AfterQuote => "import-error-after-quote",
            Unreadable::TooLong => "import-error-too-long",
        }
    }
}

/// One row and the line it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub line: u64,
    pub fields: Result<Vec<String>, Unreadable>,
}

pub struct Records<R> {
    source: R,
    /// Lines that were looked at ahead of an open quote and are still to be read.
    ahead: VecDeque<Vec<u8>>,
    line: u64,
    delimiter: u8,
}

enum Parsed {
    Whole(Vec<String>),
    Open,
    Bad(Unreadable),
}

impl<R: BufRead> Records<R> {
    pub fn new(source: R) -> Records<R> {
        Records { source, ahead: VecDeque::new(), line: 0, delimiter: b',' }
    }

    /// The first row that is not empty, which also tells what separates the fields.
    pub fn header(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(mut line) = self.take()? else { return Ok(None) };
            if self.line == 1 && line.starts_with(b"\xef\xbb\xbf") {
                line.drain(..3);
            }
            if !blank(&line) {
                let count = |byte: u8| line.iter().filter(|&&found| found == byte).count();
                self.delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|&byte| count(byte)).unwrap_or(b',');
                self.line -= 1;
                self.ahead.push_front(line);
                return self.record();
            }
        }
    }

    /// The next row; `None` at the end.
    pub fn record(&mut self) -> io::Result<Option<Record>> {
        let first = loop {
            match self.take()? {
                None => return Ok(None),
                Some(line) if blank(&line) => {}
                Some(line) => break line,
            }
        };
        let start = self.line;
        let mut row = first.clone();
        let mut more: Vec<Vec<u8>> = Vec::new();
        let fields = loop {
            match self.parse(&row) {
                Parsed::Whole(fields) => break Ok(fields),
                // Perhaps an earlier quote was never closed and this one closes it by chance.
                Parsed::Bad(cause) => break Err(if more.is_empty() { cause } else { Unreadable::OpenQuote }),
                Parsed::Open if more.len() >= LINES_MAX || row.len() > BYTES_MAX => break Err(Unreadable::OpenQuote),
                Parsed::Open => match self.take()? {
                    None => break Err(Unreadable::OpenQuote),
                    Some(line) => {
                        row.extend_from_slice(&line);
                        more.push(line);
                    }
                },
            }
        };
        if fields.is_err() {
            self.line = start;
            for line in more.into_iter().rev() {
                self.ahead.push_front(line);
            }
        }
        Ok(Some(Record { line: start, fields }))
    }

    /// The next line with its end; a line beyond the limit is cut, and its row refused.
    fn take(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.line += 1;
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let most = BYTES_MAX as u64 + 2;
        io::Read::take(&mut self.source, most).read_until(b'\n', &mut line)?;
        if line.len() as u64 == most && !line.ends_with(b"\n") {
            self.skip_line()?;
        }
        Ok((!line.is_empty()).then_some(line))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let (used, done) = end.map_or((buffer.len(), buffer.is_empty()), |at| (at + 1, true));
            self.source.consume(used);
            if done {
                return Ok(());
            }
        }
    }

    fn parse(&self, row: &[u8]) -> Parsed {
        if row.len() > BYTES_MAX {
            return Parsed::Bad(Unreadable::TooLong);
        }
        let Ok(text) = std::str::from_utf8(row) else { return Parsed::Bad(Unreadable::NotUtf8) };
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut rest = text.strip_suffix('\r').unwrap_or(text);
        let delimiter = char::from(self.delimiter);
        let mut fields = Vec::new();
        loop {
            let field = if let Some(quoted) = rest.strip_prefix('"') {
                let Some((field, after)) = unquote(quoted) else { return Parsed::Open };
                rest = after;
                field
            } else {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                let (field, after) = rest.split_at(end);
                rest = after;
                field.to_owned()
            };
            fields.push(field);
            match rest.strip_prefix(delimiter) {
                Some(after) => rest = after,
                None if rest.is_empty() => return Parsed::Whole(fields),
                None => return Parsed::Bad(Unreadable::AfterQuote),
            }
        }
    }
}

/// The inside of a quoted field and what follows its closing quote; `None` when it stays open.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (inside, after) = rest.split_once('"')?;
        field.push_str(inside);
        match after.strip_prefix('"') {
            Some(again) => {
                field.push('"');
                rest = again;
            }
            None => return Some((field, after)),
        }
    }
}

fn blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Record> {
        let mut records = Records::new(text);
        let mut all: Vec<Record> = records.header().unwrap().into_iter().collect();
        while let Some(record) = records.record().unwrap() {
            all.push(record);
        }
        all
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        read(text.as_bytes()).into_iter().filter_map(|record| Some((record.line, record.fields.ok()?))).collect()
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn quotes_commas_and_line_ends_inside_fields() {
        let text = "a,b\r\n\"x, \"\"y\"\"\",2\r\n\r\n\"two\nlines\",3\n";
        assert_eq!(rows(text), [row(1, &["a", "b"]), row(2, &["x, \"y\"", "2"]), row(4, &["two\nlines", "3"])]);
    }

    #[test]
    fn byte_order_mark_semicolons_and_tabs() {
        assert_eq!(rows("\u{feff}a;b\n1;2,5\n"), [row(1, &["a", "b"]), row(2, &["1", "2,5"])]);
        assert_eq!(rows("\na\tb\n1\t2"), [row(2, &["a", "b"]), row(3, &["1", "2"])]);
    }

    #[test]
    fn an_open_quote_costs_its_own_row_only() {
        let found = read(b"a,b\n1,2\n\"open,3\n4,5\n6,\"x\"\n7,8\n");
        let bad: Vec<u64> = found.iter().filter(|record| record.fields.is_err()).map(|record| record.line).collect();
        assert_eq!(bad, [3]);
        assert_eq!(found.iter().filter(|record| record.fields.is_ok()).count(), 5);
    }

    #[test]
    fn bytes_that_are_no_text_cost_their_row_only() {
        let found = read(b"a,b\n1,\xff\n2,3\n");
        assert_eq!(found[1], Record { line: 2, fields: Err(Unreadable::NotUtf8) });
        assert_eq!(found[2].fields, Ok(vec!["2".to_owned(), "3".to_owned()]));
    }

    #[test]
    fn an_endless_line_is_refused_and_the_next_one_read() {
        let text = format!("a,b\n{},1\n2,3\n", "x".repeat(200_000));
        let found = read(text.as_bytes());
        assert_eq!(found[1].fields, Err(Unreadable::TooLong));
        assert_eq!(found[2].fields, Ok(vec!["2".to_owned(), "3".to_owned()]));
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(read(b"").is_empty() && read(b"\n \n").is_empty());
    }
}
