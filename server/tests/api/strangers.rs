//! Another person's data is not there: 404 on every page, function and stream.

use sqlx::PgPool;

use crate::{
    people::{Browser, fresh_id},
    support::spawn_app,
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_sees_or_changes_another_persons_conversation(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let (ada, eve) = (
        Browser::signed_up(&app, "ada@example.com").await,
        Browser::signed_up(&app, "eve@example.com").await,
    );
    let sent = ada.say("my secret plan [[say: a secret answer]]").await;
    ada.answered(&sent.conversation, "complete")
        .await
        .shows("secret");

    let page = eve.open(&format!("/chat/{}", sent.conversation)).await;
    assert_eq!(page.status, 404);
    page.hides("secret");
    eve.open("/chat").await.hides("ecret plan");
    let conversation = ("conversation_id", sent.conversation.as_str());
    let title = ("title", "A secret plan");
    ada.call("/api/fn/chat/rename", &[conversation, title])
        .await;
    ada.open("/chat?search=PLAN+a").await.shows("A secret plan");
    for search in ["/chat?search=plan", "/api/fn/chat/search?text=plan"] {
        eve.open(search).await.hides("ecret plan");
    }
    assert_eq!(eve.follow(&sent.generation, None).await.status(), 404);

    let (id, before) = (fresh_id(), fresh_id());
    let (message, answer) = (sent.message.as_str(), sent.answer.as_str());
    let table: [(&str, &[(&str, &str)]); 10] = [
        ("stop", &[("generation_id", &sent.generation)]),
        ("rename", &[conversation, ("title", "Mine now")]),
        ("delete", &[conversation]),
        ("restore", &[conversation]),
        (
            "send",
            &[conversation, ("message_id", &id), ("body", "let me in")],
        ),
        (
            "edit",
            &[
                ("message_id", &id),
                ("edited_id", message),
                ("body", "let me in"),
            ],
        ),
        ("regenerate", &[("answer_id", &id), ("original_id", answer)]),
        ("continue", &[("answer_id", &id), ("original_id", answer)]),
        ("switch", &[("message_id", message)]),
        ("estimate", &[conversation, ("body", "let me in")]),
    ];
    for (verb, fields) in table {
        let (status, error) = eve.call(&format!("/api/fn/chat/{verb}"), fields).await;
        assert_eq!(status, 404, "{verb}: {error}");
    }
    for window in [
        format!("earlier?before={before}"),
        format!("later?after={message}"),
        "latest?".to_owned(),
    ] {
        let path = format!(
            "/api/fn/chat/{window}&conversation_id={}",
            sent.conversation
        );
        assert_eq!(eve.open(&path).await.status, 404, "{path}");
    }
    for id in [message, answer] {
        for path in [
            format!("/api/fn/chat/source?message_id={id}"),
            format!("/api/fn/chat/cost?message_id={id}"),
            format!("/usage/answers/{id}"),
        ] {
            let refused = eve.open(&path).await;
            assert_eq!(refused.status, 404, "{path}");
            refused.hides("secret");
        }
    }
    ada.answered(&sent.conversation, "complete")
        .await
        .shows("secret")
        .hides("Mine now")
        .hides("let me in");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_is_asked_to_sign_in_everywhere(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[tokens: 3]]").await;
    let visitor = Browser::new(&app);
    for path in [
        "/chat".to_owned(),
        format!("/chat/{}", sent.conversation),
        "/settings".to_owned(),
        format!("/usage/answers/{}", sent.answer),
    ] {
        assert_eq!(
            visitor.open(&path).await.sends_to(),
            format!("/login?next={path}")
        );
    }
    assert_eq!(visitor.follow(&sent.generation, None).await.status(), 401);
    for asked in ["source", "cost"] {
        let path = format!("/api/fn/chat/{asked}?message_id={}", sent.answer);
        assert_eq!(visitor.open(&path).await.status, 401, "{path}");
    }
    assert_eq!(visitor.open("/api/fn/chat/search?text=a").await.status, 401);
    for verb in [
        "chat/send",
        "chat/edit",
        "chat/regenerate",
        "chat/continue",
        "chat/switch",
        "chat/stop",
        "chat/estimate",
        "chat/rename",
        "chat/delete",
        "chat/restore",
        "users/change_display_name",
    ] {
        let fields = [
            ("message_id", sent.message.as_str()),
            ("edited_id", &sent.message),
            ("answer_id", &sent.generation),
            ("original_id", &sent.answer),
            ("body", "x"),
            ("generation_id", &sent.generation),
            ("conversation_id", &sent.conversation),
            ("title", "T"),
            ("display_name", "N"),
        ];
        let (status, error) = visitor.call(&format!("/api/fn/{verb}"), &fields).await;
        assert_eq!(status, 401, "{verb}: {error}");
    }
    app.stop().await;
}
