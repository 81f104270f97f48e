//! The database is restarted, or another one takes over, while people write.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use sqlx::PgPool;
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    alone,
    clusters::Cluster,
    killed::distinct,
    people::{Person, Sent, fresh_id},
    proxy::Proxy,
    servers::{Server, patience, provider},
    stored,
};

/// So long after a primary takes writes, ours are among them.
const RESUMES_WITHIN: Duration = Duration::from_secs(2);
const WRITERS: usize = 6;

/// People who send one message after another.
struct Writers {
    tasks: JoinSet<()>,
    taken: Arc<Mutex<Vec<(Sent, Instant)>>>,
    stop: CancellationToken,
}

impl Writers {
    async fn begin(server: &Server, pool: &PgPool) -> Self {
        let (taken, stop) = (Arc::default(), CancellationToken::new());
        let mut tasks = JoinSet::new();
        for _ in 0..WRITERS {
            let person = Person::new(pool).await;
            tasks.spawn(write(
                person,
                server.url(""),
                Arc::clone(&taken),
                stop.clone(),
            ));
        }
        Self { tasks, taken, stop }
    }

    fn count(&self) -> usize {
        self.taken.lock().expect("no panic").len()
    }

    /// Waits for messages that were begun after `since`; tells when the first of them was taken.
    async fn resumed(&self, since: Instant) -> Instant {
        let patience = tokio::time::timeout(Duration::from_secs(30), async {
            loop {
                let first = {
                    let taken = self.taken.lock().expect("no panic");
                    taken.iter().map(|(_, at)| *at).find(|at| *at > since)
                };
                match first {
                    Some(at) => return at,
                    None => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        patience.await.expect("writes resume")
    }

    async fn many(&self, more: usize) {
        let enough = self.count() + more;
        let patience = tokio::time::timeout(Duration::from_secs(60), async {
            while self.count() < enough {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        patience.await.expect("people can write");
    }

    /// All that they were told had been taken.
    async fn end(mut self) -> Vec<Sent> {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no panic");
        }
        let taken = self.taken.lock().expect("no panic");
        taken.iter().map(|(sent, _)| sent.clone()).collect()
    }
}

/// As the page does: what was not taken is sent again, under the same id.
async fn write(
    person: Person,
    base: String,
    taken: Arc<Mutex<Vec<(Sent, Instant)>>>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let message = fresh_id().to_string();
        loop {
            if let Ok(sent) = person
                .try_say_at(&base, &message, "[[speed: 2000]] [[tokens: 5]]")
                .await
            {
                taken.lock().expect("no panic").push((sent, Instant::now()));
                break;
            }
            if stop.is_cancelled() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Waits until it takes writes; tells when it did.
async fn writable(cluster: &Cluster) -> Instant {
    let pool = cluster.pool();
    let patience = tokio::time::timeout(Duration::from_secs(30), async {
        let ask = "create temporary table if not exists probe ()";
        while sqlx::query(ask).execute(&pool).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    patience.await.expect("it takes writes");
    Instant::now()
}

async fn readiness(server: &Server, ready: bool) {
    let patience = tokio::time::timeout(Duration::from_secs(10), async {
        while server.is_ready().await != ready {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(patience.await.is_ok(), "ready should be {ready}");
}

/// Every message that was taken is there once, with an answer that ends well.
async fn nothing_is_lost(pool: &PgPool, sent: &[Sent]) {
    for sent in sent {
        let (answer, _) = stored::ended(pool, sent, Duration::from_secs(30)).await;
        assert_eq!(answer.status, "complete", "{sent:?}");
        let times: i64 = sqlx::query_scalar("select count(*) from messages where id = $1::uuid")
            .bind(&sent.message)
            .fetch_one(pool)
            .await
            .expect("a count");
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn a_restarted_database_is_written_to_again_at_once_and_nothing_is_lost() {
    let _alone = alone().await;
    let cluster = Cluster::start().await;
    let server = Server::start(&cluster.url(), provider().await, &[]).await;
    let pool = cluster.pool();
    let ada = Person::new(&pool).await;
    let text = distinct("Ada", 400);
    let long = ada
        .say(&server, &format!("[[speed: 100]] [[say: {text}]]"))
        .await;
    let writers = Writers::begin(&server, &pool).await;
    writers.many(20).await;
    cluster.restart().await;
    let back = writable(&cluster).await;
    let resumed = writers.resumed(back).await;
    let took = resumed.duration_since(back);
    println!("restarted: writes resumed after {took:?}");
    assert!(took < patience(RESUMES_WITHIN), "{took:?}");
    readiness(&server, true).await;
    writers.many(20).await;
    let sent = writers.end().await;
    let pool = cluster.pool();
    nothing_is_lost(&pool, &sent).await;
    let (answer, _) = stored::ended(&pool, &long, Duration::from_secs(60)).await;
    assert_eq!((answer.status.as_str(), &answer.body), ("complete", &text));
}

#[tokio::test]
async fn a_promoted_standby_is_written_to_at_once_though_the_old_primary_keeps_its_connections() {
    let _alone = alone().await;
    let old = Cluster::start().await;
    let new = old.standby().await;
    let way = Proxy::to(("127.0.0.1".to_owned(), old.port)).await;
    let url = format!("postgres://parlance@{}/postgres", way.addr);
    let server = Server::start(&url, provider().await, &[]).await;
    let writers = Writers::begin(&server, &old.pool()).await;
    writers.many(20).await;

    // A switch as operators do it: the old one takes no more writes, and keeps its connections.
    old.set("default_transaction_read_only", "on").await;
    readiness(&server, false).await;
    // New connections find the other one, which is still a standby: it is none the better.
    way.lead_to(("127.0.0.1".to_owned(), new.port));
    readiness(&server, false).await;
    new.promote().await;
    let promoted = writable(&new).await;
    let took = writers.resumed(promoted).await.duration_since(promoted);
    println!("switched: writes resumed after {took:?}");
    assert!(took < patience(RESUMES_WITHIN), "{took:?}");
    readiness(&server, true).await;
    writers.many(20).await;
    let sent = writers.end().await;
    nothing_is_lost(&new.pool(), &sent).await;
}
