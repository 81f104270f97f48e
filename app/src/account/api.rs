//! Server functions of accounts. Each is a public endpoint that a plain form can post to.

use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use {
    super::{device, next},
    crate::language::{Locale, asked},
    crate::server::{app_state, see_other, visitor},
    crate::session::{self, actor, auth_session},
    auth::{Password, TypedPassword, commands::Arrival},
    axum::http::header,
    leptos_axum::ResponseOptions,
    users::{DisplayName, Email, Language, Theme},
};

/// Opens an account and signs in to it; where addresses have to be verified first, sends the link for that.
#[server(prefix = "/api/fn", endpoint = "auth/sign_up")]
pub async fn sign_up(
    email: String,
    password: String,
    next: Option<String>,
) -> Result<(), AppError> {
    let mut session = auth_session().await?;
    let command = auth::SignUp {
        email: Email::parse(&email).map_err(|e| AppError::invalid("email", e))?,
        password: Password::parse(password).map_err(|e| AppError::invalid("password", e))?,
    };
    let state = app_state()?;
    let language = crate::language::of_request().into();
    if state.require_verified {
        let from = visitor();
        auth::commands::ask_to_sign_up(&state.db, &state.hasher, command, language, from).await?;
        see_other("/signup?sent");
        return Ok(());
    }
    let user = auth::commands::sign_up(&state.db, &state.hasher, command, language).await?;
    session::sign_in(&mut session, user).await?;
    device::note(&state, user, Arrival::SignedUp).await?;
    see_other(next::local(next.as_deref()));
    Ok(())
}

/// Signs in.
#[server(prefix = "/api/fn", endpoint = "auth/sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    next: Option<String>,
) -> Result<(), AppError> {
    let mut session = auth_session().await?;
    let command = auth::SignIn {
        email: Email::parse(&email).map_err(|e| AppError::invalid("email", e))?,
        password: TypedPassword::new(password),
    };
    let state = app_state()?;
    let user = auth::commands::sign_in(&state.db, &state.hasher, command).await?;
    session::sign_in(&mut session, user).await?;
    device::note(&state, user, Arrival::SignedIn).await?;
    see_other(next::local(next.as_deref()));
    Ok(())
}

/// Signs out.
#[server(prefix = "/api/fn", endpoint = "auth/sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    session::sign_out(&mut auth_session().await?).await?;
    see_other("/");
    Ok(())
}

/// Takes another password; the person's other sessions end.
#[server(prefix = "/api/fn", endpoint = "auth/change_password")]
pub async fn change_password(
    current_password: String,
    new_password: String,
) -> Result<(), AppError> {
    let mut session = auth_session().await?;
    let actor = session::actor_of(&session);
    let command = auth::ChangePassword {
        current: TypedPassword::new(current_password),
        new: Password::parse(new_password).map_err(|e| AppError::invalid("new_password", e))?,
    };
    let state = app_state()?;
    let language = crate::language::of_request().into();
    auth::commands::change_password(&state.db, &state.hasher, actor, command, language)
        .await
        .map_err(|e| match e {
            auth::Error::GuessablePassword => AppError::invalid("new_password", e),
            e => e.into(),
        })?;
    session::sign_in(&mut session, actor.person()?).await?;
    see_other("/settings?saved=password");
    Ok(())
}

/// Appears by another name.
#[server(prefix = "/api/fn", endpoint = "users/change_display_name")]
pub async fn change_display_name(display_name: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let display_name =
        DisplayName::parse(&display_name).map_err(|e| AppError::invalid("display_name", e))?;
    users::commands::change_display_name(
        &app_state()?.db,
        actor,
        users::ChangeDisplayName { display_name },
    )
    .await?;
    see_other("/settings?saved=name");
    Ok(())
}

/// Sees the pages in another theme.
#[server(prefix = "/api/fn", endpoint = "users/change_theme")]
pub async fn change_theme(theme: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let theme: Theme = theme.parse().map_err(|e| AppError::invalid("theme", e))?;
    users::commands::change_theme(&app_state()?.db, actor, users::ChangeTheme { theme }).await?;
    see_other("/settings?saved=theme");
    Ok(())
}

/// Reads the pages in another language.
#[server(prefix = "/api/fn", endpoint = "users/change_language")]
pub async fn change_language(language: String) -> Result<(), AppError> {
    let actor = actor().await?;
    let language: Language = language
        .parse()
        .map_err(|e| AppError::invalid("language", e))?;
    let command = users::ChangeLanguage { language };
    users::commands::change_language(&app_state()?.db, actor, command).await?;
    // Pages after signing out are in it, too.
    remember(super::locale_of(language));
    see_other("/settings?saved=language");
    Ok(())
}

/// Reads the pages in another language, in this browser: for whoever has no account.
#[server(prefix = "/api/fn", endpoint = "language/choose")]
pub async fn choose_language(language: String) -> Result<(), AppError> {
    let locale = language
        .parse()
        .map_err(|()| AppError::invalid("language", users::UnknownLanguage))?;
    remember(Some(locale));
    Ok(())
}

#[cfg(feature = "ssr")]
fn remember(locale: Option<Locale>) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(header::SET_COOKIE, asked::cookie(locale));
    }
}
