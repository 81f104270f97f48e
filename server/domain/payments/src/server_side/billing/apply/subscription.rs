use kernel::{Db, Internal};

use super::Applied;
use crate::{
    Error, PaymentReference,
    events::SubscriptionChanged,
    server_side::billing::{
        DunningMail, EndGrace, PaymentProvider,
        model::{self, Next},
        store::{self, Stored},
    },
};

/// So often it is fetched anew when somebody else stores another look at it meanwhile.
const ATTEMPTS: u32 = 10;

/// Applies a subscription: what is known of it, grace and dunning.
///
/// # Errors
/// [`Error::NotFound`] when the provider does not know it; [`Error::ProviderAway`].
#[tracing::instrument(name = "payments.apply_subscription", skip_all)]
pub async fn apply_subscription(
    db: &Db,
    provider: &dyn PaymentProvider,
    id: &PaymentReference,
) -> Result<Applied, Error> {
    for _ in 0..ATTEMPTS {
        // Looked up before the object is fetched: who finds the same version afterwards has the latest look.
        let version = store::version(db, id).await?;
        let seen = provider.subscription(id).await?;
        let Some(user) = store::user_of(db, Some(&seen.customer)).await? else {
            return Ok(Applied::NotOurs);
        };
        let offer = provider.price(&seen.price).await?.offer;
        let mut tx = db.begin().await?;
        let before = store::lock_subscription(&mut tx, id).await?;
        if before.as_ref().map_or(0, |row| row.version) != version {
            continue;
        }
        let known = before.as_ref().map(|row| row.known);
        let next = model::next(known, &seen, tx.now());
        let stored = store::store_subscription(
            &mut tx,
            user,
            before.as_ref(),
            &seen,
            offer.as_deref(),
            &next,
        );
        let subscription = match stored.await? {
            Stored::Stale => continue,
            Stored::Same => return Ok(Applied::Unchanged),
            Stored::Changed(id) => id,
        };
        let Next {
            tell,
            grace_begins,
            known,
        } = next;
        if let Some(what) = tell {
            tx.enqueue(&DunningMail {
                user,
                subscription,
                what,
            })
            .await?;
        }
        if let Some(until) = known.grace_until.filter(|_| grace_begins) {
            tx.enqueue_at(&EndGrace { subscription, user }, until)
                .await?;
        }
        tx.record(&SubscriptionChanged {
            user_id: user,
            subscription_id: subscription,
            state: seen.state,
            cancels: seen.cancels,
        })?;
        tx.commit().await?;
        return Ok(Applied::Changed);
    }
    Err(Internal::new("a subscription was stored by others all the time").into())
}
