use kernel::{Db, Internal, UserId};

use crate::{
    Error, IdempotencyKey, PaymentReference,
    server_side::billing::{PaymentProvider, store},
};

/// Who a person is at the provider, made known to it when they are not yet.
pub async fn customer_of(
    db: &Db,
    provider: &dyn PaymentProvider,
    user: UserId,
) -> Result<PaymentReference, Error> {
    if let Some(customer) = store::customer_of(db, user).await? {
        return Ok(customer);
    }
    make(db, provider, user, &format!("customer:{user}")).await
}

/// Another customer for a person whose customer the provider does not know any more: it was deleted there, or the
/// site was moved to another account.
pub async fn replace(
    db: &Db,
    provider: &dyn PaymentProvider,
    user: UserId,
    gone: &PaymentReference,
) -> Result<PaymentReference, Error> {
    store::forget_customer(db, gone).await?;
    make(db, provider, user, &format!("customer:{user}:after:{gone}")).await
}

async fn make(
    db: &Db,
    provider: &dyn PaymentProvider,
    user: UserId,
    key: &str,
) -> Result<PaymentReference, Error> {
    let key = IdempotencyKey::parse(key).map_err(Internal::new)?;
    let made = provider.create_customer(&key, user).await?;
    store::insert_customer(db, user, &made).await?;
    store::customer_of(db, user).await?.ok_or(Error::NotFound)
}
