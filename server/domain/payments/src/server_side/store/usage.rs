use kernel::{Tx, id::Uuid};

use crate::{MicroUsd, WalletId};

/// What was charged for a run.
#[derive(Debug, Clone, Copy)]
pub struct ChargeRow {
    /// In which wallet.
    pub wallet: WalletId,
    /// At its end.
    pub charged: MicroUsd,
    /// Since then.
    pub refunded: MicroUsd,
}

/// The charge of a run. How it stands is only sure once its wallet is locked.
pub async fn find_charge(tx: &mut Tx, generation: Uuid) -> Result<Option<ChargeRow>, sqlx::Error> {
    let row = sqlx::query!(
        "select wallet_id, charged, refunded from usage_records where generation_id = $1",
        generation
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| ChargeRow {
        wallet: WalletId(row.wallet_id),
        charged: MicroUsd(row.charged),
        refunded: MicroUsd(row.refunded),
    }))
}

/// Notes that some of a charge was given back.
pub async fn add_refunded(
    tx: &mut Tx,
    generation: Uuid,
    amount: MicroUsd,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update usage_records set refunded = refunded + $2 where generation_id = $1",
        generation,
        amount.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
