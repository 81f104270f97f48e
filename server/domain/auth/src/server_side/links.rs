//! Links that prove that a mail was read: 32 random bytes, of which only a digest is stored (OWASP,
//! Forgot Password Cheat Sheet, "URL Tokens").

use kernel::{Db, Internal, Tx, UserId};
use sha2::{Digest, Sha256};
use time::Duration;
use users::Email;

use crate::LinkToken;

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Taking another password.
    ResetPassword,
    /// Proving that mail to the address reaches the person.
    VerifyAddress,
    /// The same of an address that becomes theirs by it.
    ChangeAddress,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyAddress => "verify_address",
            Self::ChangeAddress => "change_address",
        }
    }

    /// How long after the mail was sent.
    fn lasts(self) -> Duration {
        match self {
            Self::ResetPassword => Duration::hours(1),
            Self::VerifyAddress | Self::ChangeAddress => Duration::days(1),
        }
    }
}

/// Makes a link's secret, and keeps its digest.
pub(crate) async fn make(
    db: &Db,
    purpose: Purpose,
    user: UserId,
    address: &Email,
) -> Result<LinkToken, Internal> {
    let token = fresh()?;
    sqlx::query!(
        "insert into mail_links (digest, purpose, user_id, address, expires_at)
         values ($1, $2, $3, $4, $5)",
        digest(&token),
        purpose.as_str(),
        user.0,
        address.as_str(),
        db.now() + purpose.lasts(),
    )
    .execute(db.pool())
    .await?;
    Ok(token)
}

/// A secret that nobody can guess.
pub(crate) fn fresh() -> Result<LinkToken, Internal> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Internal::new(e.to_string()))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    LinkToken::parse(&text).map_err(Internal::new)
}

/// What an open link stands for.
#[derive(Debug)]
pub(crate) struct Link {
    /// Whose.
    pub user: UserId,
    /// Where it was sent.
    pub address: String,
}

/// Looks a link up without using it; `None` when it never was, was used, or is too old.
pub(crate) async fn find(
    db: &Db,
    purpose: Purpose,
    token: &LinkToken,
) -> Result<Option<Link>, sqlx::Error> {
    let row = sqlx::query!(
        "select user_id, address from mail_links where digest = $1 and purpose = $2 and expires_at > $3",
        digest(token),
        purpose.as_str(),
        db.now(),
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(|row| Link {
        user: UserId(row.user_id),
        address: row.address,
    }))
}

/// Uses a link, and with it all others of the person for the same purpose; `false` when somebody has done so
/// meanwhile.
pub(crate) async fn use_in(
    tx: &mut Tx,
    purpose: Purpose,
    user: UserId,
    token: &LinkToken,
) -> Result<bool, sqlx::Error> {
    let digest = digest(token);
    let gone = drop_in(tx, purpose, user).await?;
    Ok(gone.contains(&digest))
}

/// Makes a person's links for a purpose worthless; gives their digests.
pub(crate) async fn drop_in(
    tx: &mut Tx,
    purpose: Purpose,
    user: UserId,
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "delete from mail_links where user_id = $1 and purpose = $2 returning digest",
        user.0,
        purpose.as_str(),
    )
    .fetch_all(tx.conn())
    .await
}

fn digest(token: &LinkToken) -> Vec<u8> {
    Sha256::digest(token.expose()).to_vec()
}
