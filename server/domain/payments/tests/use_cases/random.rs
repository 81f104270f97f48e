//! Random steps against a small model of wallets, which spends one micro-dollar at a time. After each step
//! balances, lots and the house's accounts are as the model says, and the checker finds nothing.

mod model;
mod steps;

use kernel::{Actor, Db, UserId};
use payments::queries::trial_balance;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use sqlx::{Executor, PgPool};
use time::Duration;

use crate::support::*;
use model::Model;
use steps::{Run, Step};

/// As many as `PROPTEST_CASES` says, else so many.
const CASES: usize = 30;

/// So often a failure is tried to be made smaller: each try takes as long as a case.
const SHRINKS: usize = 100;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whatever_happens_in_whatever_order_the_ledger_is_right(pool: PgPool) {
    let mut runner = TestRunner::deterministic();
    let asked = std::env::var("PROPTEST_CASES").ok();
    for _ in 0..asked.and_then(|n| n.parse().ok()).unwrap_or(CASES) {
        let mut tree = steps::many().new_tree(&mut runner).expect("steps");
        let Err(mut failure) = holds_good(&pool, &tree.current()).await else {
            continue;
        };
        let mut smallest = tree.current();
        // Shrinks as proptest does, which cannot wait for a database.
        let mut tries = SHRINKS;
        while tries > 0 && tree.simplify() {
            tries -= 1;
            loop {
                match holds_good(&pool, &tree.current()).await {
                    Err(smaller) => (failure, smallest) = (smaller, tree.current()),
                    Ok(()) if tries > 0 && tree.complicate() => {
                        tries -= 1;
                        continue;
                    }
                    Ok(()) => {}
                }
                break;
            }
        }
        panic!("{failure}\nafter {smallest:#?}");
    }
}

async fn holds_good(pool: &PgPool, steps: &[Step]) -> Result<(), String> {
    let db = db(pool.clone());
    anew(&db).await;
    let people = [somebody(&db).await, somebody(&db).await];
    let runs: Vec<_> = (0..steps::RUNS).map(|_| id(&db)).collect();
    let run = Run {
        db: &db,
        people,
        runs,
    };
    let mut model = Model::default();
    for (at, step) in steps.iter().enumerate() {
        db.clock().advance(Duration::seconds(1));
        if let Step::Wait(days) = step {
            db.clock().advance(Duration::days(*days));
        }
        let now = (db.now() - START).whole_seconds();
        let (got, expected) = match step {
            Step::Crash(inner) => {
                run.crash(inner).await;
                continue;
            }
            step => (run.take(step).await, model.take(step, now)),
        };
        if got != expected {
            return Err(format!("step {at} gave {got:?} and not {expected:?}"));
        }
        compare(&db, people, &model, now)
            .await
            .map_err(|what| format!("after step {at} {what}"))?;
    }
    Ok(())
}

async fn compare(db: &Db, people: [UserId; 2], model: &Model, now: i64) -> Result<(), String> {
    for (who, user) in people.into_iter().enumerate() {
        let there = balance(db, user).await;
        let lots: Vec<i64> = there.lots.iter().map(|lot| lot.left.0).collect();
        let found = (there.available.0, there.held.0, there.flagged, lots);
        let expected = model.balance(who, now);
        if found != expected {
            return Err(format!("{who} has {found:?} and not {expected:?}"));
        }
    }
    let house = trial_balance(db, Actor::System)
        .await
        .map_err(|e| e.to_string())?;
    let sum: i64 = house.iter().map(|account| account.balance.0).sum();
    if sum != 0 {
        return Err(format!("all accounts sum to {sum}"));
    }
    for (account, expected) in model.house() {
        let found = house.iter().find(|of| of.account == account);
        let found = found.map_or(0, |of| of.balance.0);
        if found != expected {
            return Err(format!("{account} is {found} and not {expected}"));
        }
    }
    let differences = payments::queries::verify_ledger(db, Actor::System).await;
    let differences = differences.map_err(|e| e.to_string())?;
    if differences.is_empty() {
        Ok(())
    } else {
        Err(format!("the checker finds {differences:?}"))
    }
}

/// Empties the tables, which only works without their triggers.
async fn anew(db: &Db) {
    let empty = "begin; set local session_replication_role = replica;
        truncate ledger_entries, ledger_transactions, credit_lots, holds, disputes, usage_records, outbox;
        delete from ledger_accounts where wallet_id is not null;
        delete from wallets;
        delete from users;
        commit;";
    db.pool().execute(empty).await.expect("empty");
}
