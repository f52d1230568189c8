//! Routes with their row of the access table. A route cannot be added without saying who may call
//! it, and the guard refuses what has no row.

use super::Access;
use crate::platform::House;
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::collections::HashMap;

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

    pub fn get<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::GET, path, access, on(MethodFilter::GET, handler))
    }

    pub fn post<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::POST, path, access, on(MethodFilter::POST, handler))
    }

    pub fn delete<H: Handler<T, House>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.add(Method::DELETE, path, access, on(MethodFilter::DELETE, handler))
    }

    /// A call for programs: its path, method and document come from the handler's own description.
    pub fn api<P, H, T>(self, access: Access, handler: H) -> Routes
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, House>,
        T: 'static,
    {
        let path = P::path();
        let mut routes = self;
        for method in P::methods() {
            use utoipa::openapi::HttpMethod;
            let (filter, name) = match method {
                HttpMethod::Post => (MethodFilter::POST, Method::POST),
                HttpMethod::Patch => (MethodFilter::PATCH, Method::PATCH),
                HttpMethod::Delete => (MethodFilter::DELETE, Method::DELETE),
                HttpMethod::Put => (MethodFilter::PUT, Method::PUT),
                _ => (MethodFilter::GET, Method::GET),
            };
            routes = routes.add(name, &path, access, on(filter, handler.clone()));
        }
        routes.described.push(describe::<P>);
        routes
    }

    fn add(mut self, method: Method, path: &str, access: Access, handler: MethodRouter<House>) -> Routes {
        self.router = self.router.route(path, handler);
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
