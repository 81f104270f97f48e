use kernel::{Actor, Db};

use crate::{Error, MicroUsd};

/// What all accounts of a kind hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseBalance {
    /// As in the migration: `revenue`, `lot`, …
    pub account: String,
    /// Positive for what is owed or earned, negative for what is owned or spent.
    pub balance: MicroUsd,
}

/// The sum of each kind of account over all wallets, for operators: together they are zero. Reads all entries.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.trial_balance", skip_all)]
pub async fn trial_balance(db: &Db, actor: Actor) -> Result<Vec<HouseBalance>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let mut tx = db.begin().await?;
    // The site's connections plan by index, which suits a question about one person.
    sqlx::query!("set local enable_seqscan = on")
        .execute(tx.conn())
        .await?;
    let rows = sqlx::query!(
        r#"select account.kind, coalesce(sum(entry.amount), 0)::bigint as "balance!"
           from ledger_accounts account left join ledger_entries entry on entry.account_id = account.id
           group by account.kind order by account.kind"#
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    Ok(rows
        .map(|row| HouseBalance {
            account: row.kind,
            balance: MicroUsd(row.balance),
        })
        .collect())
}
