//! Saying something: one transaction, whatever is sent twice or at once.

use crate::support::{Site, generation, text};
use chat::{Error, MessageStatus, SendMessage, commands::send_message};
use kernel::Actor;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_first_message_begins_a_conversation_and_is_answered(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "What is a monad?").await.unwrap();
    assert_eq!(
        (sent.message.text.as_str(), sent.answer.status),
        ("What is a monad?", MessageStatus::Streaming)
    );

    let (request, feed) = site.asked().await;
    assert_eq!(
        (request.model.as_str(), request.system.as_str()),
        ("small", "Be brief.")
    );
    assert_eq!(request.turns.len(), 1);
    feed.send(text("A monoid ")).await.unwrap();
    feed.send(text("in the category of endofunctors."))
        .await
        .unwrap();
    feed.send(Ok(chat::model_client::Delta::Finished))
        .await
        .unwrap();
    drop(feed);

    assert_eq!(
        site.ended(ada, generation(&sent)).await,
        (MessageStatus::Complete, None)
    );
    let stored = site.stored(sent.answer.id).await;
    assert_eq!(
        stored,
        (
            "A monoid in the category of endofunctors.".into(),
            "complete".into()
        )
    );
    assert_eq!(
        site.events().await,
        [
            "chat.conversation_started",
            "chat.message_sent",
            "chat.generation_finished",
            "payments.captured"
        ]
        .map(|fact| format!("parlance.{fact}.v1"))
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_was_said_before_is_sent_along(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.exchange(ada, None, "one", "first answer").await;
    site.send(ada, Some(sent.conversation_id), "two")
        .await
        .unwrap();
    let (request, _feed) = site.asked().await;
    let said: Vec<_> = request.turns.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(said, ["one", "first answer", "two"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_same_request_ten_times_at_once_makes_one_message(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let command = site.message(None, "only once");
    let sent = futures::future::join_all(
        (0..10).map(|_| send_message(&site.engine, ada, command.clone())),
    )
    .await;
    let first = sent[0].as_ref().unwrap();
    for other in &sent {
        let other = other.as_ref().unwrap();
        assert_eq!(
            (other.conversation_id, other.answer.id),
            (first.conversation_id, first.answer.id)
        );
    }
    assert_eq!(site.count("select count(*) from messages").await, 2);
    assert_eq!(site.count("select count(*) from conversations").await, 1);
    assert_eq!(site.events().await.len(), 2);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_id_that_stands_for_something_else_is_refused(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let command = site.message(None, "mine");
    send_message(&site.engine, ada, command.clone())
        .await
        .unwrap();
    let stolen = send_message(&site.engine, eve, command.clone()).await;
    assert!(matches!(stolen, Err(Error::MessageIdTaken)), "{stolen:?}");
    let changed = SendMessage {
        body: chat::MessageBody::parse("other").unwrap(),
        ..command
    };
    assert!(matches!(
        send_message(&site.engine, ada, changed).await,
        Err(Error::MessageIdTaken)
    ));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_second_message_waits_for_the_answer_to_the_first(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "one").await.unwrap();
    let second = site.send(ada, Some(sent.conversation_id), "two").await;
    assert!(matches!(second, Err(Error::Busy)), "{second:?}");
    assert_eq!(site.count("select count(*) from messages").await, 2);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_longer_than_the_window_is_refused_before_anything_is_stored(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let refused = site.send(ada, None, &"word ".repeat(400)).await;
    assert!(matches!(refused, Err(Error::MessageTooLong)), "{refused:?}");
    assert_eq!(site.count("select (select count(*) from messages) + (select count(*) from conversations) + (select count(*) from outbox)").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stranger_and_nobody_cannot_write_in_a_conversation(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let sent = site.exchange(ada, None, "private", "yes").await;
    let id = Some(sent.conversation_id);
    assert!(matches!(
        site.send(eve, id, "let me in").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        site.send(Actor::Nobody, id, "let me in").await,
        Err(Error::NotSignedIn)
    ));
    assert!(matches!(
        site.send(Actor::Nobody, None, "hello").await,
        Err(Error::NotSignedIn)
    ));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_chosen_model_answers_and_stays_with_the_conversation(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let models = chat::queries::list_models(&site.db, ada).await.unwrap();
    let large = models.iter().find(|m| m.name == "large").unwrap();
    assert!(models[0].is_default && models[0].name == "small");

    let command = SendMessage {
        model_id: Some(large.id),
        ..site.message(None, "hi")
    };
    let sent = send_message(&site.engine, ada, command).await.unwrap();
    let (request, feed) = site.asked().await;
    assert_eq!(request.model, "large");
    feed.send(text("hello")).await.unwrap();
    feed.send(Ok(chat::model_client::Delta::Finished))
        .await
        .unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    site.send(ada, Some(sent.conversation_id), "again")
        .await
        .unwrap();
    assert_eq!(site.asked().await.0.model, "large");

    let unknown = SendMessage {
        model_id: Some(crate::support::nil().into()),
        ..site.message(None, "hi")
    };
    assert!(matches!(
        send_message(&site.engine, ada, unknown).await,
        Err(Error::ModelUnavailable)
    ));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_model_nothing_is_stored(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    sqlx::query("update models set enabled = false")
        .execute(site.db.pool())
        .await
        .unwrap();
    assert!(matches!(
        site.send(ada, None, "hi").await,
        Err(Error::NoModel)
    ));
    assert_eq!(site.count("select count(*) from conversations").await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whoever_asks_and_goes_away_at_once_is_answered_all_the_same(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let command = site.message(None, "bye");
    {
        let asking = std::pin::pin!(send_message(&site.engine, ada, command));
        // Polled once, then dropped: the connection is gone.
        assert!(futures::poll!(asking).is_pending());
    }
    let (request, _feed) = site.asked().await;
    assert_eq!(request.turns[0].text, "bye");
}
