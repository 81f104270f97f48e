//! What the site makes public on a broker: every type of event there is, and the topics that they
//! are in.

pub mod envelope;

use kernel::event::Described;

/// Every type of event of every domain.
pub fn all() -> impl Iterator<Item = &'static Described> {
    [
        users::events::ALL,
        auth::events::ALL,
        chat::events::ALL,
        exports::events::ALL,
        payments::events::ALL,
    ]
    .into_iter()
    .flatten()
}

/// The domains that publish events: a topic each. A test keeps it equal to what [`all`] has.
pub const DOMAINS: [&str; 5] = ["users", "auth", "chat", "exports", "payments"];

/// The domain that a type of event belongs to: `chat` for `parlance.chat.message_sent.v1`.
pub fn domain(kind: &str) -> Option<&str> {
    let mut parts = kind.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("parlance"), Some(domain), Some(_), Some(_)) => Some(domain),
        _ => None,
    }
}

/// The topic of a domain: `parlance.chat.events`, where the prefix is `parlance`.
pub fn topic(prefix: &str, domain: &str) -> String {
    format!("{prefix}.{domain}.events")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_domain_that_publishes_has_a_topic_and_no_other() {
        let publish: BTreeSet<_> = all().filter_map(|event| domain(event.kind)).collect();
        assert_eq!(publish, BTreeSet::from(DOMAINS));
        assert_eq!(topic("parlance", "chat"), "parlance.chat.events");
    }

    #[test]
    fn a_type_names_its_domain() {
        assert_eq!(domain("parlance.chat.message_sent.v1"), Some("chat"));
        for other in ["", "parlance.chat", "other.chat.message_sent.v1"] {
            assert_eq!(domain(other), None, "{other}");
        }
    }
}
