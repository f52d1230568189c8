//! Routes with their row of the access table. A route cannot be added without saying who may call
//! it, and the guard refuses what has no row.
//!
//! What is generic here is inlined into the lists of routes, whatever the optimiser thinks: hundreds of small functions
//! that only a start runs, each beside the code of its handler, would keep a page of the program in memory each.

#![allow(clippy::inline_always, reason = "see above")]

use super::Access;
use crate::platform::House;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use utoipa::openapi::HttpMethod;

/// One row: `POST /ideas/{id}/shortlist`, and who may.
#[derive(Clone, Debug)]
pub struct Declared {
    pub method: Method,
    pub path: String,
    pub access: Access,
}

#[derive(Default)]
pub struct Routes {
    router: Router<House>,
    table: Vec<Declared>,
    /// Each writes what it documents when the document is asked for: built at every start, it would stay in memory.
    described: Vec<fn(&mut Spec)>,
}

/// The part of the OpenAPI document that belongs to these routes.
#[derive(Default)]
pub struct Spec {
    pub paths: Vec<(String, utoipa::openapi::path::PathItem)>,
    pub schemas: Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
}

impl Routes {
    pub fn new() -> Routes {
        Routes::default()
    }

    #[inline(always)]
    pub fn get<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::GET, path, access, Erased::of(handler))
    }

    #[inline(always)]
    pub fn post<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::POST, path, access, Erased::of(handler))
    }

    #[inline(always)]
    pub fn delete<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::DELETE, path, access, Erased::of(handler))
    }

    /// A call for programs: its path, method and document come from the handler's own description.
    #[inline(always)]
    pub fn api<P, H, T>(self, access: Access, handler: H) -> Routes
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, House>,
        T: 'static,
    {
        self.add_described(P::methods(), P::path(), access, Erased::of(handler), describe::<P>)
    }

    fn add_described(mut self, methods: Vec<HttpMethod>, path: String, access: Access, handler: Erased, describe: fn(&mut Spec)) -> Routes {
        for method in methods {
            let method = match method {
                HttpMethod::Post => Method::POST,
                HttpMethod::Patch => Method::PATCH,
                HttpMethod::Delete => Method::DELETE,
                HttpMethod::Put => Method::PUT,
                _ => Method::GET,
            };
            self = self.add(method, &path, access, handler.clone());
        }
        self.described.push(describe);
        self
    }

    fn add(mut self, method: Method, path: &str, access: Access, handler: Erased) -> Routes {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PATCH => MethodFilter::PATCH,
            Method::DELETE => MethodFilter::DELETE,
            Method::PUT => MethodFilter::PUT,
            _ => MethodFilter::GET,
        };
        self.router = self.router.route(path, on(filter, handler));
        self.table.push(Declared { method, path: path.to_owned(), access });
        self
    }

    pub fn merge(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self.described.extend(other.described);
        self
    }

    pub fn table(&self) -> &[Declared] {
        &self.table
    }

    pub fn into_parts(self) -> (Router<House>, Vec<Declared>) {
        (self.router, self.table)
    }

    /// The part of the OpenAPI document that belongs to these routes.
    pub fn spec(&self) -> Spec {
        let mut spec = Spec::default();
        for describe in &self.described {
            describe(&mut spec);
        }
        spec
    }
}

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler without its type: what the router builds around a handler is compiled once, not for each of hundreds.
#[derive(Clone)]
struct Erased(Arc<dyn Fn(Request, House) -> Answer + Send + Sync>);

impl Erased {
    #[inline(always)]
    fn of<H: Handler<T, House>, T: 'static>(handler: H) -> Erased {
        Erased(Arc::new(move |request, house| Box::pin(handler.clone().call(request, house))))
    }
}

impl Handler<(), House> for Erased {
    type Future = Answer;

    fn call(self, request: Request, house: House) -> Answer {
        (self.0)(request, house)
    }
}

fn describe<P: utoipa::Path + utoipa::__dev::SchemaReferences>(spec: &mut Spec) {
    for method in P::methods() {
        spec.paths.push((P::path(), utoipa::openapi::path::PathItem::new(method, P::operation())));
    }
    P::schemas(&mut spec.schemas);
}

/// Looks up a row by method and matched path. A HEAD is a GET.
#[derive(Debug, Default)]
pub struct Table(HashMap<String, Vec<(Method, Access)>>);

impl Table {
    pub fn new(rows: &[Declared]) -> Table {
        let mut table = Table::default();
        for row in rows {
            table.0.entry(row.path.clone()).or_default().push((row.method.clone(), row.access));
        }
        table
    }

    pub fn find(&self, method: &Method, path: &str) -> Option<Access> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(path)?.iter().find(|(named, _)| named == method).map(|(_, access)| *access)
    }
}
