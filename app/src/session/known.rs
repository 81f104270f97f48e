//! The account that was found along with the session of a request, on its way from tower-sessions'
//! store to axum-login's backend: each asks for its own, and one query answers both.

use std::sync::{Mutex, PoisonError};

use auth::queries::Account;
use kernel::UserId;

tokio::task_local! {
    static ACCOUNT: Mutex<Option<Account>>;
}

/// Runs a request, in which an account can be kept.
pub async fn scope<T>(request: impl Future<Output = T>) -> T {
    ACCOUNT.scope(Mutex::default(), request).await
}

/// Keeps the account of the session that has just been read.
pub fn keep(account: Option<Account>) {
    // Outside of a request nobody asks for it.
    let _ = ACCOUNT.try_with(|kept| *kept.lock().unwrap_or_else(PoisonError::into_inner) = account);
}

/// Takes it, if it is this person's. Once only: what is asked later may have changed meanwhile.
pub fn take(id: UserId) -> Option<Account> {
    let taken = ACCOUNT
        .try_with(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).take())
        .ok()?;
    taken.filter(|account| account.profile.id == id)
}
