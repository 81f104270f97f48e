//! How a run stands with the wallet that pays for it: asked in the statement that locks the wallet, by functions of the
//! database that see what was committed until then (migration 33).

use kernel::{Internal, Tx, UserId, id::Uuid};
use time::OffsetDateTime;

use super::{ChargeRow, HoldRow, LotRow, Wallet, WalletRow, make_wallet};
use crate::{Error, MicroUsd, WalletId, server_side::model::Lot};

/// How things stand.
pub struct Standing {
    /// The wallet, locked.
    pub wallet: Wallet,
    /// The run's hold.
    pub hold: Option<HoldRow>,
    /// The run's charge.
    pub charge: Option<ChargeRow>,
    /// Lots, in no order.
    pub lots: Vec<Lot>,
}

/// Before a run begins. Locks the person's wallet, which is made when it is first needed. The lots are those that have
/// credit, expired or not; there is a hold if it was placed before.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person.
pub async fn lock_before_run(
    tx: &mut Tx,
    user: UserId,
    generation: Uuid,
) -> Result<Standing, Error> {
    if let Some(standing) = find_before_run(tx, user, generation).await? {
        return Ok(standing);
    }
    make_wallet(tx, user).await?;
    let standing = find_before_run(tx, user, generation).await?;
    standing.ok_or(Error::NotFound)
}

async fn find_before_run(
    tx: &mut Tx,
    user: UserId,
    generation: Uuid,
) -> Result<Option<Standing>, Internal> {
    let rows = sqlx::query_as!(
        Row,
        r#"select wallet.id as "id!", wallet.user_id as "user_id?", wallet.flagged_at as "flagged_at?",
                  wallet.message_cap as "message_cap?", wallet.day_cap as "day_cap?",
                  wallet.month_cap as "month_cap?",
                  run.hold_wallet as "hold_wallet?", run.held as "held?", run.may_exceed as "may_exceed?",
                  run.settled as "settled?",
                  null::uuid as "charged_wallet?", null::bigint as "charged?", null::bigint as "refunded?",
                  run.lot as "lot?", run.kind as "kind?", run.credit as "credit?",
                  run.expires_at as "expires_at?", run.created_at as "created_at?"
           from (select id, user_id, flagged_at, message_cap, day_cap, month_cap
                 from wallets where user_id = $1 for no key update) wallet
           cross join lateral wallet_before_run(wallet.id, $2) run"#,
        user.0,
        generation,
    );
    read(rows.fetch_all(tx.conn()).await?)
}

/// After a run has ended. Locks the wallet that credit is held in for it, else the person's, which is made when it is
/// first needed; `None` when there is no such person. There is a hold while it is open, and the lots are what it took of
/// each; there is a charge if it was made before.
///
/// # Errors
/// Only [`Internal`].
pub async fn lock_after_run(
    tx: &mut Tx,
    generation: Uuid,
    user: UserId,
) -> Result<Option<Standing>, Internal> {
    if let Some(standing) = find_after_run(tx, generation, user).await? {
        return Ok(Some(standing));
    }
    make_wallet(tx, user).await?;
    find_after_run(tx, generation, user).await
}

async fn find_after_run(
    tx: &mut Tx,
    generation: Uuid,
    user: UserId,
) -> Result<Option<Standing>, Internal> {
    // A hold never changes its wallet, so it does not matter that it is looked up before the lock.
    let rows = sqlx::query_as!(
        Row,
        r#"select wallet.id as "id!", wallet.user_id as "user_id?", wallet.flagged_at as "flagged_at?",
                  wallet.message_cap as "message_cap?", wallet.day_cap as "day_cap?",
                  wallet.month_cap as "month_cap?",
                  run.hold_wallet as "hold_wallet?", run.held as "held?", run.may_exceed as "may_exceed?",
                  false as "settled?",
                  run.charged_wallet as "charged_wallet?", run.charged as "charged?",
                  run.refunded as "refunded?",
                  run.lot as "lot?", run.kind as "kind?", run.taken as "credit?",
                  run.expires_at as "expires_at?", run.created_at as "created_at?"
           from (select id, user_id, flagged_at, message_cap, day_cap, month_cap from wallets
                 where id = coalesce((select wallet_id from holds where generation_id = $1),
                                     (select id from wallets where user_id = $2))
                 for no key update) wallet
           cross join lateral wallet_after_run(wallet.id, $1) run"#,
        generation,
        user.0,
    );
    read(rows.fetch_all(tx.conn()).await?)
}

/// One for each lot, at least one where there is a wallet. Of hold, charge and lot, all of it or nothing is there.
struct Row {
    id: Uuid,
    user_id: Option<Uuid>,
    flagged_at: Option<OffsetDateTime>,
    message_cap: Option<i64>,
    day_cap: Option<i64>,
    month_cap: Option<i64>,
    hold_wallet: Option<Uuid>,
    held: Option<i64>,
    may_exceed: Option<bool>,
    settled: Option<bool>,
    charged_wallet: Option<Uuid>,
    charged: Option<i64>,
    refunded: Option<i64>,
    lot: Option<Uuid>,
    kind: Option<String>,
    credit: Option<i64>,
    expires_at: Option<OffsetDateTime>,
    created_at: Option<OffsetDateTime>,
}

fn read(rows: Vec<Row>) -> Result<Option<Standing>, Internal> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut standing = Standing {
        wallet: first.wallet(),
        hold: first.hold(),
        charge: first.charge(),
        lots: Vec::new(),
    };
    for row in rows {
        if let (Some(id), Some(kind), Some(left), Some(created_at)) =
            (row.lot, row.kind, row.credit, row.created_at)
        {
            let lot = LotRow {
                id,
                kind,
                left,
                expires_at: row.expires_at,
                created_at,
            };
            standing.lots.push(lot.try_into()?);
        }
    }
    Ok(Some(standing))
}

impl Row {
    fn wallet(&self) -> Wallet {
        let row = WalletRow {
            id: self.id,
            user_id: self.user_id,
            flagged_at: self.flagged_at,
            message_cap: self.message_cap,
            day_cap: self.day_cap,
            month_cap: self.month_cap,
        };
        row.into()
    }

    fn hold(&self) -> Option<HoldRow> {
        Some(HoldRow {
            wallet: WalletId(self.hold_wallet?),
            amount: MicroUsd(self.held?),
            may_exceed: self.may_exceed?,
            settled: self.settled?,
        })
    }

    fn charge(&self) -> Option<ChargeRow> {
        Some(ChargeRow {
            wallet: WalletId(self.charged_wallet?),
            charged: MicroUsd(self.charged?),
            refunded: MicroUsd(self.refunded?),
        })
    }
}
