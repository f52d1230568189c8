//! JSON bodies read strictly: what is described as an object is one. Left alone, serde would also
//! take an array and hand its values out to the fields in their order.

use super::Failure;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment};
use std::fmt;

/// Bad syntax is 400; a value of the wrong kind is 422 with a pointer to it.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Strict(&mut reader)).map_err(|error| {
        let inner = error.inner();
        if inner.is_syntax() || inner.is_eof() {
            return Failure::Bad("failure-json");
        }
        let detail = inner.to_string().split(" at line").next().unwrap_or_default().to_owned();
        Failure::Json { pointer: pointer(error.path(), &detail), detail }
    })?;
    reader.end().map_err(|_| Failure::Bad("failure-json"))?;
    Ok(value)
}

/// An RFC 6901 pointer to what is wrong. A field that is missing or there twice is named by the
/// sentence only: the path ends at the object around it.
fn pointer(path: &Path, detail: &str) -> String {
    let mut parts: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    if let Some(name) = field_of(detail)
        && (!detail.starts_with("unknown") || parts.last().map(String::as_str) != Some(name))
    {
        parts.push(name.to_owned());
    }
    parts.iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// The field that a sentence of serde names, as in "missing field `title`".
pub fn field_of(detail: &str) -> Option<&str> {
    let rest = ["missing field `", "unknown field `", "duplicate field `"].into_iter().find_map(|start| detail.strip_prefix(start))?;
    rest.split('`').next()
}

/// Wraps a deserializer, a visitor, a seed or an access: everything below is strict too.
struct Strict<T>(T);

/// The visitor of a struct, which refuses an array.
struct Object<V>(V);

macro_rules! plain {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(visitor)
        })*
    };
}

macro_rules! strict {
    ($($method:ident($($name:ident: $kind:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($name: $kind,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($name,)* Strict(visitor))
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    plain! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_unit deserialize_identifier deserialize_ignored_any
    }

    strict! {
        deserialize_any() deserialize_option() deserialize_seq() deserialize_map()
        deserialize_newtype_struct(name: &'static str) deserialize_unit_struct(name: &'static str)
        deserialize_tuple(len: usize) deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_struct<V: Visitor<'de>>(self, name: &'static str, fields: &'static [&'static str], visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Object(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! values {
    ($($method:ident($kind:ty))*) => {
        $(fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.0.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    values! {
        visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_i128(i128) visit_u128(u128) visit_f64(f64)
        visit_str(&str) visit_borrowed_str(&'de str) visit_string(String)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(from))
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(from))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Strict(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(entries))
    }
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(variant)
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Object<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(entries))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(from))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it can be read matters")]
    struct Outer {
        title: String,
        inner: Option<Inner>,
        #[serde(default)]
        rows: Vec<Inner>,
        #[serde(default)]
        words: BTreeMap<String, String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it can be read matters")]
    struct Inner {
        n: i64,
    }

    fn wrong(body: &str) -> String {
        match parse::<Outer>(body.as_bytes()) {
            Err(Failure::Json { pointer, .. }) => pointer,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn the_pointer_names_the_field() {
        assert_eq!(wrong("{}"), "/title");
        assert_eq!(wrong(r#"{"title": 1}"#), "/title");
        assert_eq!(wrong(r#"{"title": "a", "zzz": 1}"#), "/zzz");
        assert_eq!(wrong(r#"{"title": "a", "title": "b"}"#), "/title");
        assert_eq!(wrong(r#"{"title": "a", "inner": {}}"#), "/inner/n");
        assert_eq!(wrong(r#"{"title": "a", "inner": {"n": 1, "zzz": 2}}"#), "/inner/zzz");
        assert_eq!(wrong(r#"{"title": "a", "rows": [{"n": 1}, {"n": "x"}]}"#), "/rows/1/n");
        assert_eq!(wrong(r#"{"title": "a", "words": {"a/b": 1}}"#), "/words/a~1b");
    }

    #[test]
    fn an_array_is_no_object() {
        assert_eq!(wrong(r#"["a", null, [], {}]"#), "");
        assert_eq!(wrong(r#"{"title": "a", "inner": [1]}"#), "/inner");
        assert_eq!(wrong(r#"{"title": "a", "rows": [[1]]}"#), "/rows/0");
        let good = parse::<Outer>(br#"{"title": "a", "inner": {"n": 1}, "rows": [{"n": 2}], "words": {"b": "c"}}"#).unwrap();
        assert_eq!((good.rows.len(), good.words.len()), (1, 1));
        assert!(parse::<Vec<Inner>>(br#"[{"n": 1}]"#).is_ok());
    }

    #[test]
    fn what_is_no_json_is_refused_as_such() {
        for body in ["", "{", "{} {}", "nonsense"] {
            assert!(matches!(parse::<Outer>(body.as_bytes()), Err(Failure::Bad("failure-json") | Failure::Json { .. })), "{body}");
        }
    }
}
