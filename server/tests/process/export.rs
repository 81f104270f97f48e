//! What a large export costs the process that writes it.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, timeout};

use crate::{
    alone,
    people::Person,
    servers::{QUIET, Server, provider, url_of},
};

const MESSAGES: i64 = 10_000;
/// MiB by which the process may grow while it writes 40 MiB of text into the file.
const GROWS: usize = 16;

/// 2 KiB each that do not compress to nothing, in one conversation.
async fn seed(pool: &PgPool, person: &Person) {
    sqlx::query(
        "with conversation as (
             insert into conversations (id, user_id, model_id, created_at, active_at)
             select gen_random_uuid(), $1, (select id from models limit 1), now(), now() returning id)
         insert into messages (id, conversation_id, role, status, body, created_at)
         select gen_random_uuid(), conversation.id, 'user', 'complete',
                (select string_agg(md5(n::text || i::text), ' ') from generate_series(1, 62) i),
                now() + n * interval '1 second'
         from conversation, generate_series(1, $2) n",
    )
    .bind(person.id)
    .bind(MESSAGES)
    .execute(pool)
    .await
    .expect("messages");
}

/// KiB of the process in memory, now or at most since [`forget_peak`] (proc(5)).
fn kib(server: &Server, line: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()));
    let status = status.expect("a process");
    let line = status.lines().find_map(|text| text.strip_prefix(line));
    let words = line.expect("a size").split_whitespace().next();
    words.and_then(|n| n.parse().ok()).expect("a number")
}

fn forget_peak(server: &Server) {
    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").expect("a process of ours");
}

#[cfg(target_os = "linux")]
#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn ten_thousand_messages_are_exported_in_bounded_memory(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[("RUST_LOG", QUIET)]).await;
    let ada = Person::new(&pool).await;
    seed(&pool, &ada).await;
    forget_peak(&server);
    let before = kib(&server, "VmRSS:");
    let begun = Instant::now();
    let asked = ada.post(&server, "/api/fn/exports/request", &[]).await;
    assert_eq!(asked.expect("an answer").status(), 200);
    let mut seen = Vec::new();
    let finished = async {
        loop {
            let (done, bytes): (i64, Option<i64>) =
                sqlx::query_as("select done, bytes from exports")
                    .fetch_one(&pool)
                    .await
                    .expect("an export");
            seen.push(done);
            if let Some(bytes) = bytes {
                return (done, bytes);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let finished = timeout(Duration::from_secs(120), finished).await;
    let (done, bytes) = finished.expect("it ends");
    let grown = kib(&server, "VmHWM:").saturating_sub(before) / 1024;
    seen.dedup();
    println!(
        "{MESSAGES} messages, {} MiB, in {:.1} s; {grown} MiB more memory; {} steps of progress",
        bytes / 1024 / 1024,
        begun.elapsed().as_secs_f64(),
        seen.len()
    );
    assert_eq!(done, MESSAGES);
    assert!(bytes > 10 * 1024 * 1024, "{bytes} bytes");
    assert!(grown <= GROWS, "{grown} MiB more");
    let parts: i64 = sqlx::query_scalar("select count(*) from export_parts")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert!(parts > 10, "{parts} parts");
}
