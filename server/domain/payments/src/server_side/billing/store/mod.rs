//! The SQL of selling.

mod checkouts;
mod inbox;
mod refunds;
mod subscriptions;

pub use checkouts::*;
pub use inbox::*;
pub use refunds::*;
pub use subscriptions::*;

use kernel::{Db, Internal, Tx, UserId};

use crate::{
    CheckoutStatus, Error, MicroUsd, Offer, OfferKind, PaymentReference, SubscriptionState,
};

pub fn state_to_column(state: SubscriptionState) -> &'static str {
    match state {
        SubscriptionState::Incomplete => "incomplete",
        SubscriptionState::Active => "active",
        SubscriptionState::PastDue => "past_due",
        SubscriptionState::Ended => "ended",
    }
}

pub fn state_from_column(state: &str) -> Result<SubscriptionState, Internal> {
    Ok(match state {
        "incomplete" => SubscriptionState::Incomplete,
        "active" => SubscriptionState::Active,
        "past_due" => SubscriptionState::PastDue,
        "ended" => SubscriptionState::Ended,
        _ => return Err(Internal::new("an unknown state of a subscription")),
    })
}

pub fn status_to_column(status: CheckoutStatus) -> &'static str {
    match status {
        CheckoutStatus::Open => "open",
        CheckoutStatus::Processing => "processing",
        CheckoutStatus::Paid => "paid",
        CheckoutStatus::Expired => "expired",
    }
}

pub fn status_from_column(status: &str) -> Result<CheckoutStatus, Internal> {
    Ok(match status {
        "open" => CheckoutStatus::Open,
        "processing" => CheckoutStatus::Processing,
        "paid" => CheckoutStatus::Paid,
        "expired" => CheckoutStatus::Expired,
        _ => return Err(Internal::new("an unknown state of a checkout")),
    })
}

/// A row of `offers`.
pub struct OfferRow {
    pub code: String,
    pub kind: String,
    pub name: String,
    pub price: i64,
    pub credit: i64,
    pub days: Option<i32>,
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Self {
            kind: if row.kind == "plan" {
                OfferKind::Plan
            } else {
                OfferKind::Pack
            },
            code: row.code,
            name: row.name,
            price: MicroUsd(row.price),
            credit: MicroUsd(row.credit),
            days: row.days,
        }
    }
}

/// What can be bought under this code today.
pub async fn offered(db: &Db, code: &str) -> Result<Option<Offer>, sqlx::Error> {
    let row = sqlx::query_as!(
        OfferRow,
        "select code, kind, name, price, credit, days from offers where code = $1 and offered",
        code
    );
    Ok(row.fetch_optional(db.pool()).await?.map(Offer::from))
}

/// Takes out of the offer what has none of these codes.
pub async fn offer_only(tx: &mut Tx, codes: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update offers set offered = false where offered and code <> all($1)",
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sells this from now on, in that place of the list.
pub async fn put_offer(tx: &mut Tx, offer: &Offer, position: i32) -> Result<(), sqlx::Error> {
    let kind = match offer.kind {
        OfferKind::Pack => "pack",
        OfferKind::Plan => "plan",
    };
    sqlx::query!(
        "insert into offers (code, kind, name, price, credit, days, position) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (code) do update set kind = excluded.kind, name = excluded.name, price = excluded.price,
             credit = excluded.credit, days = excluded.days, position = excluded.position, offered = true",
        offer.code,
        kind,
        offer.name,
        offer.price.0,
        offer.credit.0,
        offer.days,
        position,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who somebody is at the provider.
pub async fn customer_of(db: &Db, user: UserId) -> Result<Option<PaymentReference>, Error> {
    let customer = sqlx::query_scalar!(
        "select customer from stripe_customers where user_id = $1",
        user.0
    );
    let customer = customer.fetch_optional(db.pool()).await?;
    Ok(customer
        .map(|id| PaymentReference::parse(&id))
        .transpose()
        .map_err(Internal::new)?)
}

/// Notes who somebody is at the provider; of two who do at once, the first stands.
pub async fn insert_customer(
    db: &Db,
    user: UserId,
    customer: &PaymentReference,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into stripe_customers (user_id, customer, created_at)
         select id, $2, $3 from users where id = $1 on conflict do nothing",
        user.0,
        customer.as_str(),
        db.now(),
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Forgets a customer whom the provider does not know.
pub async fn forget_customer(db: &Db, customer: &PaymentReference) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from stripe_customers where customer = $1",
        customer.as_str()
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Who a customer of the provider is here; `None` for somebody else's customer, or an erased account's.
pub async fn user_of(
    db: &Db,
    customer: Option<&PaymentReference>,
) -> Result<Option<UserId>, sqlx::Error> {
    let user = sqlx::query_scalar!(
        "select user_id from stripe_customers where customer = $1",
        customer.map(PaymentReference::as_str)
    );
    Ok(user.fetch_optional(db.pool()).await?.map(UserId))
}

/// Whether somebody has a plan that is not over.
pub async fn has_plan(tx: &mut Tx, user: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select 1 from subscriptions where user_id = $1 and state in ('active', 'past_due')) as "has!""#,
        user.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Whether a payment or an invoice is in the ledger.
pub async fn is_booked(tx: &mut Tx, payment: &PaymentReference) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select 1 from credit_lots where payment = $1) as "booked!""#,
        payment.as_str()
    )
    .fetch_one(tx.conn())
    .await
}
