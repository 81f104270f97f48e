//! A conversation on the landing page: real Markdown through the real renderer, shown by the
//! components of the chat.

use std::sync::LazyLock;

use ::chat::{MessageId, MessageStatus, MessageView, Speaker, markdown};
use kernel::id::Uuid;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::chat::message::{Message, Place};

/// Questions and answers in turns.
const SAID: [(Speaker, &str); 4] = [
    (
        Speaker::User,
        "My sourdough is always dense. What should I change first?",
    ),
    (
        Speaker::Assistant,
        "\
**Give it more time, not more flour.** A dense crumb nearly always means that the dough was baked before it was ready.

| What you see | What to do |
| --- | --- |
| Gummy, few bubbles | Wait until it has grown by 75% |
| Flat, sour, torn crust | Shape it an hour earlier |

Temperature decides the rest. As a rule of thumb, fermentation goes twice as fast with every 8 °C:

$$t = t_{24} \\cdot 2^{(24 - T)/8}$$

So at 20 °C, a dough that takes 5 hours at 24 °C wants about **7 hours**.
",
    ),
    (Speaker::User, "Can I have that as a small script?"),
    (
        Speaker::Assistant,
        "\
```python
def hours(celsius: float, at_24: float = 5) -> float:
    \"\"\"How long the dough wants at this temperature.\"\"\"
    return at_24 * 2 ** ((24 - celsius) / 8)

print(f\"{hours(20):.1f} hours\")  # 7.1 hours
```

Change `at_24` to what your own starter takes in a warm kitchen.
",
    ),
];

static MESSAGES: LazyLock<Vec<MessageView>> = LazyLock::new(|| {
    (1..)
        .zip(SAID)
        .map(|(id, said)| message(id, said))
        .collect()
});

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
        model_name: Some("An answer".to_owned()),
        created_at: OffsetDateTime::UNIX_EPOCH,
    }
}

/// Two questions and their answers, said to be an example.
#[component]
pub fn Sample() -> impl IntoView {
    let messages = MESSAGES
        .iter()
        .map(|view| view! { <Message view=view.clone() place=Place::Sample/> })
        .collect::<Vec<_>>();
    view! {
        <figure class="showcase" aria-labelledby="showcase">
            <div class="log">{messages}</div>
            <figcaption id="showcase">"An example that we wrote, shown the way Parlance shows every answer."</figcaption>
        </figure>
    }
}
