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

/// The sum of each kind of account over all wallets, for operators: together they are zero.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.trial_balance", skip_all)]
pub async fn trial_balance(db: &Db, actor: Actor) -> Result<Vec<HouseBalance>, Error> {
    if !actor.is_operator() {
        return Err(Error::Forbidden);
    }
    let rows = sqlx::query!(
        r#"select kind, sum(balance)::bigint as "balance!" from ledger_accounts group by kind order by kind"#
    );
    let rows = rows.fetch_all(db.pool()).await?.into_iter();
    Ok(rows
        .map(|row| HouseBalance {
            account: row.kind,
            balance: MicroUsd(row.balance),
        })
        .collect())
}
