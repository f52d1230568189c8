//! The template language of prompts: Jinja, without files, without escaping, and with a fuel limit
//! that bounds both the time a render takes and the memory it can claim.

use super::parts::Source;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Longest template, in graphemes.
pub const LONGEST: usize = 20_000;
/// Instructions and allocations of one render; a full-length template with a loop over sixty items needs a tenth.
const FUEL: u64 = 50_000;
/// Most characters that parts put into one text, however often a loop asks for them.
const FROM_PARTS: usize = 100_000;
const NAME: &str = "prompt";
/// Functions of the language, which are no inputs.
const FUNCTIONS: [&str; 5] = ["part", "range", "dict", "namespace", "debug"];
const UNDEFINED: &str = "prompts-fault-undefined";

/// What is wrong with a template: where, which sentence says it, and the part it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    /// A key of `locales/*/prompts.ftl`, filled with `line` and `detail`.
    pub key: &'static str,
    pub detail: String,
}

/// A text that would be sent, and the names that nothing was given for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    pub missing: Vec<String>,
}

/// The names a template asks for from outside, dotted (`idea.hook`), in alphabetical order.
pub fn inputs(source: &Source) -> Result<Vec<String>, Fault> {
    let environment = environment(UndefinedBehavior::Lenient);
    let mut names = BTreeSet::new();
    for text in std::iter::once(&source.text).chain(source.parts.iter().map(|part| &part.text)) {
        let template = environment.template_from_named_str(NAME, text).map_err(|error| fault(&error))?;
        names.extend(template.undeclared_variables(true).into_iter().filter(|name| !FUNCTIONS.contains(&name.as_str())));
    }
    Ok(names.into_iter().collect())
}

/// The parts a text asks for by a name that is written out, each with its line.
pub fn included(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut at, mut raw) = (Vec::new(), 0, false);
    while let Some((start, tag)) = text.get(at..).and_then(|rest| rest.find('{').map(|place| (at + place, rest.get(place..).unwrap_or_default()))) {
        let close = match tag.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = start + 1;
                continue;
            }
        };
        let inside = tag.get(2..).unwrap_or_default();
        let inside = inside.get(..inside.find(close).unwrap_or(inside.len())).unwrap_or_default();
        let word = inside.trim_matches(['-', '+', ' ']);
        if close == "%}" && (word == "raw" || word == "endraw") {
            raw = word == "raw";
        } else if !raw && close != "#}" {
            for (place, name) in calls(inside) {
                let before = text.get(..start + 2 + place).unwrap_or_default();
                found.push((before.matches('\n').count() + 1, name));
            }
        }
        at = start + 2 + inside.len();
    }
    found
}

/// `part("name")` in the inside of a tag, by where it stands.
fn calls(inside: &str) -> Vec<(usize, String)> {
    let is_call = |place: usize| !inside.get(..place).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let name = |place: usize| {
        let rest = inside.get(place + "part".len()..)?.trim_start().strip_prefix('(')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split_once(quote).map(|(name, _)| (place, name.to_owned()))
    };
    inside.match_indices("part").filter(|(place, _)| is_call(*place)).filter_map(|(place, _)| name(place)).collect()
}

/// Renders for people to look at: what nothing was given for stays empty and is reported.
pub fn preview(source: &Source, given: &Map<String, Json>) -> Result<Rendered, Fault> {
    let missing = inputs(source)?.into_iter().filter(|name| !is_given(given, name)).collect();
    let text = run(source, given, UndefinedBehavior::Chainable)?;
    Ok(Rendered { text, missing })
}

/// Renders for sending: a name that nothing was given for is a fault that lists all of them, unless
/// the template asks whether it is there or has a default for it.
pub fn render(source: &Source, given: &Map<String, Json>) -> Result<String, Fault> {
    run(source, given, UndefinedBehavior::SemiStrict).map_err(|fault| match preview(source, given) {
        Ok(rendered) if fault.key == UNDEFINED => Fault { detail: rendered.missing.join(", "), ..fault },
        _ => fault,
    })
}

fn run(source: &Source, given: &Map<String, Json>, undefined: UndefinedBehavior) -> Result<String, Fault> {
    let given = object(given);
    let mut done: BTreeMap<String, String> = BTreeMap::new();
    for part in &source.parts {
        // What is wrong in a part is told where the template asks for it.
        let text = one(&part.text, &done, &given, undefined).map_err(|fault| Fault { line: part.line, ..fault })?;
        done.insert(part.name.clone(), text);
    }
    one(&source.text, &done, &given, undefined)
}

fn one(text: &str, parts: &BTreeMap<String, String>, given: &Value, undefined: UndefinedBehavior) -> Result<String, Fault> {
    let mut environment = environment(undefined);
    let (parts, spent) = (parts.clone(), AtomicUsize::new(0));
    environment.add_function("part", move |name: &str| -> Result<String, Error> {
        let text = parts.get(name).ok_or_else(|| Error::new(ErrorKind::TemplateNotFound, name.to_owned()))?;
        let before = spent.fetch_add(text.len(), Ordering::Relaxed);
        if before + text.len() > FROM_PARTS * 4 { Err(Error::from(ErrorKind::OutOfFuel)) } else { Ok(text.clone()) }
    });
    let template = environment.template_from_named_str(NAME, text).map_err(|error| fault(&error))?;
    template.render(given).map_err(|error| fault(&error))
}

fn environment(undefined: UndefinedBehavior) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(undefined);
    environment.set_fuel(Some(FUEL));
    // A line that holds only a tag leaves no empty line behind.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment
}

fn is_given(given: &Map<String, Json>, name: &str) -> bool {
    let mut parts = name.split('.');
    let Some(mut value) = parts.next().and_then(|first| given.get(first)) else { return false };
    for part in parts {
        match value.get(part) {
            Some(inner) => value = inner,
            // `markets.0` and a method's name are not fields; only objects have fields that can be missing.
            None => return !value.is_object(),
        }
    }
    true
}

fn object(map: &Map<String, Json>) -> Value {
    Value::from(map.iter().map(|(name, value)| (name.clone(), convert(value))).collect::<BTreeMap<String, Value>>())
}

fn convert(value: &Json) -> Value {
    match value {
        Json::Null => Value::from(()),
        Json::Bool(yes) => Value::from(*yes),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(list) => Value::from(list.iter().map(convert).collect::<Vec<_>>()),
        Json::Object(map) => object(map),
    }
}

fn fault(error: &Error) -> Fault {
    let key = match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::InvalidDelimiter => "prompts-fault-syntax",
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "prompts-fault-unknown",
        ErrorKind::UndefinedError => UNDEFINED,
        ErrorKind::TemplateNotFound | ErrorKind::BadInclude => "prompts-fault-include",
        ErrorKind::OutOfFuel => "prompts-fault-fuel",
        _ => "prompts-fault-other",
    };
    Fault { line: error.line().unwrap_or(1), key, detail: error.detail().unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(value: Json) -> Map<String, Json> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn inputs_are_found_with_their_dots() {
        let source = "{{ perspective }} {% for lens in lenses %}{{ lens }}{% endfor %}{{ idea.hook }}{% set x = 1 %}{{ x }}";
        assert_eq!(inputs(&source.into()).unwrap(), ["idea.hook", "lenses", "perspective"]);
    }

    #[test]
    fn a_preview_reports_what_nothing_was_given_for() {
        let rendered = preview(&"{{ a }}-{{ b.c.d }}-{{ idea.nope }}".into(), &given(json!({"a": "1 < 2", "idea": {"hook": "h"}}))).unwrap();
        assert_eq!(rendered.text, "1 < 2--");
        assert_eq!(rendered.missing, ["b.c.d", "idea.nope"]);
    }

    #[test]
    fn a_run_refuses_a_missing_name_unless_the_template_provides_for_it() {
        let nothing = Map::new();
        let table = [
            ("{{ seconds }}", None),
            ("{{ seconds | default(36) }}", Some("36")),
            ("{% if seconds %}{{ seconds }}{% else %}long{% endif %}", Some("long")),
            ("{% if seconds is defined %}{{ seconds }}{% endif %}ok", Some("ok")),
        ];
        for (source, expected) in table {
            match expected {
                Some(text) => assert_eq!(render(&source.into(), &nothing).as_deref(), Ok(text), "{source}"),
                None => assert_eq!(render(&source.into(), &nothing).unwrap_err().key, "prompts-fault-undefined", "{source}"),
            }
        }
    }

    #[test]
    fn faults_name_their_line_and_their_kind() {
        let table = [
            ("ok\n{{ a", 2, "prompts-fault-syntax"),
            ("{% if a %}", 1, "prompts-fault-syntax"),
            ("\n\n{{ 'a' | shout }}", 3, "prompts-fault-unknown"),
            ("{% include '/etc/passwd' %}", 1, "prompts-fault-include"),
            ("\n{{ 1 + 'a' }}", 2, "prompts-fault-other"),
        ];
        for (source, line, key) in table {
            let fault = preview(&source.into(), &Map::new()).unwrap_err();
            assert_eq!((fault.line, fault.key), (line, key), "{source}: {fault:?}");
        }
    }

    #[test]
    fn nothing_a_template_can_say_takes_long_or_grows_without_end() {
        for source in [
            "{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}",
            "{{ 'x' * 90000000 }}",
            "{% set ns = namespace(a='x') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}",
            "{{ range(90000) | join('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') }}",
        ] {
            let started = std::time::Instant::now();
            assert_eq!(render(&source.into(), &Map::new()).unwrap_err().key, "prompts-fault-fuel", "{source}");
            assert!(started.elapsed().as_millis() < 2_000, "{source}");
        }
    }

    #[test]
    fn nothing_is_escaped() {
        let rendered = render(&"{{ a }}".into(), &given(json!({"a": "<b> & \"戏\""}))).unwrap();
        assert_eq!(rendered, "<b> & \"戏\"");
    }

    #[test]
    fn parts_are_found_where_they_are_asked_for() {
        let text = "{# part('no') #}plain part('no')\n{% if a %}{{ part( \"one\" ) | upper }}{% endif %}\n{% raw %}{{ part('no') }}{% endraw %}{{ my.part('no') ~ part('two') }}\n{{\n part('three') }}";
        assert_eq!(included(text), [(2, "one".to_owned()), (3, "two".to_owned()), (5, "three".to_owned())]);
        assert_eq!(included("{{ part('open"), []);
    }

    #[test]
    fn parts_are_filled_in_over_what_the_run_gives() {
        let all = [("voice", "As {{ who }}: {{ part('end') }}"), ("end", "stop.")];
        let all = all.iter().map(|(name, text)| ((*name).to_owned(), (1, (*text).to_owned()))).collect();
        let source = Source::gather("Say\n{{ part('voice') }}\nnow", &all).unwrap();
        assert_eq!(inputs(&source).unwrap(), ["who"]);
        assert_eq!(render(&source, &given(json!({ "who": "me" }))).unwrap(), "Say\nAs me: stop.\nnow");
        let fault = render(&source, &Map::new()).unwrap_err();
        assert_eq!((fault.line, fault.key, fault.detail.as_str()), (2, "prompts-fault-undefined", "who"));
        let long = [("long".to_owned(), (1, "x".repeat(20_000)))].into_iter().collect();
        let source = Source::gather("{% for i in range(9000) %}{{ part('long') }}{% endfor %}", &long).unwrap();
        assert_eq!(render(&source, &Map::new()).unwrap_err().key, "prompts-fault-fuel");
    }
}
