use kernel::{Actor, Db, Internal, UserId, id::Uuid};
use time::OffsetDateTime;

use crate::{
    Error, LotId, MicroUsd, PaymentReference, PaymentView, server_side::store::lot_kind_from_column,
};

/// What became of a payment, for operators and the site; `None` for one that gave no credit.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
#[tracing::instrument(name = "payments.paid_for", skip_all)]
pub async fn paid_for(
    db: &Db,
    actor: Actor,
    payment: &PaymentReference,
) -> Result<Option<PaymentView>, Error> {
    Ok(read(db, actor, Some(payment), None, 1).await?.pop())
}

/// Some payments in the order of their lots' ids, after a lot, for operators and the site: whoever compares the
/// ledger with the payment provider reads all of them.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
#[tracing::instrument(name = "payments.payments", skip_all)]
pub async fn payments(
    db: &Db,
    actor: Actor,
    after: Option<LotId>,
    at_most: i64,
) -> Result<Vec<PaymentView>, Error> {
    read(db, actor, None, after, at_most).await
}

async fn read(
    db: &Db,
    actor: Actor,
    payment: Option<&PaymentReference>,
    after: Option<LotId>,
    at_most: i64,
) -> Result<Vec<PaymentView>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let rows = sqlx::query_as!(
        Row,
        r#"select lot.id, wallet.user_id, lot.kind, lot.payment as "payment!", lot.paid, here.money as "here!",
                  lot.amount, account.balance as "balance!", lot.created_at
           from credit_lots lot
           join wallets wallet on wallet.id = lot.wallet_id
           join ledger_accounts account on account.id = lot.id
           cross join lateral (
               select coalesce(-sum(entry.amount), 0)::bigint as money
               from ledger_transactions transaction
               join ledger_entries entry on entry.transaction_id = transaction.id
               join ledger_accounts clearing on clearing.id = entry.account_id
               where transaction.payment = lot.payment and clearing.kind = 'stripe_clearing') here
           where lot.payment is not null and ($1::text is null or lot.payment = $1)
             and ($2::uuid is null or lot.id > $2)
           order by lot.id limit $3"#,
        payment.map(PaymentReference::as_str),
        after.map(|lot| lot.0),
        at_most,
    );
    let rows = rows.fetch_all(db.pool()).await?;
    Ok(rows
        .into_iter()
        .map(PaymentView::try_from)
        .collect::<Result<_, _>>()?)
}

struct Row {
    id: Uuid,
    user_id: Option<Uuid>,
    kind: String,
    payment: String,
    paid: i64,
    here: i64,
    amount: i64,
    balance: i64,
    created_at: OffsetDateTime,
}

impl TryFrom<Row> for PaymentView {
    type Error = Internal;

    fn try_from(row: Row) -> Result<Self, Internal> {
        Ok(Self {
            lot: LotId(row.id),
            user: row.user_id.map(UserId),
            kind: lot_kind_from_column(&row.kind)?,
            payment: PaymentReference::parse(&row.payment).map_err(Internal::new)?,
            paid: MicroUsd(row.paid),
            here: MicroUsd(row.here),
            credit: MicroUsd(row.amount),
            left: MicroUsd(row.balance),
            at: row.created_at,
        })
    }
}
