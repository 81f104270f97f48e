use super::*;
use kernel::id::Uuid;
use proptest::prelude::*;

fn lot(n: u128) -> LotId {
    LotId(Uuid::from_u128(n))
}

fn of(entries: &Entries, account: Account) -> i64 {
    let mut all = entries.iter();
    all.find(|(of, _)| *of == account)
        .map_or(0, |(_, amount)| amount.0)
}

fn usd(amount: i64) -> MicroUsd {
    MicroUsd(amount)
}

/// The entries as pairs, in an order.
fn sorted(entries: &Entries) -> Vec<(Account, i64)> {
    let mut all: Vec<_> = entries.iter().map(|(of, amount)| (of, amount.0)).collect();
    all.sort();
    all
}

#[test]
fn a_bonus_is_promotion_and_a_premium_is_revenue() {
    let l = Account::Lot(lot(1));
    let plain = purchase(lot(1), usd(10), usd(10)).expect("fits");
    assert_eq!(sorted(&plain), [(l, 10), (CLEARING, -10)]);
    let bonus = purchase(lot(1), usd(10), usd(12)).expect("fits");
    assert_eq!(
        sorted(&bonus),
        [(l, 12), (PROMOTIONAL, -2), (CLEARING, -10)]
    );
    let premium = purchase(lot(1), usd(10), usd(7)).expect("fits");
    assert_eq!(sorted(&premium), [(l, 7), (REVENUE, 3), (CLEARING, -10)]);
}

#[test]
fn a_grant_is_promotion() {
    let entries = grant(lot(1), usd(5)).expect("fits");
    assert_eq!(
        sorted(&entries),
        [(Account::Lot(lot(1)), 5), (PROMOTIONAL, -5)]
    );
}

#[test]
fn a_hold_goes_back_to_where_it_came_from() {
    let parts = [(lot(1), usd(3)), (lot(2), usd(4))];
    let there = hold(&parts).expect("fits");
    assert_eq!(of(&there, Account::Held), 7);
    assert_eq!(of(&there, Account::Lot(lot(2))), -4);
    assert_eq!(there.change(), Ok(MicroUsd::ZERO));
    let back = release(&parts).expect("fits");
    for (account, amount) in there.iter() {
        assert_eq!(of(&back, account), -amount.0);
    }
}

#[test]
fn a_charge_below_the_hold_returns_the_rest() {
    let held = [(lot(1), usd(3)), (lot(2), usd(4))];
    let charge = capture(&held, usd(4), true, &[(lot(2), usd(50))]).expect("fits");
    assert_eq!(charge.charged, usd(4));
    assert_eq!(
        sorted(&charge.entries),
        [(Account::Lot(lot(2)), 3), (Account::Held, -7), (REVENUE, 4)]
    );
}

#[test]
fn a_charge_of_nothing_returns_all() {
    let held = [(lot(1), usd(3))];
    let charge = capture(&held, MicroUsd::ZERO, true, &[]).expect("fits");
    assert_eq!(charge.charged, MicroUsd::ZERO);
    assert_eq!(
        sorted(&charge.entries),
        [(Account::Lot(lot(1)), 3), (Account::Held, -3)]
    );
}

#[test]
fn a_charge_beyond_the_hold_takes_what_is_there() {
    let held = [(lot(1), usd(3))];
    let more = [(lot(1), usd(2)), (lot(2), usd(4))];
    let charge = capture(&held, usd(6), true, &more).expect("fits");
    assert_eq!(charge.charged, usd(6));
    assert_eq!(
        sorted(&charge.entries),
        [
            (Account::Lot(lot(1)), -2),
            (Account::Lot(lot(2)), -1),
            (Account::Held, -3),
            (REVENUE, 6)
        ]
    );
    let all = capture(&held, usd(99), true, &more).expect("fits");
    assert_eq!(all.charged, usd(9), "the house bears the rest");
    let capped = capture(&held, usd(99), false, &more).expect("fits");
    assert_eq!(capped.charged, usd(3));
    assert_eq!(of(&capped.entries, Account::Lot(lot(2))), 0);
}

#[test]
fn provider_cost_is_owed_and_not_the_persons() {
    let entries = provider_cost(Entries::default(), usd(8)).expect("fits");
    assert_eq!(of(&entries, Account::House(House::ProviderCost)), -8);
    assert_eq!(of(&entries, Account::House(House::ProviderPayable)), 8);
    assert_eq!(entries.change(), Ok(MicroUsd::ZERO));
}

#[test]
fn a_refund_takes_bonus_back_and_books_what_was_spent() {
    let l = Account::Lot(lot(1));
    let plain = refund_purchase(lot(1), usd(10), usd(10)).expect("fits");
    assert_eq!(sorted(&plain), [(l, -10), (CLEARING, 10)]);
    let bonus = refund_purchase(lot(1), usd(10), usd(12)).expect("fits");
    assert_eq!(sorted(&bonus), [(l, -12), (PROMOTIONAL, 2), (CLEARING, 10)]);
    let spent = refund_purchase(lot(1), usd(10), usd(4)).expect("fits");
    assert_eq!(sorted(&spent), [(l, -4), (REFUNDS, -6), (CLEARING, 10)]);
}

#[test]
fn a_charge_goes_back_as_less_revenue() {
    let entries = refund_charge(&[(lot(1), usd(3)), (lot(2), usd(1))]).expect("fits");
    assert_eq!(
        sorted(&entries),
        [
            (Account::Lot(lot(1)), 3),
            (Account::Lot(lot(2)), 1),
            (REVENUE, -4)
        ]
    );
}

#[test]
fn a_won_dispute_undoes_it_and_a_lost_one_leaves_the_loss() {
    let l = Account::Lot(lot(1));
    let lost = dispute(lot(1), usd(10), usd(4)).expect("fits");
    assert_eq!(sorted(&lost), [(l, -4), (CLEARING, 10), (DISPUTES, -6)]);
    let won = dispute_won(lot(1), usd(10), usd(4)).expect("fits");
    for (account, amount) in lost.iter() {
        assert_eq!(of(&won, account), -amount.0);
    }
    let rest = dispute_lost(lot(1), usd(2)).expect("fits");
    assert_eq!(sorted(&rest), [(l, -2), (DISPUTES, 2)]);
}

#[test]
fn what_expires_is_the_houses() {
    let entries = expiry(&[(lot(1), usd(3)), (lot(2), usd(1))]).expect("fits");
    assert_eq!(of(&entries, Account::House(House::Expired)), 4);
    assert_eq!(entries.change(), Ok(usd(-4)));
}

proptest! {
    #[test]
    fn a_charge_is_balanced_and_never_takes_more_than_there_is(
        held in prop::collection::vec(1..1_000i64, 1..4),
        more in prop::collection::vec(0..1_000i64, 0..4),
        price in 0..8_000i64,
        may_exceed: bool,
    ) {
        let parts = |lefts: &[i64]| -> Vec<Part> {
            (1..).zip(lefts).map(|(n, left)| (lot(n), usd(*left))).collect()
        };
        let charge = capture(&parts(&held), usd(price), may_exceed, &parts(&more)).expect("fits");
        let sum: i64 = charge.entries.iter().map(|(_, amount)| amount.0).sum();
        prop_assert_eq!(sum, 0);
        let all: i64 = held.iter().sum();
        let most = if may_exceed { all + more.iter().sum::<i64>() } else { all };
        prop_assert_eq!(charge.charged.0, price.min(most));
        prop_assert_eq!(charge.entries.change(), charge.charged.negated());
        prop_assert_eq!(of(&charge.entries, Account::Held), -all);
    }
}
