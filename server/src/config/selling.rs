//! How the site takes money.

use std::path::PathBuf;

use secrecy::SecretString;
use stripe_client::Options;

use super::{
    Environment,
    env::{Env, InvalidVariable, invalid},
};

const WANTS_KEY: &str = "a secret or restricted key of Stripe's, without spaces";

/// Who takes people's money.
#[derive(Debug, Clone)]
pub enum Selling {
    /// Nobody: nothing is sold.
    Off,
    /// Stripe, or whatever speaks its API.
    Stripe(Options),
    /// The built-in sandbox, which keeps its state in this file. Never in production.
    Sandbox(PathBuf),
}

impl Selling {
    /// `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET`, `STRIPE_API_BASE`, `STRIPE_SANDBOX`.
    pub(super) fn from_env(
        env: &Env<'_>,
        environment: Environment,
    ) -> Result<Self, InvalidVariable> {
        let visible = |text: &str| {
            let visible = text.bytes().all(|b| b.is_ascii_graphic());
            visible.then(|| SecretString::from(text))
        };
        let key = env.value("STRIPE_SECRET_KEY", WANTS_KEY, visible)?;
        let secret = env.value("STRIPE_WEBHOOK_SECRET", "the endpoint's whsec_...", visible)?;
        let sandbox = env.text("STRIPE_SANDBOX")?;
        let api_base = env.text("STRIPE_API_BASE")?;
        match (key, secret, sandbox) {
            (None, _, None) => Ok(Self::Off),
            (None, _, Some(_)) if environment.is_production() => Err(invalid(
                "STRIPE_SANDBOX",
                "nothing in production, where STRIPE_SECRET_KEY takes the money",
                "it is set",
            )),
            (None, _, Some(file)) => Ok(Self::Sandbox(file.into())),
            (Some(_), _, Some(_)) => Err(invalid(
                "STRIPE_SANDBOX",
                "nothing while STRIPE_SECRET_KEY is set",
                "it is set",
            )),
            (Some(_), None, None) => Err(invalid(
                "STRIPE_WEBHOOK_SECRET",
                "the endpoint's whsec_...",
                "it is not set, and STRIPE_SECRET_KEY is",
            )),
            (Some(secret_key), Some(webhook_secret), None) => Ok(Self::Stripe(Options {
                secret_key,
                webhook_secret,
                api_base,
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)], environment: Environment) -> Result<Selling, InvalidVariable> {
        let find = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        Selling::from_env(&Env::from_fn(find), environment)
    }

    const KEY: (&str, &str) = ("STRIPE_SECRET_KEY", "sk_test_1");
    const SECRET: (&str, &str) = ("STRIPE_WEBHOOK_SECRET", "whsec_1");
    const SANDBOX: (&str, &str) = ("STRIPE_SANDBOX", "sandbox.json");

    #[test]
    fn money_is_taken_only_where_everything_for_it_is_set() {
        use Environment::{Development, Production};
        assert!(matches!(read(&[], Production), Ok(Selling::Off)));
        assert!(matches!(
            read(&[SANDBOX], Development),
            Ok(Selling::Sandbox(_))
        ));
        let stripe = read(&[KEY, SECRET], Production);
        assert!(matches!(stripe, Ok(Selling::Stripe(_))));
        for (set, environment) in [
            (&[SANDBOX][..], Production),
            (&[KEY][..], Development),
            (&[KEY, SECRET, SANDBOX][..], Development),
        ] {
            assert!(read(set, environment).is_err(), "{set:?}");
        }
    }

    #[test]
    fn no_key_is_ever_printed() {
        let stripe = read(&[KEY, SECRET], Environment::Production).expect("Stripe");
        let printed = format!("{stripe:?}");
        assert!(
            !printed.contains("sk_test_1") && !printed.contains("whsec_1"),
            "{printed}"
        );
    }
}
