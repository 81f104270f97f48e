//! Mail is queued with what it tells, and sent at least once.

use super::support::*;
use auth::{
    Error,
    commands::{self, NotSent},
    mail::{MailError, Notice, queue_in},
};
use kernel::{Actor, Db, UserId};
use sqlx::PgPool;
use users::{ChangeLanguage, Language, commands::change_language};

async fn queue(db: &Db, to: UserId) {
    let mut tx = db.begin().await.expect("a transaction");
    queue_in(&mut tx, to, Language::English, Notice::PasswordChanged)
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_mail_server_that_is_away_gets_the_same_mail_later(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    queue(&db, ada).await;
    let mail = waiting(&db).await.pop().expect("a mail");
    let server = Post::default();
    server
        .refusals
        .lock()
        .expect("no panic")
        .push(MailError::ForNow("away".into()));
    let refused = commands::send_mail(&db, &server, Actor::System, &mail).await;
    assert!(matches!(refused, Err(NotSent::Mail(MailError::ForNow(_)))));
    for _ in 0..2 {
        commands::send_mail(&db, &server, Actor::System, &mail)
            .await
            .expect("sent, or nothing to do");
    }
    let letters = server.take();
    assert_eq!(letters.len(), 1, "once it is sent, it is sent");
    assert_eq!(letters[0].id, mail.mail);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_mail_that_is_refused_for_good_does_not_wait(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    queue(&db, ada).await;
    let mail = waiting(&db).await.pop().expect("a mail");
    let server = Post::default();
    server
        .refusals
        .lock()
        .expect("no panic")
        .push(MailError::ForGood("no such mailbox".into()));
    let refused = commands::send_mail(&db, &server, Actor::System, &mail).await;
    assert!(matches!(refused, Err(NotSent::Mail(MailError::ForGood(_)))));
    assert_eq!(count(&db, "mails").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_language_that_a_person_chose_comes_first(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    let german = ChangeLanguage {
        language: Language::German,
    };
    change_language(&db, person(ada), german)
        .await
        .expect("chosen");
    queue(&db, ada).await;
    assert_eq!(post(&db).await[0].language, Language::German);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_the_site_sends_what_waits(pool: PgPool) {
    let db = db(pool);
    let ada = sign_up(&db, "ada@example.org", PASSWORD)
        .await
        .expect("an account");
    queue(&db, ada).await;
    let mail = waiting(&db).await.pop().expect("a mail");
    for actor in [Actor::Nobody, person(ada)] {
        let refused = commands::send_mail(&db, &Post::default(), actor, &mail).await;
        assert!(matches!(refused, Err(NotSent::Auth(Error::Forbidden))));
    }
}
