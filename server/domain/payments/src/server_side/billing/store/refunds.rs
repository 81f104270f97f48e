use kernel::{Db, Internal, Tx, id::Uuid};

use crate::{MicroUsd, PaymentReference};

/// Orders a refund; `false` when the order is there.
pub async fn insert_refund(
    tx: &mut Tx,
    id: Uuid,
    payment: &PaymentReference,
    money: MicroUsd,
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into refund_orders (id, payment, money, requested_at) values ($1, $2, $3, $4)
         on conflict (id) do nothing",
        id,
        payment.as_str(),
        money.0,
        now,
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// A refund that the provider is to pay.
pub struct Order {
    pub payment: PaymentReference,
    pub money: MicroUsd,
}

/// The order, unless the provider has paid it.
pub async fn unpaid_refund(db: &Db, id: Uuid) -> Result<Option<Order>, Internal> {
    let row = sqlx::query!(
        "select payment, money from refund_orders where id = $1 and refund is null",
        id
    );
    let row = row.fetch_optional(db.pool()).await?;
    let order = row.map(|row| {
        let payment = PaymentReference::parse(&row.payment).map_err(Internal::new)?;
        Ok(Order {
            payment,
            money: MicroUsd(row.money),
        })
    });
    order.transpose()
}

/// All orders that the provider has not paid, the oldest first.
pub async fn unpaid_refunds(db: &Db) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from refund_orders where refund is null order by requested_at limit 1000"
    )
    .fetch_all(db.pool())
    .await
}

/// The provider has paid an order.
pub async fn refund_is_paid(
    db: &Db,
    id: Uuid,
    refund: &PaymentReference,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update refund_orders set refund = $2 where id = $1",
        id,
        refund.as_str()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
