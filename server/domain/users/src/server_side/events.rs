//! Public facts about users. They carry ids only: whoever needs more asks for it.

use kernel::{Event, Role, UserId, event::Described, id::Uuid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    RoleChanged => "parlance.users.role_changed.v1",
}
