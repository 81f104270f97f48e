//! The text of a message, to be copied.

use crate::support::{Site, generation, text};
use chat::{
    DeleteConversation, Error, MessageId, commands::delete_conversation, queries::message_text,
};
use kernel::Actor;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_is_copied_as_it_was_written(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let answer = "# Title\n\n| a | b |\n|---|---|\n\n<b>  two  spaces</b> \\(x\\)\n";
    let sent = site.exchange(ada, None, "What *is* this?\n", answer).await;
    let copied = async |id| message_text(&site.db, ada, id).await.unwrap();
    assert_eq!(copied(sent.answer.id).await, answer);
    assert_eq!(copied(sent.message.id).await.trim(), "What *is* this?");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_that_is_being_written_is_copied_as_far_as_it_has_come(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("so ")).await.unwrap();
    feed.send(text("far")).await.unwrap();
    while message_text(&site.db, ada, sent.answer.id).await.unwrap() != "so far" {
        tokio::task::yield_now().await;
    }
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    let copied = message_text(&site.db, ada, sent.answer.id).await.unwrap();
    assert_eq!(copied, "so far");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_is_copied_by_its_owner_only_and_while_it_is_there(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let sent = site.exchange(ada, None, "private", "yes").await;
    let ask = async |actor, id| message_text(&site.db, actor, id).await.unwrap_err();
    for id in [sent.message.id, sent.answer.id] {
        assert!(matches!(ask(eve, id).await, Error::NotFound));
        assert!(matches!(ask(Actor::Nobody, id).await, Error::NotSignedIn));
        assert!(matches!(ask(Actor::System, id).await, Error::NotSignedIn));
    }
    let unknown = MessageId(site.clock.uuid());
    assert!(matches!(ask(ada, unknown).await, Error::NotFound));
    let command = DeleteConversation {
        conversation_id: sent.conversation_id,
    };
    delete_conversation(&site.engine, ada, command)
        .await
        .unwrap();
    assert!(matches!(ask(ada, sent.answer.id).await, Error::NotFound));
}
