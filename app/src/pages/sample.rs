//! A conversation on the landing page: real Markdown through the real renderer, shown by the
//! components of the chat.

use std::sync::LazyLock;

use ::chat::{MessageId, MessageStatus, MessageView, Speaker, markdown};
use kernel::id::Uuid;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::chat::message::{Message, Place};

const QUESTION: &str = "My sourdough is always dense. What should I change first?";
const ANSWER: &str = "\
**Give it more time, not more flour.** A dense crumb nearly always means the dough was baked before it was ready.

| What you see | What to do |
| --- | --- |
| Gummy, few bubbles | Wait until it has grown by 75% |
| Flat, sour, torn crust | Shape it an hour earlier |

Temperature decides the rest. As a rule of thumb, fermentation doubles its speed with every 8 °C:

$$t = t_{24} \\cdot 2^{(24 - T)/8}$$

So at 20 °C, a dough that takes 5 hours at 24 °C wants about **7 hours**. Try that once before you touch the recipe.
";

static ANSWER_HTML: LazyLock<String> = LazyLock::new(|| markdown::to_html(ANSWER));

/// A question and its answer.
#[component]
pub fn Sample() -> impl IntoView {
    let message = |id: u128, speaker: Speaker| MessageView {
        id: MessageId(Uuid::from_u128(id)),
        speaker,
        status: MessageStatus::Complete,
        html: if speaker == Speaker::Assistant {
            ANSWER_HTML.clone()
        } else {
            String::new()
        },
        text: if speaker == Speaker::User {
            QUESTION.to_owned()
        } else {
            String::new()
        },
        generation: None,
        position: 0,
        failure: None,
        siblings: None,
        model_name: Some("An answer".to_owned()),
        created_at: OffsetDateTime::UNIX_EPOCH,
    };
    view! {
        <section class="showcase" aria-label="A conversation on Parlance">
            <div class="log">
                <Message view=message(1, Speaker::User) place=Place::Sample/>
                <Message view=message(2, Speaker::Assistant) place=Place::Sample/>
            </div>
        </section>
    }
}
