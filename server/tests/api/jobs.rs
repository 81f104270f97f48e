//! What the runner does with jobs, in a running site.

use sqlx::PgPool;

use crate::support::{eventually, spawn_app};

async fn state_of(pool: &PgPool, kind: &str) -> Option<(i32, bool)> {
    sqlx::query_as(
        "select attempts, due_at > now() + interval '50 minutes' from jobs where kind = $1",
    )
    .bind(kind)
    .fetch_optional(pool)
    .await
    .expect("the queue")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_site_tidies_up_at_its_start_and_again_after_an_hour(pool: PgPool) {
    let expired = "insert into sessions (id, data, signed_in_at, expires_at)
                   values ('\\x00', '{}', now() - interval '1 day', now() - interval '1 hour')";
    sqlx::query(expired)
        .execute(&pool)
        .await
        .expect("a session");
    let app = spawn_app(&pool).await;
    eventually("the next time is noted", async || {
        state_of(&pool, "site.tidy").await == Some((0, true))
    })
    .await;
    let left: i64 = sqlx::query_scalar("select count(*) from sessions")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(left, 0);
    app.stop().await;
}
