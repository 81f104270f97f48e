//! One message as it stands in the log. Rendered on the server only: the page gets messages as
//! HTML, at first and later on ([`articles`](super::articles)).

use ::chat::{MessageId, MessageView, Siblings, Speaker};
use leptos::prelude::*;

use super::{
    at_hand::at_hand,
    editor_form::{Editing, EditorForm},
    labels,
    standing::{standing, status_name},
};
use crate::language::t;
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
    let (id, at_hand) = (view.id, at_hand(&view));
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
            {(!sample).then(|| view! { <div class="actions"><Versions siblings=view.siblings/>{at_hand}</div> })}
        </article>
    }
}

/// What a model said: HTML that has been sanitised, one `.block` for each top-level block.
///
/// While it is being written, [`follow`](super::follow) finds where to go on in its attributes.
/// What can be done with it is always there; the style shows what fits its status.
#[component]
fn Answer(view: MessageView, place: Place) -> impl IntoView {
    let (id, at_hand) = (view.id, at_hand(&view));
    let (marked, sample) = (mark(&place), matches!(place, Place::Sample));
    let name = view.model_name;
    let name = name.unwrap_or_else(|| t!(chat.answer).to_owned());
    view! {
        <article id=format!("m-{id}") data-role="assistant" data-status=status_name(view.status)
            data-generation=view.generation.map(|id| id.to_string()) data-position=view.position.to_string()
            aria-label=name data-marked=marked tabindex=marked.map(|_| "-1")>
            <div class="prose" inner_html=labels::in_language(view.html)></div>
            <span class="waiting" aria-hidden="true"></span>
            <p class="status">{standing(view.status, view.failure)}</p>
            {(!sample).then(|| view! { <div class="actions"><Versions siblings=view.siblings/>{at_hand}</div> })}
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
