//! Time that can be moved on, as Stripe's test clocks do
//! (<https://docs.stripe.com/billing/testing/test-clocks>): what falls due on the way happens at its time.

use serde_json::Value;

use crate::{
    error::ApiError,
    objects::period_end,
    state::{State, number, text},
    subscriptions,
};

/// What falls due.
enum Due {
    Renewal(String),
    Retry {
        invoice: String,
        subscription: String,
    },
}

/// Moves the time on to then, in Unix seconds of the sandbox's time.
pub fn advance(state: &mut State, to: i64) -> Result<(), ApiError> {
    while let Some((at, due)) = next(state).filter(|(at, _)| *at <= to) {
        state.ahead += (at - state.now()).max(0);
        match due {
            Due::Renewal(subscription) => subscriptions::renew(state, &subscription)?,
            Due::Retry {
                invoice,
                subscription,
            } => subscriptions::collect_for(state, &subscription, &invoice)?,
        }
    }
    state.ahead += (to - state.now()).max(0);
    Ok(())
}

/// Does what has fallen due by now, for the real clock goes on too.
pub fn catch_up(state: &mut State) -> Result<(), ApiError> {
    let now = state.now();
    advance(state, now)
}

/// When the period of a subscription that goes on ends.
pub fn next_renewal(state: &State, customer: &str) -> Option<i64> {
    let mine = |s: &&Value| s["customer"] == customer && s["status"] != "canceled";
    state.all("subscription").filter(mine).map(period_end).min()
}

fn next(state: &State) -> Option<(i64, Due)> {
    let renewals = state
        .all("subscription")
        .filter(|s| s["status"] != "canceled")
        .map(|s| (period_end(s), Due::Renewal(text(s, "id").to_owned())));
    let retries = state.all("invoice").filter_map(|invoice| {
        let at = number(invoice, "next_payment_attempt");
        let subscription = text(&invoice["parent"]["subscription_details"], "subscription");
        let goes_on = state
            .get("subscription", subscription)
            .is_ok_and(|s| s["status"] != "canceled");
        (invoice["status"] == "open" && at > 0 && goes_on).then(|| {
            let due = Due::Retry {
                invoice: text(invoice, "id").to_owned(),
                subscription: subscription.to_owned(),
            };
            (at, due)
        })
    });
    renewals.chain(retries).min_by_key(|(at, _)| *at)
}

/// Whether something has fallen due.
pub fn is_behind(state: &State) -> bool {
    next(state).is_some_and(|(at, _)| at <= state.now())
}
