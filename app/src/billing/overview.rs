//! What a person has, what it went on, and what they allow to be spent.

use ::payments::{
    BalanceView, Caps, CheckoutStatus, LedgerLine, LineCursor, Offer, SubscriptionView,
    billing::queries::{checkout_status, my_subscription, offers},
    queries::{my_balance, my_caps, my_ledger},
};
use kernel::Clock;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{caps_form::CapsForm, credit::Credit, ledger::Ledger, plan::Buying, wait::Waiting};
use crate::{
    error::AppError,
    language::t,
    pages::{Page, Site},
    server::{app_state, parse_id},
    session,
};

/// What the page shows.
struct Shown {
    balance: BalanceView,
    caps: Caps,
    lines: kernel::Page<LedgerLine, LineCursor>,
    /// Whether the page begins in the middle of the lines.
    later: bool,
    /// What can be bought, and the plan that there is; `None` where nothing is sold.
    buying: Option<(Vec<Offer>, Option<SubscriptionView>)>,
    /// How far the checkout is that the browser came back from.
    checkout: Option<CheckoutStatus>,
    clock: Clock,
    /// What was just saved.
    saved: Option<String>,
}

/// The page.
#[component]
pub fn BillingPage() -> impl IntoView {
    let asked = use_query_map().get_untracked();
    view! {
        <Page view=async move {
            let shown = load(&asked).await?;
            Ok(view! { <Billing shown/> }.into_any())
        }/>
    }
}

async fn load(asked: &ParamsMap) -> Result<Shown, AppError> {
    let (state, actor) = (app_state()?, session::actor().await?);
    let db = state.db;
    let before = asked.get("before");
    let before = before.as_deref().map(parse_id).transpose()?.map(LineCursor);
    let checkout = match asked.get("session") {
        Some(session) => Some(checkout_status(&db, actor, &session).await?),
        None => None,
    };
    let buying = match state.selling {
        Some(_) => Some((offers(&db).await?, my_subscription(&db, actor).await?)),
        None => None,
    };
    Ok(Shown {
        balance: my_balance(&db, actor).await?,
        caps: my_caps(&db, actor).await?,
        lines: my_ledger(&db, actor, before).await?,
        later: before.is_some(),
        buying,
        checkout,
        clock: db.clock().clone(),
        saved: asked.get("saved"),
    })
}

#[component]
fn Billing(shown: Shown) -> impl IntoView {
    let Shown {
        balance,
        caps,
        lines,
        later,
        buying,
        checkout,
        clock,
        saved,
    } = shown;
    let done = |what, sentence: &'static str| {
        let is_it = saved.as_deref() == Some(what);
        is_it.then(|| view! { <p class="notice done" role="status">{sentence}</p> })
    };
    let saved_caps = done("caps", t!(billing.saved_caps));
    let saved_plan = done("plan", t!(billing.saved_plan));
    let buying = buying.map(|(offers, plan)| view! { <Buying offers plan clock/> });
    view! {
        <Title text=t!(billing.title)/>
        <Site>
            <main class="money" id="content">
                <h1>{t!(billing.title)}</h1>
                <Ways here="/billing"/>
                {checkout.map(|status| view! { <Waiting status/> })}
                {saved_plan}
                <Credit balance/>
                {buying}
                <section aria-labelledby="limits">
                    <h2 id="limits">{t!(billing.caps)}</h2>
                    <p class="about">{t!(billing.caps_about)}</p>
                    {saved_caps}
                    <CapsForm caps/>
                </section>
                <section aria-labelledby="ledger">
                    <h2 id="ledger">{t!(billing.lines)}</h2>
                    <p class="about">{t!(billing.lines_about)}</p>
                    <Ledger lines later/>
                </section>
            </main>
        </Site>
    }
}

/// The pages about money, and the one that is shown.
#[component]
pub fn Ways(
    /// The path of this one.
    here: &'static str,
) -> impl IntoView {
    let links = [
        ("/billing", t!(billing.title)),
        ("/usage", t!(billing.usage)),
        ("/pricing", t!(pricing.title)),
        ("/settings", t!(common.settings)),
    ]
    .map(|(href, name)| {
        let current = (href == here).then_some("page");
        view! { <a href=href aria-current=current>{name}</a> }
    });
    view! { <nav class="ways" aria-label=t!(billing.ways)>{links.into_any()}</nav> }
}
