//! Server functions of a forgotten password, for plain forms. On the server only: no island calls them.

use auth::{LinkToken, Password};
use leptos::prelude::*;
use users::Email;

use crate::{
    error::AppError,
    language,
    server::{app_state, see_other, visitor},
};

/// Has a link sent by which the password can be changed.
#[server(prefix = "/api/fn", endpoint = "auth/request_password_reset")]
pub async fn request_password_reset(email: String) -> Result<(), AppError> {
    let command = auth::RequestPasswordReset {
        email: Email::parse(&email).map_err(|e| AppError::invalid("email", e))?,
    };
    let language = language::of_request().into();
    auth::commands::request_password_reset(&app_state()?.db, command, language, visitor()).await?;
    see_other("/forgot?sent");
    Ok(())
}

/// Takes another password by a link from a mail.
#[server(prefix = "/api/fn", endpoint = "auth/reset_password")]
pub async fn reset_password(token: String, new_password: String) -> Result<(), AppError> {
    let command = auth::ResetPassword {
        token: LinkToken::parse(&token).map_err(|_| auth::Error::LinkExpired)?,
        new: Password::parse(new_password).map_err(|e| AppError::invalid("new_password", e))?,
    };
    let (state, language) = (app_state()?, language::of_request().into());
    auth::commands::reset_password(&state.db, &state.hasher, command, language)
        .await
        .map_err(|e| match e {
            auth::Error::GuessablePassword => AppError::invalid("new_password", e),
            e => e.into(),
        })?;
    see_other("/login?changed");
    Ok(())
}
