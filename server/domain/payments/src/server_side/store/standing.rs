//! How a run stands with the wallet that pays for it: asked in the statement that locks the wallet, by functions of the
//! database that see what was committed until then (migration 33).

use kernel::{Internal, Tx, UserId, id::Uuid};
use time::OffsetDateTime;

use super::{ChargeRow, HoldRow, LotRow, Wallet, WalletRow, as_parts, make_wallet};
use crate::{
    Error, MicroUsd, WalletId,
    server_side::model::{Lot, Part},
};

/// How things stand before a run begins.
pub struct BeforeRun {
    /// Of the person; locked.
    pub wallet: Wallet,
    /// The run's hold, if it was placed before.
    pub hold: Option<HoldRow>,
    /// Those of the wallet that have credit, expired or not, in no order.
    pub lots: Vec<Lot>,
}

/// Locks a person's wallet, which is made when it is first needed, before a run begins.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person.
pub async fn lock_before_run(
    tx: &mut Tx,
    user: UserId,
    generation: Uuid,
) -> Result<BeforeRun, Error> {
    if let Some(before) = find_before_run(tx, user, generation).await? {
        return Ok(before);
    }
    make_wallet(tx, user).await?;
    let before = find_before_run(tx, user, generation).await?;
    before.ok_or(Error::NotFound)
}

async fn find_before_run(
    tx: &mut Tx,
    user: UserId,
    generation: Uuid,
) -> Result<Option<BeforeRun>, Internal> {
    let rows = sqlx::query!(
        r#"select wallet.id as "id!", wallet.user_id as "user_id?", wallet.flagged_at as "flagged_at?",
                  wallet.message_cap as "message_cap?", wallet.day_cap as "day_cap?",
                  wallet.month_cap as "month_cap?",
                  run.hold_wallet as "hold_wallet?", run.held as "held?", run.may_exceed as "may_exceed?",
                  run.settled as "settled?", run.lot as "lot?", run.kind as "kind?", run.credit as "credit?",
                  run.expires_at as "expires_at?", run.created_at as "created_at?"
           from (select id, user_id, flagged_at, message_cap, day_cap, month_cap
                 from wallets where user_id = $1 for no key update) wallet
           cross join lateral wallet_before_run(wallet.id, $2) run"#,
        user.0,
        generation,
    );
    let (mut found, mut lots) = (None, Vec::new());
    for row in rows.fetch_all(tx.conn()).await? {
        let wallet = WalletRow {
            id: row.id,
            user_id: row.user_id,
            flagged_at: row.flagged_at,
            message_cap: row.message_cap,
            day_cap: row.day_cap,
            month_cap: row.month_cap,
        };
        let settled = row.settled.unwrap_or_default();
        let hold = hold_of(row.hold_wallet, row.held, row.may_exceed, settled);
        found = Some((Wallet::from(wallet), hold));
        let lot = (row.lot, row.kind, row.credit);
        lots.extend(lot_of(lot, row.expires_at, row.created_at)?);
    }
    Ok(found.map(|(wallet, hold)| BeforeRun { wallet, hold, lots }))
}

/// How things stand when a run has ended.
pub struct AfterRun {
    /// The one that credit is held in for it, else the person's; locked.
    pub wallet: Wallet,
    /// Its hold, while that is open.
    pub hold: Option<HoldRow>,
    /// What the hold took, lot by lot in the order of spending.
    pub parts: Vec<Part>,
    /// Its charge, if it was made before.
    pub charge: Option<ChargeRow>,
}

/// Locks the wallet that credit is held in for a run, else the person's, which is made when it is first needed; `None`
/// when there is no such person.
pub async fn lock_after_run(
    tx: &mut Tx,
    generation: Uuid,
    user: UserId,
) -> Result<Option<AfterRun>, Internal> {
    if let Some(after) = find_after_run(tx, generation, user).await? {
        return Ok(Some(after));
    }
    make_wallet(tx, user).await?;
    find_after_run(tx, generation, user).await
}

async fn find_after_run(
    tx: &mut Tx,
    generation: Uuid,
    user: UserId,
) -> Result<Option<AfterRun>, Internal> {
    // A hold never changes its wallet, so it does not matter that it is looked up before the lock.
    let rows = sqlx::query!(
        r#"select wallet.id as "id!", wallet.user_id as "user_id?", wallet.flagged_at as "flagged_at?",
                  wallet.message_cap as "message_cap?", wallet.day_cap as "day_cap?",
                  wallet.month_cap as "month_cap?",
                  run.hold_wallet as "hold_wallet?", run.held as "held?", run.may_exceed as "may_exceed?",
                  run.charged_wallet as "charged_wallet?", run.charged as "charged?",
                  run.refunded as "refunded?", run.lot as "lot?", run.kind as "kind?", run.taken as "taken?",
                  run.expires_at as "expires_at?", run.created_at as "created_at?"
           from (select id, user_id, flagged_at, message_cap, day_cap, month_cap from wallets
                 where id = coalesce((select wallet_id from holds where generation_id = $1),
                                     (select id from wallets where user_id = $2))
                 for no key update) wallet
           cross join lateral wallet_after_run(wallet.id, $1) run"#,
        generation,
        user.0,
    );
    let (mut found, mut taken) = (None, Vec::new());
    for row in rows.fetch_all(tx.conn()).await? {
        let wallet = WalletRow {
            id: row.id,
            user_id: row.user_id,
            flagged_at: row.flagged_at,
            message_cap: row.message_cap,
            day_cap: row.day_cap,
            month_cap: row.month_cap,
        };
        let hold = hold_of(row.hold_wallet, row.held, row.may_exceed, false);
        let charged = row.charged_wallet.zip(row.charged).zip(row.refunded);
        let charge = charged.map(|((wallet, charged), refunded)| ChargeRow {
            wallet: WalletId(wallet),
            charged: MicroUsd(charged),
            refunded: MicroUsd(refunded),
        });
        found = Some((Wallet::from(wallet), hold, charge));
        let lot = (row.lot, row.kind, row.taken);
        taken.extend(lot_of(lot, row.expires_at, row.created_at)?);
    }
    Ok(found.map(|(wallet, hold, charge)| AfterRun {
        wallet,
        hold,
        parts: as_parts(&taken),
        charge,
    }))
}

/// All of it or nothing is there.
fn hold_of(
    wallet: Option<Uuid>,
    amount: Option<i64>,
    may_exceed: Option<bool>,
    settled: bool,
) -> Option<HoldRow> {
    let hold = wallet.zip(amount).zip(may_exceed);
    hold.map(|((wallet, amount), may_exceed)| HoldRow {
        wallet: WalletId(wallet),
        amount: MicroUsd(amount),
        may_exceed,
        settled,
    })
}

/// As [`hold_of`].
fn lot_of(
    (id, kind, left): (Option<Uuid>, Option<String>, Option<i64>),
    expires_at: Option<OffsetDateTime>,
    created_at: Option<OffsetDateTime>,
) -> Result<Option<Lot>, Internal> {
    let lot = id.zip(kind).zip(left).zip(created_at);
    lot.map(|(((id, kind), left), created_at)| {
        let row = LotRow {
            id,
            kind,
            left,
            expires_at,
            created_at,
        };
        row.try_into()
    })
    .transpose()
}
