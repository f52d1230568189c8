//! Embeddings: a vector for each line that was asked, in its order.

use super::OpenAi;
use crate::create::runs::backends::adapter::{Ask, Desk};
use crate::create::runs::backends::outcome::{Class, Made, Product, Trouble, Used, beginning};
use crate::create::runs::backends::wire::{self, Call};
use serde_json::{Value, json};

pub(super) async fn embed(adapter: &OpenAi, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let lines: Vec<&str> = ask.prompt.lines().filter(|line| !line.trim().is_empty()).collect();
    let body = json!({ "model": ask.model(desk.service.get("embedding_model")), "input": lines, "encoding_format": "float" });
    let call = Call::post(format!("{}/embeddings", desk.service.get("base_url")), body).most(wire::FILES);
    let (body, answer) = wire::ask(adapter, desk, call).await?;
    read(&body, lines.len(), beginning(&answer.body))
}

/// One row of figures for each line; all of one length, none missing.
fn read(body: &Value, asked: usize, raw: String) -> Result<Made, Trouble> {
    let used = Used { tokens_in: wire::number(body, &["usage", "prompt_tokens"]), ..Used::default() };
    let mut rows: Vec<Option<Vec<f64>>> = vec![None; asked];
    for (at, entry) in body.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let place = entry.get("index").and_then(Value::as_u64).map_or(Some(at), |index| usize::try_from(index).ok());
        let vector = entry.get("embedding").and_then(Value::as_array).map(|list| list.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>());
        if let Some(row) = place.and_then(|place| rows.get_mut(place)) {
            *row = vector.flatten().filter(|vector| !vector.is_empty());
        }
    }
    let whole: Option<Vec<Vec<f64>>> = rows.into_iter().collect();
    let even = whole.filter(|rows| !rows.is_empty() && rows.windows(2).all(|pair| matches!(pair, [a, b] if a.len() == b.len())));
    let Some(rows) = even else { return Err(Trouble { used, raw, ..Trouble::new(Class::BadAnswer) }) };
    let csv: String = rows.iter().map(|row| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",") + "\n").collect();
    Ok(Made { products: vec![Product::bytes(csv, "vectors.csv")], used, ..Made::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::outcome::Source;

    #[test]
    fn vectors_stand_in_the_order_that_was_asked() {
        let body =
            json!({ "data": [{ "index": 1, "embedding": [0.5, 1] }, { "index": 0, "embedding": [0.25, 2] }], "usage": { "prompt_tokens": 9 } });
        let made = read(&body, 2, String::new()).unwrap();
        let Source::Bytes(bytes) = &made.products[0].source else { panic!("bytes") };
        assert_eq!(String::from_utf8_lossy(bytes), "0.25,2\n0.5,1\n");
        for (body, asked) in [
            (json!({ "data": [{ "index": 0, "embedding": [1] }] }), 2),
            (json!({ "data": [{ "index": 0, "embedding": [1] }, { "index": 1, "embedding": [1, 2] }] }), 2),
            (json!({ "data": [{ "index": 0, "embedding": [1, null] }] }), 1),
            (json!({ "data": [{ "index": 0, "embedding": [1, "NaN"] }] }), 1),
            (json!({ "data": null }), 1),
            (json!({ "data": [{ "index": 99, "embedding": [1] }] }), 1),
        ] {
            assert_eq!(read(&body, asked, String::new()).unwrap_err().class, Class::BadAnswer, "{body}");
        }
    }
}
