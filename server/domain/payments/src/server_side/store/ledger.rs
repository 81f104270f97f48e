use kernel::{Internal, Tx, id::Uuid};

use super::{Wallet, line_kind_to_column};
use crate::{
    Capture, Error, LineKind, LotId, MicroUsd, PaymentReference, TransactionId, WalletId,
    server_side::model::{Account, Entries, House},
};

/// What is written into the ledger at once.
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
    /// What it sets aside for the run that it is about.
    pub hold: Option<NewHold>,
    /// The end of the run that it is about.
    pub ended: Option<Ended<'a>>,
}

/// Credit that is set aside.
#[derive(Debug, Clone, Copy)]
pub struct NewHold {
    /// How much.
    pub amount: MicroUsd,
    /// Whether more than that may be charged.
    pub may_exceed: bool,
}

/// What a run used, and what it comes to.
#[derive(Clone, Copy)]
pub struct Ended<'a> {
    /// What was used.
    pub capture: &'a Capture,
    /// What the person pays.
    pub charged: MicroUsd,
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
            hold: None,
            ended: None,
        }
    }

    /// About a run.
    pub fn of_generation(mut self, generation: Uuid) -> Self {
        self.generation = Some(generation);
        self
    }

    /// Sets credit aside for the run.
    pub fn holding(mut self, hold: NewHold) -> Self {
        self.hold = Some(hold);
        self
    }

    /// Ends the run: its hold, if it had one, is over.
    pub fn ending(mut self, capture: &'a Capture, charged: MicroUsd) -> Self {
        self.generation = Some(capture.generation);
        self.ended = Some(Ended { capture, charged });
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

/// Writes a transaction with its entries, and the hold or the end of a run that it is for, in one statement; the database
/// moves the balances. Without entries, which a run may end with, there is no transaction.
pub async fn post(tx: &mut Tx, wallet: &Wallet, posting: Posting<'_>) -> Result<(), Error> {
    let (id, now) = (tx.new_id(), tx.now());
    let change = posting.entries.change()?;
    let (mut lots, mut of_lots) = (Vec::new(), Vec::new());
    let (mut kinds, mut of_kinds) = (Vec::new(), Vec::new());
    for (account, amount) in posting.entries.iter() {
        match account {
            Account::Lot(lot) => (lots.push(lot.0), of_lots.push(amount.0)).1,
            Account::Held => (kinds.push("held".to_owned()), of_kinds.push(amount.0)).1,
            Account::House(house) => {
                (
                    kinds.push(house.as_str().to_owned()),
                    of_kinds.push(amount.0),
                )
                    .1
            }
        }
    }
    let (hold, ended) = (posting.hold, posting.ended);
    let capture = ended.map(|ended| ended.capture);
    let usage = capture.map(|capture| capture.usage.honest());
    let written = sqlx::query!(
        "with posted as (
             insert into ledger_transactions
                 (id, wallet_id, number, kind, key, occurred_at, amount, credit_after, generation_id, payment)
             select $1, $2, 0, $3, $4, $5, $6, 0, $7, $8
             where cardinality($9::uuid[]) + cardinality($11::text[]) > 0
             returning id),
         held as (
             insert into holds (generation_id, wallet_id, amount, may_exceed, placed_at)
             select $7, $2, $13, $14, $5 where $13::bigint is not null),
         settled as (
             update holds set settled_at = $5
             where $15::uuid is not null and generation_id = $7 and settled_at is null),
         ended as (
             insert into usage_records (generation_id, wallet_id, occurred_at, model_id, price_id, input_tokens,
                 cached_input_tokens, output_tokens, price, charged, provider_cost)
             select $7, $2, $5, $15, $16, $17, $18, $19, $20, $21, $22 where $15::uuid is not null)
         insert into ledger_entries (transaction_id, account_id, amount, balance_after)
         select posted.id, lot.id, lot.amount, 0
         from posted, unnest($9::uuid[], $10::bigint[]) as lot (id, amount)
         union all
         select posted.id, account.id, part.amount, 0
         from posted, unnest($11::text[], $12::bigint[]) as part (kind, amount)
         join ledger_accounts account
             on account.wallet_id = $2 and account.kind = part.kind and account.kind <> 'lot'",
        id,
        wallet.id.0,
        line_kind_to_column(posting.kind),
        stored_key(posting.kind, posting.key),
        now,
        change.0,
        posting.generation,
        posting.payment.map(PaymentReference::as_str),
        &lots,
        &of_lots,
        &kinds,
        &of_kinds,
        hold.map(|hold| hold.amount.0) as Option<i64>,
        hold.map(|hold| hold.may_exceed) as Option<bool>,
        capture.map(|capture| capture.model) as Option<Uuid>,
        capture.and_then(|capture| capture.prices).map(|id| id.0) as Option<Uuid>,
        usage.map(|usage| usage.input) as Option<i64>,
        usage.map(|usage| usage.cached_input) as Option<i64>,
        usage.map(|usage| usage.output) as Option<i64>,
        capture.map(|capture| capture.price.0) as Option<i64>,
        ended.map(|ended| ended.charged.0) as Option<i64>,
        capture.map(|capture| capture.provider_cost.0) as Option<i64>,
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if usize::try_from(written).ok() != Some(lots.len() + kinds.len()) {
        return Err(Internal::new("an account of a posting is missing").into());
    }
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
