use kernel::{Db, Internal, Tx, UserId, id::Uuid};

use super::{state_from_column, state_to_column};
use crate::{
    PaymentReference,
    server_side::billing::{
        SeenSubscription,
        model::{Known, Next},
    },
};

/// Which version of a subscription is known: 0 for none.
pub async fn version(db: &Db, subscription: &PaymentReference) -> Result<i64, sqlx::Error> {
    let version = sqlx::query_scalar!(
        "select version from subscriptions where provider_id = $1",
        subscription.as_str()
    );
    Ok(version.fetch_optional(db.pool()).await?.unwrap_or_default())
}

/// A subscription as it is known, locked.
pub struct Row {
    pub id: Uuid,
    pub version: i64,
    pub known: Known,
}

/// Locks a subscription.
pub async fn lock_subscription(
    tx: &mut Tx,
    subscription: &PaymentReference,
) -> Result<Option<Row>, Internal> {
    let row = sqlx::query!(
        "select id, version, state, grace_until from subscriptions where provider_id = $1 for no key update",
        subscription.as_str()
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else {
        return Ok(None);
    };
    let known = Known {
        state: state_from_column(&row.state)?,
        grace_until: row.grace_until,
    };
    Ok(Some(Row {
        id: row.id,
        version: row.version,
        known,
    }))
}

/// What storing a subscription came to.
pub enum Stored {
    /// Somebody else has stored another look at it meanwhile.
    Stale,
    /// It was the same already.
    Same,
    /// It is new, or was different.
    Changed(Uuid),
}

/// Stores what was seen of a subscription.
pub async fn store_subscription(
    tx: &mut Tx,
    user: UserId,
    before: Option<&Row>,
    seen: &SeenSubscription,
    offer: Option<&str>,
    next: &Next,
) -> Result<Stored, sqlx::Error> {
    let (id, now) = (before.map_or_else(|| tx.new_id(), |row| row.id), tx.now());
    let offer = offer.map(str::to_owned);
    let stored = sqlx::query_scalar!(
        r#"insert into subscriptions (id, user_id, provider_id, item, price, offer, state, period_end, cancels,
               grace_until, version, created_at, changed_at)
           values ($1, $2, $3, $4, $5, (select code from offers where code = $6), $7, $8, $9, $10, 1, $11, $11)
           on conflict (provider_id) do update set item = excluded.item, price = excluded.price,
               offer = excluded.offer, state = excluded.state, period_end = excluded.period_end,
               cancels = excluded.cancels, grace_until = excluded.grace_until,
               version = subscriptions.version + 1, changed_at = excluded.changed_at
           where subscriptions.version = $12 and (subscriptions.item, subscriptions.price, subscriptions.state,
               subscriptions.period_end, subscriptions.cancels, subscriptions.grace_until)
               is distinct from (excluded.item, excluded.price, excluded.state, excluded.period_end,
               excluded.cancels, excluded.grace_until)
           returning id"#,
        id,
        user.0,
        seen.id.as_str(),
        seen.item.as_str(),
        seen.price.as_str(),
        offer,
        state_to_column(seen.state),
        seen.period_end,
        seen.cancels,
        next.known.grace_until,
        now,
        before.map(|row| row.version).unwrap_or_default(),
    );
    match (stored.fetch_optional(tx.conn()).await?, before) {
        (Some(id), _) => Ok(Stored::Changed(id)),
        (None, Some(_)) => Ok(Stored::Same),
        // Inserted by somebody else since we looked.
        (None, None) => Ok(Stored::Stale),
    }
}

/// A subscription that goes on, for its person or for the end of its grace.
pub struct Current {
    pub provider_id: PaymentReference,
    pub item: PaymentReference,
    pub price: PaymentReference,
}

fn parse(id: &str) -> Result<PaymentReference, Internal> {
    PaymentReference::parse(id).map_err(Internal::new)
}

/// The newest subscription of a person that goes on.
pub async fn current(db: &Db, user: UserId) -> Result<Option<Current>, Internal> {
    let row = sqlx::query!(
        "select provider_id, item, price from subscriptions
         where user_id = $1 and state in ('active', 'past_due') order by created_at desc, id desc limit 1",
        user.0
    );
    let row = row.fetch_optional(db.pool()).await?;
    let current = row.map(|row| {
        Ok(Current {
            provider_id: parse(&row.provider_id)?,
            item: parse(&row.item)?,
            price: parse(&row.price)?,
        })
    });
    current.transpose()
}

/// The subscription whose grace is over.
pub async fn out_of_grace(db: &Db, id: Uuid) -> Result<Option<PaymentReference>, Internal> {
    let found = sqlx::query_scalar!(
        "select provider_id from subscriptions where id = $1 and state = 'past_due' and grace_until <= $2",
        id,
        db.now(),
    );
    found
        .fetch_optional(db.pool())
        .await?
        .map(|id| parse(&id))
        .transpose()
}
