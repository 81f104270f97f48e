//! Addresses are verified, as a browser without JavaScript sees it.

use server::config::MailServer;
use sqlx::PgPool;

use crate::{
    people::{Browser, PASSWORD},
    recovery::{link, with_inbox},
    support::spawn_app_with,
};

const EMAIL: &str = "ada@example.com";

fn token(link: &str) -> &str {
    link.split_once("token=").expect("a token").1
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn who_has_not_verified_their_address_is_told_in_the_settings(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    ada.open("/settings").await.shows("We sent a link to");
    let sent = ada
        .submit("/settings", "/api/fn/auth/send_verification", &[])
        .await;
    assert_eq!(sent.sends_to(), "/settings?saved=sent");
    ada.open("/settings?saved=sent")
        .await
        .shows("A link is on its way");
    let link = link(inbox.path(), EMAIL, "/verify?token=").await;
    // Whoever has the mail, in whatever browser.
    let visitor = Browser::new(&app);
    let page = visitor.open(&link).await;
    page.shows(EMAIL).shows("Confirm your address");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    ada.open("/settings").await.shows("We sent a link to");
    let fields = [("token", token(&link)), ("page", "/verify")];
    let done = visitor
        .submit_from_nowhere("/api/fn/auth/verify_address", &fields)
        .await;
    assert_eq!(done.sends_to(), "/verify?done");
    ada.open("/settings").await.hides("We sent a link to");
    assert_eq!(visitor.open(&link).await.status, 422);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_address_counts_once_its_link_was_used(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    let fields = [("email", "ada@example.net"), ("address_password", "wrong")];
    ada.submit("/settings", "/api/fn/auth/change_address", &fields)
        .await;
    ada.open("/settings")
        .await
        .shows("The current password is not right.")
        .shows("value=\"ada@example.net\"");
    let fields = [("email", "ada@example.net"), ("address_password", PASSWORD)];
    let asked = ada
        .submit("/settings", "/api/fn/auth/change_address", &fields)
        .await;
    assert_eq!(asked.sends_to(), "/settings?saved=sent");
    let link = link(inbox.path(), "ada@example.net", "/verify?token=").await;
    ada.open("/settings")
        .await
        .shows("You sign in as ada@example.com");
    let fields = [("token", token(&link)), ("page", "/verify")];
    ada.submit_from_nowhere("/api/fn/auth/verify_address", &fields)
        .await;
    ada.open("/settings")
        .await
        .shows("You sign in as ada@example.net");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn where_it_is_required_signing_up_says_the_same_to_everybody(pool: PgPool) {
    let inbox = tempfile::tempdir().expect("a directory");
    let folder = inbox.path().to_owned();
    let app = spawn_app_with(pool.connect_options().as_ref().clone(), |config| {
        config.mail.server = MailServer::Folder(folder);
        config.require_verified_email = true;
    })
    .await;
    let visitor = Browser::new(&app);
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let asked = visitor
        .submit("/signup", "/api/fn/auth/sign_up", &fields)
        .await;
    assert_eq!(asked.sends_to(), "/signup?sent");
    visitor
        .open("/signup?sent")
        .await
        .shows("We have sent a mail");
    assert_eq!(visitor.open("/chat").await.sends_to(), "/login?next=/chat");
    let link = link(inbox.path(), EMAIL, "/welcome?token=").await;
    visitor.open(&link).await.shows(EMAIL);
    let confirm = async |password: &str| {
        let fields = [
            ("token", token(&link)),
            ("page", "/welcome"),
            ("current_password", password),
        ];
        visitor
            .submit_from_nowhere("/api/fn/auth/confirm_sign_up", &fields)
            .await
    };
    assert_eq!(confirm("not the one").await.sends_to(), "/welcome");
    visitor
        .open("/welcome")
        .await
        .shows("is not right")
        .shows(token(&link));
    assert_eq!(confirm(PASSWORD).await.sends_to(), "/chat");
    visitor.open("/settings").await.hides("We sent a link to");

    let stranger = Browser::new(&app);
    let mut answers = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let fields = [
            ("email", email),
            ("password", "three owls painted the gate"),
        ];
        answers.push(stranger.call("/api/fn/auth/sign_up", &fields).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 200);
    crate::recovery::link(inbox.path(), EMAIL, "There is one already").await;
    app.stop().await;
}
