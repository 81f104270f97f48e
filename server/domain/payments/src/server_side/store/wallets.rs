use kernel::{Tx, UserId, id::Uuid};
use time::OffsetDateTime;

use crate::{Caps, Error, MicroUsd, WalletId, server_side::model::House};

/// A wallet, locked until the end of the transaction.
#[derive(Debug, Clone, Copy)]
pub struct Wallet {
    /// Which.
    pub id: WalletId,
    /// Whose; `None` once their account is erased.
    pub user: Option<UserId>,
    /// Whether a payment is disputed.
    pub flagged: bool,
    /// The person's limits.
    pub caps: Caps,
    /// The account of what is held.
    pub(super) held: Uuid,
}

struct WalletRow {
    id: Uuid,
    user_id: Option<Uuid>,
    flagged_at: Option<OffsetDateTime>,
    message_cap: Option<i64>,
    day_cap: Option<i64>,
    month_cap: Option<i64>,
    held_account: Uuid,
}

impl From<WalletRow> for Wallet {
    fn from(row: WalletRow) -> Self {
        Self {
            id: WalletId(row.id),
            user: row.user_id.map(UserId),
            flagged: row.flagged_at.is_some(),
            caps: Caps {
                message: row.message_cap.map(MicroUsd),
                day: row.day_cap.map(MicroUsd),
                month: row.month_cap.map(MicroUsd),
            },
            held: row.held_account,
        }
    }
}

/// Locks a person's wallet, which is made when it is first needed.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person.
pub async fn lock_wallet_of(tx: &mut Tx, user: UserId) -> Result<Wallet, Error> {
    if let Some(wallet) = find_wallet_of(tx, user).await? {
        return Ok(wallet);
    }
    make_wallet(tx, user).await?.ok_or(Error::NotFound)
}

/// Locks a wallet.
///
/// # Errors
/// Only [`Error::Internal`]: wallets stay.
pub async fn lock_wallet(tx: &mut Tx, wallet: WalletId) -> Result<Wallet, Error> {
    let row = sqlx::query_as!(
        WalletRow,
        r#"select id, user_id, flagged_at, message_cap, day_cap, month_cap, held_account as "held_account!"
           from wallets where id = $1 for no key update"#,
        wallet.0
    );
    Ok(row.fetch_one(tx.conn()).await?.into())
}

/// Locks the wallet of a person, if they have one.
pub async fn find_wallet_of(tx: &mut Tx, user: UserId) -> Result<Option<Wallet>, sqlx::Error> {
    let row = sqlx::query_as!(
        WalletRow,
        r#"select id, user_id, flagged_at, message_cap, day_cap, month_cap, held_account as "held_account!"
           from wallets where user_id = $1 for no key update"#,
        user.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(Wallet::from))
}

/// Makes a person's wallet with its accounts, unless somebody was faster, and locks it; `None` when there is no such
/// person. It has accounts of the house for the version before migration 34, to which ours may be set back.
pub async fn make_wallet(tx: &mut Tx, user: UserId) -> Result<Option<Wallet>, sqlx::Error> {
    let (id, now) = (tx.new_id(), tx.now());
    let mut kinds: Vec<String> = House::ALL.map(|house| house.as_str().to_owned()).into();
    kinds.push("held".to_owned());
    let ids: Vec<Uuid> = kinds.iter().map(|_| tx.new_id()).collect();
    sqlx::query!(
        "with made as (
             insert into wallets (id, user_id, created_at) select $1, id, $3 from users where id = $2
             on conflict (user_id) do nothing returning id)
         insert into ledger_accounts (id, wallet_id, kind)
         select account.id, made.id, account.kind
         from made, unnest($4::uuid[], $5::text[]) as account (id, kind)",
        id,
        user.0,
        now,
        &ids,
        &kinds,
    )
    .execute(tx.conn())
    .await?;
    find_wallet_of(tx, user).await
}

/// Keeps the wallet's credit from being spent, or no longer.
pub async fn set_flag(tx: &mut Tx, wallet: WalletId, flagged: bool) -> Result<(), sqlx::Error> {
    let now = tx.now();
    sqlx::query!(
        "update wallets set flagged_at = case when $2 then coalesce(flagged_at, $3) end where id = $1",
        wallet.0,
        flagged,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the person's limits.
pub async fn store_caps(tx: &mut Tx, wallet: WalletId, caps: Caps) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update wallets set message_cap = $2, day_cap = $3, month_cap = $4 where id = $1",
        wallet.0,
        caps.message.map(|cap| cap.0),
        caps.day.map(|cap| cap.0),
        caps.month.map(|cap| cap.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
