//! What models cost, and what a new account begins with.

use std::collections::BTreeMap;

use payments::{MicroUsd, Rates};

use crate::demo_model::MODEL_ID;

use super::{
    Environment, Provider,
    env::{Env, InvalidVariable},
};

const WANTS: &str = "models with dollars for a million tokens: input/cached input/output, such as \
                     gpt-5.1=1.25/0.125/10,llama3.3=0.1/0.1/0.3";
const WANTS_DOLLARS: &str = "dollars such as 1 or 0.50";

/// What the demo model costs where nothing is configured: half a dollar for a million tokens sent, two dollars
/// for as many received.
const DEMO: Rates = Rates {
    input: MicroUsd(500_000),
    cached_input: MicroUsd(50_000),
    output: MicroUsd(2_000_000),
};

/// `MODEL_PRICES`, `MODEL_COSTS`, `WELCOME_CREDIT`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    /// What people pay, by the provider's id of the model. A model that is not here keeps what it cost; one that
    /// never had a price is free.
    pub ours: BTreeMap<String, Rates>,
    /// What the provider asks; where that is not said, as much as people pay.
    pub provider: BTreeMap<String, Rates>,
    /// What a new account is given; nothing is zero.
    pub welcome: MicroUsd,
}

impl Prices {
    pub(super) fn from_env(
        env: &Env<'_>,
        environment: Environment,
        provider: &Provider,
    ) -> Result<Self, InvalidVariable> {
        let ours = env.value("MODEL_PRICES", WANTS, table)?;
        let costs = env.value("MODEL_COSTS", WANTS, table)?;
        let welcome = env.value("WELCOME_CREDIT", WANTS_DOLLARS, |text| text.parse().ok())?;
        // Out of the box everything can be tried, running out of credit too.
        let tried = !environment.is_production();
        let demo = || match provider {
            Provider::Demo { .. } if tried => BTreeMap::from([(MODEL_ID.to_owned(), DEMO)]),
            _ => BTreeMap::new(),
        };
        let first = if tried {
            MicroUsd(5_000_000)
        } else {
            MicroUsd::ZERO
        };
        Ok(Self {
            ours: ours.unwrap_or_else(demo),
            provider: costs.unwrap_or_default(),
            welcome: welcome.unwrap_or(first),
        })
    }
}

fn table(text: &str) -> Option<BTreeMap<String, Rates>> {
    let mut models = BTreeMap::new();
    for part in text.split(',').map(str::trim) {
        // Ids of models can have slashes, and equals signs at least in the middle.
        let (id, rates) = part.rsplit_once('=')?;
        let mut rates = rates.split('/').map(str::parse);
        let mut next = || rates.next()?.ok();
        let read = Rates {
            input: next()?,
            cached_input: next()?,
            output: next()?,
        };
        let known = models.insert(id.trim().to_owned(), read).is_some();
        if known || id.trim().is_empty() || rates.next().is_some() {
            return None;
        }
    }
    Some(models)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_exactly() {
        let read = table("gpt-5.1=1.25/0.125/10, org/llama=0.1/0.1/0.300001").expect("a table");
        let of = |input, cached_input, output| Rates {
            input: MicroUsd(input),
            cached_input: MicroUsd(cached_input),
            output: MicroUsd(output),
        };
        assert_eq!(read["gpt-5.1"], of(1_250_000, 125_000, 10_000_000));
        assert_eq!(read["org/llama"], of(100_000, 100_000, 300_001));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in [
            "",
            "gpt",
            "gpt=1/2",
            "gpt=1/2/3/4",
            "gpt=1/2/-3",
            "gpt=1/2/x",
            "=1/2/3",
            "a=1/1/1,a=1/1/1",
            "gpt=1/2/0.0000001",
            "gpt=1/2/99999999999999",
        ] {
            assert_eq!(table(text), None, "{text}");
        }
    }
}
