use kernel::{Actor, Db};

use super::only_the_site;
use crate::{
    Error, PaymentReference,
    server_side::billing::{
        PaymentProvider, ProcessWebhook,
        apply::{apply_checkout, apply_dispute, apply_invoice, apply_refunds, apply_subscription},
        store,
    },
};

/// What the object of an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Checkout,
    Subscription,
    Invoice,
    Charge,
    Refund,
    Dispute,
}

/// The kinds of events that change something here (<https://docs.stripe.com/api/events/types>); `None` for all
/// others.
pub(super) fn about(kind: &str) -> Option<About> {
    Some(match kind {
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed"
        | "checkout.session.expired" => About::Checkout,
        "invoice.paid" | "invoice.payment_succeeded" | "invoice.payment_failed" => About::Invoice,
        "charge.refunded" => About::Charge,
        "refund.created" | "refund.updated" | "refund.failed" => About::Refund,
        _ if kind.starts_with("customer.subscription.") => About::Subscription,
        _ if kind.starts_with("charge.dispute.") => About::Dispute,
        _ => return None,
    })
}

/// Looks at the object of a webhook and applies its present state. Again, it does nothing.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the site; anything else may go well another time, and is noted.
#[tracing::instrument(name = "payments.process_webhook", skip_all, fields(event = %job.event))]
pub async fn process_webhook(
    db: &Db,
    provider: &dyn PaymentProvider,
    actor: Actor,
    job: &ProcessWebhook,
) -> Result<(), Error> {
    only_the_site(actor)?;
    let Some(waiting) = store::waiting(db, &job.event).await? else {
        return Ok(());
    };
    let done = match about(&waiting.kind) {
        Some(about) => look(db, provider, about, &waiting.object).await,
        None => Ok(()),
    };
    let (done, error) = match done {
        // The provider knows it no longer: there is nothing to be applied.
        Ok(()) | Err(Error::NotFound) => (Ok(()), None),
        Err(e) => {
            let words = e.to_string();
            (Err(e), Some(words))
        }
    };
    store::processed(db, &job.event, error.as_deref()).await?;
    done
}

async fn look(
    db: &Db,
    provider: &dyn PaymentProvider,
    about: About,
    object: &PaymentReference,
) -> Result<(), Error> {
    match about {
        About::Checkout => apply_checkout(db, provider, object).await?,
        About::Subscription => apply_subscription(db, provider, object).await?,
        About::Invoice => {
            if let Some(subscription) = provider.invoice(object).await?.subscription {
                apply_subscription(db, provider, &subscription).await?;
            }
            apply_invoice(db, provider, object).await?
        }
        About::Charge => match provider.payment_of_charge(object).await? {
            Some(payment) => apply_refunds(db, provider, &payment).await?,
            None => return Ok(()),
        },
        About::Refund => match provider.refund_of(object).await?.payment {
            Some(payment) => apply_refunds(db, provider, &payment).await?,
            None => return Ok(()),
        },
        About::Dispute => apply_dispute(db, provider, object).await?,
    };
    Ok(())
}
