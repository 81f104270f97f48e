//! What one answer used and cost: a page of its own, for whoever has no scripts or wants to keep it.

use ::chat::{
    MessageId,
    queries::{AnswerCost, answer_cost},
};
use ::payments::{TokenUsage, UsageLine};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{money::money, overview::Ways, usage::whole};
use crate::{
    language::{moment, t},
    pages::{Page, Site},
    server::{app_state, parse_id},
    session,
};

/// The page.
#[component]
pub fn AnswerCostPage() -> impl IntoView {
    let id = use_params_map()
        .get_untracked()
        .get("message")
        .unwrap_or_default();
    view! {
        <Page view=async move {
            let (db, actor) = (app_state()?.db, session::actor().await?);
            let id: MessageId = parse_id(&id)?;
            let cost = answer_cost(&db, actor, id).await?;
            Ok(view! { <OneAnswer cost id/> }.into_any())
        }/>
    }
}

#[component]
fn OneAnswer(cost: AnswerCost, id: MessageId) -> impl IntoView {
    let AnswerCost {
        conversation_id,
        model_name,
        usage,
    } = cost;
    let back = format!("/chat/{conversation_id}?message={id}#m-{id}");
    let figures = match usage {
        Some(usage) => view! { <Figures model_name usage/> }.into_any(),
        None => view! { <p class="about">{t!(billing.cost_unknown)}</p> }.into_any(),
    };
    view! {
        <Title text=t!(billing.answer_cost)/>
        <Site>
            <main class="money" id="content">
                <h1>{t!(billing.answer_cost)}</h1>
                <Ways here="/usage"/>
                <section>
                    {figures}
                    <p class="pager"><a class="link" href=back>{t!(billing.to_answer)}</a></p>
                </section>
            </main>
        </Site>
    }
}

#[component]
fn Figures(model_name: String, usage: UsageLine) -> impl IntoView {
    let TokenUsage {
        input,
        cached_input,
        output,
    } = usage.tokens;
    let rows = [
        (t!(billing.model), model_name),
        (t!(billing.ended), moment(usage.at)),
        (t!(billing.input), whole(input)),
        (t!(billing.cached_input), whole(cached_input)),
        (t!(billing.output), whole(output)),
        (t!(billing.cost), charge(&usage)),
    ]
    .map(|(what, is)| view! { <div><dt>{what}</dt><dd dir="auto">{is}</dd></div> })
    .into_any();
    view! { <dl class="rules">{rows}</dl> }
}

/// The same in a line.
pub fn summary(usage: &UsageLine) -> String {
    let TokenUsage {
        input,
        cached_input,
        output,
    } = usage.tokens;
    let (read, wrote, amount) = (whole(input), whole(output), charge(usage));
    match cached_input {
        0 => t!(billing.cost_line, read, wrote, amount),
        cached => t!(
            billing.cost_line_cached,
            read,
            cached = whole(cached),
            wrote,
            amount
        ),
    }
}

/// What was charged; nothing is for a model without prices.
fn charge(usage: &UsageLine) -> String {
    match usage.prices {
        Some(_) => money(usage.charged),
        None => t!(billing.cost_free).to_owned(),
    }
}
