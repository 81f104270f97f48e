use kernel::{Internal, OnConstraint, Tx, id::Uuid};
use time::OffsetDateTime;

use super::Wallet;
use crate::{
    Error, LotId, LotKind, MicroUsd, PaymentReference, WalletId,
    server_side::model::{Lot, Part, in_spending_order},
};

/// A lot as it came.
pub struct NewLot<'a> {
    /// Where it comes from.
    pub kind: LotKind,
    /// At first.
    pub credit: MicroUsd,
    /// Money for it.
    pub paid: MicroUsd,
    /// What was paid; `None` for a grant.
    pub payment: Option<&'a PaymentReference>,
    /// Until when it can be spent.
    pub expires_at: Option<OffsetDateTime>,
}

/// Makes an empty lot, to be filled by a posting.
///
/// # Errors
/// [`Error::Conflict`] when the payment has given credit to somebody else.
pub async fn insert_lot(tx: &mut Tx, wallet: &Wallet, lot: NewLot<'_>) -> Result<LotId, Error> {
    let (id, now) = (tx.new_id(), tx.now());
    sqlx::query!(
        "with account as (
             insert into ledger_accounts (id, wallet_id, kind) values ($1, $2, 'lot') returning id)
         insert into credit_lots (id, wallet_id, kind, amount, paid, payment, expires_at, created_at)
         select id, $2, $3, $4, $5, $6, $7, $8 from account",
        id,
        wallet.id.0,
        lot_kind_to_column(lot.kind),
        lot.credit.0,
        lot.paid.0,
        lot.payment.map(PaymentReference::as_str),
        lot.expires_at,
        now,
    )
    .execute(tx.conn())
    .await
    .on_constraint("credit_lots_payment_unique", || Error::Conflict)?;
    Ok(LotId(id))
}

struct LotRow {
    id: Uuid,
    kind: String,
    left: i64,
    expires_at: Option<OffsetDateTime>,
    created_at: OffsetDateTime,
}

impl TryFrom<LotRow> for Lot {
    type Error = Internal;

    fn try_from(row: LotRow) -> Result<Self, Internal> {
        Ok(Self {
            id: LotId(row.id),
            kind: lot_kind_from_column(&row.kind)?,
            left: MicroUsd(row.left),
            expires_at: row.expires_at,
            created_at: row.created_at,
        })
    }
}

/// The lots of a wallet that have credit, expired or not, in no order.
pub async fn lots(tx: &mut Tx, wallet: WalletId) -> Result<Vec<Lot>, Internal> {
    let rows = sqlx::query_as!(
        LotRow,
        r#"select lot.id, lot.kind, account.balance as "left!", lot.expires_at, lot.created_at
           from ledger_accounts account join credit_lots lot on lot.id = account.id
           where account.wallet_id = $1 and account.kind = 'lot' and account.has_credit"#,
        wallet.0
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(Lot::try_from).collect()
}

/// What a run has taken and not given back, lot by lot in the order of spending.
pub async fn parts_of(tx: &mut Tx, generation: Uuid) -> Result<Vec<Part>, Internal> {
    let rows = sqlx::query_as!(
        LotRow,
        r#"select lot.id, lot.kind, -sum(entry.amount)::bigint as "left!", lot.expires_at, lot.created_at
           from ledger_transactions transaction
           join ledger_entries entry on entry.transaction_id = transaction.id
           join credit_lots lot on lot.id = entry.account_id
           where transaction.generation_id = $1
           group by lot.id having sum(entry.amount) < 0"#,
        generation
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    let lots: Vec<Lot> = rows.map(Lot::try_from).collect::<Result<_, _>>()?;
    // What has expired meanwhile is among it, to be given back all the same: as if it were before all time.
    let ordered = in_spending_order(&lots, OffsetDateTime::UNIX_EPOCH);
    Ok(ordered.iter().map(|lot| (lot.id, lot.left)).collect())
}

/// A lot that was paid for.
pub struct PaidLot {
    /// Which.
    pub id: LotId,
    /// In which wallet.
    pub wallet: WalletId,
    /// Where it comes from.
    pub kind: LotKind,
    /// Credit at first.
    pub amount: MicroUsd,
    /// Money for it.
    pub paid: MicroUsd,
    /// Credit that is left.
    pub left: MicroUsd,
}

/// The lot of a payment. What is left of it is only sure once its wallet is locked.
pub async fn paid_lot(
    tx: &mut Tx,
    payment: &PaymentReference,
) -> Result<Option<PaidLot>, Internal> {
    let row = sqlx::query!(
        r#"select lot.id, lot.wallet_id, lot.kind, lot.amount, lot.paid, account.balance as "balance!"
           from credit_lots lot join ledger_accounts account on account.id = lot.id
           where lot.payment = $1"#,
        payment.as_str()
    );
    let row = row.fetch_optional(tx.conn()).await?;
    row.map(|row| {
        Ok(PaidLot {
            id: LotId(row.id),
            wallet: WalletId(row.wallet_id),
            kind: lot_kind_from_column(&row.kind)?,
            amount: MicroUsd(row.amount),
            paid: MicroUsd(row.paid),
            left: MicroUsd(row.balance),
        })
    })
    .transpose()
}

/// Of these lots, those whose time is over, and what is left of them.
pub async fn expired_of(tx: &mut Tx, lots: &[LotId]) -> Result<Vec<Part>, sqlx::Error> {
    let ids: Vec<Uuid> = lots.iter().map(|lot| lot.0).collect();
    let now = tx.now();
    let rows = sqlx::query!(
        r#"select lot.id, account.balance as "balance!"
           from credit_lots lot join ledger_accounts account on account.id = lot.id
           where lot.id = any($1) and lot.expires_at <= $2 order by lot.id"#,
        &ids,
        now,
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    Ok(rows
        .map(|row| (LotId(row.id), MicroUsd(row.balance)))
        .collect())
}

/// Gives lots another end.
pub async fn set_expiry(
    tx: &mut Tx,
    lots: &[LotId],
    expires_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = lots.iter().map(|lot| lot.0).collect();
    sqlx::query!(
        "update credit_lots set expires_at = $2 where id = any($1)",
        &ids,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// As stored.
pub fn lot_kind_to_column(kind: LotKind) -> &'static str {
    match kind {
        LotKind::Allowance => "allowance",
        LotKind::Granted => "granted",
        LotKind::Bought => "bought",
    }
}

/// As read back.
pub fn lot_kind_from_column(kind: &str) -> Result<LotKind, Internal> {
    match kind {
        "allowance" => Ok(LotKind::Allowance),
        "granted" => Ok(LotKind::Granted),
        "bought" => Ok(LotKind::Bought),
        _ => Err(Internal::new("a lot of an unknown kind")),
    }
}
