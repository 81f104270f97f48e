use kernel::{Db, Internal, UserId};
use sha2::{Digest, Sha256};
use users::Language;

use crate::{
    Error, LinkToken,
    server_side::mail::{self, Notice},
};

/// How a person came to be signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// They have just opened the account: nothing to tell.
    SignedUp,
    /// By their password.
    SignedIn,
}

/// Remembers the browser in which a person has just proved who they are, by what it keeps in a cookie; a
/// sign-in in one that was not known is told by mail. Gives what the browser is to keep, when it has
/// nothing yet.
///
/// # Errors
/// Only [`Error::Internal`].
#[tracing::instrument(name = "auth.note_device", skip_all)]
pub async fn note_device(
    db: &Db,
    user: UserId,
    kept: Option<&str>,
    arrival: Arrival,
    language: Language,
) -> Result<Option<LinkToken>, Error> {
    let kept = kept.and_then(|kept| LinkToken::parse(kept).ok());
    let is_new = kept.is_none();
    let device = match kept {
        Some(kept) => kept,
        None => crate::server_side::links::fresh()?,
    };
    let mut tx = db.begin().await?;
    let now = tx.now();
    let first_time = sqlx::query_scalar!(
        r#"insert into known_devices (user_id, device, seen_at) values ($1, $2, $3)
           on conflict (user_id, device) do update set seen_at = $3
           returning (xmax = 0) as "first_time!""#,
        user.0,
        Sha256::digest(device.expose()).to_vec(),
        now,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(Internal::from)?;
    if first_time && arrival == Arrival::SignedIn {
        mail::queue_in(&mut tx, user, language, Notice::NewSignIn { at: now }).await?;
    }
    tx.commit().await?;
    Ok(is_new.then_some(device))
}
