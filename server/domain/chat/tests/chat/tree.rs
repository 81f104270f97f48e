//! Branches: nothing is overwritten, and each is found again.

mod branches;
mod limits;
mod random;

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

/// A model by its name.
async fn model(site: &Site, actor: Actor, name: &str) -> Option<chat::ModelId> {
    let models = chat::queries::list_models(&site.db, actor)
        .await
        .expect("models");
    Some(models.iter().find(|m| m.name == name).expect("offered").id)
}
