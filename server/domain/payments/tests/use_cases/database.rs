//! The database itself keeps the rules of the ledger.

use kernel::{Actor, id::Uuid};
use payments::queries::{Difference, verify_ledger};
use sqlx::{Executor, PgPool, Row, postgres::PgDatabaseError};

use crate::support::*;

const LEDGER: &str = include_str!("../../../../../migrations/0020_ledger.sql");
/// Those that change its functions.
const LATER: [&str; 2] = [
    include_str!("../../../../../migrations/0032_credit_in_place.sql"),
    include_str!("../../../../../migrations/0034_house_accounts.sql"),
];

fn refusal(error: &sqlx::Error) -> (String, String) {
    let sqlx::Error::Database(error) = error else {
        panic!("{error:?}");
    };
    let error: &PgDatabaseError = error.downcast_ref();
    let constraint = error.constraint().unwrap_or_default().to_owned();
    (error.code().to_owned(), constraint)
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn nothing_written_changes_or_goes_not_even_for_a_superuser(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    let is_super: bool =
        sqlx::query_scalar("select rolsuper from pg_roles where rolname = current_user")
            .fetch_one(db.pool())
            .await
            .expect("the role");
    assert!(is_super, "the tests' role, whom no right stops");
    for forbidden in [
        "update ledger_transactions set amount = 1",
        "update ledger_entries set amount = 1",
        "delete from ledger_transactions",
        "delete from ledger_entries",
        "delete from ledger_accounts",
        "truncate ledger_transactions",
        "truncate ledger_entries",
        "truncate ledger_accounts cascade",
        "update ledger_accounts set balance = balance + 1",
        "update ledger_accounts set balance = balance",
        "update ledger_accounts set kind = 'revenue'",
        "update ledger_accounts set has_credit = not has_credit",
        "insert into ledger_accounts select gen_random_uuid(), wallet_id, 'lot', 5 from ledger_accounts",
        "insert into ledger_accounts (id, wallet_id, kind) values (gen_random_uuid(), null, 'held')",
    ] {
        let error = db.pool().execute(forbidden).await.expect_err(forbidden);
        assert_eq!(refusal(&error).0, "23001", "{forbidden}");
    }
    let unknown = "insert into ledger_accounts select gen_random_uuid(), wallet_id, 'gift', 0 from ledger_accounts";
    let error = db.pool().execute(unknown).await.expect_err(unknown);
    assert_eq!(refusal(&error).1, "ledger_accounts_kind_known");
    assert_eq!(credit(&db, user).await, (100, 0));
    sound(&db).await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_owner_of_the_tables_has_no_right_to_change_them_and_can_post(pool: PgPool) {
    let role = format!(
        "ledger_owner_{}",
        Uuid::from_u128(rand_of(&pool).await).simple()
    );
    let mut connection = pool.acquire().await.expect("a connection");
    let create = format!(
        "create role {role}; create schema apart authorization {role};
         set role {role}; set search_path to apart;
         create table users (id uuid primary key);"
    );
    connection.execute(create.as_str()).await.expect("a role");
    connection
        .execute(LEDGER)
        .await
        .expect("the real migration");
    for later in LATER {
        connection.execute(later).await.expect("and later ones");
    }
    let post = "
        begin;
        insert into users values ('00000000-0000-0000-0000-000000000001');
        insert into wallets (id, user_id, created_at) select id, id, now() from users;
        insert into ledger_accounts (id, wallet_id, kind)
            select md5(kind)::uuid, wallets.id, kind from wallets, unnest(array['held', 'revenue']) as kind;
        insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after)
            select id, id, 0, 'grant', 'k', now(), 5, 0 from wallets;
        insert into ledger_entries (transaction_id, account_id, amount, balance_after)
            select wallets.id, account.id, case kind when 'held' then 5 else -5 end, 0
            from wallets join ledger_accounts account on account.wallet_id = wallets.id;
        commit;";
    connection.execute(post).await.expect("posted");
    for forbidden in [
        "update ledger_transactions set amount = 1",
        "update ledger_entries set amount = 1",
        "delete from ledger_transactions",
        "delete from ledger_entries",
        "delete from ledger_accounts",
        "truncate ledger_transactions",
        "truncate ledger_entries",
        "truncate ledger_accounts cascade",
    ] {
        let error = connection.execute(forbidden).await.expect_err(forbidden);
        assert_eq!(refusal(&error).0, "42501", "{forbidden}: not allowed");
    }
    let balance: i64 =
        sqlx::query_scalar("select balance from ledger_accounts where kind = 'held'")
            .fetch_one(&mut *connection)
            .await
            .expect("an account");
    assert_eq!(balance, 5);
    let end = format!("reset role; drop schema apart cascade; drop role {role};");
    connection.execute(end.as_str()).await.expect("gone");
}

async fn rand_of(pool: &PgPool) -> u128 {
    let id: Uuid = sqlx::query_scalar("select gen_random_uuid()")
        .fetch_one(pool)
        .await
        .expect("an id");
    id.as_u128()
}

/// Writes a transaction with these entries, by kind of account, and commits.
async fn post(pool: &PgPool, stated: i64, entries: &[(&str, i64)]) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let id = Uuid::from_u128(rand_of(pool).await);
    sqlx::query(
        "insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after)
         select $1, id, 0, 'grant', $1::text, now(), $2, 0 from wallets order by id limit 1",
    )
    .bind(id)
    .bind(stated)
    .execute(&mut *tx)
    .await?;
    for (kind, amount) in entries {
        let done = sqlx::query(
            "insert into ledger_entries (transaction_id, account_id, amount, balance_after)
             select $1, id, $3, 0 from ledger_accounts
             where kind = $2 and wallet_id = (select id from wallets order by id limit 1) limit 1",
        )
        .bind(id)
        .bind(kind)
        .bind(amount)
        .execute(&mut *tx)
        .await?;
        assert_eq!(done.rows_affected(), 1);
    }
    tx.commit().await
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_transaction_that_does_not_balance_does_not_commit(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    post(db.pool(), 5, &[("lot", 5), ("promotional", -5)])
        .await
        .expect("balanced");
    for (stated, entries) in [
        (5, vec![("lot", 5), ("promotional", -4)]),
        (4, vec![("lot", 5), ("promotional", -5)]),
        (5, vec![]),
        (0, vec![]),
    ] {
        let error = post(db.pool(), stated, &entries)
            .await
            .expect_err("refused");
        let expected = (
            "23514".to_owned(),
            "ledger_transactions_balanced".to_owned(),
        );
        assert_eq!(refusal(&error), expected, "{stated} {entries:?}");
    }
    let error = post(db.pool(), -200, &[("lot", -200), ("revenue", 200)]).await;
    let (_, constraint) = refusal(&error.expect_err("refused"));
    assert_eq!(constraint, "ledger_accounts_never_negative");
    // An entry that is added later, or to nothing.
    for transaction in [
        "(select id from ledger_transactions limit 1)",
        "gen_random_uuid()",
    ] {
        let late = format!(
            "insert into ledger_entries (transaction_id, account_id, amount, balance_after)
             select {transaction}, id, 7, 0 from ledger_accounts where kind = 'refunds'"
        );
        let error = db.pool().execute(late.as_str()).await.expect_err("refused");
        assert_eq!(refusal(&error).1, "ledger_transactions_balanced");
    }
    // An entry that leaves the account of a person as it is.
    let unmoved = "with posted as (
            insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after)
            select gen_random_uuid(), id, 0, 'grant', 'unmoved', now(), 5, 0 from wallets returning id)
        insert into ledger_entries (transaction_id, account_id, amount, balance_after)
        select posted.id, account.id, case kind when 'lot' then 5 else -5 end, null
        from posted, ledger_accounts account
        where kind = 'lot' or kind = 'promotional' and wallet_id is null";
    let error = db.pool().execute(unmoved).await.expect_err("refused");
    assert_eq!(refusal(&error).1, "ledger_transactions_balanced");
    let unknown = "insert into ledger_transactions
            (id, wallet_id, number, kind, key, occurred_at, amount, credit_after)
        select gen_random_uuid(), id, 0, 'gift', 'unknown', now(), 5, 0 from wallets";
    let error = db.pool().execute(unknown).await.expect_err("refused");
    assert_eq!(refusal(&error).1, "ledger_transactions_kind_known");
    // Accounts of two wallets.
    somebody_with(&db, 100).await;
    let across = "with posted as (
            insert into ledger_transactions (id, wallet_id, number, kind, key, occurred_at, amount, credit_after)
            select gen_random_uuid(), id, 0, 'grant', 'across', now(), 0, 0 from wallets limit 1 returning id)
        insert into ledger_entries (transaction_id, account_id, amount, balance_after)
        select posted.id, account.id, case when row_number() over () = 1 then 1 else -1 end, 0
        from posted, ledger_accounts account where kind = 'revenue' and wallet_id is not null";
    let error = db.pool().execute(across).await.expect_err("refused");
    assert_eq!(refusal(&error).1, "ledger_transactions_balanced");
    assert_eq!(credit(&db, user).await.0 % 5, 0);
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_checker_finds_what_was_forged(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    let run = id(&db);
    hold(&db, user, run, 10).await.expect("held");
    payments::commands::set_caps(&db, person(user), payments::Caps::default())
        .await
        .expect("set");
    sound(&db).await;
    for (forgery, kind) in [
        ("update ledger_accounts set balance = balance + 1 where kind = 'lot'", "Balance"),
        ("update ledger_accounts set has_credit = not has_credit where kind = 'lot'", "Balance"),
        ("update ledger_accounts set balance = null where kind = 'lot'", "Balance"),
        ("update ledger_accounts set balance = 1 where kind = 'revenue'", "Balance"),
        ("update ledger_entries set account_id = transaction_id where amount > 0", "Stray"),
        ("update ledger_accounts set balance = 101 where kind = 'lot'", "OutOfBounds"),
        ("update ledger_accounts set balance = -1 where kind = 'held'", "OutOfBounds"),
        ("update ledger_entries set amount = amount + 1 where amount > 0", "Unbalanced"),
        ("update ledger_transactions set amount = amount + 1", "Misstated"),
        ("update ledger_transactions set credit_after = credit_after + 1", "BrokenLine"),
        ("update ledger_transactions set number = 12 where number = 2", "BrokenLine"),
        ("update ledger_transactions set credit_after = credit_after + 1", "Credit"),
        ("delete from ledger_transactions", "Stray"),
        ("update holds set settled_at = now()", "Holds"),
        ("update holds set parts = array[9]", "PartsOfHold"),
        ("update holds set parts = array[9, 1]", "PartsOfHold"),
        ("update holds set lots = array[generation_id]", "PartsOfHold"),
        ("update holds set lots = '{}', parts = '{}'", "PartsOfHold"),
        ("insert into usage_records select generation_id, wallet_id, generation_id, null, placed_at, 0, 0, 0, 5, 5, 0, 0
          from holds", "Charge"),
    ] {
        let mut connection = db.pool().acquire().await.expect("a connection");
        // Only somebody with power over the database can do this.
        let forge = format!(
            "create table kept_accounts as table ledger_accounts; create table kept_entries as table ledger_entries;
             create table kept_transactions as table ledger_transactions; create table kept_holds as table holds;
             set session_replication_role = replica; {forgery};"
        );
        connection.execute(forge.as_str()).await.expect(forgery);
        let found = verify_ledger(&db, Actor::System).await.expect("verified");
        let kinds: Vec<String> = found.iter().map(named).collect();
        assert!(kinds.iter().any(|of| of == kind), "{forgery}: {found:?}");
        let mend = "delete from usage_records;
             delete from holds; insert into holds table kept_holds; drop table kept_holds;
             delete from ledger_entries; insert into ledger_entries table kept_entries; drop table kept_entries;
             delete from ledger_transactions; insert into ledger_transactions table kept_transactions;
             drop table kept_transactions;
             delete from ledger_accounts; insert into ledger_accounts table kept_accounts;
             drop table kept_accounts;
             set session_replication_role = origin;";
        connection.execute(mend).await.expect("mended");
        drop(connection);
        sound(&db).await;
    }
    let lines = sqlx::query("select number, credit_after from ledger_transactions order by number");
    let lines = lines.fetch_all(db.pool()).await.expect("lines");
    let lines: Vec<(i64, i64)> = lines.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(lines, [(1, 100), (2, 100)]);
}

fn named(difference: &Difference) -> String {
    let all = format!("{difference:?}");
    all.split('(').next().unwrap_or_default().to_owned()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_operators_and_the_site_verify(pool: PgPool) {
    let db = db(pool);
    let user = somebody_with(&db, 100).await;
    for actor in [Actor::Nobody, person(user)] {
        let refused = verify_ledger(&db, actor).await;
        assert!(matches!(refused, Err(payments::Error::Forbidden)));
        let refused = payments::queries::trial_balance(&db, actor).await;
        assert!(matches!(refused, Err(payments::Error::Forbidden)));
        let refused = payments::queries::balance_of(&db, actor, user).await;
        assert!(matches!(refused, Err(payments::Error::Forbidden)));
    }
    assert_eq!(verify_ledger(&db, admin()).await.expect("verified"), []);
}
