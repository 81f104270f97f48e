//! A password is forgotten, and replaced by a link from a mail.

use std::net::IpAddr;

use super::support::*;
use auth::{
    Error, LinkToken, RequestPasswordReset, ResetPassword, commands, mail::Notice, sessions,
};
use kernel::Db;
use sqlx::PgPool;
use time::Duration;
use users::Language;

const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

async fn ask_from(db: &Db, address: &str, from: Option<IpAddr>) -> Result<(), Error> {
    let command = RequestPasswordReset {
        email: email(address),
    };
    commands::request_password_reset(db, command, Language::German, from).await
}

async fn link(db: &Db, address: &str) -> LinkToken {
    ask_from(db, address, HERE).await.expect("asked");
    let letter = post(db).await.pop().expect("a letter");
    assert_eq!(letter.notice, Notice::ResetPassword);
    letter.token.expect("a link")
}

async fn reset(db: &Db, token: &LinkToken, new: &str) -> Result<(), Error> {
    let command = ResetPassword {
        token: token.clone(),
        new: password(new),
    };
    commands::reset_password(db, &hasher(), command, Language::German)
        .await
        .map(drop)
}

async fn is_expired(db: &Db, token: &LinkToken) -> bool {
    matches!(
        reset(db, token, OTHER_PASSWORD).await,
        Err(Error::LinkExpired)
    )
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_owner_of_the_address_takes_another_password_and_all_sessions_end(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "Ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let data = serde_json::json!({ "axum-login.data": { "user_id": ada, "auth_hash": [] } });
    let lifetime = sessions::Lifetime {
        idle: Duration::days(1),
        absolute: Duration::days(1),
    };
    assert!(
        sessions::create(&db, lifetime, "a key", &data)
            .await
            .expect("a session")
    );

    let token = link(&db, "ada@example.org").await;
    commands::check_reset_link(&db, &token).await.expect("good");
    reset(&db, &token, OTHER_PASSWORD).await.expect("reset");

    let open = sessions::open(&db, lifetime, "a key").await;
    assert!(open.expect("an answer").is_none(), "the session has ended");
    let signed_in = sign_in(&db, "ada@example.org", OTHER_PASSWORD).await;
    assert_eq!(signed_in.expect("signed in"), ada);
    let old = sign_in(&db, "ada@example.org", PASSWORD).await;
    assert!(matches!(old, Err(Error::SignInRefused)));
    // Who reads the mail has the address.
    let kinds = kinds(&db).await;
    let facts = ["users.email_verified.v1", "auth.password_changed.v1"];
    assert_eq!(kinds[1..], facts.map(|fact| format!("parlance.{fact}")));
    // The address as its owner writes it, in the language of the request.
    let letter = post(&db).await.pop().expect("a letter");
    assert_eq!(
        (letter.to.as_str(), letter.language, letter.notice),
        ("Ada@example.org", Language::German, Notice::PasswordChanged)
    );
    assert_outbox_is_free_of(&db, &["ada@", "example", "heron", token.expose()]).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_link_works_once_and_for_an_hour_and_so_do_its_siblings(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let first = link(&db, "ada@example.org").await;
    let second = link(&db, "ada@example.org").await;
    db.clock().advance(Duration::minutes(59));
    reset(&db, &first, OTHER_PASSWORD).await.expect("reset");
    assert!(is_expired(&db, &first).await, "used");
    assert!(is_expired(&db, &second).await, "its sibling was used");
    db.clock().advance(Duration::hours(2));
    let third = link(&db, "ada@example.org").await;
    db.clock().advance(Duration::minutes(61));
    assert!(is_expired(&db, &third).await, "too old");
    let check = commands::check_reset_link(&db, &third).await;
    assert!(matches!(check, Err(Error::LinkExpired)));
    let made_up = LinkToken::parse(&"0f".repeat(32)).expect("a token");
    assert!(is_expired(&db, &made_up).await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn of_two_who_use_a_link_at_once_one_does(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let token = link(&db, "ada@example.org").await;
    let (one, other) = tokio::join!(
        reset(&db, &token, OTHER_PASSWORD),
        reset(&db, &token, "three owls painted the gate"),
    );
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(Error::LinkExpired)));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_guessable_password_is_refused_and_the_link_stays_good(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let token = link(&db, "ada@example.org").await;
    let refused = reset(&db, &token, "ada@example.org").await;
    assert!(matches!(refused, Err(Error::GuessablePassword)));
    reset(&db, &token, OTHER_PASSWORD).await.expect("reset");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_password_itself_ends_links_that_were_asked_for(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let token = link(&db, "ada@example.org").await;
    let command = auth::ChangePassword {
        current: auth::TypedPassword::new(PASSWORD),
        new: password(OTHER_PASSWORD),
    };
    commands::change_password(&db, &hasher(), person(ada), command, Language::English)
        .await
        .expect("changed");
    assert!(is_expired(&db, &token).await);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_unknown_address_is_answered_alike_and_gets_no_mail(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let before = count(&db, "jobs").await;
    let mut rows = Vec::new();
    for address in ["ada@example.org", "nobody@example.org"] {
        ask_from(&db, address, HERE).await.expect("asked");
        rows.push((count(&db, "mails").await, count(&db, "jobs").await - before));
    }
    // One row more in the same tables each: nothing to tell them apart by.
    assert_eq!(rows, [(1, 1), (2, 2)]);
    let letters = post(&db).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "ada@example.org");
    assert_eq!(count(&db, "mails").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_a_digest_of_the_link_is_stored(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let token = link(&db, "ada@example.org").await;
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
            .fetch_all(db.pool())
            .await
            .expect("tables");
    assert!(tables.iter().any(|table| table == "mail_links"));
    for table in tables {
        let found: i64 = sqlx::query_scalar(&format!(
            "select count(*) from {table} t where t::text like '%' || $1 || '%'"
        ))
        .bind(token.expose())
        .fetch_one(db.pool())
        .await
        .expect("a count");
        assert_eq!(found, 0, "{table}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_inbox_is_not_flooded_and_the_answer_stays_the_same(pool: PgPool) {
    let db = db(pool);
    sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    for address in ["ada@example.org", "ADA@example.org"]
        .into_iter()
        .cycle()
        .take(6)
    {
        ask_from(&db, address, None).await.expect("asked");
    }
    assert_eq!(post(&db).await.len(), 3);
    db.clock().advance(Duration::minutes(61));
    ask_from(&db, "ada@example.org", None).await.expect("asked");
    assert_eq!(post(&db).await.len(), 1, "counting begins anew");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_network_that_asks_for_many_addresses_is_told_to_wait(pool: PgPool) {
    let db = db(pool);
    for n in 0..20 {
        let address = format!("somebody{n}@example.org");
        ask_from(&db, &address, HERE).await.expect("asked");
    }
    let refused = ask_from(&db, "ada@example.org", HERE).await;
    assert!(matches!(refused, Err(Error::TooOften)));
    let elsewhere: IpAddr = "192.0.2.7".parse().expect("an address");
    ask_from(&db, "ada@example.org", Some(elsewhere))
        .await
        .expect("asked");
}
