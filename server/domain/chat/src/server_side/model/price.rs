//! What a run costs.

use crate::model_client::Usage;

/// A model's prices: micro-USD per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// Of tokens sent.
    pub input: i64,
    /// Of tokens received.
    pub output: i64,
}

/// The price of a usage in micro-USD, exact to the last fraction and then rounded up once, so
/// that a run never costs less than its parts. Negative counts, which no honest provider sends,
/// are worth nothing.
pub fn cost(prices: Prices, usage: Usage) -> i64 {
    let part = |tokens: i64, price: i64| i128::from(tokens.max(0)) * i128::from(price.max(0));
    let total = part(usage.input_tokens, prices.input) + part(usage.output_tokens, prices.output);
    i64::try_from((total + 999_999) / 1_000_000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(input: i64, output: i64, input_tokens: i64, output_tokens: i64) -> i64 {
        cost(
            Prices { input, output },
            Usage {
                input_tokens,
                output_tokens,
            },
        )
    }

    #[test]
    fn a_million_tokens_cost_their_price() {
        assert_eq!(of(150_000, 600_000, 1_000_000, 1_000_000), 750_000);
        assert_eq!(of(150_000, 600_000, 0, 0), 0);
    }

    #[test]
    fn a_fraction_rounds_up_once() {
        assert_eq!(of(1, 1, 1, 0), 1);
        assert_eq!(of(1, 1, 500_000, 500_000), 1);
    }

    proptest! {
        #[test]
        fn the_cost_is_within_one_micro_usd_of_exact_and_never_below(
            pi in 0..100_000_000i64, po in 0..100_000_000i64, ti in 0..10_000_000i64, to in 0..10_000_000i64,
        ) {
            let exact = i128::from(pi) * i128::from(ti) + i128::from(po) * i128::from(to);
            let charged = i128::from(of(pi, po, ti, to)) * 1_000_000;
            prop_assert!(charged >= exact && charged - exact < 1_000_000);
        }

        #[test]
        fn no_usage_panics(pi: i64, po: i64, ti: i64, to: i64) {
            prop_assert!(of(pi, po, ti, to) >= 0);
        }
    }
}
