//! After a checkout: nothing is there because the browser came back, only because the payment provider said so. The
//! page waits for that.

use ::payments::CheckoutStatus;
use leptos::prelude::*;

use crate::{language::t, pages::InlineScript};

/// Shows the page anew when it is decided.
const FOLLOW: &str = include_str!("wait.js");

/// How far it is.
#[component]
pub fn Waiting(
    /// Of the checkout that the browser came back from.
    status: CheckoutStatus,
) -> impl IntoView {
    match status {
        CheckoutStatus::Paid => {
            view! { <p class="notice done" role="status">{t!(billing.paid)}</p> }.into_any()
        }
        CheckoutStatus::Expired => {
            view! { <p class="notice" role="status">{t!(billing.expired)}</p> }.into_any()
        }
        CheckoutStatus::Open | CheckoutStatus::Processing => {
            let sentence = match status {
                CheckoutStatus::Processing => t!(billing.processing),
                _ => t!(billing.waiting),
            };
            view! {
                <p class="notice" role="status">{sentence}</p>
                // Without scripts the browser loads the page anew, every three seconds.
                <noscript inner_html="<meta http-equiv=\"refresh\" content=\"3\">"/>
                <InlineScript code=FOLLOW/>
            }
            .into_any()
        }
    }
}
