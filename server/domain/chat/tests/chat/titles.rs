//! How a conversation gets its title.

use crate::support::Site;
use chat::{
    RenameConversation, Title, Window,
    commands::{rename_conversation, title_conversation},
    model_client::{Completion, Usage},
    queries::open_conversation,
};
use kernel::Actor;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_model_titles_a_conversation_once(pool: PgPool) {
    let site = Site::with_title(pool, Ok("\"**Baking bread**\"\nand more".into())).await;
    let ada = site.person().await;
    let id = site
        .send(ada, None, "How do I bake bread?")
        .await
        .unwrap()
        .conversation_id;
    let started = site.recorded("parlance.chat.conversation_started.v1").await;
    title_conversation(&site.engine, &started).await.unwrap();
    title_conversation(&site.engine, &started).await.unwrap();
    assert_eq!(title(&site, ada, id).await.as_deref(), Some("Baking bread"));
    assert_eq!(
        site.count(
            "select count(*) from outbox where kind = 'parlance.chat.conversation_titled.v1'"
        )
        .await,
        1
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_event_of_a_title_says_what_it_cost(pool: PgPool) {
    let site = Site::with_completions(pool).await;
    let ada = site.person().await;
    site.price("small", 150_000, 600_000).await;
    site.credit(ada, 1_000_000).await;
    site.send(ada, None, "How do I bake bread?").await.unwrap();
    let started = site.recorded("parlance.chat.conversation_started.v1").await;
    let reply = async {
        let (request, reply) = site.asked_whole().await;
        let text = "Baking bread".into();
        let usage = Some(Usage {
            input_tokens: 100,
            cached_input_tokens: 0,
            output_tokens: 5,
        });
        reply.send(Ok(Completion { text, usage })).ok();
        request
    };
    let (titled, request) = tokio::join!(title_conversation(&site.engine, &started), reply);
    titled.unwrap();
    assert_eq!(request.max_tokens, Some(64));
    // 100 × 0.15 + 5 × 0.6
    let cost = "select (data->>'cost')::bigint from outbox where kind = 'parlance.chat.conversation_titled.v1'";
    assert_eq!(site.count(cost).await, 18);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_the_model_the_first_words_are_the_title(pool: PgPool) {
    let site = Site::with_title(pool, Err(())).await;
    let ada = site.person().await;
    let id = site
        .send(
            ada,
            None,
            "How do I bake bread at home without an oven, on a stove?",
        )
        .await
        .unwrap()
        .conversation_id;
    let started = site.recorded("parlance.chat.conversation_started.v1").await;
    title_conversation(&site.engine, &started).await.unwrap();
    assert_eq!(
        title(&site, ada, id).await.as_deref(),
        Some("How do I bake bread at home without an oven, on…")
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_title_chosen_by_the_person_stays(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let id = site.send(ada, None, "hi").await.unwrap().conversation_id;
    let command = RenameConversation {
        conversation_id: id,
        title: Title::parse("Mine").unwrap(),
    };
    rename_conversation(&site.db, ada, command).await.unwrap();
    let started = site.recorded("parlance.chat.conversation_started.v1").await;
    title_conversation(&site.engine, &started).await.unwrap();
    assert_eq!(title(&site, ada, id).await.as_deref(), Some("Mine"));
}

async fn title(site: &Site, actor: Actor, id: chat::ConversationId) -> Option<String> {
    open_conversation(&site.engine, actor, id, Window::End)
        .await
        .expect("opened")
        .title
}
