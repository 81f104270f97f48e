//! What is refused: the same twice, too much at once, what is somebody else's.

use super::*;

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
    assert_eq!(site.events().await.len(), 4);
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
