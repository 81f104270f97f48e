//! What a usage costs.

use serde::{Deserialize, Serialize};

use crate::{MicroUsd, Overflow, PriceId};

/// Prices are for so many tokens.
const TOKENS: i128 = 1_000_000;

/// Micro-USD per million tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Of tokens sent.
    pub input: MicroUsd,
    /// Of tokens sent that the provider had in its cache.
    pub cached_input: MicroUsd,
    /// Of tokens received.
    pub output: MicroUsd,
}

/// A model's prices from some time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// Which row of the price book; stamped on what it prices.
    pub id: PriceId,
    /// What people pay.
    pub ours: Rates,
    /// What the provider asks of us.
    pub provider: Rates,
}

/// Tokens of a run, as providers count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Sent, those from the cache included.
    pub input: i64,
    /// Of those sent, read from the provider's cache.
    pub cached_input: i64,
    /// Received.
    pub output: i64,
}

impl TokenUsage {
    /// The same without counts that no honest provider sends: none is negative, and no more is from
    /// the cache than was sent.
    pub fn honest(self) -> Self {
        let input = self.input.max(0);
        Self {
            input,
            cached_input: self.cached_input.clamp(0, input),
            output: self.output.max(0),
        }
    }
}

/// The price of a usage, exact to the last fraction and then rounded up once, so that a run never
/// costs less than its parts. Dishonest counts are made [honest](TokenUsage::honest); negative rates are
/// worth nothing.
///
/// # Errors
/// [`Overflow`].
pub fn cost(rates: Rates, usage: TokenUsage) -> Result<MicroUsd, Overflow> {
    let usage = usage.honest();
    let total = [
        (usage.input - usage.cached_input, rates.input),
        (usage.cached_input, rates.cached_input),
        (usage.output, rates.output),
    ]
    .into_iter()
    .try_fold(0i128, |sum, (tokens, rate)| {
        // Two factors of 63 bits fit into 127, but not the sum of three such products.
        sum.checked_add(i128::from(tokens) * i128::from(rate.0.max(0)))
    })
    .ok_or(Overflow)?;
    let rounded_up = total / TOKENS + i128::from(total % TOKENS != 0);
    i64::try_from(rounded_up)
        .map(MicroUsd)
        .map_err(|_| Overflow)
}

/// The most that a run can cost: nothing comes from the cache unless that is dearer, and the answer
/// is as long as it may be.
///
/// # Errors
/// [`Overflow`].
pub fn worst_case(
    rates: Rates,
    input_tokens: i64,
    max_output_tokens: i64,
) -> Result<MicroUsd, Overflow> {
    let dearest = Rates {
        input: rates.input.max(rates.cached_input),
        ..rates
    };
    let usage = TokenUsage {
        input: input_tokens,
        cached_input: 0,
        output: max_output_tokens,
    };
    cost(dearest, usage)
}

/// The tokens of the longest answer that an amount pays for beside what is sent: the largest whose
/// [`worst_case`] is within it. Below nothing when it does not even pay for what is sent; without bound where
/// answers are free.
pub fn most_output(rates: Rates, input_tokens: i64, amount: MicroUsd) -> i64 {
    let dearest = rates.input.max(rates.cached_input).0.max(0);
    let sent = i128::from(dearest) * i128::from(input_tokens.max(0));
    let left = i128::from(amount.0) * TOKENS - sent;
    let most = match i128::from(rates.output.0.max(0)) {
        _ if left < 0 => -1,
        0 => i128::MAX,
        rate => left / rate,
    };
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rates(input: i64, cached_input: i64, output: i64) -> Rates {
        Rates {
            input: MicroUsd(input),
            cached_input: MicroUsd(cached_input),
            output: MicroUsd(output),
        }
    }

    fn usage(input: i64, cached_input: i64, output: i64) -> TokenUsage {
        TokenUsage {
            input,
            cached_input,
            output,
        }
    }

    #[test]
    fn the_longest_answer_is_none_without_bound_or_what_is_left_for_it() {
        let (priced, free) = (rates(10, 1, 100), rates(10, 1, 0));
        for (rates, amount, most) in [
            (priced, 9, -1),
            (priced, 10, 0),
            (priced, 11, 10_000),
            (free, 9, -1),
            (free, 10, i64::MAX),
        ] {
            let found = most_output(rates, 1_000_000, MicroUsd(amount));
            assert_eq!(found, most, "{rates:?} {amount}");
        }
    }

    #[test]
    fn a_million_tokens_cost_their_price() {
        let rates = rates(150_000, 75_000, 600_000);
        for (usage, micros) in [
            (usage(1_000_000, 0, 0), 150_000),
            (usage(1_000_000, 1_000_000, 0), 75_000),
            (usage(0, 0, 1_000_000), 600_000),
            (usage(2_000_000, 1_000_000, 1_000_000), 825_000),
            (usage(0, 0, 0), 0),
        ] {
            assert_eq!(cost(rates, usage), Ok(MicroUsd(micros)), "{usage:?}");
        }
    }

    #[test]
    fn a_fraction_rounds_up_once() {
        assert_eq!(cost(rates(1, 1, 1), usage(1, 0, 0)), Ok(MicroUsd(1)));
        assert_eq!(
            cost(rates(1, 1, 1), usage(500_000, 250_000, 500_000)),
            Ok(MicroUsd(1))
        );
        assert_eq!(
            cost(rates(1, 1, 1), usage(500_000, 0, 500_001)),
            Ok(MicroUsd(2))
        );
    }

    #[test]
    fn dishonest_counts_and_rates_are_worth_nothing() {
        let dear = rates(1_000_000, 500_000, 1_000_000);
        assert_eq!(cost(dear, usage(-5, 3, -1)), Ok(MicroUsd::ZERO));
        assert_eq!(
            cost(dear, usage(10, 20, 0)),
            cost(dear, usage(10, 10, 0)),
            "no more is from the cache than was sent"
        );
        assert_eq!(cost(dear, usage(10, -20, 0)), cost(dear, usage(10, 0, 0)));
        assert_eq!(cost(rates(-9, -9, -9), usage(9, 3, 9)), Ok(MicroUsd::ZERO));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = i64::MAX;
        assert_eq!(
            cost(rates(most, most, most), usage(most, most / 2, most)),
            Err(Overflow)
        );
        assert_eq!(worst_case(rates(most, 0, most), most, most), Err(Overflow));
    }

    #[test]
    fn the_worst_case_takes_the_dearer_input() {
        assert_eq!(
            worst_case(rates(1_000_000, 2_000_000, 3_000_000), 10, 10),
            Ok(MicroUsd(50))
        );
        assert_eq!(
            worst_case(rates(2_000_000, 1_000_000, 3_000_000), 10, 10),
            Ok(MicroUsd(50))
        );
    }

    proptest! {
        #[test]
        fn the_longest_answer_is_within_the_amount_and_a_longer_one_is_not(
            input in 0..1_000_000i64, rate in 1..100_000_000i64, out in 1..100_000_000i64, amount in 0..100_000_000i64,
        ) {
            let rates = rates(rate, rate / 2, out);
            let most = most_output(rates, input, MicroUsd(amount));
            let cost = |tokens| worst_case(rates, input, tokens).expect("a price");
            if most < 0 {
                prop_assert!(cost(0) > MicroUsd(amount));
            } else {
                prop_assert!(cost(most) <= MicroUsd(amount));
                prop_assert!(cost(most + 1) > MicroUsd(amount));
            }
        }

        #[test]
        fn the_cost_is_within_one_micro_usd_of_exact_and_never_below(
            pi in 0..100_000_000i64, pc in 0..100_000_000i64, po in 0..100_000_000i64,
            ti in 0..10_000_000i64, share in 0..=100i64, to in 0..10_000_000i64,
        ) {
            let tc = ti * share / 100;
            let exact = i128::from(pi) * i128::from(ti - tc)
                + i128::from(pc) * i128::from(tc)
                + i128::from(po) * i128::from(to);
            let charged = cost(rates(pi, pc, po), usage(ti, tc, to)).expect("fits");
            let charged = i128::from(charged.0) * 1_000_000;
            prop_assert!(charged >= exact && charged - exact < 1_000_000);
        }

        #[test]
        fn no_run_within_its_bounds_costs_more_than_the_worst_case(
            pi in 0..100_000_000i64, pc in 0..100_000_000i64, po in 0..100_000_000i64,
            most_in in 0..1_000_000i64, most_out in 0..1_000_000i64,
            a in 0..=100i64, b in 0..=100i64, c in 0..=100i64,
        ) {
            let rates = rates(pi, pc, po);
            let input = most_in * a / 100;
            let run = usage(input, input * b / 100, most_out * c / 100);
            let worst = worst_case(rates, most_in, most_out).expect("fits");
            prop_assert!(cost(rates, run).expect("fits") <= worst);
        }

        #[test]
        fn no_usage_panics_or_costs_less_than_nothing(
            pi: i64, pc: i64, po: i64, ti: i64, tc: i64, to: i64,
        ) {
            let cost = cost(rates(pi, pc, po), usage(ti, tc, to));
            prop_assert!(cost.is_ok_and(|cost| cost >= MicroUsd::ZERO) || cost == Err(Overflow));
            let _ = worst_case(rates(pi, pc, po), ti, to);
        }
    }
}
