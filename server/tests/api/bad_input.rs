//! What people send by mistake or with intent: one clear sentence, the right status, and what was
//! typed is still in the field.

use sqlx::PgPool;

use crate::{
    people::{Browser, PASSWORD, fresh_id},
    support::spawn_app,
};

const SEND: &str = "/api/fn/chat/send";

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_that_is_none_is_refused_and_stays_in_the_field(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let long = format!("start {}", "x".repeat(100_000));
    let table = [
        ("", "Write a message first."),
        (" \n\u{200b} ", "Write a message first."),
        (long.as_str(), "at most 50,000"),
        ("null\0byte", "NUL"),
    ];
    for (body, sentence) in table {
        let id = fresh_id();
        let (status, error) = ada.call(SEND, &[("message_id", &id), ("body", body)]).await;
        assert_eq!(
            (status, error["field"].as_str()),
            (422, Some("body")),
            "{error}"
        );
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|said| said.contains(sentence)),
            "{error}"
        );

        let back = ada
            .submit("/chat", SEND, &[("message_id", &id), ("body", body)])
            .await;
        assert_eq!(back.sends_to(), "/chat");
        let typed: String = body
            .trim()
            .chars()
            .take_while(|c| *c != '\0')
            .take(2_000)
            .collect();
        ada.open("/chat").await.shows(sentence).shows(&typed);
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from messages")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(rows, 0);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_was_typed_is_shown_as_text(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let fields = [
        ("message_id", "no-id"),
        ("body", "</textarea><script>alert(1)</script>"),
    ];
    ada.submit("/chat", SEND, &fields).await;
    ada.open("/chat")
        .await
        .hides("<script>alert(1)")
        .shows("&lt;script&gt;alert(1)");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_people_write_is_nowhere_read_as_html(pool: PgPool) {
    const HOSTILE: &str =
        "</title></textarea></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say(&format!("{HOSTILE} [[say: {HOSTILE}]]")).await;
    let conversation = ("conversation_id", sent.conversation.as_str());
    assert_eq!(
        ada.call("/api/fn/chat/rename", &[conversation, ("title", HOSTILE)])
            .await
            .0,
        200
    );
    let name = [("display_name", "</title><script>alert(1)</script>")];
    ada.call("/api/fn/users/change_display_name", &name).await;
    ada.answered(&sent.conversation, "complete").await;
    for path in [
        format!("/chat/{}", sent.conversation),
        "/chat".to_owned(),
        "/settings".to_owned(),
    ] {
        ada.open(&path)
            .await
            .hides("<script>alert(1)")
            .hides("<img src=x");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn ids_that_are_none_lead_nowhere(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    for id in [
        "1",
        "not-an-id",
        "%27%3B--",
        "%00",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(ada.open(&format!("/chat/{id}")).await.status, 404, "{id}");
        assert_eq!(ada.follow(id, None).await.status(), 404, "{id}");
    }
    for function in [
        "chat/stop",
        "chat/rename",
        "chat/delete",
        "chat/restore",
        "chat/edit",
        "chat/regenerate",
        "chat/continue",
        "chat/switch",
    ] {
        let fields = [
            ("generation_id", "x"),
            ("conversation_id", "x"),
            ("message_id", "x"),
            ("edited_id", "x"),
            ("answer_id", "x"),
            ("original_id", "x"),
            ("title", "T"),
            ("body", "B"),
        ];
        let (status, error) = ada.call(&format!("/api/fn/{function}"), &fields).await;
        assert_eq!(status, 404, "{function}: {error}");
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn incomplete_forms_are_refused_in_plain_words(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let (status, error) = ada.call(SEND, &[("unknown", "field")]).await;
    assert_eq!(status, 400, "{error}");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|said| said.contains("incomplete")),
        "{error}"
    );
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn names_cannot_disguise_themselves(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let action = "/api/fn/users/change_display_name";
    for name in ["", "   ", "\u{202e}\u{200b}", "a\0b"] {
        let (status, error) = ada.call(action, &[("display_name", name)]).await;
        assert_eq!(
            (status, error["field"].as_str()),
            (422, Some("display_name")),
            "{name:?}: {error}"
        );
        let back = ada
            .submit("/settings", action, &[("display_name", name)])
            .await;
        assert_eq!(back.sends_to(), "/settings");
        ada.open("/settings")
            .await
            .shows(error["message"].as_str().expect("a sentence"));
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_session_that_ends_while_a_form_is_open_loses_no_text(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    sqlx::query("delete from sessions")
        .execute(&pool)
        .await
        .expect("the sessions are gone");
    let fields = [
        ("message_id", fresh_id()),
        ("body", "a long thought".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(ada.call(SEND, &fields).await.0, 401);
    assert_eq!(ada.submit("/chat", SEND, &fields).await.sends_to(), "/chat");
    assert_eq!(ada.open("/chat").await.sends_to(), "/login?next=/chat");
    ada.open("/login?next=/chat").await.hides("a long thought");
    let fields = [
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("next", "/chat"),
    ];
    assert_eq!(
        ada.submit("/login?next=/chat", "/api/fn/auth/sign_in", &fields)
            .await
            .sends_to(),
        "/chat"
    );
    ada.open("/chat").await.shows("a long thought");
    app.stop().await;
}
