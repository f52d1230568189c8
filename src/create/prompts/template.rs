//! The template language of prompts: Jinja, without files, without escaping, and with a fuel limit
//! that bounds both the time a render takes and the memory it can claim.

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Longest template, in graphemes.
pub const LONGEST: usize = 20_000;
/// Instructions and allocations of one render; a full-length template with a loop over sixty items needs a tenth.
const FUEL: u64 = 50_000;
const NAME: &str = "prompt";
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
pub fn inputs(source: &str) -> Result<Vec<String>, Fault> {
    let environment = environment(UndefinedBehavior::Lenient);
    let template = environment.template_from_named_str(NAME, source).map_err(|error| fault(&error))?;
    let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    names.sort();
    Ok(names)
}

/// Renders for people to look at: what nothing was given for stays empty and is reported.
pub fn preview(source: &str, given: &Map<String, Json>) -> Result<Rendered, Fault> {
    let missing = inputs(source)?.into_iter().filter(|name| !is_given(given, name)).collect();
    let text = run(source, given, UndefinedBehavior::Chainable)?;
    Ok(Rendered { text, missing })
}

/// Renders for sending: a name that nothing was given for is a fault that lists all of them, unless
/// the template asks whether it is there or has a default for it.
pub fn render(source: &str, given: &Map<String, Json>) -> Result<String, Fault> {
    run(source, given, UndefinedBehavior::SemiStrict).map_err(|fault| match preview(source, given) {
        Ok(rendered) if fault.key == UNDEFINED => Fault { detail: rendered.missing.join(", "), ..fault },
        _ => fault,
    })
}

fn run(source: &str, given: &Map<String, Json>, undefined: UndefinedBehavior) -> Result<String, Fault> {
    let environment = environment(undefined);
    let template = environment.template_from_named_str(NAME, source).map_err(|error| fault(&error))?;
    template.render(object(given)).map_err(|error| fault(&error))
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

fn fault(error: &minijinja::Error) -> Fault {
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
        assert_eq!(inputs(source).unwrap(), ["idea.hook", "lenses", "perspective"]);
    }

    #[test]
    fn a_preview_reports_what_nothing_was_given_for() {
        let rendered = preview("{{ a }}-{{ b.c.d }}-{{ idea.nope }}", &given(json!({"a": "1 < 2", "idea": {"hook": "h"}}))).unwrap();
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
                Some(text) => assert_eq!(render(source, &nothing).as_deref(), Ok(text), "{source}"),
                None => assert_eq!(render(source, &nothing).unwrap_err().key, "prompts-fault-undefined", "{source}"),
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
            let fault = preview(source, &Map::new()).unwrap_err();
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
            assert_eq!(render(source, &Map::new()).unwrap_err().key, "prompts-fault-fuel", "{source}");
            assert!(started.elapsed().as_millis() < 2_000, "{source}");
        }
    }

    #[test]
    fn nothing_is_escaped() {
        let rendered = render("{{ a }}", &given(json!({"a": "<b> & \"戏\""}))).unwrap();
        assert_eq!(rendered, "<b> & \"戏\"");
    }
}
