//! A conversation on the landing page: real Markdown through the real renderer, shown by the
//! components of the chat.

use std::sync::OnceLock;

use ::chat::{MessageId, MessageStatus, MessageView, Speaker, markdown};
use kernel::id::Uuid;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::{
    chat::message::{Message, Place},
    language::{LANGUAGES, locale, t},
};

static MESSAGES: [OnceLock<Vec<MessageView>>; LANGUAGES] = [const { OnceLock::new() }; LANGUAGES];

fn messages() -> Vec<MessageView> {
    let said = [
        (Speaker::User, t!(site.sample.first)),
        (Speaker::Assistant, t!(site.sample.first_answer)),
        (Speaker::User, t!(site.sample.second)),
        (Speaker::Assistant, t!(site.sample.second_answer)),
    ];
    (1..)
        .zip(said)
        .map(|(id, said)| message(id, said))
        .collect()
}

fn message(id: u128, (speaker, said): (Speaker, &str)) -> MessageView {
    let (text, html) = match speaker {
        Speaker::User => (said.to_owned(), String::new()),
        Speaker::Assistant => (String::new(), markdown::to_html(said)),
    };
    MessageView {
        id: MessageId(Uuid::from_u128(id)),
        speaker,
        status: MessageStatus::Complete,
        html,
        text,
        generation: None,
        position: 0,
        failure: None,
        siblings: None,
        model_name: Some(t!(site.sample_by).to_owned()),
        created_at: OffsetDateTime::UNIX_EPOCH,
    }
}

/// Two questions and their answers, said to be an example.
#[component]
pub fn Sample() -> impl IntoView {
    let messages = MESSAGES[locale() as usize]
        .get_or_init(messages)
        .iter()
        .map(|view| view! { <Message view=view.clone() place=Place::Sample/> })
        .collect::<Vec<_>>();
    view! {
        <figure class="showcase" aria-labelledby="showcase">
            <div class="log">{messages}</div>
            <figcaption id="showcase">{t!(site.sample_is_ours)}</figcaption>
        </figure>
    }
}
