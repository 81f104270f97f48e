//! Sums of what was used.

use std::collections::BTreeMap;

use ::payments::{DailyUsage, MicroUsd, TokenUsage};
use kernel::id::Uuid;

use super::{chart::SERIES, range::Range};

/// What was used in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Answers.
    pub answers: i64,
    /// Tokens.
    pub tokens: TokenUsage,
    /// What was charged, less what was given back.
    pub charged: MicroUsd,
}

impl Sum {
    /// Of all of them. What the ledger can hold fits; beyond that, the sum stays at the most.
    pub fn of<'a>(used: impl IntoIterator<Item = &'a DailyUsage>) -> Self {
        used.into_iter().fold(Self::default(), |sum, one| Self {
            answers: sum.answers.saturating_add(one.answers),
            tokens: TokenUsage {
                input: sum.tokens.input.saturating_add(one.tokens.input),
                cached_input: sum
                    .tokens
                    .cached_input
                    .saturating_add(one.tokens.cached_input),
                output: sum.tokens.output.saturating_add(one.tokens.output),
            },
            charged: MicroUsd(sum.charged.0.saturating_add(one.charged.0)),
        })
    }

    fn all_tokens(self) -> i64 {
        self.tokens.input.saturating_add(self.tokens.output)
    }
}

/// Of each model, the dearest first, then the one with most tokens.
pub fn by_model(used: &[DailyUsage]) -> Vec<(Uuid, Sum)> {
    let mut models: BTreeMap<Uuid, Vec<&DailyUsage>> = BTreeMap::new();
    for one in used {
        models.entry(one.model).or_default().push(one);
    }
    let mut sums: Vec<_> = models
        .into_iter()
        .map(|(model, used)| (model, Sum::of(used)))
        .collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.charged, sum.all_tokens())));
    sums
}

/// What is drawn of each model, in the order of `models`, for each day: micro-USD, or tokens. All models beyond
/// the colours share the last one.
pub fn series(
    used: &[DailyUsage],
    models: &[(Uuid, Sum)],
    range: Range,
    costs: bool,
) -> Vec<Vec<i64>> {
    let days = usize::try_from(range.days()).unwrap_or_default();
    let mut series = vec![vec![0i64; days]; models.len().min(SERIES)];
    for one in used {
        let place = models.iter().position(|(model, _)| *model == one.model);
        let day = usize::try_from((one.day - range.from).whole_days()).ok();
        let value = match costs {
            true => one.charged.0,
            false => Sum::of([one]).all_tokens(),
        };
        let row = place.and_then(|place| series.get_mut(place.min(SERIES - 1)));
        if let Some(there) = row.zip(day).and_then(|(row, day)| row.get_mut(day)) {
            *there = there.saturating_add(value);
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn used(day: u8, model: u128, output: i64, charged: i64) -> DailyUsage {
        DailyUsage {
            day: date!(2026 - 03 - 01).replace_day(day).expect("a day"),
            model: Uuid::from_u128(model),
            answers: 1,
            tokens: TokenUsage {
                input: 10,
                cached_input: 5,
                output,
            },
            charged: MicroUsd(charged),
        }
    }

    const WEEK: Range = Range {
        from: date!(2026 - 03 - 01),
        to: date!(2026 - 03 - 07),
    };

    #[test]
    fn the_sums_of_models_and_days_are_all_there_is() {
        let used = [
            used(1, 1, 5, 30),
            used(2, 2, 9, 50),
            used(7, 1, 7, 10),
            used(7, 2, 0, 0),
        ];
        let models = by_model(&used);
        let order: Vec<_> = models
            .iter()
            .map(|(id, sum)| (id.as_u128(), sum.charged.0))
            .collect();
        assert_eq!(order, [(2, 50), (1, 40)]);
        let drawn = series(&used, &models, WEEK, true);
        assert_eq!(drawn, [[0, 50, 0, 0, 0, 0, 0], [30, 0, 0, 0, 0, 0, 10]]);
        let tokens = series(&used, &models, WEEK, false);
        assert_eq!(tokens, [[0, 19, 0, 0, 0, 0, 10], [15, 0, 0, 0, 0, 0, 17]]);
        let all = Sum::of(&used);
        assert_eq!(
            (all.answers, all.charged, all.all_tokens()),
            (4, MicroUsd(90), 61)
        );
    }

    #[test]
    fn models_beyond_the_colours_share_the_last() {
        let used: Vec<_> = (0..9).map(|n| used(3, n, 1, 100 - n as i64)).collect();
        let drawn = series(&used, &by_model(&used), WEEK, true);
        assert_eq!(drawn.len(), SERIES);
        assert_eq!(drawn.iter().map(|days| days[2]).sum::<i64>(), 9 * 100 - 36);
        assert_eq!(drawn[SERIES - 1][2], 95 + 94 + 93 + 92);
    }
}
