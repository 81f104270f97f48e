//! What people ask of auth. Each has its handler in `commands`.

use serde::Deserialize;
use users::Email;

use super::{LinkToken, Password, TypedPassword};

/// Open an account.
#[derive(Debug, Clone, Deserialize)]
pub struct SignUp {
    /// Where mail reaches the person, and how they sign in.
    pub email: Email,
    /// What they will prove themselves with.
    pub password: Password,
}

/// Prove who one is.
#[derive(Debug, Clone, Deserialize)]
pub struct SignIn {
    /// Whose account.
    pub email: Email,
    /// The proof.
    pub password: TypedPassword,
}

/// Take another password. Ends all other sessions of the person.
#[derive(Debug, Clone, Deserialize)]
pub struct ChangePassword {
    /// The one until now.
    pub current: TypedPassword,
    /// The one from now on.
    pub new: Password,
}

/// Open an account for an admin, or make the account that exists one. Only the site itself may:
/// see [`kernel::Actor::System`].
#[derive(Debug, Clone, Deserialize)]
pub struct CreateAdmin {
    /// Whose account.
    pub email: Email,
    /// For a new account; one that exists keeps the password it has.
    pub password: Password,
}

/// Open the account that was asked for, by a link from a mail.
#[derive(Debug, Clone)]
pub struct ConfirmSignUp {
    /// The proof that mail reaches the person.
    pub token: LinkToken,
    /// The password that was chosen for it.
    pub password: TypedPassword,
}

/// Be reached at another address.
#[derive(Debug, Clone)]
pub struct ChangeAddress {
    /// The new one.
    pub email: Email,
    /// That it is the person who asks.
    pub password: TypedPassword,
}

/// Have the account erased.
#[derive(Debug, Clone)]
pub struct DeleteAccount {
    /// That it is the person who asks.
    pub password: TypedPassword,
}

/// Be sent a link by which the password can be changed without knowing it.
#[derive(Debug, Clone, Deserialize)]
pub struct RequestPasswordReset {
    /// Whose account; nobody learns whether there is one.
    pub email: Email,
}

/// Take another password by a link from a mail. Ends all sessions of the person.
#[derive(Debug, Clone)]
pub struct ResetPassword {
    /// The proof.
    pub token: LinkToken,
    /// The one from now on.
    pub new: Password,
}
