use kernel::{Db, Internal};

use super::process_webhook::about;
use crate::server_side::billing::{NotGenuine, PaymentProvider, ProcessWebhook, store};

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Nobody knows who has sent it: 400, and it is not worth another attempt.
    #[error(transparent)]
    NotGenuine(#[from] NotGenuine),
    /// It could not be kept: 500, and it is to be sent again.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl From<sqlx::Error> for NotTaken {
    fn from(e: sqlx::Error) -> Self {
        Self::Internal(e.into())
    }
}

/// Takes a webhook: keeps it and queues the look at its object, in one transaction, once however often it comes.
/// Events of kinds that change nothing here are kept too. `body` is as it came, to the byte.
///
/// # Errors
/// See [`NotTaken`].
#[tracing::instrument(name = "payments.receive_webhook", skip_all)]
pub async fn receive_webhook(
    db: &Db,
    provider: &dyn PaymentProvider,
    body: &str,
    signature: &str,
) -> Result<(), NotTaken> {
    let notice = provider.verify(body, signature, db.now())?;
    let does_nothing = about(&notice.kind).is_none();
    let mut tx = db.begin().await?;
    if store::insert_webhook(&mut tx, &notice, does_nothing).await? && !does_nothing {
        let event = String::from(notice.event);
        tx.enqueue(&ProcessWebhook { event }).await?;
    }
    tx.commit().await?;
    Ok(())
}
