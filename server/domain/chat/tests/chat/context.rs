//! What of a long conversation the model reads: whole exchanges, and a summary of the rest.

use chat::{
    ContinueAnswer, DeleteConversation, EditMessage, Error, Failure, MessageBody, MessageId,
    SendMessage, Speaker,
    commands::{
        continue_answer, delete_conversation, edit_message, send_message, summarise_conversation,
    },
    model_client::{Completion, ModelError},
};
use sqlx::PgPool;

use crate::{
    support::{Reply, Site},
    talk::{Talk, model, outline, recorded, said},
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_summary_the_newest_exchanges_that_fit_are_sent(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(9).await;
    let request = talk.say("question", "answer").await;
    assert_eq!(request.system, "Be brief.");
    // 7 × 208 and the question's 7 are 1,463 of 1,493.
    let (first, last) = (&outline(&request)[0], outline(&request).len());
    assert_eq!((first.as_str(), last), ("q2", 15));
    assert_eq!(request.turns[0].speaker, Speaker::User);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_about_to_be_cut_is_summarised_and_the_summary_is_sent_in_its_place(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(5).await;
    talk.nothing_to_summarise().await;
    assert_eq!(talk.summaries().await, 0);

    talk.long_exchanges(1).await;
    let asked = talk.summarise(said("They counted to four.")).await;
    assert_eq!(asked.model, "medium");
    assert_eq!(asked.max_tokens, Some(186));
    let transcript = &asked.turns[0].text;
    assert!(transcript.starts_with("User: q0") && transcript.contains("Assistant: a3"));
    assert!(!transcript.contains("q4"), "the newest stay as they are");
    assert_eq!(talk.summaries().await, 1);

    let request = talk.say("question", "answer").await;
    assert!(
        request
            .system
            .starts_with("Be brief.\n\nSummary of the earlier conversation.")
    );
    assert!(request.system.ends_with("They counted to four."));
    assert_eq!(outline(&request), ["q4", "a4", "q5", "a5", "question"]);
    talk.nothing_to_summarise().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_later_summary_takes_up_the_earlier_one(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    talk.summarise(said("They counted to four.")).await;
    talk.long_exchanges(3).await;
    talk.nothing_to_summarise().await;
    talk.long_exchanges(1).await;
    let asked = talk.summarise(said("They counted to eight.")).await;
    let transcript = &asked.turns[0].text;
    assert!(transcript.starts_with("Summary so far: They counted to four.\n\nUser: q4"));
    assert!(transcript.contains("Assistant: a7") && !transcript.contains("q8"));
    let request = talk.say("question", "answer").await;
    assert!(request.system.ends_with("They counted to eight."));
    assert_eq!(outline(&request), ["q8", "a8", "q9", "a9", "question"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_summary_and_its_event_say_what_it_cost(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.site.price("medium", 150_000, 600_000).await;
    talk.site.credit(talk.actor, 1_000_000).await;
    talk.long_exchanges(6).await;
    talk.summarise(said("Short.")).await;
    // 900 × 0.15 + 100 × 0.6
    let event = recorded(&talk.site, "parlance.chat.conversation_summarised.v1").await;
    let last_covered = talk.sent[3].answer.id;
    assert_eq!(event.data["message_id"], last_covered.to_string());
    assert_eq!(event.data["input_tokens"], 900);
    assert_eq!(event.data["output_tokens"], 100);
    assert_eq!(event.data["usage_estimated"], false);
    assert_eq!(event.data["cost"], 195);
    assert!(!event.data.to_string().contains("Short"));
    let stored = "select cost from summaries where input_tokens = 900 and output_tokens = 100 \
                  and not usage_estimated";
    assert_eq!(talk.site.count(stored).await, 195);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn tokens_that_the_provider_does_not_count_are_counted_here(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    let text = "hello world".into();
    talk.summarise(Ok(Completion { text, usage: None })).await;
    let (input, output, estimated, cost): (i64, i64, bool, Option<i64>) =
        sqlx::query_as("select input_tokens, output_tokens, usage_estimated, cost from summaries")
            .fetch_one(talk.site.db.pool())
            .await
            .unwrap();
    assert!(input > 100);
    assert_eq!((output, estimated, cost), (2, true, None));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn two_processes_and_a_redelivery_make_one_summary(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    let event = talk.finished().await;
    let replies = async {
        let (_, first): (_, Reply) = talk.site.asked_whole().await;
        let (_, second) = talk.site.asked_whole().await;
        // Both have asked before either is answered.
        first.send(said("One.")).ok();
        second.send(said("Another.")).ok();
    };
    let (one, two, ()) = tokio::join!(
        summarise_conversation(talk.engine(), &event),
        summarise_conversation(talk.engine(), &event),
        replies,
    );
    one.unwrap();
    two.unwrap();
    talk.nothing_to_summarise().await;
    assert_eq!(talk.summaries().await, 1);
    let events =
        "select count(*) from outbox where kind = 'parlance.chat.conversation_summarised.v1'";
    assert_eq!(talk.site.count(events).await, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_the_model_there_is_no_summary_until_the_next_answer(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    let failure = ModelError::new(Failure::Unreachable, "not today");
    talk.summarise(Err(failure)).await;
    talk.summarise(said(" \n")).await;
    assert_eq!(talk.summaries().await, 0);
    let request = talk.say("question", "answer").await;
    assert_eq!(
        (request.system.as_str(), request.turns.len()),
        ("Be brief.", 13)
    );
    talk.summarise(said("They counted.")).await;
    assert_eq!(talk.summaries().await, 1);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_branch_that_leaves_before_a_summary_ends_does_not_get_it(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    talk.summarise(said("They counted to four.")).await;
    let edit = |site: &Site, edited_id| EditMessage {
        message_id: MessageId(site.clock.uuid()),
        edited_id,
        model_id: None,
        body: MessageBody::parse("edited").unwrap(),
    };
    let inside = edit(&talk.site, talk.sent[3].message.id);
    let sent = edit_message(talk.engine(), talk.actor, inside)
        .await
        .unwrap();
    let request = talk.answer(&sent, "other answer").await;
    assert_eq!(request.system, "Be brief.");
    assert_eq!(
        outline(&request),
        ["q0", "a0", "q1", "a1", "q2", "a2", "edited"]
    );

    let after = edit(&talk.site, talk.sent[5].message.id);
    let sent = edit_message(talk.engine(), talk.actor, after)
        .await
        .unwrap();
    let request = talk.answer(&sent, "other answer").await;
    assert_eq!(
        request.system, "Be brief.",
        "up to there all of it goes in full"
    );
    let long = "x".repeat(1_000);
    let edited = EditMessage {
        body: MessageBody::parse(&long).unwrap(),
        ..edit(&talk.site, talk.sent[5].message.id)
    };
    let sent = edit_message(talk.engine(), talk.actor, edited)
        .await
        .unwrap();
    let request = talk.answer(&sent, "other answer").await;
    assert!(request.system.ends_with("They counted to four."));
    assert_eq!(outline(&request), ["q4", "a4", long.as_str()]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_model_that_can_read_more_reads_all_of_it(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    talk.summarise(said("They counted to four.")).await;
    let command = SendMessage {
        model_id: Some(model(&talk.site, "large").await),
        ..talk.site.message(talk.id, "question")
    };
    let sent = send_message(talk.engine(), talk.actor, command)
        .await
        .unwrap();
    let request = talk.answer(&sent, "answer").await;
    assert_eq!((request.model.as_str(), request.turns.len()), ("large", 13));
    assert_eq!(request.system, "Be brief.");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_summary_far_back_is_found_by_a_model_that_reads_less(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    talk.summarise(said("They counted to four.")).await;
    let command = SendMessage {
        model_id: Some(model(&talk.site, "small").await),
        ..talk.site.message(talk.id, "question")
    };
    let sent = send_message(talk.engine(), talk.actor, command)
        .await
        .unwrap();
    let request = talk.answer(&sent, "answer").await;
    // 293 tokens: the summary's 51, the question's 7, and of the exchanges one.
    assert!(request.system.ends_with("They counted to four."));
    assert_eq!(outline(&request), ["q5", "a5", "question"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_continued_answer_comes_last_with_a_request_to_go_on(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.say("count to ten", "one two thr").await;
    let command = ContinueAnswer {
        answer_id: MessageId(talk.site.clock.uuid()),
        original_id: talk.sent[0].answer.id,
        model_id: None,
    };
    continue_answer(talk.engine(), talk.actor, command)
        .await
        .unwrap();
    let (request, _) = talk.site.asked().await;
    let [question, partial, go_on] = request.turns.as_slice() else {
        panic!("{request:?}");
    };
    assert_eq!(question.text, "count to ten");
    assert_eq!(
        (partial.speaker, partial.text.as_str()),
        (Speaker::Assistant, "one two thr")
    );
    assert_eq!(go_on.speaker, Speaker::User);
    assert!(go_on.text.contains("Go on exactly where it ends"));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_deleted_conversation_and_one_without_its_model_are_left_alone(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.long_exchanges(6).await;
    sqlx::query("update models set enabled = false where provider_id = 'medium'")
        .execute(talk.site.db.pool())
        .await
        .unwrap();
    talk.nothing_to_summarise().await;
    sqlx::query("update models set enabled = true")
        .execute(talk.site.db.pool())
        .await
        .unwrap();
    let conversation_id = talk.id.unwrap();
    let command = DeleteConversation { conversation_id };
    delete_conversation(talk.engine(), talk.actor, command)
        .await
        .unwrap();
    talk.nothing_to_summarise().await;
    assert_eq!(talk.summaries().await, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_refused_message_is_stored_nowhere_and_the_conversation_goes_on(pool: PgPool) {
    let mut talk = Talk::new(pool).await;
    talk.say("short", "answer").await;
    let before = "select (select count(*) from messages) + (select count(*) from outbox)";
    let count = talk.site.count(before).await;
    let refused = talk
        .site
        .send(talk.actor, talk.id, &"x".repeat(4_500))
        .await;
    let Err(error @ Error::MessageTooLong) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.to_string().contains("Make it shorter"));
    assert_eq!(talk.site.count(before).await, count);
    talk.say(&"x".repeat(4_400), "answer").await;
}
