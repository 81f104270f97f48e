//! Public facts about users. They carry ids only: whoever needs more asks for it.

use kernel::{Event, Role, UserId, event::Described, id::Uuid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Language, Theme};

/// Somebody has an account now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserRegistered {
    /// Who.
    pub user_id: UserId,
}

/// A person appears by another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisplayNameChanged {
    /// Who.
    pub user_id: UserId,
}

/// A person sees the pages in another theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ThemeChanged {
    /// Who.
    pub user_id: UserId,
    /// The new one.
    pub theme: Theme,
}

/// A person reads the pages in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LanguageChanged {
    /// Who.
    pub user_id: UserId,
    /// The new one.
    pub language: Language,
}

/// A person may do something else than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleChanged {
    /// Who.
    pub user_id: UserId,
    /// The new one.
    pub role: Role,
}

/// Mail to a person's address reaches them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmailVerified {
    /// Who.
    pub user_id: UserId,
}

/// A person has another address, which is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmailChanged {
    /// Who.
    pub user_id: UserId,
}

/// A person asked for the end of their account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeletionScheduled {
    /// Who.
    pub user_id: UserId,
    /// When it is erased, unless they keep it.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: OffsetDateTime,
}

/// A person keeps the account that was to be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeletionCancelled {
    /// Who.
    pub user_id: UserId,
}

/// An account is gone, and all that belonged to it. Whoever holds anything about it elsewhere erases that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountErased {
    /// Whose it was.
    pub user_id: UserId,
}

macro_rules! about_a_user {
    ($($event:ty => $kind:literal),* $(,)?) => {
        $(
        impl Event for $event {
            const TYPE: &'static str = $kind;

            fn aggregate_id(&self) -> Uuid {
                self.user_id.0
            }
        }
    )*

        /// Every event of this domain.
        pub const ALL: &[Described] = &[$(Described::of::<$event>()),*];
    };
}
about_a_user! {
    UserRegistered => "parlance.users.user_registered.v1",
    DisplayNameChanged => "parlance.users.display_name_changed.v1",
    ThemeChanged => "parlance.users.theme_changed.v1",
    LanguageChanged => "parlance.users.language_changed.v1",
    EmailVerified => "parlance.users.email_verified.v1",
    EmailChanged => "parlance.users.email_changed.v1",
    DeletionScheduled => "parlance.users.deletion_scheduled.v1",
    DeletionCancelled => "parlance.users.deletion_cancelled.v1",
    AccountErased => "parlance.users.account_erased.v1",
    RoleChanged => "parlance.users.role_changed.v1",
}
