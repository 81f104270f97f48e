//! The price book, and cost that nobody is charged for.

use kernel::{Actor, UserId, id::Uuid};
use payments::{
    BookCost, Error, Rates, SetPrices, TokenUsage,
    commands::{book_cost_in, set_prices},
    cost,
    queries::{current_prices, price_at, price_at_in},
};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use crate::support::*;

fn rates(input: i64) -> Rates {
    Rates {
        input: usd(input),
        cached_input: usd(input / 2),
        output: usd(input * 4),
    }
}

fn command(model: Uuid, input: i64, effective_from: Option<OffsetDateTime>) -> SetPrices {
    SetPrices {
        model,
        effective_from,
        ours: rates(input),
        provider: rates(input / 10),
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_price_holds_from_its_time_until_the_next(pool: PgPool) {
    let db = db(pool);
    let (model, other) = (id(&db), id(&db));
    let first = set_prices(&db, admin(), command(model, 1_000, None))
        .await
        .expect("set");
    let again = set_prices(&db, Actor::System, command(model, 1_000, None))
        .await
        .expect("there");
    assert_eq!(first, again, "nothing is added");
    let later = START + Duration::days(5);
    let second = set_prices(&db, admin(), command(model, 2_000, Some(later)))
        .await
        .expect("set");
    for (at, expected) in [
        (START - Duration::seconds(1), None),
        (START, Some(first)),
        (later - Duration::seconds(1), Some(first)),
        (later, Some(second)),
        (later + Duration::days(900), Some(second)),
    ] {
        let price = price_at(&db, model, at).await.expect("answered");
        assert_eq!(price.map(|price| price.id), expected, "{at}");
    }
    assert_eq!(price_at(&db, other, later).await.expect("answered"), None);
    let now = current_prices(&db).await.expect("answered");
    assert_eq!(now.len(), 1);
    assert_eq!((now[0].0, now[0].1.id), (model, first));
    db.clock().advance(Duration::days(5));
    let now = alone(&db, async |tx| price_at_in(tx, model).await).await;
    let now = now.expect("answered").expect("a price");
    assert_eq!(
        (now.id, now.ours, now.provider),
        (second, rates(2_000), rates(200))
    );
    let usage = TokenUsage {
        input: 1_000_000,
        cached_input: 0,
        output: 0,
    };
    assert_eq!(cost(now.ours, usage), Ok(usd(2_000)));
    assert_eq!(facts(&db).await, ["prices_set", "prices_set"]);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_past_is_not_priced_anew_and_no_price_is_below_nothing(pool: PgPool) {
    let db = db(pool);
    let model = id(&db);
    let past = Some(START - Duration::seconds(1));
    let refused = set_prices(&db, admin(), command(model, 5, past)).await;
    assert!(matches!(refused, Err(Error::PastPrice)), "{refused:?}");
    for part in 0..6 {
        let mut bad = command(model, 1_000, None);
        let of = [
            &mut bad.ours.input,
            &mut bad.ours.cached_input,
            &mut bad.ours.output,
            &mut bad.provider.input,
            &mut bad.provider.cached_input,
            &mut bad.provider.output,
        ];
        *of.into_iter().nth(part).expect("six") = usd(-1);
        let refused = set_prices(&db, admin(), bad).await;
        assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    }
    set_prices(&db, admin(), command(model, 0, None))
        .await
        .expect("free is a price");
    let refused = set_prices(&db, admin(), command(model, 9, None)).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    for actor in [Actor::Nobody, person(UserId(model))] {
        let refused = set_prices(&db, actor, command(model, 5, None)).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn titles_are_counted_as_cost_once_and_charged_to_nobody(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    let book = async |user: UserId, cost: i64, named: &str| {
        let command = BookCost {
            user,
            provider_cost: usd(cost),
            key: key(named),
        };
        alone(&db, async |tx| book_cost_in(tx, command).await).await
    };
    for booked in [true, false] {
        assert_eq!(book(user, 30, "title:1").await.expect("booked"), booked);
    }
    assert!(!book(user, 0, "title:2").await.expect("nothing"));
    assert!(!book(UserId(id(&db)), 5, "title:3").await.expect("nobody"));
    let refused = book(user, -1, "title:4").await;
    assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    assert_eq!(house(&db, "provider_cost").await, -30);
    assert_eq!(house(&db, "provider_payable").await, 30);
    assert_eq!(credit(&db, user).await, (100, 0));
    sound(&db).await;
}
