//! What ComfyUI tells of a prompt: whether it waits, what it made, why it failed. Pure.

use crate::create::runs::backends::adapter::Medium;
use crate::create::runs::backends::outcome::{Address, Class, Product, Source, Trouble};
use crate::create::runs::backends::wire;
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// The names under which nodes list their files.
const LISTS: [&str; 4] = ["images", "gifs", "videos", "audio"];

/// What was read of a prompt.
#[derive(Debug)]
pub(super) enum Told {
    /// It has not ended, or was never heard of.
    Nothing,
    Made(Vec<Product>),
    Failed(Trouble),
}

/// Reads `GET /history/{id}`. `base`: the address of the server, where its files lie.
pub(super) fn read(body: &Value, id: &str, medium: Medium, base: &str) -> Told {
    let Some(entry) = body.get(id) else { return Told::Nothing };
    if wire::text(entry, &["status", "status_str"]) == "error" {
        return Told::Failed(failure(entry));
    }
    let files = files(entry);
    let products: Vec<Product> = files.iter().filter(|file| is_of(medium, file.name)).map(|file| file.product(base)).collect();
    if products.is_empty() {
        let names: Vec<&str> = files.iter().map(|file| file.name).collect();
        return Told::Failed(Trouble::saying(Class::TaskFailed, &format!("no {} among its files: [{}]", medium.name(), names.join(", "))));
    }
    Told::Made(products)
}

/// Whether `GET /queue` holds a prompt, running or waiting.
pub(super) fn is_queued(body: &Value, id: &str) -> bool {
    is_in(body, "queue_running", id) || is_in(body, "queue_pending", id)
}

pub(super) fn is_running(body: &Value, id: &str) -> bool {
    is_in(body, "queue_running", id)
}

/// A place in the queue is `[number, id, graph, …]`.
fn is_in(body: &Value, list: &str, id: &str) -> bool {
    let list = body.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().any(|place| place.get(1).and_then(Value::as_str) == Some(id))
}

/// What the first failing node said, or that somebody stopped it.
fn failure(entry: &Value) -> Trouble {
    let messages = entry.get("status").and_then(|status| status.get("messages")).and_then(Value::as_array);
    let about = |wanted: &str| messages.into_iter().flatten().find(|message| message.get(0).and_then(Value::as_str) == Some(wanted));
    let Some(error) = about("execution_error").and_then(|message| message.get(1)) else {
        return Trouble::saying(Class::TaskFailed, if about("execution_interrupted").is_some() { "execution_interrupted" } else { "" });
    };
    let said = wire::text(error, &["exception_message"]).trim();
    let detail = format!("{} ({}): {said}", wire::text(error, &["node_type"]), wire::text(error, &["node_id"]));
    Trouble::saying(if wire::is_held_back(said) { Class::Moderation } else { Class::TaskFailed }, &detail)
}

/// The first message of a graph that was not taken: `{error: {message, details}, node_errors: {id: {errors, class_type}}}`.
pub(super) fn not_taken(body: &Value) -> Option<String> {
    let nodes = body.get("node_errors").and_then(Value::as_object)?;
    nodes.iter().find_map(|(id, node)| {
        let error = node.get("errors").and_then(|errors| errors.get(0))?;
        let said = [wire::text(error, &["message"]), wire::text(error, &["details"])].join(": ");
        Some(format!("{} ({id}): {}", wire::text(node, &["class_type"]), said.trim_end_matches(": ")))
    })
}

/// A file as a node lists it.
struct File<'a> {
    name: &'a str,
    folder: &'a str,
}

/// The files that were saved; previews are temporary and not what was asked for.
fn files(entry: &Value) -> Vec<File<'_>> {
    let nodes = entry.get("outputs").and_then(Value::as_object).into_iter().flat_map(|outputs| outputs.values());
    let listed = nodes.flat_map(|node| LISTS.into_iter().filter_map(|list| node.get(list).and_then(Value::as_array)).flatten());
    let saved = listed.filter(|file| wire::text(file, &["type"]) == "output");
    let read = |file| File { name: wire::text(file, &["filename"]), folder: wire::text(file, &["subfolder"]) };
    saved.map(read).filter(|file| !file.name.is_empty()).collect()
}

impl File<'_> {
    fn product(&self, base: &str) -> Product {
        let query = Serializer::new(String::new())
            .append_pair("filename", self.name)
            .append_pair("subfolder", self.folder)
            .append_pair("type", "output")
            .finish();
        let address = Address { url: format!("{base}/view?{query}"), with_key: true, ..Address::default() };
        Product { source: Source::Address(address), file_name: self.name.to_owned(), duration_ms: None, shot: None }
    }
}

/// Whether a file is of the family that was asked for: a graph may save its first picture beside the film.
fn is_of(medium: Medium, name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known: &[&str] = match medium {
        Medium::Image => &["png", "jpg", "jpeg", "webp", "gif"],
        Medium::Video => &["mp4", "m4v", "mov", "webm", "mp3", "m4a", "wav", "flac", "ogg", "opus"],
        _ => &[],
    };
    known.contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(entry: Value, medium: Medium) -> Result<Vec<(String, String)>, (Class, String)> {
        match read(&json!({ "p1": entry }), "p1", medium, "http://home:8188") {
            Told::Nothing => Ok(Vec::new()),
            Told::Failed(trouble) => Err((trouble.class, trouble.detail)),
            Told::Made(products) => Ok(products
                .into_iter()
                .map(|product| match product.source {
                    Source::Address(address) if address.with_key => (product.file_name, address.url),
                    other => panic!("{other:?}"),
                })
                .collect()),
        }
    }

    #[test]
    fn files_are_found_under_whatever_name_a_node_gives_them() {
        let view = |query: &str| format!("http://home:8188/view?{query}&type=output");
        let entry = json!({ "status": { "status_str": "success", "completed": true }, "outputs": {
            "9": { "images": [{ "filename": "a b&c.png", "subfolder": "day 1", "type": "output" }, { "filename": "t.png", "subfolder": "", "type": "temp" }] },
            "12": { "gifs": [{ "filename": "f.mp4", "subfolder": "", "type": "output", "format": "video/h264-mp4" }] },
            "13": { "audio": [{ "filename": "s.FLAC", "subfolder": "", "type": "output" }], "text": ["words"] },
        } });
        assert_eq!(told(entry.clone(), Medium::Image), Ok(vec![("a b&c.png".into(), view("filename=a+b%26c.png&subfolder=day+1"))]));
        let mut films = told(entry, Medium::Video).unwrap();
        films.sort();
        assert_eq!(films, [("f.mp4".into(), view("filename=f.mp4&subfolder=")), ("s.FLAC".into(), view("filename=s.FLAC&subfolder="))]);
    }

    #[test]
    fn without_a_status_the_files_speak() {
        let entry = json!({ "outputs": { "9": { "videos": [{ "filename": "f.webm", "type": "output" }] } } });
        assert_eq!(told(entry, Medium::Video).unwrap().len(), 1);
    }

    #[test]
    fn what_failed_is_told_in_the_words_of_the_node() {
        let error = |said: &str| {
            json!({ "status": { "status_str": "error", "completed": false, "messages": [["execution_start", { "prompt_id": "p1" }],
                ["execution_error", { "node_id": "3", "node_type": "KSampler", "exception_message": said }]] }, "outputs": {} })
        };
        let interrupted = json!({ "status": { "status_str": "error", "messages": [["execution_interrupted", { "node_id": "3" }]] } });
        let temporary = json!({ "status": { "status_str": "success" }, "outputs": { "9": { "images": [{ "filename": "t.png", "type": "temp" }] } } });
        let other = json!({ "status": { "status_str": "success" }, "outputs": { "9": { "images": [{ "filename": "a.png", "type": "output" }] } } });
        for (entry, class, detail) in [
            (error("CUDA out of memory\n"), Class::TaskFailed, "KSampler (3): CUDA out of memory"),
            (error("Rejected by moderation"), Class::Moderation, "KSampler (3): Rejected by moderation"),
            (interrupted, Class::TaskFailed, "execution_interrupted"),
            (json!({ "status": { "status_str": "error" } }), Class::TaskFailed, ""),
            (temporary, Class::TaskFailed, "no video among its files: []"),
            (other, Class::TaskFailed, "no video among its files: [a.png]"),
        ] {
            assert_eq!(told(entry.clone(), Medium::Video), Err((class, detail.to_owned())), "{entry}");
        }
        assert_eq!(told(json!(null), Medium::Image).unwrap_err().0, Class::TaskFailed);
        assert!(matches!(read(&json!({}), "p1", Medium::Image, ""), Told::Nothing));
    }

    #[test]
    fn a_graph_that_is_not_taken_names_its_node() {
        let errors = json!([{ "type": "value_not_in_list", "message": "Value not in list", "details": "ckpt_name: 'x' not in []" }]);
        let body = json!({ "error": { "message": "Prompt outputs failed validation" }, "node_errors": { "4": { "errors": errors, "class_type": "Loader" } } });
        assert_eq!(not_taken(&body).as_deref(), Some("Loader (4): Value not in list: ckpt_name: 'x' not in []"));
        for body in [json!({}), json!({ "node_errors": {} }), json!({ "node_errors": [] })] {
            assert_eq!(not_taken(&body), None);
        }
    }

    #[test]
    fn a_queue_is_read() {
        let queue = json!({ "queue_running": [[1, "a", {}]], "queue_pending": [[2, "b", {}]] });
        for (id, queued, running) in [("a", true, true), ("b", true, false), ("c", false, false)] {
            assert_eq!((is_queued(&queue, id), is_running(&queue, id)), (queued, running), "{id}");
        }
    }
}
