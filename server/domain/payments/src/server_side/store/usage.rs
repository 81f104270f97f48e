use kernel::{Tx, id::Uuid};

use super::Wallet;
use crate::{Capture, MicroUsd, WalletId};

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

/// Notes what a run used that moves nothing in the ledger.
pub(super) async fn insert_charge(
    tx: &mut Tx,
    wallet: &Wallet,
    capture: &Capture,
    charged: MicroUsd,
) -> Result<(), sqlx::Error> {
    let (now, usage) = (tx.now(), capture.usage.honest());
    sqlx::query!(
        "insert into usage_records (generation_id, wallet_id, occurred_at, model_id, price_id, input_tokens,
             cached_input_tokens, output_tokens, price, charged, provider_cost)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        capture.generation,
        wallet.id.0,
        now,
        capture.model,
        capture.prices.map(|id| id.0),
        usage.input,
        usage.cached_input,
        usage.output,
        capture.price.0,
        charged.0,
        capture.provider_cost.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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
