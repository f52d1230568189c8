//! Every route has a row: who may call it. The table in docs is the one that is reviewed.

use std::collections::BTreeSet;

fn declared() -> BTreeSet<String> {
    troupe::app::table().iter().map(|row| format!("{} {} {}", row.method, row.path, row.access)).collect()
}

#[test]
fn the_table_in_docs_is_the_table_in_force() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routes.md");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let written: BTreeSet<String> = text
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split('|').map(|cell| cell.trim().trim_matches('`'));
            let (method, path, access) = (cells.next()?, cells.next()?, cells.next()?);
            path.starts_with('/').then(|| format!("{method} {path} {access}"))
        })
        .collect();
    if std::env::var_os("UPDATE_ROUTES").is_some() {
        let rows: String = declared()
            .iter()
            .map(|row| {
                let mut parts = row.split(' ');
                format!("| {} | `{}` | {} |\n", parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
            })
            .collect();
        let head = "# Who may call what\n\nEvery route and what it asks of the caller: `public`, or the ability a member's role (and a token's scope) must have. What a member may *see* is decided by every query: foreign objects are not found. A test keeps this table equal to the one in force; `UPDATE_ROUTES=1 cargo test routes` writes it anew, for review.\n\n| Method | Path | Access |\n|---|---|---|\n";
        std::fs::write(file, format!("{head}{rows}")).unwrap();
        return;
    }
    let declared = declared();
    assert_eq!(declared.difference(&written).collect::<Vec<_>>(), Vec::<&String>::new(), "routes without a row in docs/routes.md");
    assert_eq!(written.difference(&declared).collect::<Vec<_>>(), Vec::<&String>::new(), "rows without a route");
}

#[test]
fn every_call_of_the_api_is_in_its_document() {
    let document = serde_json::to_value(troupe::app::openapi("")).unwrap();
    for row in troupe::app::table().iter().filter(|row| row.path.starts_with("/api/v1/") && !row.path.ends_with("openapi.json")) {
        let method = row.method.as_str().to_lowercase();
        assert!(document["paths"][&row.path][&method].is_object(), "{method} {} is not described", row.path);
    }
}

#[test]
fn a_schema_has_one_meaning() {
    let spec = troupe::app::routes().spec();
    let mut known = std::collections::BTreeMap::new();
    for (name, schema) in spec.schemas {
        let schema = serde_json::to_value(schema).unwrap();
        let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
        assert_eq!(*first, schema, "two schemas are called {name}");
    }
}

#[test]
fn creating_calls_say_that_they_can_be_repeated_and_where_the_studio_is() {
    let document = serde_json::to_value(troupe::app::openapi("/studio")).unwrap();
    assert_eq!(document["servers"][0]["url"], "/studio");
    for (path, item) in document["paths"].as_object().unwrap() {
        let post = &item["post"];
        let keys = post["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["name"] == "Idempotency-Key").count();
        assert_eq!(keys, usize::from(post["responses"]["201"].is_object()), "POST {path}");
    }
}
