//! Branches of a conversation, made and switched by plain forms.

use sqlx::PgPool;

use crate::{
    people::{Browser, fresh_id},
    support::spawn_app,
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn forms_without_javascript_make_branches_and_switch_between_them(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[say: the first answer]]").await;
    let page = format!("/chat/{}", sent.conversation);
    ada.answered(&sent.conversation, "complete").await;

    let answer = fresh_id();
    let fields = [
        ("answer_id", answer.as_str()),
        ("original_id", &sent.answer),
    ];
    let again = ada.submit(&page, "/api/fn/chat/regenerate", &fields).await;
    assert_eq!(again.sends_to(), format!("{page}#m-{answer}"));
    ada.answered(&sent.conversation, "complete").await;

    let message = fresh_id();
    let fields = [
        ("message_id", message.as_str()),
        ("edited_id", &sent.message),
        ("body", "[[say: an answer to the edit]]"),
    ];
    let edited = ada.submit(&page, "/api/fn/chat/edit", &fields).await;
    assert_eq!(edited.sends_to(), format!("{page}#m-{message}"));
    ada.answered(&sent.conversation, "complete")
        .await
        .shows("an answer to the edit")
        .hides("the first answer");

    let fields = [("message_id", sent.answer.as_str())];
    let back = ada.submit(&page, "/api/fn/chat/switch", &fields).await;
    assert!(back.sends_to().starts_with(&page));
    ada.open(&page)
        .await
        .shows("the first answer")
        .hides("an answer to the edit");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stopped_answer_is_carried_on(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let sent = ada.say("[[fault: cut after=3]] [[tokens: 9]]").await;
    ada.answered(&sent.conversation, "failed").await;
    let answer = fresh_id();
    let fields = [
        ("answer_id", answer.as_str()),
        ("original_id", &sent.answer),
    ];
    let (status, made) = ada.call("/api/fn/chat/continue", &fields).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(made["answer"]["siblings"]["count"], 2);
    let html = made["answer"]["html"].as_str().expect("HTML");
    assert!(html.contains("The demo model"), "{html}");
    app.stop().await;
}
