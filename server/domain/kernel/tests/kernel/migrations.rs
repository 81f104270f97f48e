use kernel::MIGRATOR;
use sqlx::PgPool;

#[sqlx::test(migrations = false)]
async fn two_processes_can_migrate_at_once(pool: PgPool) {
    let (a, b) = tokio::join!(MIGRATOR.run(&pool), MIGRATOR.run(&pool));
    a.expect("the first migrates");
    b.expect("the second waits and finds it done");
    let applied: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(
        applied,
        i64::try_from(MIGRATOR.iter().count()).expect("few")
    );
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_constraint_that_refuses_a_value_has_a_name_of_its_own(pool: PgPool) {
    // Postgres names a check by itself `<table>_<column>_check`: such a name says nothing.
    let nameless: Vec<String> = sqlx::query_scalar(
        "select conname::text from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace
         and conname like '%\\_check' and conrelid <> '_sqlx_migrations'::regclass",
    )
    .fetch_all(&pool)
    .await
    .expect("constraints");
    assert_eq!(nameless, Vec::<String>::new());
}
