//! The questions of selling.

use kernel::{Actor, Db, Internal};
use time::OffsetDateTime;

use super::store::{OfferRow, state_from_column, status_from_column};
use crate::{
    CheckoutStatus, Error, MicroUsd, Offer, OfferKind, PaymentReference, SubscriptionView,
};

/// What can be bought today: packs, then plans, for everybody to see.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "payments.offers", skip_all)]
pub async fn offers(db: &Db) -> Result<Vec<Offer>, Error> {
    let rows = sqlx::query_as!(
        OfferRow,
        "select code, kind, name, price, credit, days from offers where offered order by position, code limit 100"
    );
    let rows = rows.fetch_all(db.pool()).await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}

/// How far a checkout of the person who asks is, by the provider's id: for the page that waits after the payment.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody; [`Error::NotFound`] for anybody else's.
#[tracing::instrument(name = "payments.checkout_status", skip_all)]
pub async fn checkout_status(
    db: &Db,
    actor: Actor,
    session: &str,
) -> Result<CheckoutStatus, Error> {
    let user = actor.person()?;
    let state = sqlx::query_scalar!(
        "select state from checkouts where session = $1 and user_id = $2",
        session,
        user.0
    );
    let state = state.fetch_optional(db.pool()).await?;
    Ok(status_from_column(&state.ok_or(Error::NotFound)?)?)
}

/// The subscription of the person who asks that goes on, or the one that has ended last; `None` for who never had
/// one.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.my_subscription", skip_all)]
pub async fn my_subscription(db: &Db, actor: Actor) -> Result<Option<SubscriptionView>, Error> {
    let user = actor.person()?;
    let row = sqlx::query!(
        r#"select state, period_end, cancels, grace_until, code as "code?", name as "name?", offers.price as "price?",
               credit as "credit?"
           from subscriptions left join offers on offers.code = offer
           where user_id = $1 and state <> 'incomplete'
           order by state = 'ended', created_at desc, id desc limit 1"#,
        user.0
    );
    let Some(row) = row.fetch_optional(db.pool()).await? else {
        return Ok(None);
    };
    let plan = match (row.code, row.name, row.price, row.credit) {
        (Some(code), Some(name), Some(price), Some(credit)) => Some(Offer {
            code,
            kind: OfferKind::Plan,
            name,
            price: MicroUsd(price),
            credit: MicroUsd(credit),
            days: None,
        }),
        _ => None,
    };
    Ok(Some(SubscriptionView {
        plan,
        state: state_from_column(&row.state)?,
        period_end: row.period_end,
        cancels: row.cancels,
        grace_until: row.grace_until,
    }))
}

/// The payments that the ledger has since then, the newest first.
pub(super) async fn payments_since(
    db: &Db,
    since: OffsetDateTime,
) -> Result<Vec<PaymentReference>, Error> {
    let ids = sqlx::query_scalar!(
        r#"select payment as "payment!" from credit_lots
           where payment is not null and created_at >= $1 order by created_at desc, id desc limit 100000"#,
        since
    );
    let ids = ids.fetch_all(db.pool()).await?;
    let parse = |id: String| PaymentReference::parse(&id).map_err(Internal::new);
    Ok(ids.into_iter().map(parse).collect::<Result<_, _>>()?)
}
