use kernel::{Tx, id::Uuid};

use super::ChargeRow;
use crate::{Capture, MicroUsd, WalletId};

/// Credit set aside for a run.
#[derive(Debug, Clone, Copy)]
pub struct HoldRow {
    /// In which wallet.
    pub wallet: WalletId,
    /// How much.
    pub amount: MicroUsd,
    /// Whether more than that may be charged.
    pub may_exceed: bool,
    /// Whether it was captured or released.
    pub settled: bool,
}

/// The hold of a run. How it stands is only sure once its wallet is locked.
pub async fn find_hold(tx: &mut Tx, generation: Uuid) -> Result<Option<HoldRow>, sqlx::Error> {
    let row = sqlx::query!(
        "select wallet_id, amount, may_exceed, settled_at from holds where generation_id = $1",
        generation
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| HoldRow {
        wallet: WalletId(row.wallet_id),
        amount: MicroUsd(row.amount),
        may_exceed: row.may_exceed,
        settled: row.settled_at.is_some(),
    }))
}

/// Notes a hold.
pub async fn insert_hold(
    tx: &mut Tx,
    wallet: WalletId,
    generation: Uuid,
    amount: MicroUsd,
    may_exceed: bool,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into holds (generation_id, wallet_id, amount, may_exceed, placed_at)
         values ($1, $2, $3, $4, $5)",
        generation,
        wallet.0,
        amount.0,
        may_exceed,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hold is over.
pub async fn settle_hold(tx: &mut Tx, generation: Uuid) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "update holds set settled_at = $2 where generation_id = $1",
        generation,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hold of a run that is open, and its charge if it has ended. Asked once its wallet is locked.
pub async fn standing(
    tx: &mut Tx,
    generation: Uuid,
) -> Result<(Option<HoldRow>, Option<ChargeRow>), sqlx::Error> {
    let row = sqlx::query!(
        r#"select hold.wallet_id as "hold_wallet?", hold.amount as "amount?", hold.may_exceed as "may_exceed?",
                  run.wallet_id as "run_wallet?", run.charged as "charged?", run.refunded as "refunded?"
           from (select $1::uuid as id) asked
           left join holds hold on hold.generation_id = asked.id and hold.settled_at is null
           left join usage_records run on run.generation_id = asked.id"#,
        generation
    );
    let row = row.fetch_one(tx.conn()).await?;
    let hold = row.hold_wallet.zip(row.amount).zip(row.may_exceed);
    let charge = row.run_wallet.zip(row.charged).zip(row.refunded);
    Ok((
        hold.map(|((wallet, amount), may_exceed)| HoldRow {
            wallet: WalletId(wallet),
            amount: MicroUsd(amount),
            may_exceed,
            settled: false,
        }),
        charge.map(|((wallet, charged), refunded)| ChargeRow {
            wallet: WalletId(wallet),
            charged: MicroUsd(charged),
            refunded: MicroUsd(refunded),
        }),
    ))
}

/// The run has ended: notes what it used and cost, and that its hold, if it had one, is over.
pub async fn end_run(
    tx: &mut Tx,
    wallet: WalletId,
    capture: &Capture,
    charged: MicroUsd,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    let usage = capture.usage.honest();
    sqlx::query!(
        "with settled as (
             update holds set settled_at = $5 where generation_id = $1 and settled_at is null)
         insert into usage_records (generation_id, wallet_id, model_id, price_id, occurred_at, input_tokens,
             cached_input_tokens, output_tokens, price, charged, provider_cost)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        capture.generation,
        wallet.0,
        capture.model,
        capture.prices.map(|id| id.0),
        now,
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

/// The runs of a wallet that credit is held for.
pub async fn open_holds_of(tx: &mut Tx, wallet: WalletId) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select generation_id from holds where wallet_id = $1 and settled_at is null
         order by generation_id",
        wallet.0
    )
    .fetch_all(tx.conn())
    .await
}
