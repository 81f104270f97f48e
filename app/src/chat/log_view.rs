//! The log as the server renders it: the messages of a window, the ways to more of them, and the
//! forms that the buttons in the messages belong to (HTML standard, section 4.10.18.3: the
//! attribute `form`). One form each, however many messages.

use ::chat::{ConversationView, MessageId, MessageStatus, MessageView};
use leptos::{prelude::*, tachys::html::InertElement};

use super::{
    editor_form::{Editing, EditorTemplate},
    log::Way,
    message::{Place, article},
};
use crate::language::t;
use crate::ui::icons::Sprite;

/// What a window of a conversation is shown with.
#[derive(Debug, Clone)]
pub struct Window {
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// The first of them, when there are earlier ones.
    pub earlier: Option<MessageId>,
    /// The last of them, when there are later ones.
    pub later: Option<MessageId>,
    /// The one that the address leads to.
    pub marked: Option<MessageId>,
    /// The one that is edited without JavaScript.
    pub editing: Option<Editing>,
    /// The id of the answer that is asked for next.
    pub answer_id: MessageId,
}

impl Window {
    /// A window of `view`, or of nothing.
    pub fn of(view: Option<ConversationView>, answer_id: MessageId) -> Self {
        let earlier = view.as_ref().and_then(|view| view.messages.next);
        let later = view.as_ref().and_then(|view| view.later);
        Self {
            messages: view.map(|view| view.messages.items).unwrap_or_default(),
            earlier,
            later,
            marked: None,
            editing: None,
            answer_id,
        }
    }

    /// The run of the answer that is being written.
    pub fn running(&self) -> Option<String> {
        let is_running = |m: &&MessageView| m.status == MessageStatus::Streaming;
        let generation = self.messages.iter().rfind(is_running)?.generation?;
        Some(generation.to_string())
    }

    /// The message that the next one follows; `None` when the end is not shown.
    pub fn end(&self) -> Option<MessageId> {
        let last = self.messages.last().map(|last| last.id);
        last.filter(|_| self.later.is_none())
    }
}

/// The log.
#[component]
pub fn LogView(
    /// What is shown.
    window: Window,
) -> impl IntoView {
    let busy = window.running().is_some().to_string();
    let empty = window.messages.is_empty();
    let answer_id = window.answer_id.to_string();
    let above = above(&window);
    let Window {
        marked,
        mut editing,
        messages,
        earlier,
        later,
        ..
    } = window;
    let mut articles = String::new();
    for (at, view) in messages.into_iter().enumerate() {
        let place = match &editing {
            Some(edited) if edited.edited_id == view.id => editing.take().map(Place::Edited),
            _ if marked == Some(view.id) => Some(Place::Marked),
            _ => (at < above).then_some(Place::Above),
        };
        article(&mut articles, view, place.unwrap_or_default());
    }
    view! {
        // A log is live by itself (WAI-ARIA 1.2); this one is read out by `announce`.
        <div class="log" role="log" aria-label=t!(chat.messages) aria-live="off" aria-busy=busy data-empty=empty.then_some("")>
            // The headings of answers begin with the third level.
            <h2 class="sr-only">{t!(chat.messages)}</h2>
            <More way=Way::Earlier id=earlier/>
            {InertElement::new(articles)}
            <More way=Way::Later id=later/>
        </div>
        <form id="switch" action="/api/fn/chat/switch" method="post" hidden></form>
        <form id="edit" method="get" hidden></form>
        <form id="retry" action="/api/fn/chat/regenerate" method="post" hidden>
            <input type="hidden" name="answer_id" value=answer_id.clone()/>
        </form>
        <form id="continue" action="/api/fn/chat/continue" method="post" hidden>
            <input type="hidden" name="answer_id" value=answer_id/>
        </form>
        <EditorTemplate/>
        <Sprite/>
    }
}

/// How many messages, from the first on, are far above what is seen at first: where a page opens at
/// its end, all but the last that fill a large screen. Laying out fifty would keep a phone from
/// painting for a tenth of a second.
fn above(window: &Window) -> usize {
    /// Pixels of a large screen, and a bit.
    const SCREEN: usize = 2_000;
    if window.marked.is_some() || window.editing.is_some() || window.later.is_some() {
        return 0;
    }
    let mut seen = 0;
    let is_above = |view: &MessageView| {
        let far = seen > SCREEN;
        // At least: HTML has more characters than are seen, and lines are seldom full.
        seen += 80 + 24 * ((view.text.len() + view.html.len()) / 160);
        far
    };
    let messages = &window.messages;
    let last = messages.iter().rev().position(is_above);
    last.map_or(0, |shown| messages.len() - shown)
}

#[component]
fn More(way: Way, id: Option<MessageId>) -> impl IntoView {
    let (class, words) = match way {
        Way::Earlier => ("earlier btn btn-sm btn-ghost", t!(chat.earlier)),
        Way::Later => ("later btn btn-sm btn-ghost", t!(chat.later)),
    };
    // A link leads somewhere, even one that waits to be shown.
    let href = id.map_or_else(|| "?".to_owned(), |id| way.href(&id.to_string()));
    view! { <a class=class href=href hidden=id.is_none()>{words}</a> }
}

#[cfg(test)]
mod tests {
    use ::chat::Speaker;
    use time::macros::datetime;

    use super::*;

    fn window(lengths: &[usize]) -> Window {
        let message = |length: &usize| MessageView {
            id: MessageId::from(uuid::Uuid::nil()),
            speaker: Speaker::User,
            status: MessageStatus::Complete,
            html: String::new(),
            text: "x".repeat(*length),
            generation: None,
            position: 0,
            failure: None,
            siblings: None,
            model_name: None,
            created_at: datetime!(2026-11-21 13:05 UTC),
        };
        Window {
            messages: lengths.iter().map(message).collect(),
            ..Window::of(None, MessageId::from(uuid::Uuid::nil()))
        }
    }

    #[test]
    fn what_fills_the_screen_is_laid_out_at_once() {
        assert_eq!(above(&window(&[])), 0);
        assert_eq!(above(&window(&[10; 20])), 0);
        assert_eq!(above(&window(&[10; 50])), 24);
        // One that is longer than the screen is enough.
        assert_eq!(above(&window(&[10, 10, 100_000])), 2);
        let marked = Window {
            marked: Some(MessageId::from(uuid::Uuid::nil())),
            ..window(&[10; 50])
        };
        assert_eq!(above(&marked), 0);
    }
}
