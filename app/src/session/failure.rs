//! How a failure below axum-login and tower-sessions reaches the answer: both turn it into an
//! empty response with status 500, or into text, on the way.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::Internal;

/// The failure of one request.
type Slot = Arc<Mutex<Option<Internal>>>;

tokio::task_local! {
    static FAILURE: Slot;
}

/// Runs a request; gives what it failed by, unless somebody has [taken](take) it.
pub async fn watch<T>(request: impl Future<Output = T>) -> (T, Option<Internal>) {
    let slot = Slot::default();
    let response = FAILURE.scope(slot.clone(), request).await;
    let failure = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    (response, failure)
}

/// Notes what the request of this task failed by; gives it as text, for whoever wants an error.
pub fn note(failure: impl Into<Internal>) -> String {
    let failure = failure.into();
    let text = failure.to_string();
    // Outside of a request nobody asks for it.
    let _ = FAILURE
        .try_with(|slot| *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure));
    text
}

/// Takes what the request of this task failed by: whoever takes it answers it.
pub fn take() -> Option<Internal> {
    FAILURE
        .try_with(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner).take())
        .ok()
        .flatten()
}

/// The failure behind an error of tower-sessions.
pub fn internal(e: tower_sessions::session::Error) -> Internal {
    take().unwrap_or_else(|| Internal::new(e))
}
