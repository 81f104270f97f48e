//! The message broker, when there is one.

use std::fmt;

use secrecy::SecretString;

use super::env::{Env, InvalidVariable, invalid};

/// A broker that speaks Kafka's protocol, and the topics there.
#[derive(Debug, Clone)]
pub struct Broker {
    /// `KAFKA_BROKERS`: hosts and ports with commas between them, to begin with.
    pub brokers: String,
    /// `KAFKA_TOPIC_PREFIX`: topics and the consumer group begin with it.
    pub prefix: String,
    /// `KAFKA_PARTITIONS`: of a topic that the site creates.
    pub partitions: i32,
    /// `KAFKA_REPLICATION`: of a topic that the site creates; -1 for the cluster's own default.
    pub replication: i32,
    /// `KAFKA_SECURITY_PROTOCOL` and what goes with it.
    pub security: Security,
}

/// How the connection is kept private, and who we are.
#[derive(Clone)]
pub struct Security {
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`, as librdkafka names them.
    pub protocol: &'static str,
    /// Name and password, with a `sasl_` protocol.
    pub login: Option<Login>,
    /// `KAFKA_CA_FILE`: certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<String>,
    /// `KAFKA_CERTIFICATE_FILE` and `KAFKA_KEY_FILE`: who we are, by a certificate (PEM).
    pub certificate: Option<(String, String)>,
}

/// Name and password.
#[derive(Debug, Clone)]
pub struct Login {
    /// `KAFKA_SASL_MECHANISM`: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub mechanism: &'static str,
    /// `KAFKA_USERNAME`.
    pub username: String,
    /// `KAFKA_PASSWORD`.
    pub password: SecretString,
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security")
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// The value as one of those that are known.
fn one_of(known: &'static [&'static str]) -> impl FnOnce(&str) -> Option<&'static str> {
    move |text| known.iter().copied().find(|name| *name == text)
}

/// The broker, `None` when `KAFKA_BROKERS` is not set; and how many days topics keep events.
pub(super) fn from_env(env: &Env<'_>) -> Result<(Option<Broker>, u32), InvalidVariable> {
    let brokers = env.value(
        "KAFKA_BROKERS",
        "hosts and ports such as broker-1:9092,broker-2:9092",
        |text| text.split(',').all(is_address).then(|| text.to_owned()),
    )?;
    let prefix = env.value(
        "KAFKA_TOPIC_PREFIX",
        "1 to 100 letters, digits, dots, dashes and underscores",
        |text| is_prefix(text).then(|| text.to_owned()),
    )?;
    let partitions = env.number("KAFKA_PARTITIONS", 1, 1000)?;
    let replication = env.number("KAFKA_REPLICATION", 1, 32767)?;
    let retention_days = env.number("KAFKA_RETENTION_DAYS", 1, 3650)?.unwrap_or(7);
    let security = Security::from_env(env)?;
    let broker = brokers.map(|brokers| Broker {
        brokers,
        prefix: prefix.unwrap_or_else(|| "parlance".to_owned()),
        partitions: partitions.unwrap_or(6),
        replication: replication.unwrap_or(-1),
        security,
    });
    Ok((broker, retention_days))
}

impl Security {
    fn from_env(env: &Env<'_>) -> Result<Self, InvalidVariable> {
        let protocol = env.value(
            "KAFKA_SECURITY_PROTOCOL",
            "plaintext, ssl, sasl_plaintext or sasl_ssl",
            one_of(&["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]),
        )?;
        let mechanism = env.value(
            "KAFKA_SASL_MECHANISM",
            "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
            one_of(&["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
        )?;
        let (username, password) = (env.text("KAFKA_USERNAME")?, env.text("KAFKA_PASSWORD")?);
        let ca_file = env.text("KAFKA_CA_FILE")?;
        let certificate = env.text("KAFKA_CERTIFICATE_FILE")?;
        let key = env.text("KAFKA_KEY_FILE")?;
        let protocol = protocol.unwrap_or("plaintext");
        let login = if protocol.starts_with("sasl_") {
            let missing = |variable| invalid(variable, "what goes with sasl", "it is not set");
            Some(Login {
                mechanism: mechanism.unwrap_or("SCRAM-SHA-256"),
                username: username.ok_or_else(|| missing("KAFKA_USERNAME"))?,
                password: password.ok_or_else(|| missing("KAFKA_PASSWORD"))?.into(),
            })
        } else {
            None
        };
        let certificate = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                return Err(invalid(
                    "KAFKA_KEY_FILE",
                    "to be set with KAFKA_CERTIFICATE_FILE",
                    "only one of them is",
                ));
            }
        };
        Ok(Self {
            protocol,
            login,
            ca_file,
            certificate,
        })
    }
}

fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.trim().rsplit_once(':') else {
        return false;
    };
    !host.is_empty() && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok()
}

/// As topics are named (Kafka's `Topic.validate`), with room for the rest of the name.
fn is_prefix(text: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    text.len() <= 100 && text.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_host_and_a_port() {
        for good in ["localhost:9092", "[::1]:9092", " b-1.example.com:1"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "localhost", ":9092", "a b:9092", "a:b", "a:70000"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_prefix_is_part_of_a_topics_name() {
        assert!(is_prefix("shop-1.parlance_2"));
        assert!(!is_prefix("a/b") && !is_prefix("ä") && !is_prefix(&"a".repeat(101)));
    }
}
