//! A sign-in in a browser that was not known is told by mail.

use super::support::*;
use auth::{
    commands::{Arrival, note_device},
    mail::Notice,
};
use sqlx::PgPool;
use users::Language;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_new_browser_is_told_once_and_a_known_one_never(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let note = async |kept: Option<&str>, arrival| {
        note_device(&db, ada, kept, arrival, Language::English)
            .await
            .expect("noted")
    };
    let first = note(None, Arrival::SignedUp).await.expect("to be kept");
    assert!(post(&db).await.is_empty(), "who signs up knows");
    assert!(
        note(Some(first.expose()), Arrival::SignedIn)
            .await
            .is_none()
    );
    assert!(post(&db).await.is_empty(), "known");
    // Somebody else's browser, without a cookie or with a made-up one.
    for kept in [None, Some("nonsense")] {
        let other = note(kept, Arrival::SignedIn).await.expect("to be kept");
        let letters = post(&db).await;
        let at = db.now();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].notice, Notice::NewSignIn { at });
        assert!(
            note(Some(other.expose()), Arrival::SignedIn)
                .await
                .is_none()
        );
        assert!(post(&db).await.is_empty(), "known by now");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_browser_is_known_for_one_person_and_not_for_another(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let bob = sign_up(&db, "bob@example.org", PASSWORD)
        .await
        .expect("an account");
    let device = note_device(&db, ada, None, Arrival::SignedUp, Language::English)
        .await
        .expect("noted")
        .expect("to be kept");
    let kept = Some(device.expose());
    note_device(&db, bob, kept, Arrival::SignedIn, Language::English)
        .await
        .expect("noted");
    let letters = post(&db).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "bob@example.org");
}
