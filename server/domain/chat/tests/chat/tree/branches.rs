//! Editing, regenerating, continuing, and switching between what they made.

use super::*;

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
    assert!(
        site.events().await.ends_with(
            &[
                "chat.message_sent",
                "chat.generation_finished",
                "payments.captured"
            ]
            .map(|f| format!("parlance.{f}.v1"))
        )
    );
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
