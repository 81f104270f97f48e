use kernel::{Internal, OnConstraint, Tx, id::Uuid};
use time::OffsetDateTime;

use super::{Wallet, insert_charge, line_kind_to_column};
use crate::{
    Capture, Error, LineKind, LotId, MicroUsd, PaymentReference, TransactionId, WalletId,
    server_side::model::{Account, Entries, House, Part},
};

/// What is written into the ledger at once.
#[derive(Clone, Copy)]
pub struct Posting<'a> {
    /// Why.
    pub kind: LineKind,
    /// Unique in the wallet among postings of its kind.
    pub key: &'a str,
    /// What moves.
    pub entries: &'a Entries,
    /// The run that it is about.
    pub generation: Option<Uuid>,
    /// The payment that it is about.
    pub payment: Option<&'a PaymentReference>,
}

/// Credit that is set aside.
#[derive(Debug, Clone, Copy)]
pub struct NewHold<'a> {
    /// For which run.
    pub generation: Uuid,
    /// How much.
    pub amount: MicroUsd,
    /// Whether more than that may be charged.
    pub may_exceed: bool,
    /// Of which lots, in the order of spending.
    pub parts: &'a [Part],
}

impl<'a> Posting<'a> {
    /// One that is about neither run nor payment.
    pub fn new(kind: LineKind, key: &'a str, entries: &'a Entries) -> Self {
        Self {
            kind,
            key,
            entries,
            generation: None,
            payment: None,
        }
    }

    /// About a run.
    pub fn of_generation(mut self, generation: Uuid) -> Self {
        self.generation = Some(generation);
        self
    }

    /// About a payment.
    pub fn of_payment(mut self, payment: &'a PaymentReference) -> Self {
        self.payment = Some(payment);
        self
    }
}

fn stored_key(kind: LineKind, key: &str) -> String {
    format!("{}:{key}", line_kind_to_column(kind))
}

/// A transaction and its entries as their columns. An entry of a person's account has a balance, which the database gives
/// in the place of the zero here; one of the house has none.
struct Columns {
    id: Uuid,
    wallet: Uuid,
    kind: &'static str,
    key: String,
    now: OffsetDateTime,
    change: i64,
    generation: Option<Uuid>,
    payment: Option<String>,
    accounts: Vec<Uuid>,
    amounts: Vec<i64>,
    balances: Vec<Option<i64>>,
}

impl Columns {
    fn of(tx: &Tx, wallet: &Wallet, posting: Posting<'_>) -> Result<Self, Error> {
        let mut columns = Self {
            id: tx.new_id(),
            wallet: wallet.id.0,
            kind: line_kind_to_column(posting.kind),
            key: stored_key(posting.kind, posting.key),
            now: tx.now(),
            change: posting.entries.change()?.0,
            generation: posting.generation,
            payment: posting.payment.map(|payment| payment.as_str().to_owned()),
            accounts: Vec::new(),
            amounts: Vec::new(),
            balances: Vec::new(),
        };
        for (account, amount) in posting.entries.iter() {
            let (id, balance) = match account {
                Account::Lot(lot) => (lot.0, Some(0)),
                Account::Held => (wallet.held, Some(0)),
                Account::House(house) => (house.account(), None),
            };
            columns.accounts.push(id);
            columns.amounts.push(amount.0);
            columns.balances.push(balance);
        }
        Ok(columns)
    }
}

/// Writes a transaction with its entries in one statement, together with what is written `$also` (`$12` and so on are its
/// own); the database moves the balances. One statement for each that comes along, and not one for all: Postgres prepares
/// each part of a statement whenever it is run, those that write nothing too.
macro_rules! write_posting {
    ($tx:ident, $columns:ident, $also:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query!(
            "with posted as (
                 insert into ledger_transactions
                     (id, wallet_id, number, kind, key, occurred_at, amount, credit_after, generation_id, payment)
                 values ($1, $2, 0, $3, $4, $5, $6, 0, $7, $8))" + $also + "
             insert into ledger_entries (transaction_id, account_id, amount, balance_after)
             select $1, entry.account, entry.amount, entry.balance
             from unnest($9::uuid[], $10::bigint[], $11::bigint[]) as entry (account, amount, balance)",
            $columns.id,
            $columns.wallet,
            $columns.kind,
            $columns.key,
            $columns.now,
            $columns.change,
            $columns.generation,
            $columns.payment,
            &$columns.accounts,
            &$columns.amounts,
            &$columns.balances as &[Option<i64>],
            $($argument),*
        )
        .execute($tx.conn())
        .await
    };
}

/// Writes a transaction with its entries. Without any, the database refuses it at the commit.
pub async fn post(tx: &mut Tx, wallet: &Wallet, posting: Posting<'_>) -> Result<(), Error> {
    let columns = Columns::of(tx, wallet, posting)?;
    write_posting!(tx, columns, "")?;
    Ok(())
}

/// Writes a transaction that sets credit aside, and the hold.
///
/// # Errors
/// [`Error::Conflict`] when somebody else has just placed a hold for the run.
pub async fn post_hold(
    tx: &mut Tx,
    wallet: &Wallet,
    posting: Posting<'_>,
    hold: NewHold<'_>,
) -> Result<(), Error> {
    let columns = Columns::of(tx, wallet, posting.of_generation(hold.generation))?;
    let (lots, parts): (Vec<Uuid>, Vec<i64>) =
        hold.parts.iter().map(|(lot, part)| (lot.0, part.0)).unzip();
    write_posting!(
        tx,
        columns,
        ", held as (
             insert into holds (generation_id, wallet_id, amount, may_exceed, placed_at, lots, parts)
             values ($12, $2, $13, $14, $5, $15, $16))",
        hold.generation,
        hold.amount.0,
        hold.may_exceed,
        &lots,
        &parts,
    )
    .on_constraint("holds_pkey", || Error::Conflict)?;
    Ok(())
}

/// Writes the end of a run: a transaction with its entries, if there are any, what was used and what the person pays of
/// it. A hold of the run is over.
pub async fn post_end(
    tx: &mut Tx,
    wallet: &Wallet,
    posting: Posting<'_>,
    capture: &Capture,
    charged: MicroUsd,
) -> Result<(), Error> {
    if posting.entries.iter().next().is_none() {
        return Ok(insert_charge(tx, wallet, capture, charged).await?);
    }
    let columns = Columns::of(tx, wallet, posting.of_generation(capture.generation))?;
    let usage = capture.usage.honest();
    write_posting!(
        tx,
        columns,
        ", settled as (
             update holds set settled_at = $5 where generation_id = $12 and settled_at is null),
         ended as (
             insert into usage_records (generation_id, wallet_id, occurred_at, model_id, price_id, input_tokens,
                 cached_input_tokens, output_tokens, price, charged, provider_cost)
             values ($12, $2, $5, $13, $14, $15, $16, $17, $18, $19, $20))",
        capture.generation,
        capture.model,
        capture.prices.map(|id| id.0),
        usage.input,
        usage.cached_input,
        usage.output,
        capture.price.0,
        charged.0,
        capture.provider_cost.0,
    )?;
    Ok(())
}

/// What a posting made earlier did.
pub struct Posted {
    /// Which.
    pub id: TransactionId,
    /// What it changed for the person.
    pub amount: MicroUsd,
    /// The run that it is about.
    pub generation: Option<Uuid>,
    /// The payment that it is about.
    pub payment: Option<String>,
}

/// The posting of this kind and key, if it was made.
pub async fn posted(
    tx: &mut Tx,
    wallet: WalletId,
    kind: LineKind,
    key: &str,
) -> Result<Option<Posted>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, amount, generation_id, payment from ledger_transactions
         where wallet_id = $1 and key = $2",
        wallet.0,
        stored_key(kind, key),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Posted {
        id: TransactionId(row.id),
        amount: MicroUsd(row.amount),
        generation: row.generation_id,
        payment: row.payment,
    }))
}

/// What a posting did, account by account.
pub async fn entries_of(tx: &mut Tx, transaction: TransactionId) -> Result<Entries, Error> {
    let rows = sqlx::query!(
        "select account.id, account.kind, entry.amount
         from ledger_entries entry join ledger_accounts account on account.id = entry.account_id
         where entry.transaction_id = $1",
        transaction.0
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    rows.map(|row| {
        let account = match row.kind.as_str() {
            "lot" => Account::Lot(LotId(row.id)),
            "held" => Account::Held,
            kind => {
                let mut house = House::ALL
                    .into_iter()
                    .filter(|house| house.as_str() == kind);
                let unknown = || Internal::new("an account of an unknown kind");
                Account::House(house.next().ok_or_else(unknown)?)
            }
        };
        Ok((account, MicroUsd(row.amount)))
    })
    .collect()
}

/// The lot that a posting made.
pub async fn lot_of(tx: &mut Tx, transaction: TransactionId) -> Result<LotId, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select lot.id from ledger_entries entry join credit_lots lot on lot.id = entry.account_id
         where entry.transaction_id = $1",
        transaction.0
    );
    Ok(LotId(id.fetch_one(tx.conn()).await?))
}

/// How much money of a payment is still here: what came, less what went back.
pub async fn money_left(tx: &mut Tx, payment: &PaymentReference) -> Result<MicroUsd, sqlx::Error> {
    let left = sqlx::query_scalar!(
        r#"select coalesce(-sum(entry.amount), 0)::bigint as "left!"
           from ledger_transactions transaction
           join ledger_entries entry on entry.transaction_id = transaction.id
           join ledger_accounts account on account.id = entry.account_id
           where transaction.payment = $1 and account.kind = 'stripe_clearing'"#,
        payment.as_str()
    );
    Ok(MicroUsd(left.fetch_one(tx.conn()).await?))
}
