//! The server functions of billing, for plain forms. On the server only: no island calls them.

use ::payments::{Caps, MicroUsd};
use leptos::prelude::*;

use super::money;
use crate::{
    error::AppError,
    server::{app_state, see_other},
    session,
};

/// Sets what the person allows to be spent; an empty field is no limit.
#[server(prefix = "/api/fn", endpoint = "payments/set_caps")]
pub async fn set_caps(message: String, day: String, month: String) -> Result<(), AppError> {
    let actor = session::actor().await?;
    let caps = Caps {
        message: cap("message", &message)?,
        day: cap("day", &day)?,
        month: cap("month", &month)?,
    };
    ::payments::commands::set_caps(&app_state()?.db, actor, caps).await?;
    see_other("/billing?saved=caps#limits");
    Ok(())
}

fn cap(field: &str, typed: &str) -> Result<Option<MicroUsd>, AppError> {
    money::parse(typed).map_err(|e| AppError::invalid(field, e))
}
