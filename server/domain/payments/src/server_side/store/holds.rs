use kernel::{Internal, Tx, id::Uuid};

use super::{ChargeRow, parts_of};
use crate::{LotId, MicroUsd, WalletId, server_side::model::Part};

/// Credit set aside for a run.
#[derive(Debug, Clone)]
pub struct HoldRow {
    /// In which wallet.
    pub wallet: WalletId,
    /// How much.
    pub amount: MicroUsd,
    /// Whether more than that may be charged.
    pub may_exceed: bool,
    /// Whether it was captured or released.
    pub settled: bool,
    /// Of which lots; `None` when it was placed before migration 35.
    parts: Option<Vec<Part>>,
}

fn parts(lots: Option<Vec<Uuid>>, parts: Option<Vec<i64>>) -> Option<Vec<Part>> {
    let lots = lots?.into_iter().map(LotId);
    Some(lots.zip(parts?.into_iter().map(MicroUsd)).collect())
}

/// The hold of a run. How it stands is only sure once its wallet is locked.
pub async fn find_hold(tx: &mut Tx, generation: Uuid) -> Result<Option<HoldRow>, sqlx::Error> {
    let row = sqlx::query!(
        "select wallet_id, amount, may_exceed, settled_at, lots, parts from holds where generation_id = $1",
        generation
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| HoldRow {
        wallet: WalletId(row.wallet_id),
        amount: MicroUsd(row.amount),
        may_exceed: row.may_exceed,
        settled: row.settled_at.is_some(),
        parts: parts(row.lots, row.parts),
    }))
}

/// The hold and the charge of a run. How they stand is only sure once their wallet is locked.
pub async fn find_hold_and_charge(
    tx: &mut Tx,
    generation: Uuid,
) -> Result<(Option<HoldRow>, Option<ChargeRow>), sqlx::Error> {
    let row = sqlx::query!(
        r#"select hold.wallet_id as "hold_wallet?", hold.amount as "amount?", hold.may_exceed as "may_exceed?",
                  hold.settled_at, hold.lots, hold.parts, charge.wallet_id as "charge_wallet?", charge.charged as "charged?",
                  charge.refunded as "refunded?"
           from (select $1::uuid as id) run
           left join holds hold on hold.generation_id = run.id
           left join usage_records charge on charge.generation_id = run.id"#,
        generation
    );
    let row = row.fetch_one(tx.conn()).await?;
    let hold = (row.hold_wallet, row.amount, row.may_exceed);
    let charge = (row.charge_wallet, row.charged, row.refunded);
    Ok((
        match hold {
            (Some(wallet), Some(amount), Some(may_exceed)) => Some(HoldRow {
                wallet: WalletId(wallet),
                amount: MicroUsd(amount),
                may_exceed,
                settled: row.settled_at.is_some(),
                parts: parts(row.lots, row.parts),
            }),
            _ => None,
        },
        match charge {
            (Some(wallet), Some(charged), Some(refunded)) => Some(ChargeRow {
                wallet: WalletId(wallet),
                charged: MicroUsd(charged),
                refunded: MicroUsd(refunded),
            }),
            _ => None,
        },
    ))
}

/// The lots that an open hold of this run is of, in the order of spending.
///
/// # Errors
/// Only [`Internal`].
pub async fn parts_of_hold(
    tx: &mut Tx,
    generation: Uuid,
    hold: &HoldRow,
) -> Result<Vec<Part>, Internal> {
    match &hold.parts {
        Some(parts) => Ok(parts.clone()),
        None => parts_of(tx, generation).await,
    }
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
