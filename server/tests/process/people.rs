//! People who are signed in, without the price of hashing a password for each of them.

use std::time::Duration;

use kernel::{Clock, id::Uuid};
use reqwest::{Client, Response};
use serde_json::Value;
use sqlx::PgPool;

use crate::{reader::Reader, servers::Server};

/// A person's browser.
#[derive(Clone)]
pub struct Person {
    pub id: Uuid,
    /// The session's key: the cookie's value.
    pub key: String,
    client: Client,
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub message: String,
    pub conversation: String,
    pub generation: String,
}

pub fn fresh_id() -> Uuid {
    Clock::system().uuid()
}

/// A key as tower-sessions makes them: 128 bits in base64url.
fn fresh_key() -> String {
    let mut bits = [0; 21];
    getrandom::fill(&mut bits).expect("randomness");
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let key: String = bits
        .iter()
        .map(|bit| char::from(letters[usize::from(bit % 64)]))
        .collect();
    // The last letter holds two bits only.
    key + "A"
}

impl Person {
    /// Somebody with an account, signed in.
    pub async fn new(pool: &PgPool) -> Self {
        let (id, key) = (fresh_id(), fresh_key());
        sqlx::query(
            "with person as (
                 insert into users (id, email, display_name, role, created_at)
                 values ($1, $1 || '@example.com', 'Ada', 'user', now()) returning id
             )
             insert into credentials (user_id, password_hash, changed_at)
             select id, 'none', 'epoch' from person",
        )
        .bind(id)
        .execute(pool)
        .await
        .expect("a person");
        let person = Self {
            id,
            key,
            client: client(),
        };
        person.sign_in(pool, &person.key).await;
        person
    }

    /// The same person in another browser.
    pub async fn other_browser(&self, pool: &PgPool) -> Self {
        let other = Self {
            key: fresh_key(),
            ..self.clone()
        };
        other.sign_in(pool, &other.key).await;
        other
    }

    /// Another browser of somebody who has signed in by their password.
    pub async fn of_session(pool: &PgPool, id: Uuid) -> Self {
        let key = fresh_key();
        let copied = sqlx::query(
            "insert into sessions (id, data, signed_in_at, expires_at)
             select sha256(convert_to($1, 'UTF8')), data, signed_in_at, expires_at
             from sessions where user_id = $2",
        )
        .bind(&key)
        .bind(id)
        .execute(pool)
        .await
        .expect("a session");
        assert_eq!(copied.rows_affected(), 1);
        Self {
            id,
            key,
            client: client(),
        }
    }

    async fn sign_in(&self, pool: &PgPool, key: &str) {
        // The password's version is the time of its change, in microseconds: the epoch's is 0.
        let data = serde_json::json!({
            "axum-login.data": { "user_id": self.id, "auth_hash": [0, 0, 0, 0, 0, 0, 0, 0] }
        });
        sqlx::query(
            "insert into sessions (id, data, signed_in_at, expires_at)
             values (sha256(convert_to($1, 'UTF8')), $2, now(), now() + interval '2 hours')",
        )
        .bind(key)
        .bind(data)
        .execute(pool)
        .await
        .expect("a session");
    }

    pub async fn post(
        &self,
        server: &Server,
        action: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<Response> {
        self.post_at(&server.url(""), action, fields).await
    }

    pub async fn post_at(
        &self,
        base: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<Response> {
        let post = self.client.post(format!("{base}{action}")).form(fields);
        post.header("accept", "application/json")
            .header("cookie", cookie(&self.key))
            .send()
            .await
    }

    /// Begins a conversation; `Err` when the process goes away meanwhile.
    pub async fn try_say_at(&self, base: &str, message: &str, body: &str) -> Result<Sent, String> {
        let fields = [("message_id", message), ("body", body)];
        let answer = self.post_at(base, "/api/fn/chat/send", &fields).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        let sent: Value = serde_json::from_str(&text).map_err(|_| format!("{status}: {text}"))?;
        let id = |at: &str| sent.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let (Some(conversation), Some(generation)) =
            (id("/conversation_id"), id("/answer/generation"))
        else {
            return Err(format!("{status}: {text}"));
        };
        Ok(Sent {
            message: message.to_owned(),
            conversation,
            generation,
        })
    }

    /// Begins a conversation, as part of a trace.
    pub async fn say_in(&self, server: &Server, traceparent: &str, body: &str) -> Response {
        let message = fresh_id().to_string();
        let fields = [("message_id", message.as_str()), ("body", body)];
        let post = self
            .client
            .post(server.url("/api/fn/chat/send"))
            .form(&fields);
        let post = post.header("accept", "application/json");
        let post = post.header("cookie", cookie(&self.key));
        let sent = post.header("traceparent", traceparent).send().await;
        sent.expect("an answer")
    }

    /// Begins a conversation.
    pub async fn say(&self, server: &Server, body: &str) -> Sent {
        let (base, message) = (server.url(""), fresh_id().to_string());
        let sent = self.try_say_at(&base, &message, body).await;
        sent.unwrap_or_else(|error| panic!("{error}\n{}", server.log()))
    }

    /// Asks to follow an answer.
    pub async fn ask_to_follow(
        &self,
        base: &str,
        generation: &str,
        after: Option<usize>,
    ) -> reqwest::Result<Response> {
        let get = self
            .client
            .get(format!("{base}/chat/generations/{generation}/events"))
            .header("accept", "text/event-stream")
            .header("cookie", cookie(&self.key));
        let get = match after {
            Some(id) => get.header("last-event-id", id.to_string()),
            None => get,
        };
        get.send().await
    }

    /// Follows an answer.
    pub async fn follow(&self, server: &Server, generation: &str, after: Option<usize>) -> Reader {
        let response = self.ask_to_follow(&server.url(""), generation, after).await;
        Reader::new(response.expect("an answer"))
    }
}

/// Of a site by plain HTTP, and of one by HTTPS.
fn cookie(key: &str) -> String {
    format!("parlance={key}; __Host-parlance={key}")
}

fn client() -> Client {
    Client::builder()
        .pool_idle_timeout(Duration::from_secs(5))
        .build()
        .expect("a client")
}
