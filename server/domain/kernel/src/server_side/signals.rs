//! Signals between the processes of one database: rare things that cannot wait for a poll, such
//! as "stop this run" or "this session has ended".
//!
//! Sent by Postgres' NOTIFY with the commit that makes them true, heard on one LISTEN connection
//! a process. NOTIFY takes a lock of the whole database while it commits, so it has no place in
//! transactions that are made often. A signal may be missed while the connection is away: then
//! [`Heard::Gap`] says to look at the tables, which are what counts.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::db::{Db, Tx};

const CHANNEL: &str = "parlance";
/// Between tries to listen while the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// What came of listening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something has happened to what `id` stands for.
    Signal {
        /// What kind of thing.
        topic: String,
        /// To which.
        id: String,
    },
    /// The connection was not there for a while (as at the start): look at the tables.
    Gap,
}

/// Hands to `heard` what is signalled, until `stop` is cancelled. Uses one connection of the pool.
pub async fn listen(db: &Db, stop: CancellationToken, mut heard: impl FnMut(Heard)) {
    let listening = async {
        loop {
            if let Err(error) = listen_once(db, &mut heard).await {
                tracing::warn!(%error, "cannot listen for signals; trying again");
            }
            tokio::time::sleep(RETRY).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = listening => {}
    }
}

async fn listen_once(db: &Db, heard: &mut impl FnMut(Heard)) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(db.pool()).await?;
    listener.listen(CHANNEL).await?;
    heard(Heard::Gap);
    loop {
        match listener.try_recv().await? {
            Some(notification) => {
                if let Some((topic, id)) = notification.payload().split_once(':') {
                    heard(Heard::Signal {
                        topic: topic.to_owned(),
                        id: id.to_owned(),
                    });
                }
            }
            // The listener has connected again; what was signalled meanwhile is lost.
            None => heard(Heard::Gap),
        }
    }
}

impl Tx {
    /// Signals all processes, this one too, once this transaction has been committed. For what
    /// happens rarely.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn signal(&mut self, topic: &str, id: &str) -> Result<(), sqlx::Error> {
        sqlx::query!("select pg_notify($1, $2)", CHANNEL, format!("{topic}:{id}"))
            .execute(self.conn())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use sqlx::PgPool;
    use tokio::sync::mpsc;

    async fn next_signal(heard: &mut mpsc::UnboundedReceiver<Heard>) -> Heard {
        loop {
            match heard.recv().await.expect("listening") {
                Heard::Gap => {}
                signal @ Heard::Signal { .. } => return signal,
            }
        }
    }

    #[sqlx::test(migrations = false)]
    async fn a_signal_is_heard_when_its_transaction_commits_and_not_otherwise(pool: PgPool) {
        let db = Db::new(pool, Clock::system());
        let (sender, mut heard) = mpsc::unbounded_channel();
        let listening = {
            let db = db.clone();
            tokio::spawn(async move {
                listen(&db, CancellationToken::new(), move |what| {
                    let _ = sender.send(what);
                })
                .await;
            })
        };
        assert_eq!(heard.recv().await, Some(Heard::Gap), "it listens");
        let mut tx = db.begin().await.unwrap();
        tx.signal("topic", "rolled back").await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        tx.signal("topic", "an:id").await.unwrap();
        tx.commit().await.unwrap();
        let signal = next_signal(&mut heard).await;
        assert_eq!(
            signal,
            Heard::Signal {
                topic: "topic".into(),
                id: "an:id".into()
            }
        );
        listening.abort();
    }

    #[sqlx::test(migrations = false)]
    async fn a_lost_connection_is_told_as_a_gap_and_listening_goes_on(pool: PgPool) {
        let db = Db::new(pool, Clock::system());
        let (sender, mut heard) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let listening = {
            let (db, stop) = (db.clone(), stop.clone());
            tokio::spawn(async move {
                listen(&db, stop, move |what| {
                    let _ = sender.send(what);
                })
                .await;
            })
        };
        assert_eq!(heard.recv().await, Some(Heard::Gap));
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and query ilike 'listen%'",
        )
        .execute(db.pool())
        .await
        .unwrap();
        assert_eq!(heard.recv().await, Some(Heard::Gap), "a gap is told");
        let mut tx = db.begin().await.unwrap();
        tx.signal("topic", "later").await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(next_signal(&mut heard).await, Heard::Signal { id, .. } if id == "later"));
        stop.cancel();
        listening.await.unwrap();
    }
}
