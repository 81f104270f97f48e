//! What the tests of this crate share.

use std::sync::Mutex;

use auth::{
    Error, Hasher, HashingOptions, Password, SignIn, SignUp, TypedPassword, commands,
    mail::{Letter, MailError, Mailer, SendMail},
};
use kernel::{Actor, Clock, Db, Job, Role, UserId, id::Uuid, jobs};
use sqlx::PgPool;
use time::macros::datetime;
use users::{Email, Language};

pub const PASSWORD: &str = "violet kettle under nine moons";
pub const OTHER_PASSWORD: &str = "seven herons borrow my ladder";

pub fn db(pool: PgPool) -> Db {
    Db::new(pool, Clock::fixed(datetime!(2026-03-01 12:00 UTC)))
}

pub fn hasher() -> Hasher {
    Hasher::new(HashingOptions::weak()).expect("a hasher")
}

pub fn email(s: &str) -> Email {
    Email::parse(s).expect("a valid address")
}

pub fn password(s: &str) -> Password {
    Password::parse(s).expect("a valid password")
}

pub fn person(user: UserId) -> Actor {
    Actor::Person {
        user,
        role: Role::User,
    }
}

/// Somebody whose account does not exist.
pub fn ghost() -> Actor {
    person(UserId(Uuid::nil()))
}

pub async fn sign_up(db: &Db, address: &str, secret: &str) -> Result<UserId, Error> {
    let command = SignUp {
        email: email(address),
        password: password(secret),
    };
    let opened = commands::sign_up(db, &hasher(), command, Language::English).await;
    // The mail that every account begins with.
    post(db).await;
    opened
}

pub async fn sign_in(db: &Db, address: &str, secret: &str) -> Result<UserId, Error> {
    let command = SignIn {
        email: email(address),
        password: TypedPassword::new(secret),
    };
    commands::sign_in(db, &hasher(), command).await
}

pub async fn hash_of(db: &Db, user: UserId) -> String {
    sqlx::query_scalar("select password_hash from credentials where user_id = $1")
        .bind(user.0)
        .fetch_one(db.pool())
        .await
        .expect("a credential")
}

pub async fn kinds(db: &Db) -> Vec<String> {
    sqlx::query_scalar("select kind from outbox order by seq")
        .fetch_all(db.pool())
        .await
        .expect("the outbox")
}

pub async fn count(db: &Db, table: &str) -> i64 {
    sqlx::query_scalar(&format!("select count(*) from {table}"))
        .fetch_one(db.pool())
        .await
        .expect("a count")
}

/// Fails when anything of these texts is in the outbox.
pub async fn assert_outbox_is_free_of(db: &Db, texts: &[&str]) {
    let rows: Vec<String> = sqlx::query_scalar("select row_to_json(outbox)::text from outbox")
        .fetch_all(db.pool())
        .await
        .expect("the outbox");
    for (row, text) in rows
        .iter()
        .flat_map(|row| texts.iter().map(move |text| (row, text)))
    {
        assert!(!row.to_lowercase().contains(text), "{text} is in {row}");
    }
}

/// A mail server's answer to what it is given, and all that it was given.
#[derive(Default)]
pub struct Post {
    pub letters: Mutex<Vec<Letter>>,
    /// What the next ones are answered with, last first; then they are taken.
    pub refusals: Mutex<Vec<MailError>>,
}

#[async_trait::async_trait]
impl Mailer for Post {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        if let Some(refusal) = self.refusals.lock().expect("no panic").pop() {
            return Err(refusal);
        }
        self.letters.lock().expect("no panic").push(letter.clone());
        Ok(())
    }
}

impl Post {
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut self.letters.lock().expect("no panic"))
    }
}

/// The mails that wait.
pub async fn waiting(db: &Db) -> Vec<SendMail> {
    let lease = time::Duration::ZERO;
    let claimed = jobs::claim(db, &[SendMail::KIND], lease, 100).await;
    let mut mails = Vec::new();
    for job in claimed.expect("the queue") {
        mails.push(job.decode().expect("its data").expect("its kind"));
        jobs::end(db, &job, jobs::Outcome::Done, None)
            .await
            .expect("noted");
    }
    mails
}

/// Sends all mail that waits; gives what was sent.
pub async fn post(db: &Db) -> Vec<Letter> {
    let post = Post::default();
    for mail in waiting(db).await {
        commands::send_mail(db, &post, Actor::System, &mail)
            .await
            .expect("sent");
    }
    post.take()
}
