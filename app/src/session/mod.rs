//! Who is signed in: from the cookie to the [`Actor`] that every handler asks for.
//!
//! [`with_sessions`] puts this before a router's routes. Server functions call [`actor`], plain
//! handlers take [`CurrentActor`]. Rows and expiry are the business of [`auth::sessions`].

mod backend;
mod failure;
mod known;
mod layer;
mod store;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use axum_login::AuthnBackend;
use kernel::{Actor, Internal, UserId};
use users::Profile;

use auth::sessions::StoredId;
pub use auth::sessions::delete_expired;
pub use backend::{Account, Backend};
pub use layer::{SessionOptions, with_sessions};

/// The session of the request: who is signed in, and the means to change that.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// Who is acting, for server functions and pages.
///
/// # Errors
/// When called outside of a request, or on a route without [`with_sessions`].
pub async fn actor() -> Result<Actor, Internal> {
    Ok(actor_of(&auth_session().await?))
}

/// The signed-in person as they see themselves, for server functions and pages; `None` for
/// nobody, and for whoever leaves (see [`actor_of`]). Costs no query of its own.
///
/// # Errors
/// As [`actor`].
pub async fn profile() -> Result<Option<Profile>, Internal> {
    let account = auth_session().await?.user;
    Ok(account
        .filter(|account| !account.is_leaving())
        .map(|account| account.profile))
}

/// The session of the request, for the server functions that change it.
///
/// # Errors
/// As [`actor`].
pub async fn auth_session() -> Result<AuthSession, Internal> {
    leptos_axum::extract()
        .await
        .map_err(|e| Internal::new(e.to_string()))
}

/// Who is acting. Whoever asked for the end of their account is nobody until they keep it: everything but
/// [`leaving`] is closed to them.
pub fn actor_of(session: &AuthSession) -> Actor {
    match &session.user {
        Some(account) if account.is_leaving() => Actor::Nobody,
        account => person(account.as_ref()),
    }
}

/// Whoever asked for the end of their account, to keep it; nobody else.
pub fn leaving(session: &AuthSession) -> Actor {
    person(session.user.as_ref().filter(|account| account.is_leaving()))
}

fn person(account: Option<&Account>) -> Actor {
    match account {
        Some(Account { profile, .. }) => Actor::Person {
            user: profile.id,
            role: profile.role,
        },
        None => Actor::Nobody,
    }
}

/// Who is acting, as an argument of a plain handler.
#[derive(Debug, Clone, Copy)]
pub struct CurrentActor(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for CurrentActor {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let session = AuthSession::from_request_parts(parts, state).await?;
        Ok(Self(actor_of(&session)))
    }
}

/// The session's id as it is stored; `None` for a visitor without one.
pub fn stored_id(session: &AuthSession) -> Option<StoredId> {
    let key = session.session.id()?;
    Some(StoredId::of(&key.to_string()))
}

/// Signs a person in who has just proved who they are: by signing up, by signing in, or, after
/// a change of the password, which has ended all their sessions, by having typed the old one.
///
/// The session gets another id each time, so that nobody can be signed in to a session that
/// somebody else knows (session fixation: OWASP Session Management Cheat Sheet, "Renew the
/// Session ID After Any Privilege Level Change").
///
/// # Errors
/// When the database fails.
pub async fn sign_in(session: &mut AuthSession, user: UserId) -> Result<(), Internal> {
    let account = session
        .backend
        .get_user(&user)
        .await
        .map_err(backend::internal)?;
    let account = account.ok_or_else(|| Internal::new("the account that signs in is gone"))?;
    if session.session.id().is_some() {
        // axum-login does this for who was nobody; not for who was somebody.
        session.session.clear().await;
        session
            .session
            .cycle_id()
            .await
            .map_err(failure::internal)?;
    }
    session.login(&account).await.map_err(login_error)
}

/// Ends the session, here and in the database. For nobody, nothing happens.
///
/// # Errors
/// When the database fails: the person is then still signed in.
pub async fn sign_out(session: &mut AuthSession) -> Result<(), Internal> {
    if session.session.id().is_some() {
        session.logout().await.map_err(login_error)?;
    }
    Ok(())
}

fn login_error(e: axum_login::Error<Backend>) -> Internal {
    match e {
        axum_login::Error::Session(e) => failure::internal(e),
        axum_login::Error::Backend(e) => backend::internal(e),
    }
}
