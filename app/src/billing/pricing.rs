//! What things cost, for everybody: prices, what they come to, and what is charged at all.

use ::payments::{Offer, OfferKind, Rates, billing::queries::offers};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::{
    estimate_form::Estimate,
    models::{self, PricedModel},
    money::money,
    offers::{Offers, Way},
};
use crate::{
    language::t,
    pages::{Page, Site},
    server::app_state,
};

/// The page.
#[component]
pub fn PricingPage() -> impl IntoView {
    let asked = use_query_map().get_untracked();
    view! {
        <Title text=t!(pricing.title)/>
        <Meta name="description" content=t!(pricing.lead)/>
        <Site>
            <main class="money" id="content">
                <h1>{t!(pricing.title)}</h1>
                <p class="lead">{t!(pricing.lead)}</p>
                <Page view=async move {
                    let state = app_state()?;
                    let models = models::offered(&state.db).await?;
                    let for_sale = match state.selling {
                        Some(_) => offers(&state.db).await?,
                        None => Vec::new(),
                    };
                    let free = models.iter().all(|model| model.rates.is_none());
                    let free_credit = state.welcome.is_positive() && !free;
                    Ok(view! {
                        {free_credit.then(|| view! { <p class="notice">{t!(pricing.welcome, amount = money(state.welcome))}</p> })}
                        <ForSale heading=t!(pricing.plans) id="plans" offers=for_sale.clone() kind=OfferKind::Plan/>
                        <ForSale heading=t!(pricing.packs) id="packs" offers=for_sale kind=OfferKind::Pack/>
                        <Models models=models.clone()/>
                        {(!free).then(|| view! { <Estimate models asked/> })}
                        <Rules/>
                    }.into_any())
                }/>
            </main>
        </Site>
    }
}

/// Plans or packs; nothing where there are none.
#[component]
fn ForSale(
    heading: &'static str,
    id: &'static str,
    offers: Vec<Offer>,
    kind: OfferKind,
) -> impl IntoView {
    let offers: Vec<_> = offers
        .into_iter()
        .filter(|offer| offer.kind == kind)
        .map(|offer| (offer, Way::Look))
        .collect();
    (!offers.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id>
                <h2 id=id>{heading}</h2>
                <Offers offers/>
                <p class="pager"><a class="link" href="/billing#buy">{t!(pricing.to_billing)}</a></p>
            </section>
        }
    })
}

#[component]
fn Models(models: Vec<PricedModel>) -> impl IntoView {
    let rows = models
        .into_iter()
        .map(|PricedModel { name, rates, .. }| match rates {
            Some(Rates {
                input,
                cached_input,
                output,
            }) => view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td>{money(input)}</td>
                    <td>{money(cached_input)}</td>
                    <td>{money(output)}</td>
                </tr>
            }
            .into_any(),
            None => view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td colspan="3">{t!(pricing.free)}</td>
                </tr>
            }
            .into_any(),
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return view! {
            <section aria-labelledby="models">
                <h2 id="models">{t!(pricing.models)}</h2>
                <p class="about">{t!(pricing.no_models)}</p>
            </section>
        }
        .into_any();
    }
    view! {
        <section aria-labelledby="models">
            <h2 id="models">{t!(pricing.models)}</h2>
            <p class="about">{t!(pricing.models_about)}</p>
            <div class="scrolls" role="region" aria-labelledby="models" tabindex="0">
                <table class="figures">
                    <thead><tr>
                        <th scope="col">{t!(billing.model)}</th>
                        <th scope="col">{t!(billing.input)}</th>
                        <th scope="col">{t!(billing.cached_input)}</th>
                        <th scope="col">{t!(billing.output)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// What is charged. It is what the ledger does: see the crate `payments`.
#[component]
fn Rules() -> impl IntoView {
    let rules = [
        (t!(pricing.rules.answered), t!(pricing.rules.answered_about)),
        (t!(pricing.rules.stopped), t!(pricing.rules.stopped_about)),
        (t!(pricing.rules.empty), t!(pricing.rules.empty_about)),
        (t!(pricing.rules.ours), t!(pricing.rules.ours_about)),
        (t!(pricing.rules.aside), t!(pricing.rules.aside_about)),
        (t!(pricing.rules.held), t!(pricing.rules.held_about)),
    ]
    .map(|(what, how)| view! { <div><dt>{what}</dt><dd>{how}</dd></div> })
    .into_any();
    view! {
        <section aria-labelledby="rules">
            <h2 id="rules">{t!(pricing.rules.title)}</h2>
            <dl class="rules">{rules}</dl>
        </section>
    }
}
