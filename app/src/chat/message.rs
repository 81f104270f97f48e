//! One message, as the server and the browser both show it.

use ::chat::{Failure, GenerationId, MessageId, MessageStatus, MessageView, Speaker};
use leptos::prelude::*;

/// A message.
#[component]
pub fn Message(
    /// As the server tells it.
    view: MessageView,
) -> impl IntoView {
    match view.speaker {
        Speaker::User => view! { <Question id=view.id text=view.text/> }.into_any(),
        Speaker::Assistant => view! { <Answer view/> }.into_any(),
    }
}

/// What the person said: plain text, kept as typed.
#[component]
pub fn Question(
    /// Which message.
    id: MessageId,
    /// What was said.
    text: String,
    /// Shown before the server has confirmed it.
    #[prop(optional, into)]
    pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <article id=format!("m-{id}") data-role="user" data-status="complete" aria-label="You"
            data-pending=move || pending.get().then_some("")>
            <div class="text" dir="auto">{text}</div>
        </article>
    }
}

/// What a model said: HTML that the server has sanitised, one `.block` for each top-level block.
///
/// While it is being written, [`follow`](super::follow) finds where to go on in its attributes.
#[component]
pub fn Answer(
    /// As the server tells it.
    view: MessageView,
    /// To follow it with.
    #[prop(optional)]
    node: NodeRef<leptos::html::Article>,
) -> impl IntoView {
    let name = view.model_name.unwrap_or_else(|| "Answer".to_owned());
    view! {
        <article node_ref=node id=format!("m-{}", view.id) data-role="assistant" data-status=status_name(view.status)
            data-generation=view.generation.map(|id: GenerationId| id.to_string())
            data-position=view.position.to_string() aria-label=name>
            <div class="prose" dir="auto" inner_html=view.html></div>
            <span class="waiting" aria-hidden="true"></span>
            <p class="status">{standing(view.status, view.failure)}</p>
        </article>
    }
}

/// As in the attribute `data-status`.
pub fn status_name(status: MessageStatus) -> &'static str {
    match status {
        MessageStatus::Complete => "complete",
        MessageStatus::Streaming => "streaming",
        MessageStatus::Stopped => "stopped",
        MessageStatus::Failed => "failed",
        MessageStatus::Interrupted => "interrupted",
    }
}

/// The sentence below an answer that did not simply end.
pub fn standing(status: MessageStatus, failure: Option<Failure>) -> &'static str {
    match status {
        MessageStatus::Complete | MessageStatus::Streaming => "",
        MessageStatus::Stopped => "You stopped this answer.",
        MessageStatus::Interrupted => {
            "This answer was interrupted on our side. What had arrived is kept."
        }
        MessageStatus::Failed => failure.unwrap_or(Failure::Internal).explain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_did_not_simply_end_has_a_sentence() {
        assert_eq!(standing(MessageStatus::Complete, None), "");
        assert_eq!(
            standing(MessageStatus::Failed, Some(Failure::Cut)),
            Failure::Cut.explain()
        );
        assert!(!standing(MessageStatus::Stopped, None).is_empty());
    }
}
