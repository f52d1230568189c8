//! A workflow as ComfyUI exports it for programs, and the places in it that a run fills. Pure.
//!
//! The places are named by whoever exported it (`6.inputs.text`), never guessed: two nodes may hold words, and only one
//! of them is the prompt. The seed alone is found by its name where nobody said its place, because a graph that did not
//! change is answered from the cache of ComfyUI, with no files.

use crate::create::runs::backends::adapter::{Ask, Frame, Service};
use serde_json::{Map, Value};

/// The settings that name a place, as errors point to them, and whether a number stands there.
const PLACES: [(&str, &str, bool); 6] = [
    ("prompt_path", "settings.prompt_path", false),
    ("seed_path", "settings.seed_path", true),
    ("width_path", "settings.width_path", true),
    ("height_path", "settings.height_path", true),
    ("count_path", "settings.count_path", true),
    ("picture_path", "settings.picture_path", false),
];

/// What every seed is called by the nodes of ComfyUI itself.
const SEEDS: [&str; 2] = ["seed", "noise_seed"];
/// Nodes differ in the largest seed they take; none takes less than this.
const LARGEST_SEED: u64 = 0x7fff_ffff;
/// Sides are multiples of this: what the strictest of the usual models wants.
const STEP: f64 = 32.0;
/// Width times height where the graph says none, in pixels.
const AREA: f64 = 1_048_576.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Graph(Map<String, Value>);

impl Graph {
    /// Nodes by their id, each with its `class_type`. The error is the key of a sentence.
    pub(super) fn read(text: &str) -> Result<Graph, &'static str> {
        let Ok(Value::Object(nodes)) = serde_json::from_str(text) else { return Err("backends-error-graph") };
        if nodes.get("nodes").is_some_and(Value::is_array) || nodes.get("links").is_some_and(Value::is_array) {
            return Err("backends-error-graph-of-editor");
        }
        let is_node = |node: &Value| node.get("class_type").is_some_and(Value::is_string) && node.get("inputs").is_some_and(Value::is_object);
        if nodes.is_empty() || !nodes.values().all(is_node) {
            return Err("backends-error-graph");
        }
        Ok(Graph(nodes))
    }

    fn at(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let node = self.0.get(names.next()?)?;
        names.try_fold(node, |value, name| value.get(name))
    }

    /// Writes where something stands already; false where nothing does.
    fn set(&mut self, path: &str, value: impl Into<Value>) -> bool {
        let mut names = path.split('.');
        let node = names.next().and_then(|name| self.0.get_mut(name));
        let place = node.and_then(|node| names.try_fold(node, |value, name| value.get_mut(name)));
        place.map(|place| *place = value.into()).is_some()
    }

    /// Where numbers stand that are called a seed.
    fn seeds(&self) -> Vec<String> {
        let seeds = |(id, node): (&String, &Value)| {
            let inputs = node.get("inputs").cloned().unwrap_or_default();
            SEEDS.into_iter().filter(|name| inputs.get(name).is_some_and(Value::is_number)).map(|name| format!("{id}.inputs.{name}")).collect()
        };
        self.0.iter().flat_map(|entry| -> Vec<String> { seeds(entry) }).collect()
    }

    /// The graph as it is queued: the words, a seed of this run's own, the size, how many, and the picture that was uploaded.
    pub(super) fn filled(mut self, service: &Service, ask: &Ask, picture: Option<&str>) -> Value {
        let seeds = match service.get("seed_path") {
            "" => self.seeds(),
            path => vec![path.to_owned()],
        };
        for path in seeds {
            self.set(&path, ask.seed & LARGEST_SEED);
        }
        let (wide, high) = (service.get("width_path"), service.get("height_path"));
        let side = |path: &str| self.at(path).and_then(Value::as_f64);
        let area = side(wide).zip(side(high)).map_or(AREA, |(width, height)| width * height);
        let (width, height) = sides(area, &ask.frame);
        self.set(wide, width);
        self.set(high, height);
        self.set(service.get("count_path"), ask.count);
        if let Some(picture) = picture {
            self.set(service.get("picture_path"), picture);
        }
        self.set(service.get("prompt_path"), ask.prompt.as_str());
        Value::Object(self.0)
    }
}

/// Whether the graph can be read and every place that was named is in it.
pub(super) fn check(service: &Service) -> Result<(), (&'static str, &'static str)> {
    // That something is missing which must be there is said already.
    if service.get("graph").is_empty() {
        return Ok(());
    }
    let graph = Graph::read(service.get("graph")).map_err(|key| ("settings.graph", key))?;
    for (name, field, is_number) in PLACES {
        match (service.get(name), graph.at(service.get(name))) {
            ("", _) => {}
            (_, None | Some(Value::Object(_))) => return Err((field, "backends-error-path")),
            (_, Some(value)) if is_number && !value.is_number() => return Err((field, "backends-error-path-number")),
            (_, Some(_)) => {}
        }
    }
    match (service.get("width_path"), service.get("height_path")) {
        ("", "") => Ok(()),
        ("", _) => Err(("settings.width_path", "error-required")),
        (_, "") => Err(("settings.height_path", "error-required")),
        _ => Ok(()),
    }
}

/// Width and height in the ratio of the frame with about this many pixels: the model was trained on so many, and a film
/// of more does not fit into the memory that the graph was made for.
fn sides(area: f64, frame: &Frame) -> (i64, i64) {
    let (width, height) = frame.ratio();
    let ratio = f64::from(width) / f64::from(height);
    let stepped = |side: f64| ((side / STEP).round().max(1.0) * STEP) as i64;
    (stepped((area * ratio).sqrt()), stepped((area / ratio).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GRAPH: &str = r#"{
        "3": { "class_type": "KSampler", "inputs": { "seed": 5, "steps": 20, "model": ["4", 0] } },
        "5": { "class_type": "EmptyLatentImage", "inputs": { "width": 832, "height": 480, "batch_size": 1 } },
        "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "old", "clip": ["4", 1] } },
        "8:1": { "class_type": "RandomNoise", "inputs": { "noise_seed": 7 } },
        "9": { "class_type": "KSampler", "inputs": { "seed": ["3", 0] } },
        "10": { "class_type": "LoadImage", "inputs": { "image": "old.png" } }
    }"#;

    fn service(settings: &[(&str, &str)]) -> Service {
        let with = [("graph", GRAPH), ("prompt_path", "6.inputs.text")];
        let all = with.into_iter().chain(settings.iter().copied());
        Service { settings: all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), secret: None }
    }

    #[test]
    fn only_what_is_exported_for_programs_is_a_graph() {
        let editor = r#"{ "last_node_id": 9, "nodes": [{ "id": 3, "type": "KSampler" }], "links": [] }"#;
        for (text, read) in [
            (GRAPH, Ok(())),
            (editor, Err("backends-error-graph-of-editor")),
            ("", Err("backends-error-graph")),
            ("a prompt", Err("backends-error-graph")),
            ("[]", Err("backends-error-graph")),
            ("{}", Err("backends-error-graph")),
            (r#"{ "3": { "class_type": "KSampler" } }"#, Err("backends-error-graph")),
            (r#"{ "prompt": { "3": { "class_type": "KSampler", "inputs": {} } } }"#, Err("backends-error-graph")),
        ] {
            assert_eq!(Graph::read(text).map(|_| ()), read, "{text}");
        }
    }

    #[test]
    fn places_are_found_or_named_as_missing() {
        let both = |width, height| vec![("width_path", width), ("height_path", height)];
        let path = |field| Err((field, "backends-error-path"));
        for (settings, found) in [
            (vec![], Ok(())),
            (both("5.inputs.width", "5.inputs.height"), Ok(())),
            (vec![("seed_path", "8:1.inputs.noise_seed"), ("count_path", "5.inputs.batch_size")], Ok(())),
            (vec![("picture_path", "10.inputs.image")], Ok(())),
            (vec![("prompt_path", "7.inputs.text")], path("settings.prompt_path")),
            (vec![("prompt_path", "6.inputs.words")], path("settings.prompt_path")),
            (vec![("prompt_path", "6.inputs")], path("settings.prompt_path")),
            (vec![("prompt_path", "6.inputs.text.more")], path("settings.prompt_path")),
            (vec![("picture_path", "10.inputs.mask")], path("settings.picture_path")),
            (vec![("seed_path", "6.inputs.text")], Err(("settings.seed_path", "backends-error-path-number"))),
            (vec![("seed_path", "9.inputs.seed")], Err(("settings.seed_path", "backends-error-path-number"))),
            (both("5.inputs.width", ""), Err(("settings.height_path", "error-required"))),
            (both("", "5.inputs.height"), Err(("settings.width_path", "error-required"))),
            (vec![("graph", "{}")], Err(("settings.graph", "backends-error-graph"))),
            (vec![("graph", "")], Ok(())),
        ] {
            assert_eq!(check(&service(&settings)), found, "{settings:?}");
        }
    }

    #[test]
    fn a_graph_is_filled_where_it_was_said_and_nowhere_else() {
        let ask = Ask { prompt: "A white face".into(), seed: 0xffff_ffff_0000_0009, count: 3, ..Ask::default() };
        let fill = |settings: &[(&str, &str)], picture| Graph::read(GRAPH).unwrap().filled(&service(settings), &ask, picture);
        let everything = [
            ("seed_path", "3.inputs.seed"),
            ("width_path", "5.inputs.width"),
            ("height_path", "5.inputs.height"),
            ("count_path", "5.inputs.batch_size"),
            ("picture_path", "10.inputs.image"),
        ];
        let mut expected: Value = serde_json::from_str(GRAPH).unwrap();
        expected["6"]["inputs"]["text"] = json!("A white face");
        expected["3"]["inputs"]["seed"] = json!(9);
        expected["8:1"]["inputs"]["noise_seed"] = json!(9);
        assert_eq!(fill(&[], None), expected, "every seed that is a number, when none is named");
        expected["8:1"]["inputs"]["noise_seed"] = json!(7);
        expected["5"]["inputs"] = json!({ "width": 480, "height": 832, "batch_size": 3 });
        assert_eq!(fill(&everything, None), expected);
        expected["10"]["inputs"]["image"] = json!("new.png");
        assert_eq!(fill(&everything, Some("new.png")), expected);
    }

    #[test]
    fn sides_keep_the_pixels_of_the_graph() {
        for (area, aspect, size) in [
            (832.0 * 480.0, "9:16", (480, 832)),
            (832.0 * 480.0, "16:9", (832, 480)),
            (AREA, "1:1", (1024, 1024)),
            (AREA, "9:16", (768, 1376)),
            (AREA, "3:4", (896, 1184)),
            (1.0, "32:1", (32, 32)),
        ] {
            assert_eq!(sides(area, &Frame { aspect: aspect.into(), ..Frame::default() }), size, "{area} {aspect}");
        }
    }
}
