//! Pages of the calendar.

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
}
