//! Why people stay and what it costs, as the conversation that one would have about it. Questions are
//! headings; answers go through the renderer of the chat.

use std::sync::LazyLock;

use ::chat::markdown;
use leptos::prelude::*;

/// Question and answer, in Markdown. Every sentence is true of this build; one that no longer is has
/// to go.
const ASKED: [(&str, &str); 4] = [
    (
        "What if I close the tab?",
        "**The answer goes on.** It is written on the server, not in your browser. Reload, lose the train's \
         Wi-Fi, switch to your phone: you join it where it is, and it is kept word for word.",
    ),
    (
        "And if I asked it badly?",
        "Edit the question, or try the answer again with another model. **Nothing is overwritten:** each \
         version stays beside the others, with everything that followed it, and you move between them.",
    ),
    (
        "Who reads along?",
        "No other user, and no advertiser.\n\n\
         - Your conversations are kept by whoever runs this site, in one database. On the site, only your account opens them.\n\
         - To be answered, they go to the provider of the model you choose. Nowhere else.\n\
         - There are no trackers, and nothing on these pages is loaded from another site.\n\
         - What you delete can be brought back for a moment, in case it was a slip.",
    ),
    (
        "Will it run on my old phone?",
        "Yes. Pages arrive finished and small, so there is no app to wait for. This one has no script at all, \
         and the chat works without any: reading, writing, settings.",
    ),
];

/// What it costs. There are no plans yet, and no price is made up: this is where they will stand.
const COST: &str = "At the moment, nothing. This site has no plans yet, so nobody is charged and no card is asked for. \
When there are plans, they will be listed **right here**, with their prices and what each includes, before anyone pays.";

static ANSWERS: LazyLock<[String; 4]> =
    LazyLock::new(|| ASKED.map(|(_, answer)| markdown::to_html(answer)));
static COST_HTML: LazyLock<String> = LazyLock::new(|| markdown::to_html(COST));

/// The questions.
#[component]
pub fn Questions() -> impl IntoView {
    let asked = ASKED
        .iter()
        .zip(ANSWERS.iter())
        .map(|((question, _), answer)| view! { <Asked question answer=answer.clone()/> })
        .collect::<Vec<_>>();
    view! {
        <div class="asked">
            {asked}
            <Asked id="pricing" question="What does it cost?" answer=COST_HTML.clone()/>
        </div>
    }
}

#[component]
fn Asked(
    /// For links that lead here.
    #[prop(optional)]
    id: Option<&'static str>,
    /// As a person would ask.
    question: &'static str,
    /// HTML.
    answer: String,
) -> impl IntoView {
    view! {
        <section id=id>
            <h2>{question}</h2>
            <div class="prose" inner_html=answer></div>
        </section>
    }
}
