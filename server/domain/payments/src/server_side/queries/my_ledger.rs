use kernel::{Actor, Db, Internal, Page, id::Uuid};
use time::OffsetDateTime;

use super::wallet_of;
use crate::{
    Error, LedgerLine, LineCursor, MicroUsd, PaymentReference, WalletId,
    server_side::store::line_kind_from_column,
};

/// Lines of a page.
const PAGE: i64 = 50;

/// What happened to the credit of the person who asks, latest first, after a line.
///
/// # Errors
/// [`Error::NotSignedIn`] for nobody.
#[tracing::instrument(name = "payments.my_ledger", skip_all)]
pub async fn my_ledger(
    db: &Db,
    actor: Actor,
    after: Option<LineCursor>,
) -> Result<Page<LedgerLine, LineCursor>, Error> {
    let user = actor.person()?;
    let Some(wallet) = wallet_of(db, user).await? else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    let lines = lines(db, wallet, after, PAGE + 1).await?;
    let size = usize::try_from(PAGE).map_err(Internal::new)?;
    Ok(Page::from_rows(lines, size, |line| LineCursor(line.number)))
}

/// Some lines of a wallet.
pub async fn lines(
    db: &Db,
    wallet: WalletId,
    after: Option<LineCursor>,
    at_most: i64,
) -> Result<Vec<LedgerLine>, Internal> {
    let rows = sqlx::query_as!(
        Row,
        "select number, occurred_at, kind, amount, credit_after, generation_id, payment
         from ledger_transactions where wallet_id = $1 and amount <> 0 and number < $2
         order by number desc limit $3",
        wallet.0,
        after.map_or(i64::MAX, |line| line.0),
        at_most,
    );
    let rows = rows.fetch_all(db.pool()).await?;
    rows.into_iter().map(LedgerLine::try_from).collect()
}

struct Row {
    number: i64,
    occurred_at: OffsetDateTime,
    kind: String,
    amount: i64,
    credit_after: i64,
    generation_id: Option<Uuid>,
    payment: Option<String>,
}

impl TryFrom<Row> for LedgerLine {
    type Error = Internal;

    fn try_from(row: Row) -> Result<Self, Internal> {
        let payment = row.payment.as_deref().map(PaymentReference::parse);
        Ok(Self {
            number: row.number,
            at: row.occurred_at,
            kind: line_kind_from_column(&row.kind)?,
            amount: MicroUsd(row.amount),
            balance_after: MicroUsd(row.credit_after),
            generation: row.generation_id,
            payment: payment.transpose().map_err(Internal::new)?,
        })
    }
}
