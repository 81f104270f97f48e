//! The server function of exports, for plain forms. On the server only: no island calls it.

use leptos::prelude::*;

use crate::{
    error::AppError,
    language,
    server::{app_state, see_other},
    session,
};

/// Has the person's data written into a file.
#[server(prefix = "/api/fn", endpoint = "exports/request")]
pub async fn request_export() -> Result<(), AppError> {
    let actor = session::actor().await?;
    let language = language::of_request().into();
    ::exports::commands::request_export(&app_state()?.db, actor, language).await?;
    see_other("/settings/export");
    Ok(())
}
