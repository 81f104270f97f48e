//! Signing up where addresses have to be verified first.

use std::net::IpAddr;

use super::support::*;
use auth::{ConfirmSignUp, Error, LinkToken, SignUp, TypedPassword, commands, mail::Notice};
use kernel::{Actor, Db, UserId};
use sqlx::PgPool;
use time::Duration;
use users::{Language, queries::profile_of};

async fn ask(db: &Db, address: &str, secret: &str) -> Result<(), Error> {
    let command = SignUp {
        email: email(address),
        password: password(secret),
    };
    let here: Option<IpAddr> = "192.0.2.1".parse().ok();
    commands::ask_to_sign_up(db, &hasher(), command, Language::English, here).await
}

async fn link(db: &Db, address: &str, secret: &str) -> LinkToken {
    ask(db, address, secret).await.expect("asked");
    let letter = post(db).await.pop().expect("a letter");
    assert!(matches!(letter.notice, Notice::ConfirmSignUp { .. }));
    assert_eq!(letter.to, email(address));
    letter.token.expect("a link")
}

async fn confirm(db: &Db, token: &LinkToken, secret: &str) -> Result<UserId, Error> {
    let command = ConfirmSignUp {
        token: token.clone(),
        password: TypedPassword::new(secret),
    };
    commands::confirm_sign_up(db, &hasher(), command).await
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_account_is_opened_by_the_link_and_the_password_together(pool: PgPool) {
    let db = db(pool);
    let token = link(&db, "ada@example.org", PASSWORD).await;
    assert_eq!(count(&db, "users").await, 0, "nothing is opened yet");
    let early = sign_in(&db, "ada@example.org", PASSWORD).await;
    assert!(matches!(early, Err(Error::SignInRefused)), "as for nobody");
    let guessed = confirm(&db, &token, OTHER_PASSWORD).await;
    assert!(matches!(guessed, Err(Error::WrongPassword)));
    let shown = commands::check_sign_up_link(&db, &token).await;
    assert_eq!(shown.expect("good"), email("ada@example.org"));
    let ada = confirm(&db, &token, PASSWORD).await.expect("opened");
    let profile = profile_of(&db, Actor::System, ada)
        .await
        .expect("a profile");
    assert!(profile.verified);
    let in_again = sign_in(&db, "ada@example.org", PASSWORD).await;
    assert_eq!(in_again.expect("signed in"), ada);
    let used = confirm(&db, &token, PASSWORD).await;
    assert!(matches!(used, Err(Error::LinkExpired)));
    assert_eq!(count(&db, "sign_ups").await, 0);
    assert_outbox_is_free_of(&db, &["ada@", "example", "violet", "argon2"]).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_known_address_is_answered_alike_and_its_owner_is_told(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "Ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let hash = hash_of(&db, ada).await;
    let tables = ["mails", "jobs", "sign_ups", "users"];
    let mut rows = Vec::new();
    for address in ["ada@example.org", "nobody@example.org"] {
        let mut before = Vec::new();
        for table in tables {
            before.push(count(&db, table).await);
        }
        ask(&db, address, OTHER_PASSWORD).await.expect("asked");
        let mut more = Vec::new();
        for (table, before) in tables.iter().zip(before) {
            more.push(count(&db, table).await - before);
        }
        rows.push(more);
    }
    assert_eq!(
        rows,
        [[1, 1, 1, 0], [1, 1, 1, 0]],
        "one row each, in the same tables"
    );
    let letters = post(&db).await;
    assert_eq!(letters.len(), 2);
    let to_ada = letters
        .iter()
        .find(|letter| letter.notice == Notice::AddressKnown);
    let to_ada = to_ada.expect("the owner is told");
    assert_eq!(to_ada.to.as_str(), "Ada@example.org");
    assert!(to_ada.token.is_none());
    assert_eq!(hash_of(&db, ada).await, hash, "the password is what it was");
    assert_eq!(count(&db, "sign_ups").await, 1, "nothing waits for hers");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn who_asks_for_somebody_elses_address_first_gets_nothing_by_it(pool: PgPool) {
    let db = db(pool);
    // Eve asks with a password of her own; Ada asks, and opens the link of either mail.
    let of_eve = link(&db, "ada@example.org", OTHER_PASSWORD).await;
    let of_ada = link(&db, "ada@example.org", PASSWORD).await;
    let mistaken = confirm(&db, &of_eve, PASSWORD).await;
    assert!(matches!(mistaken, Err(Error::WrongPassword)));
    confirm(&db, &of_ada, PASSWORD).await.expect("opened");
    let late = confirm(&db, &of_eve, OTHER_PASSWORD).await;
    assert!(
        matches!(late, Err(Error::LinkExpired)),
        "it went with the other"
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_link_lasts_a_day_and_what_nobody_confirms_goes(pool: PgPool) {
    let db = db(pool);
    let token = link(&db, "ada@example.org", PASSWORD).await;
    db.clock().advance(Duration::hours(25));
    let late = confirm(&db, &token, PASSWORD).await;
    assert!(matches!(late, Err(Error::LinkExpired)));
    db.clock().advance(Duration::hours(24));
    auth::delete_outdated(&db).await.expect("tidied");
    assert_eq!(count(&db, "sign_ups").await, 0);
    assert_eq!(count(&db, "request_counts").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_guessable_password_is_refused_before_anything_is_sent(pool: PgPool) {
    let db = db(pool);
    let refused = ask(&db, "ada@example.org", "passwordpassword").await;
    assert!(matches!(refused, Err(Error::GuessablePassword)));
    assert_eq!(count(&db, "mails").await, 0);
}
