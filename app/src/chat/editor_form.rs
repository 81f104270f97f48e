//! The form in the place of a message that is being edited. Rendered on the server only: without
//! JavaScript in the message's place, and once empty, for [`editor`](super::editor) to copy.

use ::chat::MessageId;
use leptos::prelude::*;

use crate::language::t;
use crate::ui::escape;

/// A message being edited.
#[derive(Debug, Clone)]
pub struct Editing {
    /// Which.
    pub edited_id: MessageId,
    /// The id of the message that takes its place.
    pub message_id: MessageId,
    /// What was typed.
    pub text: String,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// The form.
#[component]
pub fn EditorForm(
    /// What is edited.
    editing: Editing,
) -> impl IntoView {
    let id = editing.edited_id;
    let refused = editing.refusal.is_some();
    view! {
        <form class="editor" action="/api/fn/chat/edit" method="post">
            <input type="hidden" name="message_id" value=editing.message_id.to_string()/>
            <input type="hidden" name="edited_id" value=id.to_string()/>
            <textarea name="body" rows="2" dir="auto" aria-label=t!(chat.edit_message) aria-describedby="editor-error" autocomplete="off"
                autofocus aria-invalid=refused.then_some("true")>
                {escape(&editing.text)}
            </textarea>
            <p class="field-error" id="editor-error" role="alert">{editing.refusal}</p>
            <div class="buttons">
                <span class="char-count" hidden></span>
                <button class="btn btn-ghost" form="edit" name="message" value=id.to_string() data-cancel>{t!(common.cancel)}</button>
                <button class="btn btn-primary">{t!(chat.save_and_send)}</button>
            </div>
        </form>
    }
}

/// The form without a message, not shown.
#[component]
pub fn EditorTemplate() -> impl IntoView {
    let nothing = MessageId(kernel::id::Uuid::nil());
    let editing = Editing {
        edited_id: nothing,
        message_id: nothing,
        text: String::new(),
        refusal: None,
    };
    view! { <template id="editor"><EditorForm editing/></template> }
}
