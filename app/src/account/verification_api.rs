//! Server functions of addresses, for plain forms. On the server only: no island calls them.

use auth::{LinkToken, TypedPassword, commands::Arrival};
use leptos::prelude::*;
use users::Email;

use super::device;
use crate::{
    error::AppError,
    language,
    server::{app_state, see_other},
    session,
};

/// Sends the link by which the person verifies their address, once more.
#[server(prefix = "/api/fn", endpoint = "auth/send_verification")]
pub async fn send_verification() -> Result<(), AppError> {
    let (actor, language) = (session::actor().await?, language::of_request().into());
    auth::commands::send_verification(&app_state()?.db, actor, language).await?;
    see_other("/settings?saved=sent");
    Ok(())
}

/// Takes a link as the proof of an address.
#[server(prefix = "/api/fn", endpoint = "auth/verify_address")]
pub async fn verify_address(token: String) -> Result<(), AppError> {
    let token = LinkToken::parse(&token).map_err(|_| auth::Error::LinkExpired)?;
    let language = language::of_request().into();
    auth::commands::verify_address(&app_state()?.db, &token, language).await?;
    see_other("/verify?done");
    Ok(())
}

/// Sends a link to another address, which counts when it is opened.
#[server(prefix = "/api/fn", endpoint = "auth/change_address")]
pub async fn change_address(email: String, address_password: String) -> Result<(), AppError> {
    let actor = session::actor().await?;
    let command = auth::ChangeAddress {
        email: Email::parse(&email).map_err(|e| AppError::invalid("email", e))?,
        password: TypedPassword::new(address_password),
    };
    let (state, language) = (app_state()?, language::of_request().into());
    auth::commands::change_address(&state.db, &state.hasher, actor, command, language)
        .await
        .map_err(|e| match e {
            auth::Error::WrongPassword => AppError::invalid("address_password", e),
            e => e.into(),
        })?;
    see_other("/settings?saved=sent");
    Ok(())
}

/// Opens the account that was asked for, and signs in to it.
#[server(prefix = "/api/fn", endpoint = "auth/confirm_sign_up")]
pub async fn confirm_sign_up(token: String, current_password: String) -> Result<(), AppError> {
    let mut session = session::auth_session().await?;
    let command = auth::ConfirmSignUp {
        token: LinkToken::parse(&token).map_err(|_| auth::Error::LinkExpired)?,
        password: TypedPassword::new(current_password),
    };
    let state = app_state()?;
    let user = auth::commands::confirm_sign_up(&state.db, &state.hasher, command).await?;
    session::sign_in(&mut session, user).await?;
    device::note(&state, user, Arrival::SignedUp).await?;
    see_other("/chat");
    Ok(())
}
