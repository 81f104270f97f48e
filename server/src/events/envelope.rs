//! An event on the wire: CloudEvents 1.0 in the binary mode of their Kafka binding. The attributes
//! are headers beginning with `ce_`, the data is the value, the aggregate's id is the key.

use kernel::{Recorded, id::Uuid};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const SPEC_VERSION: &str = "1.0";

/// The headers of an event of the site named by `source`.
pub fn headers(source: &str, event: &Recorded) -> OwnedHeaders {
    // Only fails for years that a clock does not tell.
    let time = event.occurred_at.format(&Rfc3339).unwrap_or_default();
    let (id, subject) = (event.id.to_string(), event.aggregate_id.to_string());
    let mut headers = OwnedHeaders::new_with_capacity(8);
    let attributes = [
        ("ce_specversion", Some(SPEC_VERSION)),
        ("ce_id", Some(&id)),
        ("ce_source", Some(source)),
        ("ce_type", Some(&event.kind)),
        ("ce_time", Some(&time)),
        ("ce_subject", Some(&subject)),
        ("ce_traceparent", event.traceparent.as_deref()),
        ("content-type", Some("application/json")),
    ];
    for (key, value) in attributes {
        if value.is_some() {
            headers = headers.insert(Header { key, value });
        }
    }
    headers
}

/// A message that is no event of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event: {0}")]
pub struct Unreadable(&'static str);

/// The event in a message.
///
/// # Errors
/// When it is none: an attribute is missing or wrong, or the value is not JSON.
pub fn read(message: &impl Message) -> Result<Recorded, Unreadable> {
    let attribute = |name: &str| {
        let headers = message.headers()?;
        let header = headers.iter().find(|header| header.key == name)?;
        std::str::from_utf8(header.value?).ok()
    };
    let uuid = |name: &str| Uuid::parse_str(attribute(name)?).ok();
    if attribute("ce_specversion") != Some(SPEC_VERSION) {
        return Err(Unreadable("ce_specversion"));
    }
    let time = attribute("ce_time").and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    let data = message.payload().unwrap_or_default();
    Ok(Recorded {
        id: uuid("ce_id").ok_or(Unreadable("ce_id"))?,
        kind: attribute("ce_type")
            .ok_or(Unreadable("ce_type"))?
            .to_owned(),
        aggregate_id: uuid("ce_subject").ok_or(Unreadable("ce_subject"))?,
        data: serde_json::from_slice(data).map_err(|_| Unreadable("its value"))?,
        traceparent: attribute("ce_traceparent").map(ToOwned::to_owned),
        occurred_at: time.ok_or(Unreadable("ce_time"))?,
        attempts: 0,
    })
}

#[cfg(test)]
mod tests {
    use rdkafka::{Timestamp, message::OwnedMessage};
    use serde_json::json;

    use super::*;

    fn event(traceparent: Option<&str>) -> Recorded {
        Recorded {
            id: Uuid::from_u128(1),
            kind: "parlance.chat.conversation_started.v1".to_owned(),
            aggregate_id: Uuid::from_u128(2),
            data: json!({ "conversation_id": Uuid::from_u128(2) }),
            traceparent: traceparent.map(ToOwned::to_owned),
            occurred_at: time::macros::datetime!(2026-01-02 03:04:05.000006 UTC),
            attempts: 0,
        }
    }

    fn message(headers: OwnedHeaders, value: &str) -> OwnedMessage {
        let value = Some(value.as_bytes().to_vec());
        let topic = "parlance.chat.events".to_owned();
        OwnedMessage::new(
            value,
            None,
            topic,
            Timestamp::NotAvailable,
            0,
            0,
            Some(headers),
        )
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        for traceparent in [
            None,
            Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ] {
            let written = event(traceparent);
            let there = message(headers("/parlance", &written), &written.data.to_string());
            let read = read(&there).expect("an event");
            assert_eq!(format!("{read:?}"), format!("{written:?}"));
        }
    }

    #[test]
    fn the_attributes_are_headers_with_the_bindings_names() {
        let headers = headers("/parlance", &event(None));
        let written: Vec<_> = headers
            .iter()
            .map(|h| {
                (
                    h.key,
                    std::str::from_utf8(h.value.unwrap_or_default()).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            written,
            [
                ("ce_specversion", "1.0"),
                ("ce_id", "00000000-0000-0000-0000-000000000001"),
                ("ce_source", "/parlance"),
                ("ce_type", "parlance.chat.conversation_started.v1"),
                ("ce_time", "2026-01-02T03:04:05.000006Z"),
                ("ce_subject", "00000000-0000-0000-0000-000000000002"),
                ("content-type", "application/json"),
            ]
        );
    }

    #[test]
    fn what_is_no_event_is_refused_with_the_reason() {
        let good = || headers("/parlance", &event(None));
        assert_eq!(
            read(&message(OwnedHeaders::new(), "{}")).unwrap_err(),
            Unreadable("ce_specversion")
        );
        assert_eq!(
            read(&message(good(), "{")).unwrap_err(),
            Unreadable("its value")
        );
    }
}
