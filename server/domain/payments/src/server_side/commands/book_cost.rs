use kernel::Tx;

use super::positive;
use crate::{
    BookCost, Error, LineKind, MicroUsd,
    server_side::{
        model::{self, Entries},
        store::{self, Posting},
    },
};

/// Books what a provider asks for work that nobody is charged for, in the caller's transaction; `false` when it
/// was booked before, is nothing, or the account is gone.
///
/// # Errors
/// [`Error::NotPositive`] for a cost below nothing.
#[tracing::instrument(name = "payments.book_cost", skip_all, fields(user = %command.user))]
pub async fn book_cost_in(tx: &mut Tx, command: BookCost) -> Result<bool, Error> {
    if command.provider_cost == MicroUsd::ZERO {
        return Ok(false);
    }
    let cost = positive(command.provider_cost)?;
    let wallet = match store::lock_wallet_of(tx, command.user).await {
        Err(Error::NotFound) => return Ok(false),
        wallet => wallet?,
    };
    let key = command.key.as_str();
    if store::posted(tx, wallet.id, LineKind::Cost, key)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    let entries = model::provider_cost(Entries::default(), cost)?;
    store::post(tx, &wallet, Posting::new(LineKind::Cost, key, &entries)).await?;
    Ok(true)
}
