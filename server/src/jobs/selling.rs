//! Work that selling queues, and the nightly look at what the payment provider has.

use auth::mail::{self, Notice};
use kernel::{Actor, Db, jobs::Claimed};
use payments::billing::{
    Dunning, DunningMail, EndGrace, PayRefund, PaymentProvider, ProcessWebhook,
    commands::{end_grace, pay_refund, process_webhook, reconcile},
};
use time::Duration;
use users::Language;

use super::{Error, Workers};

/// See [`kernel::Job::KIND`].
pub const RECONCILE: &str = "payments.reconcile";

/// A night's look goes back so far: Stripe sends what was not taken for three days.
const LOOK_BACK: Duration = Duration::days(7);

/// Runs the job if it is one of selling's.
pub async fn perform(site: &Workers, job: &Claimed) -> Result<(), Error> {
    let db = &site.db;
    if let Some(mail) = job.decode::<DunningMail>()? {
        return tell(db, mail).await;
    }
    let Some(provider) = site.provider.as_deref() else {
        return match job.kind == RECONCILE {
            true => Ok(()),
            false => undone(job),
        };
    };
    if let Some(webhook) = job.decode::<ProcessWebhook>()? {
        process_webhook(db, provider, Actor::System, &webhook).await?;
    }
    if let Some(grace) = job.decode::<EndGrace>()? {
        end_grace(db, provider, Actor::System, &grace).await?;
    }
    if let Some(refund) = job.decode::<PayRefund>()? {
        pay_refund(db, provider, Actor::System, &refund).await?;
    }
    if job.kind == RECONCILE {
        compare(db, provider).await?;
    }
    Ok(())
}

/// Without a provider, its work waits.
fn undone(job: &Claimed) -> Result<(), Error> {
    let ours = job.decode::<ProcessWebhook>()?.is_some()
        || job.decode::<EndGrace>()?.is_some()
        || job.decode::<PayRefund>()?.is_some();
    match ours {
        true => Err(Error::ForNow(
            "no payment provider is configured".to_owned(),
        )),
        false => Ok(()),
    }
}

async fn compare(db: &Db, provider: &dyn PaymentProvider) -> Result<(), Error> {
    let since = db.now() - LOOK_BACK;
    for difference in reconcile(db, provider, Actor::System, since).await? {
        let (kind, id) = (difference.kind, &difference.id);
        match difference.is_repaired {
            true => {
                tracing::warn!(?kind, %id, "made up for what the payment provider had not told")
            }
            false => tracing::error!(?kind, %id, "payment provider and ledger differ"),
        }
    }
    Ok(())
}

async fn tell(db: &Db, told: DunningMail) -> Result<(), Error> {
    let notice = match told.what {
        Dunning::PaymentFailed => Notice::PaymentFailed,
        Dunning::Ended => Notice::PlanEnded,
    };
    let mut tx = db.begin().await?;
    mail::queue_in(&mut tx, told.user, Language::AsAsked, notice).await?;
    tx.commit().await?;
    Ok(())
}
