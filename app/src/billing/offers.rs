//! What is for sale.

use ::payments::{Offer, OfferKind};
use leptos::prelude::*;

use super::money::money;
use crate::{flash::flash_for, language::t, ui::ErrorNotice};

const BUY: &str = "/api/fn/payments/buy";
const CHANGE: &str = "/api/fn/payments/change_plan";

/// What can be done with an offer where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Only look at it.
    Look,
    /// Buy it, by a checkout of this id.
    Buy(String),
    /// Take it instead of the plan that one has.
    Change,
    /// It is the plan that one has.
    Has,
}

/// Offers side by side.
#[component]
pub fn Offers(
    /// Each with what can be done.
    offers: Vec<(Offer, Way)>,
) -> impl IntoView {
    let items = offers
        .into_iter()
        .map(|(offer, way)| view! { <OfferItem offer way/> })
        .collect::<Vec<_>>();
    view! { <ul class="offers">{items}</ul> }
}

/// Why buying or changing was refused, above what is for sale.
#[component]
pub fn Refused() -> impl IntoView {
    let flash = [BUY, CHANGE].into_iter().find_map(flash_for);
    flash.map(|flash| view! { <ErrorNotice error=flash.error id="buy-error"/> })
}

#[component]
fn OfferItem(offer: Offer, way: Way) -> impl IntoView {
    let Offer {
        code,
        kind,
        name,
        price,
        credit,
        days,
    } = offer;
    let (price, credit) = (money(price), money(credit));
    // A pack is what is in it, in every language; a plan has a name of its own.
    let (name, price, about) = match (kind, days) {
        (OfferKind::Plan, _) => (
            name,
            t!(pricing.per_month, amount = price),
            t!(pricing.plan_credit, amount = credit),
        ),
        (OfferKind::Pack, Some(days)) => (
            t!(pricing.pack, amount = credit),
            price,
            t!(pricing.pack_for, days),
        ),
        (OfferKind::Pack, None) => (
            t!(pricing.pack, amount = credit),
            price,
            t!(pricing.pack_for_ever).to_owned(),
        ),
    };
    let button = match way {
        Way::Look => ().into_any(),
        Way::Has => view! { <p class="about">{t!(billing.your_plan)}</p> }.into_any(),
        Way::Buy(checkout) => {
            let label = match kind {
                OfferKind::Pack => t!(billing.buy, name = name.as_str()),
                OfferKind::Plan => t!(billing.subscribe, name = name.as_str()),
            };
            view! {
                <form action=BUY method="post">
                    <input type="hidden" name="checkout_id" value=checkout/>
                    <button class="btn btn-primary" name="offer" value=code>{label}</button>
                </form>
            }
            .into_any()
        }
        Way::Change => view! {
            <form action=CHANGE method="post">
                <button class="btn btn-outline-quiet" name="offer" value=code>
                    {t!(billing.change_to, name = name.as_str())}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li>
            <h3>{name}</h3>
            <p class="price">{price}</p>
            <p class="about">{about}</p>
            {button}
        </li>
    }
}
