//! Which credit is spent first.

use time::OffsetDateTime;

use crate::{LotId, LotKind, MicroUsd, Overflow};

/// Credit that is left of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// Which.
    pub id: LotId,
    /// Where it comes from.
    pub kind: LotKind,
    /// What is left.
    pub left: MicroUsd,
    /// Until when it can be spent: at that moment no longer. `None` for ever.
    pub expires_at: Option<OffsetDateTime>,
    /// When it came.
    pub created_at: OffsetDateTime,
}

/// Some credit of a lot.
pub type Part = (LotId, MicroUsd);

/// The lots that can be spent, in the order in which they are: what expires soonest first; then
/// allowance, granted, bought; then what is oldest.
pub fn in_spending_order(lots: &[Lot], now: OffsetDateTime) -> Vec<Lot> {
    let mut lots: Vec<Lot> = lots
        .iter()
        .filter(|lot| lot.expires_at.is_none_or(|at| now < at) && lot.left.is_positive())
        .copied()
        .collect();
    lots.sort_by_key(|lot| {
        (
            lot.expires_at.is_none(),
            lot.expires_at,
            lot.kind,
            lot.created_at,
            lot.id,
        )
    });
    lots
}

/// What they hold together.
///
/// # Errors
/// [`Overflow`].
pub fn available(lots: &[Lot]) -> Result<MicroUsd, Overflow> {
    MicroUsd::sum(lots.iter().map(|lot| lot.left))
}

/// Takes an amount out of parts in their order; less when there is less.
pub fn take(parts: impl IntoIterator<Item = Part>, amount: MicroUsd) -> Vec<Part> {
    let mut missing = amount.0.max(0);
    let mut taken = Vec::new();
    for (lot, left) in parts {
        let part = left.0.min(missing);
        if part > 0 {
            missing -= part;
            taken.push((lot, MicroUsd(part)));
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::Uuid;
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

    fn lot(n: u128, kind: LotKind, expires_in: Option<i64>, age: i64) -> Lot {
        Lot {
            id: LotId(Uuid::from_u128(n)),
            kind,
            left: MicroUsd(10),
            expires_at: expires_in.map(|days| NOW + Duration::days(days)),
            created_at: NOW - Duration::days(age),
        }
    }

    #[test]
    fn soonest_expiry_then_kind_then_age_decides() {
        let lots = [
            lot(7, LotKind::Bought, None, 1),
            lot(6, LotKind::Bought, None, 9),
            lot(5, LotKind::Granted, None, 1),
            lot(4, LotKind::Allowance, None, 1),
            lot(3, LotKind::Bought, Some(3), 1),
            lot(2, LotKind::Allowance, Some(3), 1),
            lot(1, LotKind::Bought, Some(2), 1),
        ];
        let order = in_spending_order(&lots, NOW);
        let order: Vec<u128> = order.iter().map(|lot| lot.id.0.as_u128()).collect();
        assert_eq!(order, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn what_has_expired_or_is_empty_cannot_be_spent() {
        let mut empty = lot(3, LotKind::Bought, None, 1);
        empty.left = MicroUsd::ZERO;
        let at_once = lot(1, LotKind::Bought, Some(0), 1);
        let past = lot(2, LotKind::Bought, Some(-1), 1);
        assert_eq!(in_spending_order(&[at_once, past, empty], NOW), []);
    }

    #[test]
    fn what_is_available_is_what_the_lots_hold_together() {
        let lots = [1, 2, 3].map(|n| lot(n, LotKind::Granted, None, 1));
        assert_eq!(available(&lots), Ok(MicroUsd(30)));
        assert_eq!(available(&[]), Ok(MicroUsd::ZERO));
        let most = Lot {
            left: MicroUsd(i64::MAX),
            ..lots[0]
        };
        assert_eq!(available(&[most, lots[1]]), Err(Overflow));
    }

    #[test]
    fn parts_are_taken_in_order_until_it_is_enough() {
        let (a, b) = (LotId(Uuid::from_u128(1)), LotId(Uuid::from_u128(2)));
        let parts = [(a, MicroUsd(10)), (b, MicroUsd(10))];
        assert_eq!(take(parts, MicroUsd(4)), [(a, MicroUsd(4))]);
        assert_eq!(take(parts, MicroUsd(10)), [(a, MicroUsd(10))]);
        assert_eq!(
            take(parts, MicroUsd(15)),
            [(a, MicroUsd(10)), (b, MicroUsd(5))]
        );
        assert_eq!(take(parts, MicroUsd(99)), parts);
        assert_eq!(take(parts, MicroUsd(-1)), []);
    }

    proptest! {
        #[test]
        fn exactly_the_amount_is_taken_or_all_there_is(
            lefts in prop::collection::vec(0..1_000i64, 0..8), amount in 0..5_000i64,
        ) {
            let parts: Vec<Part> = (1..).zip(&lefts)
                .map(|(n, left)| (LotId(Uuid::from_u128(n)), MicroUsd(*left)))
                .collect();
            let taken = take(parts.clone(), MicroUsd(amount));
            let sum: i64 = taken.iter().map(|(_, part)| part.0).sum();
            prop_assert_eq!(sum, amount.min(lefts.iter().sum()));
            for (lot, part) in taken {
                prop_assert!(part.0 > 0 && parts.iter().any(|(of, left)| *of == lot && part <= *left));
            }
        }
    }
}
