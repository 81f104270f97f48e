//! Where people write and read.

use ::chat::{Failure, MessageId, MessageStatus, MessageView, Siblings, Speaker, markdown};
use kernel::id::Uuid;
use leptos::prelude::*;
use time::OffsetDateTime;

use super::frame::{Both, Chapter, State};
use crate::{
    chat::{
        editor_form::Editing,
        message::{Message, Place},
    },
    error::{AppError, ErrorKind},
    ui::{ErrorNotice, icons},
};

/// Everything that Markdown can ask for.
const EVERYTHING: &str = include_str!("everything.md");
const SHORT: &str =
    "A dense crumb nearly always means that the dough was baked **before it was ready**.";

/// The composer and what is shown before anything is said.
#[component]
pub(super) fn Writing() -> impl IntoView {
    view! {
        <Chapter id="writing">
            <Both name="Composer">
                <State name="empty"><Composer text=""/></State>
                <State name="focus"><Composer text="" class="is-focus"/></State>
                <State name="written"><Composer text="My sourdough is always dense. What should I change first?"/></State>
                <State name="too long"><Composer text="…" count=("over", "100,400 of 100,000 characters")/></State>
                <State name="while an answer is written"><Composer text="" stop=true/></State>
                <State name="refused">
                    <div class="composer-place">
                        <ErrorNotice error=AppError::new(ErrorKind::Offline, "The server could not be reached. Your message is kept: send it again in a moment.") id=""/>
                        <Composer text="My sourdough is always dense."/>
                    </div>
                </State>
            </Both>
            <Both name="Nothing said yet">
                <div class="welcome">
                    <h2>"What can I help with?"</h2>
                    <div class="prompts">
                        <button type="button">"Explain a hard idea simply"</button>
                        <button type="button" class="is-hover">"Compare two options in a table"</button>
                        <button type="button" class="is-focus">"Find the mistake in my code"</button>
                    </div>
                </div>
            </Both>
            <Both name="Elsewhere in a conversation">
                <div class="guide-jump jump"><button type="button"><icons::ArrowDown/>"Jump to latest"</button></div>
            </Both>
        </Chapter>
    }
}

#[component]
fn Composer(
    text: &'static str,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] stop: bool,
    #[prop(optional)] count: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    view! {
        <div class=format!("composer {class}")>
            <textarea rows="1" placeholder="Ask anything" aria-label="Message">{text}</textarea>
            <div class="composer-row">
                <div class="model-picker"><select aria-label="Model"><option>"A model"</option></select></div>
                {count.map(|(class, words)| view! { <span class=format!("char-count {class}")>{words}</span> })}
                {match stop {
                    true => view! { <button type="button" class="send stop" aria-label="Stop"><icons::StopSquare/></button> }.into_any(),
                    false => view! { <button type="button" class="send" aria-label="Send"><icons::ArrowUp/></button> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// Messages.
#[component]
pub(super) fn Reading() -> impl IntoView {
    view! {
        <Chapter id="reading">
            <Both name="Question and answer">
                <div class="log">
                    <Message view=question("Show me everything")/>
                    <Message view=answer(EVERYTHING, MessageStatus::Complete, None)/>
                </div>
            </Both>
            <Both name="What an answer may be">
                <div class="log">
                    <Message view=question("Waiting for the first word")/>
                    <Message view=answer("", MessageStatus::Streaming, None)/>
                    <Message view=question("Being written")/>
                    <Message view=answer(SHORT, MessageStatus::Streaming, None)/>
                    <Message view=question("Stopped")/>
                    <Message view=answer(SHORT, MessageStatus::Stopped, None)/>
                    <Message view=question("Interrupted")/>
                    <Message view=answer(SHORT, MessageStatus::Interrupted, None)/>
                    <Message view=question("Failed at once")/>
                    <Message view=answer("", MessageStatus::Failed, Some(Failure::RateLimited))/>
                    <Message view=question("Failed in the middle")/>
                    <Message view=answer(SHORT, MessageStatus::Failed, Some(Failure::Cut))/>
                </div>
            </Both>
            <Both name="Being edited, and refused">
                <div class="log">
                    <Message view=question("") place=edited("My sourdough is always dense.", None)/>
                    <Message view=question("") place=edited("", Some("Write something first."))/>
                </div>
            </Both>
            <Both name="Versions, a marked message, another direction">
                <div class="log">
                    <Message view=MessageView { siblings: siblings(), ..question("The second of two versions") }/>
                    <Message view=answer(SHORT, MessageStatus::Complete, None) place=Place::Marked/>
                    <Message view=question("لماذا يكون خبز العجين المخمر كثيفًا؟")/>
                    <Message view=answer("عادةً لأن العجين **لم يتخمر** بما يكفي:\n\n1. دعه يرتاح مدة أطول.\n2. راقب الحجم، لا الساعة.", MessageStatus::Complete, None)/>
                </div>
            </Both>
        </Chapter>
    }
}

fn question(text: &str) -> MessageView {
    MessageView {
        id: MessageId(Uuid::nil()),
        speaker: Speaker::User,
        status: MessageStatus::Complete,
        html: String::new(),
        text: text.to_owned(),
        generation: None,
        position: 0,
        failure: None,
        siblings: None,
        model_name: None,
        created_at: OffsetDateTime::UNIX_EPOCH,
    }
}

fn answer(said: &str, status: MessageStatus, failure: Option<Failure>) -> MessageView {
    MessageView {
        speaker: Speaker::Assistant,
        status,
        html: markdown::to_html(said),
        failure,
        model_name: Some("A model".to_owned()),
        ..question("")
    }
}

fn edited(text: &str, refusal: Option<&str>) -> Place {
    Place::Edited(Editing {
        edited_id: MessageId(Uuid::nil()),
        message_id: MessageId(Uuid::nil()),
        text: text.to_owned(),
        refusal: refusal.map(str::to_owned),
    })
}

fn siblings() -> Option<Siblings> {
    Some(Siblings {
        position: 2,
        count: 2,
        previous: Some(MessageId(Uuid::nil())),
        next: None,
    })
}
