//! Our requests against stripe-mock, which refuses what Stripe's OpenAPI description does not know
//! (<https://github.com/stripe/stripe-mock>). Runs where `STRIPE_MOCK` names its address, as
//! `scripts/stripe-mock.sh` does; without it there is nothing to ask, and the test says so.

use kernel::{UserId, id::Uuid};
use payments::{
    IdempotencyKey, MicroUsd, Offer, OfferKind, PaymentReference,
    billing::{NewCheckout, NewPrice, PaymentProvider, ProviderError, Since},
};
use stripe_client::{Options, Stripe};
use time::OffsetDateTime;

fn id(s: &str) -> PaymentReference {
    PaymentReference::parse(s).expect("an id")
}

/// That the request was valid: the mock's made-up answer may be of another kind than ours would be.
fn valid<T>(what: &str, answer: Result<T, ProviderError>) {
    match answer {
        Ok(_) => println!("{what}: valid"),
        Err(ProviderError::Unavailable(why)) if why.ends_with("that cannot be read") => {
            println!("{what}: valid, {why}");
        }
        Err(e) => panic!("{what}: {e}"),
    }
}

#[tokio::test]
async fn stripes_own_description_knows_every_request_of_ours() {
    let Ok(api_base) = std::env::var("STRIPE_MOCK") else {
        println!("STRIPE_MOCK is not set: nothing was asked");
        return;
    };
    let options = Options {
        secret_key: "sk_test_123".into(),
        webhook_secret: "whsec_none".into(),
        api_base: Some(api_base),
    };
    let stripe = Stripe::new(&options).expect("a client");
    let key = IdempotencyKey::parse("key").expect("a key");
    let user = UserId(Uuid::nil());
    valid("create customer", stripe.create_customer(&key, user).await);
    for kind in [OfferKind::Pack, OfferKind::Plan] {
        let offer = Offer {
            code: "plus".to_owned(),
            kind,
            name: "Plus".to_owned(),
            price: MicroUsd(20_000_000),
            credit: MicroUsd(25_000_000),
            days: Some(365),
        };
        valid("price of an offer", stripe.price_of(&offer).await);
        valid("create price", stripe.create_price(&offer).await);
        let checkout = NewCheckout {
            id: Uuid::nil(),
            user,
            customer: id("cus_1"),
            offer,
            price: id("price_1"),
            success_url: "https://site.example/done?s={CHECKOUT_SESSION_ID}".to_owned(),
            cancel_url: "https://site.example/billing".to_owned(),
        };
        valid(
            "begin checkout",
            stripe.begin_checkout(&key, &checkout).await,
        );
    }
    valid("expire checkout", stripe.expire_checkout(&id("cs_1")).await);
    let (customer, home) = (id("cus_1"), "https://site.example/");
    valid(
        "open portal",
        stripe.open_portal(&key, &customer, home).await,
    );
    for at_once in [true, false] {
        let change = NewPrice {
            subscription: id("sub_1"),
            item: id("si_1"),
            price: id("price_1"),
            at_once,
        };
        valid("change price", stripe.change_price(&key, &change).await);
        let cancel = stripe.cancel_at_period_end(&key, &change.subscription, at_once);
        valid("cancel at period end", cancel.await);
    }
    valid("cancel now", stripe.cancel_now(&id("sub_1")).await);
    let payment = id("pi_1");
    let refund = stripe.refund(&key, &payment, MicroUsd(1_000_000));
    valid("refund", refund.await);
    valid("checkout", stripe.checkout(&id("cs_1")).await);
    valid("price", stripe.price(&id("price_1")).await);
    valid("subscription", stripe.subscription(&id("sub_1")).await);
    valid("invoice", stripe.invoice(&id("in_1")).await);
    valid("charge", stripe.payment_of_charge(&id("ch_1")).await);
    valid("refund of", stripe.refund_of(&id("re_1")).await);
    valid("dispute", stripe.dispute(&id("dp_1")).await);
    valid("paid for", stripe.paid_for(&id("pi_1")).await);
    valid("refunds of", stripe.refunds_of(&id("pi_1")).await);
    valid(
        "payment of invoice",
        stripe.payment_of_invoice(&id("in_1")).await,
    );
    for after in [None, Some(id("x_1"))] {
        let since = Since {
            made: OffsetDateTime::UNIX_EPOCH,
            after,
        };
        valid("checkouts", stripe.checkouts(&since).await);
        valid("invoices", stripe.invoices(&since).await);
        valid("subscriptions", stripe.subscriptions(&since).await);
        valid("refunds", stripe.refunds(&since).await);
        valid("disputes", stripe.disputes(&since).await);
    }
}
