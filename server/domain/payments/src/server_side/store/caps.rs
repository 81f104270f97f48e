use kernel::Tx;
use time::OffsetDateTime;

use crate::{MicroUsd, WalletId};

/// What was charged in a wallet since then, less what was given back of it, and what is held.
pub async fn charged_since(
    tx: &mut Tx,
    wallet: WalletId,
    since: OffsetDateTime,
) -> Result<MicroUsd, sqlx::Error> {
    let used = sqlx::query_scalar!(
        r#"select (select coalesce(sum(charged - refunded), 0) from usage_records
                   where wallet_id = $1 and occurred_at >= $2)::bigint
                + (select balance from ledger_accounts where wallet_id = $1 and kind = 'held') as "used!""#,
        wallet.0,
        since,
    );
    Ok(MicroUsd(used.fetch_one(tx.conn()).await?))
}
