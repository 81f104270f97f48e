//! Who is acting. Every handler takes an [`Actor`] and decides by it.

// The `id!` macro names this crate as its users do.
use crate as kernel;
use serde::{Deserialize, Serialize};

crate::id! {
    /// A person with an account.
    UserId
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A customer.
    User,
    /// Runs the site from the console.
    Admin,
}

impl Role {
    /// As stored in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(UnknownRole),
        }
    }
}

/// A role that this version does not know.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("not a role: expected \"user\" or \"admin\"")]
pub struct UnknownRole;

/// Whoever asks for a command or a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Not signed in.
    Nobody,
    /// A signed-in person.
    Person {
        /// Whose account.
        user: UserId,
        /// What they may do.
        role: Role,
    },
    /// The site itself: a consumer, a clean-up, a subcommand run by an operator.
    System,
}

/// The actor is not signed in, and must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not signed in")]
pub struct NotSignedIn;

impl Actor {
    /// The signed-in person's id.
    ///
    /// # Errors
    /// [`NotSignedIn`] for nobody, and for the system, which owns nothing.
    pub fn person(self) -> Result<UserId, NotSignedIn> {
        match self {
            Self::Person { user, .. } => Ok(user),
            Self::Nobody | Self::System => Err(NotSignedIn),
        }
    }

    /// Whether this is the site itself or one of its admins.
    pub fn is_operator(self) -> bool {
        matches!(
            self,
            Self::System
                | Self::Person {
                    role: Role::Admin,
                    ..
                }
        )
    }
}
