//! The list, the window, deletion and its undo.

use crate::support::Site;
use chat::{
    DeleteConversation, Error, MessageStatus, RenameConversation, RestoreConversation, Title,
    Window,
    commands::{delete_conversation, rename_conversation, restore_conversation},
    queries::{chat_page, list_conversations, list_models, open_conversation},
};
use kernel::Actor;
use sqlx::PgPool;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_list_is_newest_first_and_pages_through_everything_once(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let mut sent = Vec::new();
    for n in 0..65 {
        // Several share a time, so that the id has to decide.
        if n % 3 == 0 {
            site.clock.advance(time::Duration::seconds(1));
        }
        sent.push(
            site.send(ada, None, &format!("number {n}"))
                .await
                .unwrap()
                .conversation_id,
        );
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = list_conversations(&site.db, ada, cursor).await.unwrap();
        assert!(page.items.len() <= 30);
        seen.extend(page.items.iter().map(|c| (c.active_at_us, c.id)));
        // What the person says in between must not disturb the pages that follow.
        cursor = match page.next {
            Some(next) => Some(next.to_string().parse().unwrap()),
            None => break,
        };
    }
    assert_eq!(seen.len(), sent.len());
    assert!(seen.is_sorted_by(|a, b| a > b));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_sees_another_persons_conversations(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let id = site
        .exchange(ada, None, "private", "yes")
        .await
        .conversation_id;
    assert!(
        list_conversations(&site.db, eve, None)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    for (actor, nobody) in [(eve, false), (Actor::Nobody, true), (Actor::System, true)] {
        let refusals = [
            open_conversation(&site.engine, actor, id, Window::End)
                .await
                .err(),
            chat_page(&site.engine, actor, Some((id, Window::End)), None)
                .await
                .err(),
            rename_conversation(
                &site.db,
                actor,
                RenameConversation {
                    conversation_id: id,
                    title: Title::parse("x").unwrap(),
                },
            )
            .await
            .err(),
            delete_conversation(
                &site.engine,
                actor,
                DeleteConversation {
                    conversation_id: id,
                },
            )
            .await
            .err(),
            restore_conversation(
                &site.db,
                actor,
                RestoreConversation {
                    conversation_id: id,
                },
            )
            .await
            .err(),
        ];
        for refusal in refusals {
            match nobody {
                true => assert!(matches!(refusal, Some(Error::NotSignedIn)), "{refusal:?}"),
                false => assert!(matches!(refusal, Some(Error::NotFound)), "{refusal:?}"),
            }
        }
    }
    assert!(matches!(
        list_conversations(&site.db, Actor::Nobody, None).await,
        Err(Error::NotSignedIn)
    ));
    assert!(matches!(
        list_models(&site.db, Actor::Nobody).await,
        Err(Error::NotSignedIn)
    ));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_long_conversation_opens_at_its_end_and_continues_by_window(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let mut conversation = None;
    for n in 0..60 {
        conversation = Some(
            site.exchange(
                ada,
                conversation,
                &format!("question {n}"),
                &format!("answer {n}"),
            )
            .await
            .conversation_id,
        );
    }
    let id = conversation.unwrap();
    let end = open_conversation(&site.engine, ada, id, Window::End)
        .await
        .unwrap()
        .messages;
    assert_eq!(end.items.len(), 50);
    assert!(end.items[49].html.contains("answer 59"));
    assert_eq!(end.items[0].text, "question 35");
    let middle = open_conversation(&site.engine, ada, id, Window::Before(end.next.unwrap()))
        .await
        .unwrap()
        .messages;
    assert!(middle.items[49].html.contains("answer 34"));
    let start = open_conversation(&site.engine, ada, id, Window::Before(middle.next.unwrap()))
        .await
        .unwrap()
        .messages;
    assert_eq!(
        (start.items.len(), start.items[0].text.as_str(), start.next),
        (20, "question 0", None)
    );
    assert!(
        start
            .items
            .iter()
            .all(|m| m.status == MessageStatus::Complete)
    );
    let elsewhere = open_conversation(
        &site.engine,
        ada,
        id,
        Window::Before(crate::support::nil().into()),
    )
    .await;
    assert!(matches!(elsewhere, Err(Error::NotFound)));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn html_of_an_older_renderer_is_rendered_again(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.exchange(ada, None, "q", "**bold**").await;
    sqlx::query("update messages set html = 'old', html_version = -1 where role = 'assistant'")
        .execute(site.db.pool())
        .await
        .unwrap();
    let view = open_conversation(&site.engine, ada, sent.conversation_id, Window::End)
        .await
        .unwrap();
    assert!(
        view.messages.items[1]
            .html
            .contains("<strong>bold</strong>")
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn deletion_takes_a_conversation_away_stops_its_answer_and_can_be_undone(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "go on").await.unwrap();
    let (_, feed) = site.asked().await;
    let id = sent.conversation_id;
    delete_conversation(
        &site.engine,
        ada,
        DeleteConversation {
            conversation_id: id,
        },
    )
    .await
    .unwrap();
    feed.closed().await;
    assert!(
        list_conversations(&site.db, ada, None)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(matches!(
        open_conversation(&site.engine, ada, id, Window::End).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        site.send(ada, Some(id), "hello?").await,
        Err(Error::NotFound)
    ));

    restore_conversation(
        &site.db,
        ada,
        RestoreConversation {
            conversation_id: id,
        },
    )
    .await
    .unwrap();
    assert_eq!(
        list_conversations(&site.db, ada, None)
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    let again = restore_conversation(
        &site.db,
        ada,
        RestoreConversation {
            conversation_id: id,
        },
    )
    .await;
    assert!(matches!(again, Err(Error::NotFound)), "it is not deleted");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn no_event_carries_what_was_written(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    site.exchange(ada, None, "SECRETQUESTION", "SECRETANSWER")
        .await;
    let leaked = site
        .count("select count(*) from outbox where data::text ilike '%secret%'")
        .await;
    assert_eq!((leaked, site.events().await.len()), (0, 4));
}
