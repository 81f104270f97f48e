//! How many queries a page costs: a number that grows with the data is a defect.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::PgPool;
use tracing::{Event, Subscriber, subscriber::DefaultGuard};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::{people::Browser, support::spawn_app};

/// Counts what requests ask of the database; background tasks do not count.
#[derive(Clone, Default)]
struct Queries(Arc<AtomicUsize>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Queries {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let of_request = || {
            context
                .event_scope(event)
                .is_some_and(|mut spans| spans.any(|span| span.name() == "http.request"))
        };
        if event.metadata().target() == "sqlx::query" && of_request() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Queries {
    /// Counts in this thread, which is where the test's server runs.
    fn counted() -> (Self, DefaultGuard) {
        let queries = Self::default();
        let guard = tracing::subscriber::set_default(Registry::default().with(queries.clone()));
        (queries, guard)
    }

    /// Since last asked.
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_page_costs_a_fixed_number_of_queries(pool: PgPool) {
    let (queries, _guard) = Queries::counted();
    let app = spawn_app(&pool).await;
    let nobody = Browser::new(&app);
    for page in ["/", "/login", "/signup", "/nowhere"] {
        queries.take();
        nobody.open(page).await;
        assert_eq!(queries.take(), 0, "{page} for a visitor");
    }

    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let mut conversation = String::new();
    for round in 1..=3 {
        conversation = ada.say("hello [[tokens: 3]]").await.conversation;
        ada.answered(&conversation, "complete").await;
        // The session and the person; then what the page shows.
        for (page, most) in [
            ("/chat".to_owned(), 4),
            (format!("/chat/{conversation}"), 6),
            ("/settings".to_owned(), 2),
        ] {
            queries.take();
            assert_eq!(ada.open(&page).await.status, 200);
            let count = queries.take();
            assert!(
                (1..=most).contains(&count),
                "{page} asked {count} queries in round {round}"
            );
        }
    }
    queries.take();
    ada.open(&format!("/chat/{conversation}")).await;
    println!("a conversation's page asks {} queries", queries.take());
    app.stop().await;
}
