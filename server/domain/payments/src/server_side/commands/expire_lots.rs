use kernel::{Actor, Db, Tx, id::Uuid};

use super::{close_wallet, only_operators, record};
use crate::{
    Error, LineKind, MicroUsd, WalletId,
    events::CreditExpired,
    server_side::{
        model::{self, Part},
        store::{self, Posting, Wallet},
    },
};

/// So many wallets are looked up at once.
const AT_ONCE: i64 = 100;

/// Books the credit whose time is over as expired, and so what is left in wallets whose accounts are erased;
/// gives how many wallets had any. One transaction each. To be called now and then: expired credit cannot be
/// spent before that either.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but operators and the site.
#[tracing::instrument(name = "payments.expire_lots", skip_all)]
pub async fn expire_lots(db: &Db, actor: Actor) -> Result<u64, Error> {
    only_operators(actor)?;
    let mut wallets = 0;
    let mut after = Uuid::nil();
    loop {
        let some = due(db, after).await?;
        let Some(last) = some.last() else {
            return Ok(wallets);
        };
        after = *last;
        for wallet in some {
            let mut tx = db.begin().await?;
            expire_wallet(&mut tx, WalletId(wallet)).await?;
            tx.commit().await?;
            wallets += 1;
        }
    }
}

async fn due(db: &Db, after: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select due.wallet_id as "wallet!" from (
             select account.wallet_id
             from ledger_accounts account
             join wallets wallet on wallet.id = account.wallet_id
             join credit_lots lot on lot.id = account.id
             where account.kind = 'lot' and account.has_credit and (lot.expires_at <= $2 or wallet.user_id is null)
             union
             select hold.wallet_id
             from holds hold join wallets wallet on wallet.id = hold.wallet_id
             where hold.settled_at is null and wallet.user_id is null) due
           where due.wallet_id > $1 order by due.wallet_id limit $3"#,
        after,
        db.now(),
        AT_ONCE,
    )
    .fetch_all(db.pool())
    .await
}

async fn expire_wallet(tx: &mut Tx, wallet: WalletId) -> Result<(), Error> {
    let wallet = store::lock_wallet(tx, wallet).await?;
    if wallet.user.is_none() {
        return close_wallet::empty(tx, &wallet).await;
    }
    let now = tx.now();
    let lots = store::lots(tx, wallet.id).await?;
    let over = lots
        .iter()
        .filter(|lot| lot.expires_at.is_some_and(|at| at <= now));
    let parts: Vec<Part> = over.map(|lot| (lot.id, lot.left)).collect();
    expire_in(tx, &wallet, &parts).await
}

/// Books parts of lots as expired.
pub async fn expire_in(tx: &mut Tx, wallet: &Wallet, parts: &[Part]) -> Result<(), Error> {
    let amount = MicroUsd::sum(parts.iter().map(|part| part.1))?;
    if !amount.is_positive() {
        return Ok(());
    }
    let entries = model::expiry(parts)?;
    // What makes it happen once is that nothing is left.
    let key = tx.new_id().to_string();
    let posting = Posting::new(LineKind::Expiry, &key, &entries);
    store::post(tx, wallet, posting).await?;
    record(tx, wallet, |user_id| CreditExpired { user_id, amount })?;
    Ok(())
}
