use kernel::{Db, Internal, Tx, UserId, id::Uuid};
use time::OffsetDateTime;

use super::status_to_column;
use crate::{CheckoutStatus, PaymentReference};

/// A checkout that was begun before.
pub struct Begun {
    pub user: UserId,
    pub offer: String,
    pub created_at: OffsetDateTime,
}

/// Notes that a checkout begins; gives the one that is there under this id.
pub async fn insert_checkout(
    tx: &mut Tx,
    id: Uuid,
    user: UserId,
    offer: &str,
) -> Result<Option<Begun>, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into checkouts (id, user_id, offer, state, created_at) values ($1, $2, $3, 'open', $4)
         on conflict (id) do nothing",
        id,
        user.0,
        offer,
        now,
    );
    if done.execute(tx.conn()).await?.rows_affected() == 1 {
        return Ok(None);
    }
    let row = sqlx::query!(
        "select user_id, offer, created_at from checkouts where id = $1",
        id
    );
    let row = row.fetch_one(tx.conn()).await?;
    Ok(Some(Begun {
        user: UserId(row.user_id),
        offer: row.offer,
        created_at: row.created_at,
    }))
}

/// Notes the provider's id of a checkout.
pub async fn set_session(db: &Db, id: Uuid, session: &PaymentReference) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update checkouts set session = $2 where id = $1",
        id,
        session.as_str()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The other checkouts of plans that a person could still pay.
pub async fn open_plans(
    db: &Db,
    user: UserId,
    but: Uuid,
) -> Result<Vec<PaymentReference>, Internal> {
    let sessions = sqlx::query_scalar!(
        r#"select session as "session!" from checkouts join offers on offers.code = offer
           where user_id = $1 and id <> $2 and state = 'open' and kind = 'plan' and session is not null limit 20"#,
        user.0,
        but,
    );
    let sessions = sessions.fetch_all(db.pool()).await?;
    let parse = |id: String| PaymentReference::parse(&id).map_err(Internal::new);
    sessions.into_iter().map(parse).collect()
}

/// How far a checkout is; says whether that is new. What is paid stays so.
pub async fn set_checkout(
    tx: &mut Tx,
    session: &PaymentReference,
    status: CheckoutStatus,
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update checkouts set state = $2, ended_at = case when $2 in ('paid', 'expired') then $3::timestamptz end
         where session = $1 and state <> $2 and state <> 'paid'",
        session.as_str(),
        status_to_column(status),
        now,
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() > 0)
}
