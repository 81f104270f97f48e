//! Branches: nothing is overwritten, and each is found again.

use crate::support::{Site, generation, text};
use chat::{
    ContinueAnswer, ConversationId, EditMessage, Error, MessageBody, MessageId, MessageStatus,
    MessageView, RegenerateAnswer, Retried, SendMessage, Sent, ShowBranch, Siblings, Window,
    commands::{
        continue_answer, delete_conversation, edit_message, regenerate_answer, send_message,
        show_branch, stop_generation,
    },
    model_client::{CompletionRequest, Delta},
    queries::open_conversation,
};
use futures::future::join_all;
use kernel::Actor;
use sqlx::PgPool;

fn body(text: &str) -> MessageBody {
    MessageBody::parse(text).expect("a body")
}

fn edit(site: &Site, edited_id: MessageId, text: &str) -> EditMessage {
    EditMessage {
        message_id: MessageId(site.clock.uuid()),
        edited_id,
        model_id: None,
        body: body(text),
    }
}

fn again(site: &Site, original_id: MessageId) -> RegenerateAnswer {
    RegenerateAnswer {
        answer_id: MessageId(site.clock.uuid()),
        original_id,
        model_id: None,
    }
}

fn more(site: &Site, original_id: MessageId) -> ContinueAnswer {
    ContinueAnswer {
        answer_id: MessageId(site.clock.uuid()),
        original_id,
        model_id: None,
    }
}

fn after(site: &Site, id: ConversationId, parent: MessageId, text: &str) -> SendMessage {
    SendMessage {
        parent_id: Some(parent),
        ..site.message(Some(id), text)
    }
}

/// Writes the answer that was asked for last, to its end.
async fn write(site: &Site, actor: Actor, answer: &MessageView, said: &str) -> CompletionRequest {
    let (request, feed) = site.asked().await;
    feed.send(text(said)).await.expect("fed");
    feed.send(Ok(Delta::Finished)).await.expect("fed");
    drop(feed);
    site.ended(actor, answer.generation.expect("a run")).await;
    // So that what is made next is later.
    site.clock.advance(time::Duration::seconds(1));
    request
}

/// The texts of the branch that is shown.
async fn shown(site: &Site, actor: Actor, id: ConversationId) -> Vec<String> {
    let view = open_conversation(&site.engine, actor, id, Window::End)
        .await
        .expect("opened");
    texts(&view.messages.items)
}

fn texts(messages: &[MessageView]) -> Vec<String> {
    let plain = |html: &str| {
        let mut inside = false;
        let text: String = html
            .chars()
            .filter(|c| {
                let keep = !inside && *c != '<';
                inside = *c == '<' || inside && *c != '>';
                keep
            })
            .collect();
        text.trim().to_owned()
    };
    messages
        .iter()
        .map(|m| format!("{}{}", m.text, plain(&m.html)))
        .collect()
}

fn said(request: &CompletionRequest) -> Vec<&str> {
    request.turns.iter().map(|t| t.text.as_str()).collect()
}

fn place(position: u32, count: u32) -> impl Fn(&MessageView) -> bool {
    move |m| {
        m.siblings
            .is_some_and(|s| (s.position, s.count) == (position, count))
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_edited_message_stands_beside_the_earlier_one_and_is_answered(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let first = site.exchange(ada, None, "one", "first").await;
    let id = first.conversation_id;
    let second = site.exchange(ada, Some(id), "two", "second").await;
    site.clock.advance(time::Duration::seconds(1));

    let command = edit(&site, second.message.id, "too");
    let edited = edit_message(&site.engine, ada, command).await.unwrap();
    assert_eq!(
        edited.message.siblings,
        Some(Siblings {
            position: 2,
            count: 2,
            previous: Some(second.message.id),
            next: None
        })
    );
    assert_eq!(edited.answer.siblings, None);
    let request = write(&site, ada, &edited.answer, "other").await;
    assert_eq!(said(&request), ["one", "first", "too"]);
    assert_eq!(
        shown(&site, ada, id).await,
        ["one", "first", "too", "other"]
    );
    assert_eq!(site.stored(second.message.id).await.0, "two");
    assert_eq!(site.stored(second.answer.id).await.0, "second");
    assert!(site.events().await.ends_with(
        &["message_sent", "generation_finished"].map(|f| format!("parlance.chat.{f}.v1"))
    ));
    let recorded = site
        .count("select count(*) from outbox where data->>'edited_id' is not null")
        .await;
    assert_eq!(recorded, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_first_message_can_be_edited_too(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let first = site.exchange(ada, None, "one", "first").await;
    let id = first.conversation_id;
    site.clock.advance(time::Duration::seconds(1));
    let command = edit(&site, first.message.id, "won");
    let edited = edit_message(&site.engine, ada, command).await.unwrap();
    assert_eq!(edited.conversation_id, id);
    let request = write(&site, ada, &edited.answer, "other").await;
    assert_eq!(said(&request), ["won"]);
    let view = open_conversation(&site.engine, ada, id, Window::End)
        .await
        .unwrap();
    assert_eq!(texts(&view.messages.items), ["won", "other"]);
    assert_eq!(view.messages.next, None);
    let command = ShowBranch {
        message_id: first.message.id,
    };
    let back = show_branch(&site.engine, ada, command).await.unwrap();
    assert_eq!(texts(&back.messages), ["one", "first"]);
    assert!(place(1, 2)(&back.messages[0]));
    assert_eq!(shown(&site, ada, id).await, ["one", "first"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn another_answer_stands_beside_the_earlier_one(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.exchange(ada, None, "one", "first").await;
    site.clock.advance(time::Duration::seconds(1));
    let command = RegenerateAnswer {
        model_id: model(&site, ada, "large").await,
        ..again(&site, sent.answer.id)
    };
    let made = regenerate_answer(&site.engine, ada, command).await.unwrap();
    assert_eq!(made.conversation_id, sent.conversation_id);
    assert_eq!(made.answer.id, command.answer_id);
    assert_eq!(made.answer.status, MessageStatus::Streaming);
    assert_eq!(made.answer.model_name.as_deref(), Some("large"));
    assert!(place(2, 2)(&made.answer));
    let request = write(&site, ada, &made.answer, "second").await;
    assert_eq!(
        (said(&request), request.model.as_str()),
        (vec!["one"], "large")
    );
    assert_eq!(
        shown(&site, ada, sent.conversation_id).await,
        ["one", "second"]
    );
    assert_eq!(site.stored(sent.answer.id).await.0, "first");
    let kind = "parlance.chat.answer_requested.v1".to_owned();
    assert!(site.events().await.contains(&kind));
}

async fn model(site: &Site, actor: Actor, name: &str) -> Option<chat::ModelId> {
    let models = chat::queries::list_models(&site.db, actor).await.unwrap();
    Some(models.iter().find(|m| m.name == name).unwrap().id)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_that_ended_too_early_is_carried_on_from_its_text(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "count").await.unwrap();
    let (_, feed) = site.asked().await;
    feed.send(text("one, two, ")).await.unwrap();
    drop(feed);
    let cut = site.ended(ada, generation(&sent)).await;
    assert_eq!(cut.0, MessageStatus::Failed);
    site.clock.advance(time::Duration::seconds(1));

    let command = more(&site, sent.answer.id);
    let made = continue_answer(&site.engine, ada, command).await.unwrap();
    assert!(made.answer.html.contains("one, two,"), "{made:?}");
    assert_eq!(made.answer.position, "one, two, ".len());
    assert_eq!(site.stored(made.answer.id).await.0, "one, two, ");
    write(&site, ada, &made.answer, "three.").await;
    let stored = site.stored(made.answer.id).await;
    assert_eq!(stored, ("one, two, three.".into(), "complete".into()));
    assert_eq!(site.stored(sent.answer.id).await.0, "one, two, ");
    let (taken_over, counted): (i64, i64) = sqlx::query_as(
        "select continued_bytes, output_tokens from generations where message_id = $1",
    )
    .bind(made.answer.id.0)
    .fetch_one(site.db.pool())
    .await
    .unwrap();
    assert_eq!((taken_over, counted), (10, 2), "three and a full stop");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answer_without_text_is_simply_answered_anew(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.send(ada, None, "count").await.unwrap();
    let (_, feed) = site.asked().await;
    let id = generation(&sent);
    stop_generation(
        &site.engine,
        ada,
        chat::StopGeneration { generation_id: id },
    )
    .await
    .unwrap();
    feed.closed().await;
    site.ended(ada, id).await;
    let command = more(&site, sent.answer.id);
    let made = continue_answer(&site.engine, ada, command).await.unwrap();
    write(&site, ada, &made.answer, "one").await;
    assert_eq!(site.stored(made.answer.id).await.0, "one");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn ten_equal_requests_at_once_make_one_branch(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let sent = site.exchange(ada, None, "one", "first").await;
    let (edit, again, more) = (
        edit(&site, sent.message.id, "won"),
        again(&site, sent.answer.id),
        more(&site, sent.answer.id),
    );
    let edited = join_all((0..10).map(|_| edit_message(&site.engine, ada, edit.clone()))).await;
    let answers = |all: Vec<Result<Retried, Error>>| {
        let ids = all.into_iter().map(|made| made.unwrap().answer.id);
        ids.collect::<std::collections::HashSet<_>>()
    };
    let regenerated =
        answers(join_all((0..10).map(|_| regenerate_answer(&site.engine, ada, again))).await);
    let continued =
        answers(join_all((0..10).map(|_| continue_answer(&site.engine, ada, more))).await);
    let edited: std::collections::HashSet<_> = edited
        .into_iter()
        .map(|sent| sent.unwrap().answer.id)
        .collect();
    assert_eq!(
        (edited.len(), regenerated.len(), continued.len()),
        (1, 1, 1)
    );
    // The exchange, its edit with an answer, two further answers.
    assert_eq!(site.count("select count(*) from messages").await, 6);
    assert_eq!(site.count("select count(*) from generations").await, 4);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_id_that_stands_for_something_else_is_refused(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let one = site.exchange(ada, None, "one", "first").await;
    let two = site
        .exchange(ada, Some(one.conversation_id), "two", "second")
        .await;
    let taken = [
        edit_message(
            &site.engine,
            ada,
            EditMessage {
                message_id: one.message.id,
                ..edit(&site, two.message.id, "one")
            },
        )
        .await
        .err(),
        edit_message(
            &site.engine,
            ada,
            EditMessage {
                message_id: two.message.id,
                ..edit(&site, two.message.id, "two")
            },
        )
        .await
        .err(),
        regenerate_answer(
            &site.engine,
            ada,
            RegenerateAnswer {
                answer_id: one.answer.id,
                ..again(&site, two.answer.id)
            },
        )
        .await
        .err(),
        continue_answer(
            &site.engine,
            ada,
            ContinueAnswer {
                answer_id: two.answer.id,
                ..more(&site, two.answer.id)
            },
        )
        .await
        .err(),
    ];
    for refused in taken {
        assert!(
            matches!(refused, Some(Error::MessageIdTaken)),
            "{refused:?}"
        );
    }
    assert_eq!(site.count("select count(*) from messages").await, 4);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn two_devices_that_answer_the_same_message_make_siblings(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let first = site.exchange(ada, None, "one", "first").await;
    let id = first.conversation_id;
    let (phone, laptop) = (
        after(&site, id, first.answer.id, "from the phone"),
        after(&site, id, first.answer.id, "from the laptop"),
    );
    let (phone, laptop) = tokio::join!(
        send_message(&site.engine, ada, phone),
        send_message(&site.engine, ada, laptop)
    );
    let both = [phone.unwrap(), laptop.unwrap()];
    for _ in &both {
        let (request, feed) = site.asked().await;
        feed.send(text(&format!("to {}", request.turns[2].text)))
            .await
            .unwrap();
        feed.send(Ok(Delta::Finished)).await.unwrap();
    }
    for Sent {
        message, answer, ..
    } in &both
    {
        site.ended(ada, answer.generation.unwrap()).await;
        assert_eq!(
            site.stored(answer.id).await.0,
            format!("to {}", message.text)
        );
        let branch = show_branch(
            &site.engine,
            ada,
            ShowBranch {
                message_id: message.id,
            },
        )
        .await
        .unwrap();
        assert_eq!(branch.messages.len(), 2);
        assert_eq!(branch.messages[0].siblings.map(|s| s.count), Some(2));
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn three_answers_are_written_at_once_and_a_fourth_waits(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let first = site.exchange(ada, None, "one", "first").await;
    let id = first.conversation_id;
    let mut feeds = Vec::new();
    for n in 0..3 {
        let command = after(&site, id, first.answer.id, &format!("branch {n}"));
        let sent = send_message(&site.engine, ada, command).await.unwrap();
        // Nothing is said after an answer that is being written.
        let early = after(&site, id, sent.answer.id, "early");
        assert!(matches!(
            send_message(&site.engine, ada, early).await,
            Err(Error::Busy)
        ));
        let retried = regenerate_answer(&site.engine, ada, again(&site, sent.answer.id)).await;
        assert!(matches!(retried, Err(Error::Busy)), "{retried:?}");
        let headed = site.send(ada, Some(id), "after the head").await;
        assert!(matches!(headed, Err(Error::Busy)), "{headed:?}");
        feeds.push((sent, site.asked().await.1));
    }
    let fourth = after(&site, id, first.answer.id, "one too many");
    let refusals = [
        send_message(&site.engine, ada, fourth.clone()).await.err(),
        edit_message(&site.engine, ada, edit(&site, first.message.id, "x"))
            .await
            .err(),
        regenerate_answer(&site.engine, ada, again(&site, first.answer.id))
            .await
            .err(),
        continue_answer(&site.engine, ada, more(&site, first.answer.id))
            .await
            .err(),
    ];
    for refused in refusals {
        assert!(matches!(refused, Some(Error::Busy)), "{refused:?}");
    }
    let (sent, feed) = feeds.remove(0);
    feed.send(text("done")).await.unwrap();
    feed.send(Ok(Delta::Finished)).await.unwrap();
    drop(feed);
    site.ended(ada, generation(&sent)).await;
    send_message(&site.engine, ada, fourth).await.unwrap();

    let command = chat::DeleteConversation {
        conversation_id: id,
    };
    delete_conversation(&site.engine, ada, command)
        .await
        .unwrap();
    for (_, feed) in feeds {
        feed.closed().await;
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_message_follows_an_answer_of_its_own_conversation(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let here = site.exchange(ada, None, "here", "yes").await;
    let there = site.exchange(ada, None, "there", "no").await;
    let id = here.conversation_id;
    for parent in [
        there.answer.id,
        here.message.id,
        crate::support::nil().into(),
    ] {
        let refused = send_message(&site.engine, ada, after(&site, id, parent, "hm")).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    let nowhere = SendMessage {
        conversation_id: None,
        ..after(&site, id, here.answer.id, "hm")
    };
    let refused = send_message(&site.engine, ada, nowhere).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    // Each is for its own kind of message.
    let swapped = [
        edit_message(&site.engine, ada, edit(&site, here.answer.id, "x"))
            .await
            .err(),
        regenerate_answer(&site.engine, ada, again(&site, here.message.id))
            .await
            .err(),
        continue_answer(&site.engine, ada, more(&site, here.message.id))
            .await
            .err(),
    ];
    for refused in swapped {
        assert!(matches!(refused, Some(Error::NotFound)), "{refused:?}");
    }
    assert_eq!(site.count("select count(*) from messages").await, 4);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_stranger_and_nobody_make_and_see_no_branches(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let sent = site.exchange(ada, None, "private", "yes").await;
    for actor in [eve, Actor::Nobody, Actor::System] {
        let branch = ShowBranch {
            message_id: sent.message.id,
        };
        let send = after(&site, sent.conversation_id, sent.answer.id, "x");
        let refusals = [
            send_message(&site.engine, actor, send).await.err(),
            edit_message(&site.engine, actor, edit(&site, sent.message.id, "x"))
                .await
                .err(),
            regenerate_answer(&site.engine, actor, again(&site, sent.answer.id))
                .await
                .err(),
            continue_answer(&site.engine, actor, more(&site, sent.answer.id))
                .await
                .err(),
            show_branch(&site.engine, actor, branch).await.err(),
        ];
        for refused in refusals {
            match actor == eve {
                true => assert!(matches!(refused, Some(Error::NotFound)), "{refused:?}"),
                false => assert!(matches!(refused, Some(Error::NotSignedIn)), "{refused:?}"),
            }
        }
    }
    assert_eq!(site.count("select count(*) from messages").await, 2);
    assert_eq!(site.events().await.len(), 3);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_edit_longer_than_the_window_is_refused_before_anything_is_stored(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let command = SendMessage {
        model_id: model(&site, ada, "large").await,
        ..site.message(None, &"word ".repeat(400))
    };
    let sent = send_message(&site.engine, ada, command).await.unwrap();
    write(&site, ada, &sent.answer, "long").await;
    let small = model(&site, ada, "small").await;
    let edited = EditMessage {
        model_id: small,
        ..edit(&site, sent.message.id, &"more ".repeat(400))
    };
    let refused = edit_message(&site.engine, ada, edited).await;
    assert!(matches!(refused, Err(Error::MessageTooLong)), "{refused:?}");
    let retried = RegenerateAnswer {
        model_id: small,
        ..again(&site, sent.answer.id)
    };
    let refused = regenerate_answer(&site.engine, ada, retried).await;
    assert!(matches!(refused, Err(Error::MessageTooLong)), "{refused:?}");
    assert_eq!(site.count("select count(*) from messages").await, 2);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_branch_is_shown_again_as_it_was_left_also_from_far_away(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let one = site.exchange(ada, None, "1", "a").await;
    let id = one.conversation_id;
    let two = site.exchange(ada, Some(id), "2", "b").await;
    site.exchange(ada, Some(id), "3", "c").await;
    site.clock.advance(time::Duration::seconds(1));
    // Elsewhere: the first message edited, and gone on with.
    let edited = edit_message(&site.engine, ada, edit(&site, one.message.id, "1'"))
        .await
        .unwrap();
    write(&site, ada, &edited.answer, "a'").await;
    site.exchange(ada, Some(id), "2'", "b'").await;
    assert_eq!(shown(&site, ada, id).await, ["1'", "a'", "2'", "b'"]);
    // An answer of the first branch, which is not shown, is made anew.
    let made = regenerate_answer(&site.engine, ada, again(&site, two.answer.id))
        .await
        .unwrap();
    write(&site, ada, &made.answer, "b*").await;
    assert_eq!(shown(&site, ada, id).await, ["1", "a", "2", "b*"]);

    for (message_id, expected) in [
        (edited.message.id, vec!["1'", "a'", "2'", "b'"]),
        (one.message.id, vec!["1", "a", "2", "b*"]),
        (two.answer.id, vec!["b", "3", "c"]),
        (one.message.id, vec!["1", "a", "2", "b", "3", "c"]),
    ] {
        let branch = show_branch(&site.engine, ada, ShowBranch { message_id })
            .await
            .unwrap();
        assert_eq!(texts(&branch.messages), expected);
        assert_eq!((branch.conversation_id, branch.later), (id, None));
        assert!(
            shown(&site, ada, id)
                .await
                .ends_with(&texts(&branch.messages))
        );
    }
    // The next message goes where the person looks.
    site.exchange(ada, Some(id), "4", "d").await;
    assert_eq!(
        shown(&site, ada, id).await,
        ["1", "a", "2", "b", "3", "c", "4", "d"]
    );
}
