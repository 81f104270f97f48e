//! Accounts, as a browser without JavaScript sees them.

use sqlx::PgPool;

use crate::{
    people::{Browser, PASSWORD},
    support::spawn_app,
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_person_signs_up_out_and_in_again(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    assert_eq!(ada.open("/chat").await.status, 200);
    assert_eq!(
        ada.submit("/settings", "/api/fn/auth/sign_out", &[])
            .await
            .sends_to(),
        "/"
    );
    assert_eq!(ada.open("/chat").await.sends_to(), "/login?next=/chat");
    let fields = [
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("next", "/settings"),
    ];
    assert_eq!(
        ada.submit("/login", "/api/fn/auth/sign_in", &fields)
            .await
            .sends_to(),
        "/settings"
    );
    assert_eq!(ada.open("/settings").await.status, 200);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_refused_form_comes_back_once_with_what_was_typed_but_no_password(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let browser = Browser::new(&app);
    let fields = [("email", "ada@example.com"), ("password", "hunter2")];
    let back = browser
        .submit("/signup?next=/settings", "/api/fn/auth/sign_up", &fields)
        .await;
    assert_eq!(back.sends_to(), "/signup?next=/settings");
    let page = browser.open("/signup?next=/settings").await;
    page.shows("at least 15 characters")
        .shows("value=\"ada@example.com\"")
        .hides("hunter2");
    assert_eq!(page.status, 200);
    browser.open("/signup").await.hides("ada@example.com");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_else_gets_what_was_typed(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let (ada, eve) = (Browser::new(&app), Browser::new(&app));
    ada.submit(
        "/signup",
        "/api/fn/auth/sign_up",
        &[("email", "ada@example.com"), ("password", "short")],
    )
    .await;
    eve.open("/signup").await.hides("ada@example.com");
    ada.open("/signup").await.shows("ada@example.com");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_wrong_password_says_the_same_as_an_unknown_address(pool: PgPool) {
    let app = spawn_app(&pool).await;
    Browser::signed_up(&app, "ada@example.com").await;
    let visitor = Browser::new(&app);
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let fields = [("email", email), ("password", "not the right password")];
        answers.push(visitor.call("/api/fn/auth/sign_in", &fields).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert!((400..500).contains(&answers[0].0));
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn signing_in_leads_to_no_other_site(pool: PgPool) {
    let app = spawn_app(&pool).await;
    Browser::signed_up(&app, "ada@example.com").await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let fields = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let sent = Browser::new(&app)
            .submit("/login", "/api/fn/auth/sign_in", &fields)
            .await;
        assert_eq!(sent.sends_to(), "/chat", "{next}");
    }
    app.stop().await;
}
