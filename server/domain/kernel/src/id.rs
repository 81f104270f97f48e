//! Identifiers: a UUID with the name of what it identifies, so that one cannot stand for another.

/// Declares an identifier type around a [`uuid::Uuid`].
///
/// Identifiers made by the server are version 7 (RFC 9562): they sort by time of making, which
/// keeps B-tree indexes compact and makes a keyset of `(time, id)` stable. Parsing accepts any
/// version, because a client may choose an id.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::id::serde::Serialize, $crate::id::serde::Deserialize)]
        #[serde(crate = "kernel::id::serde", transparent)]
        #[cfg_attr(not(target_family = "wasm"), derive(::sqlx::Type), sqlx(transparent))]
        pub struct $name(pub $crate::id::Uuid);

        #[cfg(not(target_family = "wasm"))]
        impl $crate::event::schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut $crate::event::schemars::SchemaGenerator) -> $crate::event::schemars::Schema {
                <$crate::id::Uuid as $crate::event::schemars::JsonSchema>::json_schema(generator)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::ParseError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }

        impl From<$crate::id::Uuid> for $name {
            fn from(id: $crate::id::Uuid) -> Self {
                Self(id)
            }
        }
    };
}

pub use serde;
pub use uuid::{Error as ParseError, Uuid};
