//! Pages for people. They work without a script, load nothing from elsewhere, and keep nothing.

use axum::Router;

use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
}
