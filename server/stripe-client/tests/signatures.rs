//! Our check of signatures against those that Stripe's own libraries make. `tests/signatures/` has what they signed
//! and how.

use payments::billing::{NotGenuine, PaymentProvider};
use secrecy::SecretString;
use serde_json::Value;
use stripe_client::{Options, Stripe};
use time::{Duration, OffsetDateTime};

struct Vector {
    payload: String,
    header: String,
    at: OffsetDateTime,
    stripe: Stripe,
}

fn with_secret(secret: &str) -> Stripe {
    let options = Options {
        secret_key: SecretString::from("sk_test_none"),
        webhook_secret: SecretString::from(secret),
        api_base: None,
    };
    Stripe::new(&options).expect("a client")
}

fn vectors() -> Vec<Vector> {
    let files = [
        include_str!("signatures/python.json"),
        include_str!("signatures/node.json"),
    ];
    let mut all = Vec::new();
    for file in files {
        let list: Vec<Value> = serde_json::from_str(file).expect("JSON");
        for one in list {
            let text = |name: &str| one[name].as_str().expect("text").to_owned();
            let at = one["at"].as_i64().expect("a number");
            all.push(Vector {
                payload: text("payload"),
                header: text("header"),
                at: OffsetDateTime::from_unix_timestamp(at).expect("a time"),
                stripe: with_secret(&text("secret")),
            });
        }
    }
    assert_eq!(all.len(), 20);
    all
}

#[test]
fn what_stripes_libraries_sign_is_genuine() {
    for v in vectors() {
        let notice = v
            .stripe
            .verify(&v.payload, &v.header, v.at)
            .expect("genuine");
        let said: Value = serde_json::from_str(&v.payload).expect("JSON");
        assert_eq!(said["id"], notice.event.as_str());
        assert_eq!(said["type"], notice.kind);
        let object = said["data"]["object"]["id"].as_str();
        assert_eq!(
            notice.object.as_str(),
            object.unwrap_or(notice.event.as_str())
        );
    }
}

#[test]
fn a_changed_body_another_secret_or_another_time_is_not_genuine() {
    for v in vectors() {
        let refused = Err(NotGenuine);
        let changed = v.payload.replacen("evt_", "evt_x", 1);
        assert_eq!(v.stripe.verify(&changed, &v.header, v.at), refused);
        let spaced = format!("{} ", v.payload);
        assert_eq!(v.stripe.verify(&spaced, &v.header, v.at), refused);
        let other = with_secret("whsec_other");
        assert_eq!(other.verify(&v.payload, &v.header, v.at), refused);
        let later = v.header.replacen("t=1", "t=2", 1);
        assert_eq!(v.stripe.verify(&v.payload, &later, v.at), refused);
    }
}

#[test]
fn a_signature_is_good_for_300_seconds_to_either_side() {
    for v in vectors() {
        for (seconds, good) in [(300, true), (301, false), (-300, true), (-301, false)] {
            let at = v.at + Duration::seconds(seconds);
            let seen = v.stripe.verify(&v.payload, &v.header, at);
            assert_eq!(seen.is_ok(), good, "{seconds}");
        }
    }
}

#[test]
fn one_good_signature_among_several_is_enough() {
    // While a secret is rolled, Stripe signs with both.
    for v in vectors() {
        let (time, good) = v.header.split_once(',').expect("two parts");
        let bad = "v1=".to_owned() + &"0".repeat(64);
        let header = format!("{time},{bad},v0=x,{good}");
        assert!(v.stripe.verify(&v.payload, &header, v.at).is_ok());
        assert!(
            v.stripe
                .verify(&v.payload, &format!("{time},{bad}"), v.at)
                .is_err()
        );
    }
}

#[test]
fn nonsense_is_not_genuine() {
    let v = &vectors()[0];
    for header in [
        "",
        ",",
        "t=",
        "t=1",
        "v1=00",
        "t=x,v1=00",
        "t=1,v1",
        "t=1,v1=zz",
        "t=-9223372036854775808,v1=",
    ] {
        assert_eq!(
            v.stripe.verify(&v.payload, header, v.at),
            Err(NotGenuine),
            "{header}"
        );
    }
}

#[test]
fn secrets_do_not_print() {
    let options = Options {
        secret_key: "sk_test_quiet".into(),
        webhook_secret: "whsec_quiet".into(),
        api_base: None,
    };
    let stripe = Stripe::new(&options).expect("a client");
    let printed = format!("{options:?} {stripe:?}");
    assert!(!printed.contains("quiet"), "{printed}");
}
