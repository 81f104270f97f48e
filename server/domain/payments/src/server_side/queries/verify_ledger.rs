use kernel::{Actor, Db, Tx, id::Uuid};

use crate::{Error, MicroUsd};

/// What is wrong with the ledger. Each says where, what is there, and what the entries say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The entries of a transaction do not sum to zero; `found` is their sum.
    Unbalanced(Found),
    /// A transaction changes something else for the person than it states.
    Misstated(Found),
    /// An entry without its transaction, or a transaction of another wallet's account.
    Stray(Found),
    /// The balance of an account is not the sum of its entries.
    Balance(Found),
    /// A person's account is below nothing, or a lot above what it was at first.
    OutOfBounds(Found),
    /// The lines of a wallet are not 1, 2, 3, …, or what it has then does not follow from the line before.
    BrokenLine(Found),
    /// What a wallet has is not what its last line says.
    Credit(Found),
    /// What is held in a wallet is not the sum of its open holds.
    Holds(Found),
    /// What an open hold says of its lots is not what its entries took from them.
    PartsOfHold(Found),
    /// What a run was charged, less what was given back, is not what was earned by it.
    Charge(Found),
}

/// Where, what is there, and what should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The transaction, account, wallet or run.
    pub at: Uuid,
    /// What is there.
    pub found: MicroUsd,
    /// What should be.
    pub expected: MicroUsd,
}

/// So many differences of a kind are told.
const AT_MOST: i64 = 100;

/// Proves the ledger: compares all that is derived from the entries with the entries, at one moment. Gives each
/// difference, at most 100 of a kind; none when all is well. Reads everything: for a nightly job and an
/// operator.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.verify_ledger", skip_all)]
pub async fn verify_ledger(db: &Db, actor: Actor) -> Result<Vec<Difference>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let mut tx = db.begin().await?;
    sqlx::query!("set transaction isolation level repeatable read, read only")
        .execute(tx.conn())
        .await?;
    // The site's connections plan by index, which suits a question about one person.
    sqlx::query!("set local enable_seqscan = on")
        .execute(tx.conn())
        .await?;
    let mut all = Vec::new();
    transactions(&mut tx, &mut all).await?;
    accounts(&mut tx, &mut all).await?;
    wallets(&mut tx, &mut all).await?;
    charges(&mut tx, &mut all).await?;
    Ok(all)
}

macro_rules! differences {
    ($tx:expr, $all:expr, $kind:ident, $sql:literal) => {
        let rows = sqlx::query!($sql, AT_MOST).fetch_all($tx.conn()).await?;
        $all.extend(rows.into_iter().map(|row| {
            Difference::$kind(Found {
                at: row.at,
                found: MicroUsd(row.found),
                expected: MicroUsd(row.expected),
            })
        }));
    };
}

async fn transactions(tx: &mut Tx, all: &mut Vec<Difference>) -> Result<(), sqlx::Error> {
    differences!(
        tx,
        all,
        Unbalanced,
        r#"select transaction_id as "at!", sum(amount)::bigint as "found!", 0::bigint as "expected!"
           from ledger_entries group by transaction_id having sum(amount) <> 0 limit $1"#
    );
    differences!(
        tx,
        all,
        Misstated,
        r#"select transaction.id as "at!", transaction.amount as "found!", coalesce(own.amount, 0) as "expected!"
           from ledger_transactions transaction
           left join (select transaction_id, sum(entry.amount)::bigint as amount
                      from ledger_entries entry join ledger_accounts account on account.id = entry.account_id
                      where account.kind in ('lot', 'held') group by transaction_id) own
               on own.transaction_id = transaction.id
           where transaction.amount <> coalesce(own.amount, 0) limit $1"#
    );
    differences!(
        tx,
        all,
        Stray,
        r#"select entry.transaction_id as "at!", entry.amount as "found!", 0::bigint as "expected!"
           from ledger_entries entry
           left join ledger_accounts account on account.id = entry.account_id
           left join ledger_transactions transaction on transaction.id = entry.transaction_id
           where transaction.id is null or account.id is null or account.wallet_id <> transaction.wallet_id limit $1"#
    );
    Ok(())
}

async fn accounts(tx: &mut Tx, all: &mut Vec<Difference>) -> Result<(), sqlx::Error> {
    differences!(
        tx,
        all,
        Balance,
        r#"select account.id as "at!", coalesce(account.balance, 0) as "found!", coalesce(entries.amount, 0) as "expected!"
           from ledger_accounts account
           left join (select account_id, sum(amount)::bigint as amount from ledger_entries group by account_id)
               entries on entries.account_id = account.id
           where case when account.kind in ('lot', 'held')
                      then account.balance is distinct from coalesce(entries.amount, 0)
                          -- Or it would not be found by those who look for what is left.
                          or account.has_credit is distinct from (account.balance > 0)
                      -- The house's is the sum of its entries.
                      else account.balance is not null end
           limit $1"#
    );
    differences!(
        tx,
        all,
        OutOfBounds,
        r#"select account.id as "at!", account.balance as "found!",
                  case when account.balance < 0 then 0 else lot.amount end as "expected!"
           from ledger_accounts account left join credit_lots lot on lot.id = account.id
           where account.kind in ('lot', 'held') and account.balance < 0 or account.balance > lot.amount
           limit $1"#
    );
    Ok(())
}

async fn wallets(tx: &mut Tx, all: &mut Vec<Difference>) -> Result<(), sqlx::Error> {
    differences!(
        tx,
        all,
        BrokenLine,
        r#"select line.id as "at!", line.credit_after as "found!", line.before + line.amount as "expected!"
           from (select id, number, amount, credit_after,
                        row_number() over in_order as place,
                        coalesce(lag(credit_after) over in_order, 0) as before
                 from ledger_transactions window in_order as (partition by wallet_id order by number)) line
           where line.number <> line.place or line.credit_after <> line.before + line.amount limit $1"#
    );
    differences!(
        tx,
        all,
        Credit,
        r#"select credit.wallet_id as "at!", credit.balance as "found!", coalesce(last.credit_after, 0) as "expected!"
           from (select wallet_id, sum(balance)::bigint as balance
                 from ledger_accounts where kind in ('lot', 'held') group by wallet_id) credit
           left join lateral (select credit_after from ledger_transactions
                              where wallet_id = credit.wallet_id order by number desc limit 1) last on true
           where credit.balance <> coalesce(last.credit_after, 0) limit $1"#
    );
    differences!(
        tx,
        all,
        Holds,
        r#"select held.wallet_id as "at!", held.balance as "found!", coalesce(open.amount, 0) as "expected!"
           from ledger_accounts held
           left join (select wallet_id, sum(amount)::bigint as amount
                      from holds where settled_at is null group by wallet_id) open
               on open.wallet_id = held.wallet_id
           where held.kind = 'held' and held.balance <> coalesce(open.amount, 0) limit $1"#
    );
    differences!(
        tx,
        all,
        PartsOfHold,
        r#"select at as "at!", coalesce(found, 0) as "found!", coalesce(expected, 0) as "expected!"
           from (select hold.generation_id as at, part.amount as found, taken.amount as expected
                 from holds hold cross join unnest(hold.lots, hold.parts) as part (lot, amount)
                 left join lateral (select -sum(entry.amount)::bigint as amount
                                    from ledger_transactions transaction
                                    join ledger_entries entry on entry.transaction_id = transaction.id
                                    where transaction.generation_id = hold.generation_id
                                      and entry.account_id = part.lot) taken on true
                 where hold.settled_at is null
                 union all
                 select generation_id, (select sum(part)::bigint from unnest(parts) part), amount
                 from holds where settled_at is null and lots is not null) part
           where found is distinct from expected limit $1"#
    );
    Ok(())
}

async fn charges(tx: &mut Tx, all: &mut Vec<Difference>) -> Result<(), sqlx::Error> {
    differences!(
        tx,
        all,
        Charge,
        r#"select run.generation_id as "at!", run.charged - run.refunded as "found!",
                  coalesce(earned.amount, 0) as "expected!"
           from usage_records run
           left join (select transaction.generation_id, sum(entry.amount)::bigint as amount
                      from ledger_transactions transaction
                      join ledger_entries entry on entry.transaction_id = transaction.id
                      join ledger_accounts account on account.id = entry.account_id
                      where account.kind = 'revenue' and transaction.generation_id is not null
                      group by transaction.generation_id) earned
               on earned.generation_id = run.generation_id
           where run.charged - run.refunded <> coalesce(earned.amount, 0) limit $1"#
    );
    Ok(())
}
