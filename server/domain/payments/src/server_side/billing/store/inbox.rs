use kernel::{Db, Internal, Tx};

use crate::{PaymentReference, server_side::billing::Notice};

/// Keeps a webhook; `false` when it was there.
pub async fn insert_webhook(
    tx: &mut Tx,
    notice: &Notice,
    does_nothing: bool,
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into webhook_inbox (event, kind, object, received_at, processed_at) values ($1, $2, $3, $4, $5)
         on conflict (event) do nothing",
        notice.event.as_str(),
        notice.kind,
        notice.object.as_str(),
        now,
        does_nothing.then_some(now),
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// A webhook that is to be processed.
pub struct Waiting {
    pub kind: String,
    pub object: PaymentReference,
}

/// The webhook, unless it has been processed.
pub async fn waiting(db: &Db, event: &str) -> Result<Option<Waiting>, Internal> {
    let row = sqlx::query!(
        "select kind, object from webhook_inbox where event = $1 and processed_at is null",
        event
    );
    let row = row.fetch_optional(db.pool()).await?;
    let waiting = row.map(|row| {
        let object = PaymentReference::parse(&row.object).map_err(Internal::new)?;
        Ok(Waiting {
            kind: row.kind,
            object,
        })
    });
    waiting.transpose()
}

/// Notes how processing went: `None` for well.
pub async fn processed(db: &Db, event: &str, error: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhook_inbox set attempts = attempts + 1, error = $2::text,
             processed_at = case when $2::text is null then $3::timestamptz end
         where event = $1 and processed_at is null",
        event,
        error,
        db.now(),
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
