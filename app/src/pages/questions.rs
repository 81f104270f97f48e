//! Why people stay and what it costs, as the conversation that one would have about it. Questions are
//! headings; answers go through the renderer of the chat.

use std::sync::OnceLock;

use ::chat::markdown;
use leptos::prelude::*;

use crate::language::{LANGUAGES, locale, t};

type Pair = (&'static str, String);

/// Questions with their answers in HTML, and what it costs: the prices themselves are on their own page.
fn asked() -> [Pair; 5] {
    [
        (t!(site.asked.closing), t!(site.asked.closing_answer)),
        (t!(site.asked.badly), t!(site.asked.badly_answer)),
        (t!(site.asked.reading), t!(site.asked.reading_answer)),
        (t!(site.asked.phone), t!(site.asked.phone_answer)),
        (t!(site.asked.cost), t!(site.asked.cost_answer)),
    ]
    .map(|(question, answer)| (question, markdown::to_html(answer)))
}

static ASKED: [OnceLock<[Pair; 5]>; LANGUAGES] = [const { OnceLock::new() }; LANGUAGES];

/// The questions.
#[component]
pub fn Questions() -> impl IntoView {
    let [first @ .., (cost, price)] = ASKED[locale() as usize].get_or_init(asked).clone();
    let first = first
        .map(|(question, answer)| view! { <Asked question answer/> })
        .into_any();
    view! {
        <div class="asked">
            {first}
            <Asked id="pricing" question=cost answer=price/>
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
