//! Pages of publications.

use super::api;
use crate::web::Routes;

pub fn routes() -> Routes {
    api::routes()
}
