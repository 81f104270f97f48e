//! The cookie, and what is answered when sessions cannot be read.

use auth::{Hasher, sessions::Lifetime};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use axum_login::AuthManagerLayerBuilder;
use kernel::{Db, Internal};
use time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::error::AppError;

use super::{backend::Backend, failure, known, store::Store};

/// How people stay signed in.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// Whether the site is reached by HTTPS. Then the cookie is `Secure` and its name begins with
    /// `__Host-`: no other host, and no plain connection, can set it (RFC 6265bis, section 4.1.3).
    pub secure: bool,
    /// A session that is not used for so long ends.
    pub idle: Duration,
    /// So long after the sign-in, a session ends in any case.
    pub absolute: Duration,
}

impl Default for SessionOptions {
    /// By HTTPS, 14 days without use, 90 days in all.
    fn default() -> Self {
        Self {
            secure: true,
            idle: Duration::days(14),
            absolute: Duration::days(90),
        }
    }
}

impl SessionOptions {
    fn cookie_name(self) -> &'static str {
        if self.secure {
            "__Host-parlance"
        } else {
            "parlance"
        }
    }
}

/// Gives every route of `router` so far a session. A visitor who is not signed in gets no cookie,
/// and nothing is stored.
///
/// The cookie lasts as long as a session can; when the session ends is decided here, not by the
/// browser, so it is sent once and not again with each use.
pub fn with_sessions<S>(
    router: Router<S>,
    db: Db,
    hasher: Hasher,
    options: SessionOptions,
) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let lifetime = Lifetime {
        idle: options.idle,
        absolute: options.absolute,
    };
    let cookie = SessionManagerLayer::new(Store::new(db.clone(), lifetime))
        .with_name(options.cookie_name())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(options.secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(options.absolute));
    let sessions = AuthManagerLayerBuilder::new(Backend::new(db, hasher), cookie).build();
    router
        .layer(sessions)
        .layer(middleware::from_fn_with_state(options, finish))
}

async fn finish(State(options): State<SessionOptions>, request: Request, next: Next) -> Response {
    let (mut response, failure) = failure::watch(known::scope(next.run(request))).await;
    if let Some(failure) = failure
        && response.status() == StatusCode::INTERNAL_SERVER_ERROR
    {
        return explain(&failure);
    }
    if options.secure {
        secure_removal(&mut response, options.cookie_name());
    }
    response
}

/// tower-sessions removes a cookie without `Secure`, and browsers do not let that touch one
/// whose name begins with `__Host-`.
fn secure_removal(response: &mut Response, name: &str) {
    let headers = response.headers_mut();
    if !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    let cookies: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let text = cookie.to_str().unwrap_or_default();
        let removed = text
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with("=;"));
        let secured = removed
            .then(|| HeaderValue::try_from(format!("{text}; Secure; HttpOnly; SameSite=Lax")).ok());
        headers.append(header::SET_COOKIE, secured.flatten().unwrap_or(cookie));
    }
}

/// The log has the cause already: whoever failed has written it.
fn explain(failure: &Internal) -> Response {
    let (status, error) = if failure.is_unavailable() {
        (StatusCode::SERVICE_UNAVAILABLE, AppError::no_database())
    } else {
        (StatusCode::INTERNAL_SERVER_ERROR, AppError::internal())
    };
    let mut response = (status, format!("{}\n", error.message)).into_response();
    if failure.is_unavailable() {
        let again = HeaderValue::from_static("5");
        response.headers_mut().insert(header::RETRY_AFTER, again);
    }
    response
}
