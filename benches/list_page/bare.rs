//! The other side: one query, one template, no session, no guard; the frame around the rows is a constant text.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::sync::Arc;

/// Divides a studio page into what stands before the rows, the cell of their age, and what stands after them.
const CUT: &str = "\u{0}rows\u{0}";

#[derive(sqlx::FromRow)]
struct Piece {
    id: uuid::Uuid,
    title: String,
    variants: i64,
    waiting: i64,
    approved: i64,
    published: i64,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ head|safe }}{% for piece in pieces %}<tr data-row id="piece-{{ piece.id }}"><td><a class="work" href="/pieces/{{ piece.id }}" data-key="o">{{ piece.title }}</a></td><td class="n" data-l="Variants">{{ piece.variants }}</td><td class="n" data-l="Waiting">{% if piece.waiting > 0 %}<span class="mark act">{{ piece.waiting }}</span>{% else %}0{% endif %}</td><td class="n" data-l="Approved">{{ piece.approved }}</td><td class="n" data-l="Published">{{ piece.published }}</td>{{ age|safe }}</tr>{% endfor %}{{ tail|safe }}"#
)]
struct ListPage<'a> {
    head: &'a str,
    pieces: Vec<Piece>,
    age: &'a str,
    tail: &'a str,
}

#[derive(Clone)]
struct Bare {
    pool: SqlitePool,
    frame: Arc<str>,
}

/// The frame of a studio page, for [`serve`].
pub fn frame(page: &str) -> String {
    let (head, rest) = page.split_once("<tbody>").expect("a table");
    let (_, tail) = rest.split_once("</tbody>").expect("its end");
    let (row, _) = rest.split_once("</tr>").expect("a row");
    let age = &row[row.rfind("<td").expect("a cell")..];
    format!("{head}<tbody>{CUT}{age}{CUT}</tbody>{tail}")
}

/// Serves on a free port until it is killed; prints the port. `data`: the file and the frame's file.
pub fn serve(file: &str, frame: &str) {
    super::load::stay_on(0);
    let frame = std::fs::read_to_string(frame).unwrap().into();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).pragma("mmap_size", "268435456");
        let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false).connect_with(options).await.unwrap();
        let app = axum::Router::new().route("/", axum::routing::get(list)).with_state(Bare { pool, frame });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        axum::serve(listener, app).await.unwrap();
    });
}

async fn list(State(Bare { pool, frame }): State<Bare>) -> Html<String> {
    let pieces = sqlx::query_as::<_, Piece>(
        "select id, title, variants, waiting, approved, published from pieces
         where project_id = (select id from projects limit 1) and deleted_ms is null order by id desc limit 50",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let (head, rest) = frame.split_once(CUT).unwrap();
    let (age, tail) = rest.split_once(CUT).unwrap();
    Html(ListPage { head, pieces, age, tail }.render().unwrap())
}
