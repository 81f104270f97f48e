use kernel::Tx;

use crate::{DisputeOutcome, LotId, MicroUsd, PaymentReference, WalletId};

/// A payment taken back by its payer's bank.
#[derive(Debug, Clone)]
pub struct DisputeRow {
    /// The lot that was paid for.
    pub lot: LotId,
    /// In which wallet.
    pub wallet: WalletId,
    /// The payment.
    pub payment: Option<String>,
    /// Money.
    pub money: MicroUsd,
    /// Credit that could be taken.
    pub taken: MicroUsd,
    /// The end it had; `None` while it is open.
    pub outcome: Option<DisputeOutcome>,
}

/// A dispute by its reference. How it stands is only sure once its wallet is locked.
pub async fn find_dispute(
    tx: &mut Tx,
    reference: &PaymentReference,
) -> Result<Option<DisputeRow>, sqlx::Error> {
    let row = sqlx::query!(
        "select dispute.lot_id, dispute.wallet_id, dispute.amount, dispute.taken, dispute.outcome, lot.payment
         from disputes dispute join credit_lots lot on lot.id = dispute.lot_id
         where dispute.reference = $1",
        reference.as_str()
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| DisputeRow {
        lot: LotId(row.lot_id),
        wallet: WalletId(row.wallet_id),
        payment: row.payment,
        money: MicroUsd(row.amount),
        taken: MicroUsd(row.taken),
        outcome: row.outcome.map(|outcome| outcome_from_column(&outcome)),
    }))
}

/// Notes a dispute.
pub async fn insert_dispute(
    tx: &mut Tx,
    reference: &PaymentReference,
    dispute: &DisputeRow,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into disputes (reference, lot_id, wallet_id, amount, taken, opened_at)
         values ($1, $2, $3, $4, $5, $6)",
        reference.as_str(),
        dispute.lot.0,
        dispute.wallet.0,
        dispute.money.0,
        dispute.taken.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The dispute has ended.
pub async fn resolve(
    tx: &mut Tx,
    reference: &PaymentReference,
    outcome: DisputeOutcome,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "update disputes set outcome = $2, resolved_at = $3 where reference = $1",
        reference.as_str(),
        outcome_to_column(outcome),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether a dispute of this wallet is open, or was lost.
pub async fn disputed(tx: &mut Tx, wallet: WalletId) -> Result<Disputed, sqlx::Error> {
    let row = sqlx::query!(
        r#"select coalesce(bool_or(outcome is null), false) as "open!",
                  coalesce(bool_or(outcome = 'lost'), false) as "lost!"
           from disputes where wallet_id = $1"#,
        wallet.0
    );
    let row = row.fetch_one(tx.conn()).await?;
    Ok(Disputed {
        open: row.open,
        lost: row.lost,
    })
}

/// How a wallet stands with its disputes.
#[derive(Debug, Clone, Copy)]
pub struct Disputed {
    /// One is open.
    pub open: bool,
    /// One was lost.
    pub lost: bool,
}

/// As stored.
pub fn outcome_to_column(outcome: DisputeOutcome) -> &'static str {
    match outcome {
        DisputeOutcome::Won => "won",
        DisputeOutcome::Lost => "lost",
    }
}

/// The database knows only these two.
fn outcome_from_column(outcome: &str) -> DisputeOutcome {
    match outcome {
        "won" => DisputeOutcome::Won,
        _ => DisputeOutcome::Lost,
    }
}
