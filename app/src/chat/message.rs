//! One message as it stands in the log. Rendered on the server only: the page gets messages as
//! HTML, at first and later on ([`articles`](super::articles)).

use ::chat::{MessageId, MessageStatus, MessageView, Siblings, Speaker};
use leptos::prelude::*;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::{
    editor_form::{Editing, EditorForm},
    labels,
    standing::{standing, status_name},
};
use crate::language::{self, t};
use crate::ui::icons::Drawn;

/// How a message stands in the page.
#[derive(Debug, Clone, Default)]
pub enum Place {
    /// With all that can be done with it.
    #[default]
    Log,
    /// The one that the address leads to.
    Marked,
    /// Being edited, without JavaScript.
    Edited(Editing),
    /// As an example, where nothing can be done.
    Sample,
}

/// A message.
#[component]
pub fn Message(
    /// As the queries tell it.
    view: MessageView,
    /// Where it stands.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    match view.speaker {
        Speaker::User => view! { <Question view place/> }.into_any(),
        Speaker::Assistant => view! { <Answer view place/> }.into_any(),
    }
}

/// What the person said: plain text, kept as typed.
#[component]
fn Question(view: MessageView, place: Place) -> impl IntoView {
    let (id, at) = (view.id, view.created_at);
    let (marked, sample) = (mark(&place), matches!(place, Place::Sample));
    let editing = match place {
        Place::Edited(editing) => Some(editing),
        _ => None,
    };
    let is_edited = editing.is_some().then_some("");
    view! {
        <article id=format!("m-{id}") data-role="user" data-status="complete" aria-label=t!(chat.you)
            data-marked=marked tabindex=marked.map(|_| "-1") data-editing=is_edited>
            <div class="text" dir="auto">{view.text}</div>
            {editing.map(|editing| view! { <EditorForm editing/> })}
            {(!sample).then(|| view! {
                <div class="actions">
                    <Versions siblings=view.siblings/>
                    <button class="action" form="edit" name="edit" value=id.to_string() title=t!(chat.edit) aria-label=t!(chat.edit)>
                        <Drawn icon="pencil"/>
                    </button>
                    <CopyText id name=t!(chat.copy_message)/>
                    <Permalink id/>
                    <About at model=None/>
                </div>
            })}
        </article>
    }
}

/// What a model said: HTML that has been sanitised, one `.block` for each top-level block.
///
/// While it is being written, [`follow`](super::follow) finds where to go on in its attributes.
/// What can be done with it is always there; the style shows what fits its status.
#[component]
fn Answer(view: MessageView, place: Place) -> impl IntoView {
    let (id, at) = (view.id, view.created_at);
    let (marked, sample) = (mark(&place), matches!(place, Place::Sample));
    let name = view.model_name.clone();
    let name = name.unwrap_or_else(|| t!(chat.answer).to_owned());
    let complete = view.status == MessageStatus::Complete;
    view! {
        <article id=format!("m-{id}") data-role="assistant" data-status=status_name(view.status)
            data-generation=view.generation.map(|id| id.to_string()) data-position=view.position.to_string()
            aria-label=name data-marked=marked tabindex=marked.map(|_| "-1")>
            <div class="prose" inner_html=labels::in_language(view.html)></div>
            <span class="waiting" aria-hidden="true"></span>
            <p class="status">{standing(view.status, view.failure)}</p>
            {(!sample).then(|| view! {
                <div class="actions">
                    <Versions siblings=view.siblings/>
                    {(!complete).then(|| view! {
                        <button class="action go-on" form="continue" name="original_id" value=id.to_string()>{t!(chat.go_on)}</button>
                    })}
                    <button class="action again" form="retry" name="original_id" value=id.to_string() title=t!(chat.again)>
                        <Drawn icon="again"/><span>{t!(chat.again)}</span>
                    </button>
                    <CopyText id name=t!(chat.copy_answer)/>
                    <Permalink id/>
                    <About at model=view.model_name/>
                </div>
            })}
        </article>
    }
}

fn mark(place: &Place) -> Option<&'static str> {
    matches!(place, Place::Marked).then_some("")
}

/// The way to the others in a message's place.
#[component]
fn Versions(siblings: Option<Siblings>) -> impl IntoView {
    siblings.map(|siblings| {
        let Siblings {
            position,
            count,
            previous,
            next,
        } = siblings;
        view! {
            <div class="versions" role="group" aria-label=t!(chat.versions)>
                <ToVersion id=previous name=t!(chat.previous_version) icon="left"/>
                <span class="sr-only">{t!(chat.version_of, position, count)}</span>
                <span aria-hidden="true">{format!("{position}/{count}")}</span>
                <ToVersion id=next name=t!(chat.next_version) icon="right"/>
            </div>
        }
    })
}

#[component]
fn ToVersion(id: Option<MessageId>, name: &'static str, icon: &'static str) -> impl IntoView {
    view! {
        <button class="action" form="switch" name="message_id" value=id.map(|id| id.to_string()) disabled=id.is_none()
            aria-label=name title=name>
            <Drawn icon/>
        </button>
    }
}

/// Leads to the message itself; with JavaScript the address is copied.
#[component]
fn Permalink(id: MessageId) -> impl IntoView {
    view! {
        <a class="action" data-permalink href=format!("?message={id}#m-{id}") title=t!(chat.copy_link) aria-label=t!(chat.link)>
            <Drawn icon="link"/>
        </a>
    }
}

/// Puts the message's text, which [`copy`](super::copy) asks for, into the clipboard.
#[component]
fn CopyText(id: MessageId, name: &'static str) -> impl IntoView {
    view! {
        <button type="button" class="action needs-script" data-source=id.to_string() title=name aria-label=name>
            <Drawn icon="copy"/>
        </button>
    }
}

/// What is told of a message when somebody asks: when it was sent or begun, and who answers. The
/// browser puts the time into the reader's zone.
#[component]
fn About(at: OffsetDateTime, model: Option<String>) -> impl IntoView {
    let at = at.to_offset(UtcOffset::UTC);
    let exact = at.format(&Rfc3339).unwrap_or_default();
    let shown = t!(chat.at_utc, time = language::moment(at));
    view! {
        <details class="about">
            <summary class="action" title=t!(chat.details) aria-label=t!(chat.details)><Drawn icon="about"/></summary>
            <p>
                {model.map(|model| view! { <span dir="auto">{model}</span>" · " })}
                <time datetime=exact>{shown}</time>
            </p>
        </details>
    }
}
