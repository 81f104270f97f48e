//! A site of a few routes, and browsers that visit it.

use app::session::{AuthSession, CurrentActor, SessionOptions, sign_in, sign_out, with_sessions};
use auth::{ChangePassword, Hasher, HashingOptions, Password, SignUp, TypedPassword, commands};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, Request, StatusCode, header},
    routing::get,
};
use kernel::{Actor, Clock, Db, UserId};
use sqlx::PgPool;
use time::OffsetDateTime;
use tower::ServiceExt;
use users::Email;

pub const PASSWORD: &str = "violet kettle under nine moons";
pub const NEW_PASSWORD: &str = "seven herons borrow my ladder";

pub struct Site {
    pub db: Db,
    pub name: &'static str,
    router: Router,
}

impl Site {
    pub fn new(pool: PgPool) -> Self {
        Self::with(pool, SessionOptions::default())
    }

    pub fn with(pool: PgPool, options: SessionOptions) -> Self {
        let db = Db::new(
            pool,
            Clock::fixed(OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000)),
        );
        let hasher = Hasher::new(HashingOptions::weak()).expect("a hasher");
        let routes = Router::new()
            .route("/who", get(who))
            .route("/in/{user}", get(enter))
            .route("/out", get(leave))
            .route("/password", get(change_password))
            .with_state((db.clone(), hasher.clone()));
        Self {
            router: with_sessions(routes, db.clone(), hasher, options),
            name: if options.secure {
                "__Host-parlance"
            } else {
                "parlance"
            },
            db,
        }
    }

    pub async fn person(&self, address: &str) -> UserId {
        let command = SignUp {
            email: Email::parse(address).expect("an address"),
            password: Password::parse(PASSWORD).expect("a password"),
        };
        let hasher = Hasher::new(HashingOptions::weak()).expect("a hasher");
        commands::sign_up(&self.db, &hasher, command, users::Language::English)
            .await
            .expect("an account")
    }

    pub async fn sessions(&self) -> i64 {
        sqlx::query_scalar("select count(*) from sessions")
            .fetch_one(self.db.pool())
            .await
            .expect("a count")
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            cookie: None,
        }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, user: UserId) -> Browser<'_> {
        let mut browser = self.browser();
        browser.visit(&format!("/in/{user}")).await;
        assert_eq!(browser.who().await, user.to_string());
        browser
    }
}

type Parts = State<(Db, Hasher)>;

async fn who(CurrentActor(actor): CurrentActor) -> String {
    match actor {
        Actor::Person { user, .. } => user.to_string(),
        _ => "nobody".into(),
    }
}

async fn enter(mut session: AuthSession, Path(user): Path<UserId>) -> Result<(), StatusCode> {
    sign_in(&mut session, user).await.map_err(status)
}

async fn leave(mut session: AuthSession) -> Result<(), StatusCode> {
    sign_out(&mut session).await.map_err(status)
}

async fn change_password(
    State((db, hasher)): Parts,
    CurrentActor(actor): CurrentActor,
    mut session: AuthSession,
) -> Result<(), StatusCode> {
    let command = ChangePassword {
        current: TypedPassword::new(PASSWORD),
        new: Password::parse(NEW_PASSWORD).expect("a password"),
    };
    commands::change_password(&db, &hasher, actor, command, users::Language::English)
        .await
        .map_err(|_| StatusCode::FORBIDDEN)?;
    let user = actor.person().map_err(|_| StatusCode::UNAUTHORIZED)?;
    sign_in(&mut session, user).await.map_err(status)
}

fn status(e: kernel::Internal) -> StatusCode {
    if e.is_unavailable() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::IM_A_TEAPOT
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn set_cookie(&self) -> Option<&str> {
        let mut all = self.headers.get_all(header::SET_COOKIE).iter();
        let first = all.next().map(|value| value.to_str().expect("ASCII"));
        assert!(all.next().is_none(), "at most one cookie is set");
        first
    }
}

pub struct Browser<'a> {
    site: &'a Site,
    /// The session cookie's value.
    pub cookie: Option<String>,
}

impl Browser<'_> {
    pub async fn visit(&mut self, path: &str) -> Answer {
        let mut request = Request::get(path);
        if let Some(value) = &self.cookie {
            request = request.header(
                header::COOKIE,
                format!("theme=dark; {}={value}", self.site.name),
            );
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self
            .site
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 100_000).await.expect("a body");
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).expect("UTF-8"),
        };
        if let Some(cookie) = answer.set_cookie() {
            let pair = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='));
            let (name, value) = pair.expect("a name and a value");
            assert_eq!(name, self.site.name);
            self.cookie = (!value.is_empty()).then(|| value.to_owned());
        }
        answer
    }

    pub async fn who(&mut self) -> String {
        self.visit("/who").await.text
    }
}
