//! Server-sent events as models stream them: what arrives is cut into events, however the network cut it.
//!
//! Source: the WHATWG HTML standard, section "Interpreting an event stream", as far as these services use it.

use super::outcome::{Class, Trouble, beginning};
use crate::platform::outbound::Streaming;

/// Longest line taken.
const LINE: usize = 1 << 20;

/// One event: its name, empty when it has none, and its data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub data: String,
}

/// Takes pieces of a stream, gives whole events.
#[derive(Debug, Default)]
pub struct Cutter {
    rest: Vec<u8>,
    event: Event,
    has_data: bool,
}

impl Cutter {
    /// The events that this piece completes.
    pub fn take(&mut self, piece: &[u8]) -> Vec<Event> {
        self.rest.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            events.extend(self.line(line.trim_end_matches(['\n', '\r'])));
        }
        if self.rest.len() > LINE {
            self.rest.clear();
        }
        events
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // A line that begins with a colon keeps the connection alive; other fields are not used here.
            _ => {}
        }
        None
    }
}

/// Reads a stream event by event until `done` says so; an end before that is an answer that was not read whole.
/// What was read so far stays with the trouble, for whoever mends it.
pub async fn read(mut stream: Streaming, mut done: impl FnMut(Event) -> Result<bool, Trouble>) -> Result<String, Trouble> {
    let (mut cutter, mut kept) = (Cutter::default(), Vec::new());
    loop {
        let piece = stream.next_chunk().await.map_err(|failure| Trouble { raw: beginning(&kept), ..super::wire::unanswered(failure) })?;
        let Some(piece) = piece else {
            return Err(Trouble { raw: beginning(&kept), ..Trouble::new(Class::Unknown) });
        };
        if kept.len() < 4_096 {
            kept.extend_from_slice(piece.get(..piece.len().min(4_096)).unwrap_or_default());
        }
        for event in cutter.take(&piece) {
            if done(event).map_err(|trouble| Trouble { raw: beginning(&kept), ..trouble })? {
                return Ok(beginning(&kept));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_cut_anywhere_gives_the_same_events() {
        let text = ": hello\n\nevent: delta\r\ndata: {\"a\":\"戏\"}\r\n\r\ndata: one\ndata: two\n\nid: 7\ndata:[DONE]\n\n";
        let event = |name: &str, data: &str| Event { name: name.into(), data: data.into() };
        let whole = vec![event("delta", "{\"a\":\"戏\"}"), event("", "one\ntwo"), event("", "[DONE]")];
        for size in 1..text.len() {
            let mut cutter = Cutter::default();
            let events: Vec<Event> = text.as_bytes().chunks(size).flat_map(|piece| cutter.take(piece)).collect();
            assert_eq!(events, whole, "pieces of {size}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut cutter = Cutter::default();
        for _ in 0..40 {
            assert!(cutter.take(&[b'x'; 64 * 1024]).is_empty());
        }
        assert!(cutter.rest.len() <= LINE + 64 * 1024);
    }
}
