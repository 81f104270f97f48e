//! Where the list of conversations goes on.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ConversationId;

/// Where a list of conversations continues: after the one last active at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// Microseconds since 1970.
    pub active_at_us: i64,
    /// Decides among equal times.
    pub id: ConversationId,
}

impl std::fmt::Display for ListCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.active_at_us, self.id)
    }
}

/// A text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not a place in the list.")]
pub struct InvalidCursor;

impl FromStr for ListCursor {
    type Err = InvalidCursor;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (at, id) = s.split_once('_').ok_or(InvalidCursor)?;
        Ok(Self {
            active_at_us: at.parse().map_err(|_| InvalidCursor)?,
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

impl TryFrom<String> for ListCursor {
    type Error = InvalidCursor;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl Serialize for ListCursor {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ListCursor {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_cursor_reads_back_and_nothing_else_is_one(at: i64, id: u128, junk in "\\PC{0,60}") {
            let cursor = ListCursor { active_at_us: at, id: ConversationId(kernel::id::Uuid::from_u128(id)) };
            proptest::prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            if let Ok(parsed) = junk.parse::<ListCursor>() {
                proptest::prop_assert_eq!(parsed.to_string().parse(), Ok(parsed));
            }
        }
    }
}
