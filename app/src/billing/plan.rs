//! The plan that a person has, and what can be bought.

use ::payments::{Offer, OfferKind, SubscriptionState, SubscriptionView};
use kernel::Clock;
use leptos::prelude::*;

use super::offers::{Offers, Refused, Way};
use crate::{
    flash::flash_for,
    language::{day, t},
    ui::ErrorNotice,
};

const CANCEL: &str = "/api/fn/payments/cancel_plan";
const PORTAL: &str = "/api/fn/payments/portal";

/// The plan with its next renewal, plans to change to, packs, and the way to invoices.
#[component]
pub fn Buying(
    /// On sale.
    offers: Vec<Offer>,
    /// The plan that goes on, or the last one.
    plan: Option<SubscriptionView>,
    /// Chooses the ids of checkouts.
    clock: Clock,
) -> impl IntoView {
    let goes_on = plan
        .as_ref()
        .is_some_and(|plan| plan.state != SubscriptionState::Ended);
    let has = plan
        .as_ref()
        .filter(|_| goes_on)
        .and_then(|plan| plan.plan.as_ref());
    let has = has.map(|offer| offer.code.clone());
    let (plans, packs): (Vec<_>, Vec<_>) = offers
        .into_iter()
        .map(|offer| {
            let way = match offer.kind {
                OfferKind::Plan if has.as_deref() == Some(&*offer.code) => Way::Has,
                OfferKind::Plan if goes_on => Way::Change,
                _ => Way::Buy(clock.uuid().to_string()),
            };
            (offer, way)
        })
        .partition(|(offer, _)| offer.kind == OfferKind::Plan);
    let plans = (!plans.is_empty()).then(|| view! { <Offers offers=plans/> });
    let packs = (!packs.is_empty()).then(|| {
        view! {
            <section aria-labelledby="packs">
                <h2 id="packs">{t!(pricing.packs)}</h2>
                <p class="about">{t!(billing.packs_about)}</p>
                <Offers offers=packs/>
            </section>
        }
    });
    let refused = [CANCEL, PORTAL].into_iter().find_map(flash_for);
    let refused = refused.map(|flash| view! { <ErrorNotice error=flash.error id="plan-error"/> });
    view! {
        <div id="buy"><Refused/>{refused}</div>
        <section aria-labelledby="plan">
            <h2 id="plan">{t!(billing.plan)}</h2>
            <Standing plan/>
            {plans}
            <form class="form" action=PORTAL method="post">
                <p class="about">{t!(billing.portal_about)}</p>
                <button class="btn btn-outline-quiet">{t!(billing.portal)}</button>
            </form>
        </section>
        {packs}
    }
}

/// How the plan stands, in a sentence, and what can be done about it.
#[component]
fn Standing(plan: Option<SubscriptionView>) -> impl IntoView {
    let Some(plan) = plan else {
        return view! { <p class="about">{t!(billing.no_plan)}</p> }.into_any();
    };
    let name = plan
        .plan
        .map_or_else(|| t!(billing.old_plan).to_owned(), |offer| offer.name);
    let (end, name) = (day(plan.period_end.date()), name.as_str());
    match plan.state {
        SubscriptionState::Ended => {
            view! { <p class="about">{t!(billing.plan_ended, name, day = end)}</p> }.into_any()
        }
        SubscriptionState::Incomplete => {
            view! { <p class="about">{t!(billing.plan_incomplete, name)}</p> }.into_any()
        }
        SubscriptionState::PastDue => {
            let until = plan.grace_until.map_or(end, |until| day(until.date()));
            view! {
                <p class="notice error" role="alert">{t!(billing.plan_past_due, name, day = until)}</p>
                <Cancel cancels=plan.cancels/>
            }
            .into_any()
        }
        SubscriptionState::Active => {
            let sentence = match plan.cancels {
                true => t!(billing.plan_cancels, name, day = end),
                false => t!(billing.plan_renews, name, day = end),
            };
            view! {
                <p class="about">{sentence}</p>
                <Cancel cancels=plan.cancels/>
            }
            .into_any()
        }
    }
}

/// Ends a plan with its period; or, when that is so, has it go on.
#[component]
fn Cancel(cancels: bool) -> impl IntoView {
    let label = match cancels {
        true => t!(billing.go_on),
        false => t!(billing.cancel_plan),
    };
    view! {
        <form class="form" action=CANCEL method="post">
            <button class="btn btn-outline-quiet" name="cancel" value=(!cancels).to_string()>{label}</button>
        </form>
    }
}
