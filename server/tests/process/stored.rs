//! What the database says, apart from any process.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, timeout};

use crate::people::Sent;

/// An answer as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    pub status: String,
    pub body: String,
    pub html: Option<String>,
}

pub async fn answer(pool: &PgPool, sent: &Sent) -> Answer {
    sqlx::query_as(
        "select m.status, m.body, m.html from generations g join messages m on m.id = g.message_id
         where g.id = $1::uuid",
    )
    .bind(&sent.generation)
    .fetch_one(pool)
    .await
    .expect("an answer")
}

/// Waits until the answer is not being written any more; tells how long that took.
pub async fn ended(pool: &PgPool, sent: &Sent, within: Duration) -> (Answer, Duration) {
    let begun = Instant::now();
    let ended = timeout(within, async {
        loop {
            let answer = answer(pool, sent).await;
            if answer.status != "streaming" {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let ended = ended.await.expect("the answer has ended in time");
    (ended, begun.elapsed())
}
