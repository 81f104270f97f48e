//! An address is verified, and changed, by a link that was sent to it.

use super::support::*;
use auth::{
    ChangeAddress, Error, LinkToken, RequestPasswordReset, TypedPassword, commands, mail::Notice,
};
use kernel::{Actor, Db, UserId};
use sqlx::PgPool;
use time::Duration;
use users::{Language, Profile, queries::profile_of};

async fn somebody(db: &Db, address: &str) -> UserId {
    sign_up(db, address, PASSWORD).await.expect("an account")
}

async fn profile(db: &Db, user: UserId) -> Profile {
    profile_of(db, Actor::System, user)
        .await
        .expect("a profile")
}

async fn verify(db: &Db, token: &LinkToken) -> Result<(), Error> {
    commands::verify_address(db, token, Language::English).await
}

async fn change(db: &Db, actor: Actor, to: &str, secret: &str) -> Result<(), Error> {
    let command = ChangeAddress {
        email: email(to),
        password: TypedPassword::new(secret),
    };
    commands::change_address(db, &hasher(), actor, command, Language::English).await
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_new_account_is_sent_a_link_that_verifies_it_once(pool: PgPool) {
    let db = db(pool);
    let command = auth::SignUp {
        email: email("ada@example.org"),
        password: password(PASSWORD),
    };
    let ada = commands::sign_up(&db, &hasher(), command, Language::German)
        .await
        .expect("an account");
    assert!(!profile(&db, ada).await.verified);
    let letter = post(&db).await.pop().expect("a letter");
    assert_eq!(letter.notice, Notice::VerifyAddress);
    let token = letter.token.expect("a link");
    let shown = commands::check_address_link(&db, &token).await;
    assert_eq!(shown.expect("good"), email("ada@example.org"));
    assert!(!profile(&db, ada).await.verified, "looking changes nothing");
    verify(&db, &token).await.expect("verified");
    assert!(profile(&db, ada).await.verified);
    assert!(matches!(verify(&db, &token).await, Err(Error::LinkExpired)));
    assert_eq!(kinds(&db).await[1..], ["parlance.users.email_verified.v1"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn it_is_sent_again_but_not_without_end(pool: PgPool) {
    let db = db(pool);
    let ada = somebody(&db, "ada@example.org").await;
    for _ in 0..6 {
        commands::send_verification(&db, person(ada), Language::English)
            .await
            .expect("asked");
    }
    let letters = post(&db).await;
    assert_eq!(letters.len(), 3);
    let token = letters[0].token.as_ref().expect("a link");
    db.clock().advance(Duration::hours(23));
    verify(&db, token).await.expect("verified");
    commands::send_verification(&db, person(ada), Language::English)
        .await
        .expect("nothing to do");
    assert!(post(&db).await.is_empty());
    for actor in [Actor::Nobody, Actor::System] {
        let refused = commands::send_verification(&db, actor, Language::English).await;
        assert!(matches!(refused, Err(Error::NotSignedIn(_))));
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_address_counts_when_its_link_is_opened_and_the_old_one_is_told(pool: PgPool) {
    let db = db(pool);
    let ada = somebody(&db, "ada@example.org").await;
    // A link to the old address, which would prove nothing afterwards.
    let reset = RequestPasswordReset {
        email: email("ada@example.org"),
    };
    commands::request_password_reset(&db, reset, Language::English, None)
        .await
        .expect("asked");
    let old_link = post(&db).await.remove(0).token.expect("a link");

    change(&db, person(ada), "ada@example.net", PASSWORD)
        .await
        .expect("asked");
    assert_eq!(profile(&db, ada).await.email, email("ada@example.org"));
    let letter = post(&db).await.pop().expect("a letter");
    assert_eq!(letter.to, email("ada@example.net"));
    verify(&db, &letter.token.expect("a link"))
        .await
        .expect("changed");
    let after = profile(&db, ada).await;
    assert_eq!(
        (after.email, after.verified),
        (email("ada@example.net"), true)
    );
    let told = post(&db).await.pop().expect("a letter");
    assert_eq!(
        (told.to, told.notice),
        (email("ada@example.org"), Notice::AddressChanged)
    );
    let dead = commands::check_reset_link(&db, &old_link).await;
    assert!(matches!(dead, Err(Error::LinkExpired)));
    assert_outbox_is_free_of(&db, &["ada@", "example"]).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_address_that_somebody_has_is_answered_alike_and_not_given(pool: PgPool) {
    let db = db(pool);
    let ada = somebody(&db, "ada@example.org").await;
    somebody(&db, "bob@example.org").await;
    change(&db, person(ada), "bob@example.org", PASSWORD)
        .await
        .expect("asked");
    let token = post(&db).await.remove(0).token.expect("a link");
    let refused = verify(&db, &token).await;
    assert!(matches!(refused, Err(Error::AddressUnusable)));
    assert_eq!(profile(&db, ada).await.email, email("ada@example.org"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_password_is_asked_and_nobody_has_no_address(pool: PgPool) {
    let db = db(pool);
    let ada = somebody(&db, "ada@example.org").await;
    let wrong = change(&db, person(ada), "ada@example.net", OTHER_PASSWORD).await;
    assert!(matches!(wrong, Err(Error::WrongPassword)));
    for actor in [Actor::Nobody, Actor::System] {
        let refused = change(&db, actor, "ada@example.net", PASSWORD).await;
        assert!(matches!(refused, Err(Error::NotSignedIn(_))));
    }
    let ghost = change(&db, ghost(), "ada@example.net", PASSWORD).await;
    assert!(matches!(ghost, Err(Error::WrongPassword)));
    assert!(post(&db).await.is_empty());
}
