//! What a person has.

use ::payments::{BalanceView, LotKind, LotView, MicroUsd};
use leptos::prelude::*;

use super::money::money;
use crate::language::{day, t};

/// Below this, people are told that little is left: one dollar.
const LITTLE: MicroUsd = ::payments::LOW;

/// The balance with what is held, where it comes from and when it goes.
#[component]
pub fn Credit(
    /// What there is.
    balance: BalanceView,
) -> impl IntoView {
    let BalanceView {
        available,
        held,
        lots,
        flagged,
    } = balance;
    let little = !flagged && available < LITTLE && (available.is_positive() || !lots.is_empty());
    view! {
        <section aria-labelledby="credit">
            <h2 class="sr-only" id="credit">{t!(billing.credit)}</h2>
            <dl class="balance">
                <div>
                    <dt>{t!(billing.available)}</dt>
                    <dd class="sum">{money(available)}</dd>
                </div>
                {held.is_positive().then(|| view! {
                    <div>
                        <dt>{t!(billing.held)}</dt>
                        <dd>{money(held)}</dd>
                    </div>
                })}
            </dl>
            {held.is_positive().then(|| view! { <p class="about">{t!(billing.held_about)}</p> })}
            {flagged.then(|| view! { <p class="notice error" role="alert">{t!(billing.flagged)}</p> })}
            {little.then(|| view! {
                <p class="notice" role="status">{t!(billing.little, amount = money(LITTLE))}</p>
            })}
            <Lots lots/>
        </section>
    }
}

#[component]
fn Lots(lots: Vec<LotView>) -> impl IntoView {
    if lots.is_empty() {
        return view! { <p class="about">{t!(billing.no_credit)}</p> }.into_any();
    }
    let lots = lots.into_iter().map(lot).collect::<Vec<_>>();
    view! {
        <p class="about">{t!(billing.lots)}</p>
        <ol class="lots">{lots}</ol>
    }
    .into_any()
}

fn lot(lot: LotView) -> impl IntoView {
    let kind = match lot.kind {
        LotKind::Allowance => t!(billing.lot.allowance),
        LotKind::Granted => t!(billing.lot.granted),
        LotKind::Bought => t!(billing.lot.bought),
    };
    let until = match lot.expires_at {
        Some(at) => t!(billing.until, day = day(at.date())),
        None => t!(billing.for_ever).to_owned(),
    };
    view! {
        <li>
            <span>{money(lot.left)}</span>
            <span>{kind}</span>
            <span class="about">{until}</span>
        </li>
    }
}
