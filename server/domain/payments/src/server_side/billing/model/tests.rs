use proptest::prelude::*;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

fn id(s: &str) -> PaymentReference {
    PaymentReference::parse(s).expect("an id")
}

fn seen(state: SubscriptionState, price: &str, cancels: bool) -> SeenSubscription {
    SeenSubscription {
        id: id("sub_1"),
        customer: id("cus_1"),
        item: id("si_1"),
        price: id(price),
        state,
        period_end: NOW,
        cancels,
        latest_invoice: None,
    }
}

/// What the provider shows after each of the seven events of a life: begun, dearer plan, renewal failed, paid after
/// all, will end, goes on after all, ended.
fn life() -> [SeenSubscription; 7] {
    use SubscriptionState::{Active, Ended, PastDue};
    [
        seen(Active, "plus", false),
        seen(Active, "pro", false),
        seen(PastDue, "pro", false),
        seen(Active, "pro", false),
        seen(Active, "pro", true),
        seen(Active, "pro", false),
        seen(Ended, "pro", true),
    ]
}

/// Every order of 0 to n-1 (Heap's algorithm).
fn orders(n: usize, each: &mut impl FnMut(&[usize])) {
    fn go(k: usize, order: &mut [usize], each: &mut impl FnMut(&[usize])) {
        if k <= 1 {
            return each(order);
        }
        for i in 0..k {
            go(k - 1, order, each);
            order.swap(if k.is_multiple_of(2) { i } else { 0 }, k - 1);
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    go(n, &mut order, each);
}

/// An event that is delivered shows the object as it is by then: at least as far as the furthest event delivered.
fn deliver(order: &[usize]) -> (Option<Known>, SeenSubscription, Vec<Dunning>) {
    let life = life();
    let (mut known, mut told, mut furthest) = (None, Vec::new(), 0);
    for event in order {
        furthest = furthest.max(*event);
        let next = next(known, &life[furthest], NOW);
        known = Some(next.known);
        told.extend(next.tell);
    }
    (known, life[furthest].clone(), told)
}

#[test]
fn every_order_of_a_life_with_duplicates_ends_in_the_same_state() {
    let mut count = 0;
    let (last, end, _) = deliver(&[0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(
        last.map(|known| known.state),
        Some(SubscriptionState::Ended)
    );
    orders(7, &mut |order| {
        count += 1;
        // Each twice: at once, and all again afterwards.
        let twice: Vec<usize> = order.iter().flat_map(|event| [*event, *event]).collect();
        let again = [order, order].concat();
        for deliveries in [order, &twice, &again] {
            let (known, shown, told) = deliver(deliveries);
            assert_eq!((known, &shown), (last, &end), "{deliveries:?}");
            // The failed renewal is told at most once, and its end only to who was told.
            assert!(
                matches!(
                    told.as_slice(),
                    [] | [Dunning::PaymentFailed] | [Dunning::PaymentFailed, Dunning::Ended]
                ),
                "{told:?}"
            );
        }
    });
    assert_eq!(count, 5_040);
}

#[test]
fn grace_begins_once_and_is_not_prolonged_by_looking_again() {
    let past_due = seen(SubscriptionState::PastDue, "plus", false);
    let first = next(None, &past_due, NOW);
    assert_eq!(first.known.grace_until, Some(NOW + GRACE));
    assert_eq!(
        (first.tell, first.grace_begins),
        (Some(Dunning::PaymentFailed), true)
    );
    let later = next(Some(first.known), &past_due, NOW + Duration::days(3));
    assert_eq!(later.known, first.known);
    assert_eq!((later.tell, later.grace_begins), (None, false));
    let paid = next(
        Some(later.known),
        &seen(SubscriptionState::Active, "plus", false),
        NOW,
    );
    assert_eq!((paid.known.grace_until, paid.tell), (None, None));
}

#[test]
fn who_was_past_due_is_told_of_the_end_and_who_cancelled_is_not() {
    let ended = seen(SubscriptionState::Ended, "plus", false);
    let known = |state, grace_until| Some(Known { state, grace_until });
    let unpaid = next(known(SubscriptionState::PastDue, Some(NOW)), &ended, NOW);
    assert_eq!(unpaid.tell, Some(Dunning::Ended));
    let cancelled = next(known(SubscriptionState::Active, None), &ended, NOW);
    assert_eq!(cancelled.tell, None);
}

fn line(cents: i64, proration: bool, price: &str) -> SeenLine {
    SeenLine {
        price: Some(id(price)),
        amount: MicroUsd::cents(cents).expect("an amount"),
        proration,
        period_end: NOW,
    }
}

fn price(cents: i64, credit: i64) -> SeenPrice {
    SeenPrice {
        amount: MicroUsd::cents(cents).expect("an amount"),
        offer: Some("plus".to_owned()),
        credit: MicroUsd(credit),
    }
}

#[test]
fn a_whole_period_gives_the_whole_credit_and_half_a_period_half_of_it() {
    let (whole, half) = (line(1_000, false, "a"), line(500, true, "a"));
    let of = |line| allowance([(line, price(1_000, 12_000_001))]).expect("no overflow");
    let expires_at = NOW + OVERLAP;
    assert_eq!(
        of(&whole),
        Some(Allowance {
            credit: MicroUsd(12_000_001),
            expires_at
        })
    );
    assert_eq!(
        of(&half),
        Some(Allowance {
            credit: MicroUsd(6_000_000),
            expires_at
        })
    );
}

#[test]
fn an_upgrade_gives_the_difference_and_a_strangers_price_nothing() {
    let (unused, new) = (line(-500, true, "a"), line(1_500, true, "b"));
    let lines = [
        (&unused, price(1_000, 12_000_000)),
        (&new, price(3_000, 40_000_000)),
    ];
    let given = allowance(lines).expect("no overflow").expect("some");
    assert_eq!(given.credit, MicroUsd(14_000_000));
    let stranger = SeenPrice {
        offer: None,
        ..price(1_000, 12_000_000)
    };
    assert_eq!(allowance([(&new, stranger)]), Ok(None));
    assert_eq!(allowance([(&unused, price(1_000, 12_000_000))]), Ok(None));
}

#[test]
fn a_renewal_takes_nothing_back_for_parts_of_the_period_before() {
    let mut invoice = SeenInvoice {
        id: id("in_1"),
        customer: None,
        subscription: None,
        is_paid: true,
        for_change: false,
        paid: MicroUsd::ZERO,
        lines: vec![line(1_000, false, "a"), line(-500, true, "b")],
    };
    assert_eq!(lines_that_count(&invoice).count(), 1);
    invoice.for_change = true;
    assert_eq!(lines_that_count(&invoice).count(), 2);
}

proptest! {
    #[test]
    fn nobody_gets_more_than_the_price_promises_for_what_was_invoiced(
        cents in 1..1_000_000_i64, credit in 1..1_000_000_000_i64, part in 0..=100_i64
    ) {
        let line = line(cents * part / 100, true, "a");
        let given = allowance([(&line, price(cents, credit))]).expect("no overflow");
        let given = given.map_or(0, |given| given.credit.0);
        prop_assert!(i128::from(given) * i128::from(cents) <= i128::from(credit) * i128::from(cents * part / 100));
    }
}
