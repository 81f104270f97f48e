//! Who has little credit left is told by mail, once each time that it comes to that.

use auth::mail::{self, Notice};
use kernel::{Actor, Recorded, inbox};
use payments::{LOW, events::Captured, queries::charge_of};
use users::Language;

use super::{Consumers, Error};

pub(super) const NAME: &str = "payments.low_balance";

/// Queues the mail when this charge took what is left below [`LOW`].
pub(super) async fn tell(site: &Consumers, event: &Recorded) -> Result<(), Error> {
    let db = site.chat.db();
    let Some(charge) = event.decode::<Captured>().map_err(payments::Error::from)? else {
        return Ok(());
    };
    // By what this charge left, and not by what there is now: of several at once, exactly one crosses the line.
    match charge_of(db, Actor::System, charge.generation_id).await? {
        Some(made) if made.before >= LOW && made.after < LOW => {}
        _ => return Ok(()),
    }
    let mut tx = db.begin().await.map_err(payments::Error::from)?;
    if inbox::first_time(&mut tx, NAME, event.id)
        .await
        .map_err(payments::Error::from)?
    {
        let to = charge.user_id;
        mail::queue_in(&mut tx, to, Language::AsAsked, Notice::LowBalance)
            .await
            .map_err(payments::Error::from)?;
        tx.commit().await.map_err(payments::Error::from)?;
    }
    Ok(())
}
