//! What people see of their ledger and their usage.

use std::pin::pin;

use futures::{Stream, TryStreamExt};
use kernel::{Actor, UserId};
use payments::{
    Caps, Error, LineKind, RefundCharge,
    commands::{capture_in, refund_charge, set_caps},
    queries::{
        charge_of, ledger_csv, my_balance, my_caps, my_charges, my_ledger, my_usage, usage_csv,
        usual_answer,
    },
};
use sqlx::PgPool;
use time::{Duration, macros::date};

use crate::support::*;

async fn answer(db: &kernel::Db, user: UserId, held: i64, price: i64) -> kernel::id::Uuid {
    let run = id(db);
    hold(db, user, run, held).await.expect("held");
    let end = end_of(user, run, price);
    alone(db, async |tx| capture_in(tx, end).await)
        .await
        .expect("captured");
    run
}

async fn all_of(stream: impl Stream<Item = Result<String, Error>>) -> Vec<String> {
    let mut stream = pin!(stream);
    let mut text = String::new();
    while let Some(part) = stream.try_next().await.expect("read") {
        assert!(part.len() < 200_000, "some at a time");
        text.push_str(&part);
    }
    assert!(text.ends_with("\r\n"));
    text.lines().map(str::to_owned).collect()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn lines_say_what_changed_and_what_there_was_then(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    buy(&db, user, "pi_1", 500, 500).await;
    let run = answer(&db, user, 400, 150).await;
    hold(&db, user, id(&db), 100).await.expect("held");
    let page = my_ledger(&db, person(user), None).await.expect("lines");
    let lines: Vec<_> = page
        .items
        .iter()
        .map(|line| (line.kind, line.amount.0, line.balance_after.0))
        .collect();
    assert_eq!(
        lines,
        [
            (LineKind::Capture, -150, 1_350),
            (LineKind::Purchase, 500, 1_500),
            (LineKind::Grant, 1_000, 1_000)
        ],
        "holds change nothing of what there is"
    );
    assert_eq!(page.items[0].generation, Some(run));
    assert_eq!(page.items[1].payment, Some(payment("pi_1")));
    assert_eq!(page.next, None);
    let csv = all_of(ledger_csv(&db, person(user)).await.expect("allowed")).await;
    assert_eq!(csv.len(), 4);
    assert_eq!(
        csv[1],
        format!("4,2026-03-01T12:00:00Z,capture,-150,1350,{run},")
    );
    assert_eq!(csv[2], "2,2026-03-01T12:00:00Z,purchase,500,1500,,pi_1");
    let stranger = somebody_with(&db, 7).await;
    let page = my_ledger(&db, person(stranger), None).await.expect("lines");
    assert_eq!(page.items.len(), 1, "only one's own");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn pages_continue_where_the_last_ended_and_csv_has_all(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    for n in 0..101 {
        give(&db, user, 1, None, &format!("k{n}")).await;
    }
    let (mut after, mut sizes, mut numbers) = (None, Vec::new(), Vec::new());
    loop {
        let page = my_ledger(&db, person(user), after).await.expect("lines");
        sizes.push(page.items.len());
        numbers.extend(page.items.iter().map(|line| line.number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 1]);
    assert_eq!(numbers, (1..=101).rev().collect::<Vec<i64>>());
    // More than a page of the file, written by hand: a thousand commands take long.
    sqlx::query(
        "insert into usage_records
         select gen_random_uuid(), wallets.id, wallets.id, null, $1::timestamptz + n % 3 * interval '1 hour', 9, 4, 1,
                0, 0, 0, 0
         from wallets, generate_series(1, 2500) as n",
    )
    .bind(START)
    .execute(db.pool())
    .await
    .expect("inserted");
    let day = START.date();
    let csv = all_of(
        usage_csv(&db, person(user), day, day)
            .await
            .expect("allowed"),
    )
    .await;
    assert_eq!(csv.len(), 2_501);
    let unique: std::collections::BTreeSet<_> = csv.iter().collect();
    assert_eq!(unique.len(), 2_501);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn usage_is_by_day_of_utc_and_model_with_refunds_taken_off(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 1_000).await;
    answer(&db, user, 100, 50).await;
    let run = answer(&db, user, 100, 70).await;
    db.clock().advance(Duration::hours(12));
    answer(&db, user, 100, 30).await;
    let command = RefundCharge {
        generation: run,
        amount: Some(usd(20)),
        key: key("a"),
    };
    refund_charge(&db, Actor::System, command)
        .await
        .expect("refunded");
    let (first, second) = (date!(2026 - 03 - 01), date!(2026 - 03 - 02));
    let usage = my_usage(&db, person(user), first, second)
        .await
        .expect("usage");
    let days: Vec<_> = usage
        .iter()
        .map(|day| {
            (
                day.day,
                day.answers,
                day.tokens.input,
                day.tokens.cached_input,
                day.tokens.output,
                day.charged.0,
            )
        })
        .collect();
    assert_eq!(
        days,
        [(first, 2, 200, 80, 20, 100), (second, 1, 100, 40, 10, 30)]
    );
    let one = my_usage(&db, person(user), second, second)
        .await
        .expect("usage");
    assert_eq!(one.len(), 1);
    let csv = all_of(
        usage_csv(&db, person(user), first, first)
            .await
            .expect("allowed"),
    )
    .await;
    assert_eq!(csv.len(), 3);
    let model = kernel::id::Uuid::from_u128(7);
    let mut charged: Vec<&str> = csv[1..]
        .iter()
        .filter_map(|row| row.rsplit(',').next())
        .collect();
    charged.sort();
    assert_eq!(charged, ["50", "50"]);
    assert!(
        csv[1].contains(&format!(",{model},,100,40,10,")),
        "{}",
        csv[1]
    );
    let stranger = somebody(&db).await;
    let theirs = my_usage(&db, person(stranger), first, second)
        .await
        .expect("usage");
    assert!(theirs.is_empty());
    for (from, to) in [(second, first), (first, date!(2027 - 03 - 02))] {
        let refused = my_usage(&db, person(user), from, to).await;
        assert!(matches!(refused, Err(Error::BadRange)), "{refused:?}");
    }
    let year = my_usage(&db, person(user), first, date!(2027 - 03 - 01)).await;
    assert_eq!(year.expect("366 days").len(), 2);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nobody_has_no_wallet_and_somebody_new_an_empty_one(pool: PgPool) {
    let db = db(pool);
    let user = somebody(&db).await;
    let day = START.date();
    for actor in [Actor::Nobody, Actor::System] {
        assert!(matches!(
            my_balance(&db, actor).await,
            Err(Error::NotSignedIn(_))
        ));
        assert!(matches!(
            my_ledger(&db, actor, None).await,
            Err(Error::NotSignedIn(_))
        ));
        assert!(matches!(
            my_usage(&db, actor, day, day).await,
            Err(Error::NotSignedIn(_))
        ));
        assert!(matches!(
            my_caps(&db, actor).await,
            Err(Error::NotSignedIn(_))
        ));
        assert!(matches!(
            set_caps(&db, actor, Caps::default()).await,
            Err(Error::NotSignedIn(_))
        ));
        assert!(ledger_csv(&db, actor).await.is_err());
        assert!(usage_csv(&db, actor, day, day).await.is_err());
    }
    let new = person(user);
    assert_eq!(
        my_balance(&db, new).await.expect("none"),
        Default::default()
    );
    assert!(
        my_ledger(&db, new, None)
            .await
            .expect("none")
            .items
            .is_empty()
    );
    assert!(my_usage(&db, new, day, day).await.expect("none").is_empty());
    assert_eq!(my_caps(&db, new).await.expect("none"), Caps::default());
    let csv = all_of(ledger_csv(&db, new).await.expect("allowed")).await;
    assert_eq!(csv.len(), 1, "the heading");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn caps_are_the_persons_own_and_more_than_nothing(pool: PgPool) {
    let db = db(pool);
    let (ada, eve) = (somebody(&db).await, somebody(&db).await);
    let caps = Caps {
        message: Some(usd(5)),
        day: None,
        month: Some(usd(9)),
    };
    for _ in 0..2 {
        set_caps(&db, person(ada), caps).await.expect("set");
    }
    assert_eq!(my_caps(&db, person(ada)).await.expect("caps"), caps);
    assert_eq!(
        my_caps(&db, person(eve)).await.expect("caps"),
        Caps::default()
    );
    assert_eq!(facts(&db).await, ["caps_set"]);
    for bad in [0, -1] {
        let none = Caps {
            day: Some(usd(bad)),
            ..Caps::default()
        };
        let refused = set_caps(&db, person(ada), none).await;
        assert!(matches!(refused, Err(Error::NotPositive)), "{refused:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_answers_cost_is_shown_to_whom_it_was_charged(pool: PgPool) {
    let db = db(pool);
    let (ada, eve) = (somebody_with(&db, 100).await, somebody_with(&db, 100).await);
    let run = answer(&db, ada, 50, 30).await;
    let running = id(&db);
    hold(&db, ada, running, 10).await.expect("held");
    let asked = [run, running, id(&db)];
    let charges = my_charges(&db, person(ada), &asked).await.expect("charges");
    let found: Vec<_> = charges
        .iter()
        .map(|of| (of.generation, of.charged))
        .collect();
    assert_eq!(found, [(run, usd(30))]);
    assert!(
        my_charges(&db, person(eve), &asked)
            .await
            .expect("none")
            .is_empty()
    );
    assert!(
        my_charges(&db, person(somebody(&db).await), &asked)
            .await
            .expect("none")
            .is_empty()
    );
    let refused = my_charges(&db, Actor::Nobody, &asked).await;
    assert!(matches!(refused, Err(Error::NotSignedIn(_))));

    // What is usual is one's own, by model.
    let model = charges[0].model;
    let usual = usual_answer(&db, person(ada), model).await.expect("read");
    assert_eq!(usual, Some(charges[0].tokens.output));
    for (who, model) in [(eve, model), (ada, id(&db))] {
        let none = usual_answer(&db, person(who), model).await;
        assert_eq!(none.expect("read"), None);
    }
    let refused = usual_answer(&db, Actor::Nobody, model).await;
    assert!(matches!(refused, Err(Error::NotSignedIn(_))));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_each_charge_left_is_told_to_the_site_alone(pool: PgPool) {
    let db = db(pool);
    let ada = somebody_with(&db, 100).await;
    let (first, second) = (
        answer(&db, ada, 50, 30).await,
        answer(&db, ada, 50, 20).await,
    );
    // Told after both: each by itself all the same.
    for (run, before, after) in [(first, 100, 70), (second, 70, 50)] {
        let made = charge_of(&db, Actor::System, run).await.expect("read");
        let made = made.expect("a charge");
        assert_eq!((made.before, made.after), (usd(before), usd(after)));
    }
    let none = charge_of(&db, Actor::System, id(&db)).await;
    assert_eq!(none.expect("read"), None);
    for other in [person(ada), Actor::Nobody] {
        let refused = charge_of(&db, other, first).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}
