//! How many queries a page costs: a number that grows with the data is a defect.

use std::{cell::Cell, fmt::Debug, sync::Once};

use sqlx::PgPool;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::{people::Browser, support::spawn_app};

thread_local! {
    /// A test's server runs in the thread of the test, so each test counts its own.
    static QUERIES: Cell<usize> = const { Cell::new(0) };
}

/// Counts what requests ask of the database; background tasks do not count.
struct CountQueries;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for CountQueries {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let of_request = || {
            context
                .event_scope(event)
                .is_some_and(|mut spans| spans.any(|span| span.name() == "http.request"))
        };
        if event.metadata().target() == "sqlx::query" && of_request() && !of_pool(event) {
            QUERIES.set(QUERIES.get() + 1);
        }
    }
}

/// Whether the pool asked if a connection takes writes: now and then, whatever the page.
fn of_pool(event: &Event<'_>) -> bool {
    struct Asked(bool);
    impl Visit for Asked {
        fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
            self.0 |= format!("{value:?}").contains("transaction_read_only");
        }
    }
    let mut asked = Asked(false);
    event.record(&mut asked);
    asked.0
}

/// For the whole process: tracing caches what is of interest across threads.
fn count_queries() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Registry::default().with(CountQueries))
            .expect("no other subscriber");
    });
}

/// Since last asked.
fn queries() -> usize {
    QUERIES.take()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_page_costs_a_fixed_number_of_queries(pool: PgPool) {
    count_queries();
    let app = spawn_app(&pool).await;
    let nobody = Browser::new(&app);
    for page in ["/", "/login", "/signup", "/forgot", "/nowhere"] {
        queries();
        nobody.open(page).await;
        assert_eq!(queries(), 0, "{page} for a visitor");
    }

    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let mut conversation = String::new();
    for round in 1..=3 {
        conversation = ada.say("hello [[tokens: 3]]").await.conversation;
        ada.answered(&conversation, "complete").await;
        // The session with its person; then what the page shows.
        for (page, most) in [
            ("/chat".to_owned(), 3),
            ("/chat?search=hello".to_owned(), 4),
            (format!("/chat/{conversation}"), 5),
            ("/settings".to_owned(), 1),
            ("/pricing".to_owned(), 3),
            ("/billing".to_owned(), 8),
            ("/usage".to_owned(), 4),
        ] {
            queries();
            assert_eq!(ada.open(&page).await.status, 200);
            let count = queries();
            assert!(
                (1..=most).contains(&count),
                "{page} asked {count} queries in round {round}"
            );
        }
    }
    queries();
    ada.open(&format!("/chat/{conversation}")).await;
    println!("a conversation's page asks {} queries", queries());
    app.stop().await;
}
