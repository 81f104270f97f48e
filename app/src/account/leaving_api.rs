//! Server functions of the end of an account, for plain forms. On the server only: no island calls them.

use auth::TypedPassword;
use leptos::prelude::*;

use crate::{
    error::AppError,
    language,
    server::{app_state, see_other},
    session,
};

/// Has the account erased in two weeks, and signs out everywhere.
#[server(prefix = "/api/fn", endpoint = "auth/delete_account")]
pub async fn delete_account(current_password: String) -> Result<(), AppError> {
    let mut session = session::auth_session().await?;
    let actor = session::actor_of(&session);
    let command = auth::DeleteAccount {
        password: TypedPassword::new(current_password),
    };
    let (state, language) = (app_state()?, language::of_request().into());
    auth::commands::delete_account(&state.db, &state.hasher, actor, command, language).await?;
    session::sign_out(&mut session).await?;
    see_other("/login?leaving");
    Ok(())
}

/// Keeps the account after all.
#[server(prefix = "/api/fn", endpoint = "users/keep_account")]
pub async fn keep_account() -> Result<(), AppError> {
    // For everything else, whoever leaves is nobody.
    let actor = session::leaving(&session::auth_session().await?);
    users::commands::keep_account(&app_state()?.db, actor).await?;
    see_other("/chat");
    Ok(())
}
