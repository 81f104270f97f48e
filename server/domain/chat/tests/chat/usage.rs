//! What models were used for, by day.

use chat::{
    commands::{roll_up_usage, title_conversation},
    model_client::{Completion, Usage},
    queries::usage_by_day,
};
use kernel::{Actor, Role, UserId, outbox};
use sqlx::PgPool;
use time::{Date, Month};

use crate::support::Site;

fn ever() -> (Date, Date) {
    let day = |year| Date::from_calendar_date(year, Month::January, 1).expect("a day");
    (day(2000), day(2100))
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_use_of_a_model_adds_to_its_day_once(pool: PgPool) {
    let site = Site::with_completions(pool).await;
    let ada = site.person().await;
    site.price("small", 150_000, 600_000).await;
    site.credit(ada, 1_000_000).await;
    site.exchange(ada, None, "How do I bake bread?", "With patience.")
        .await;
    let started = site.recorded("parlance.chat.conversation_started.v1").await;
    let reply = async {
        let (_, reply) = site.asked_whole().await;
        let usage = Some(Usage {
            input_tokens: 100,
            cached_input_tokens: 0,
            output_tokens: 5,
        });
        let text = "Baking bread".into();
        reply.send(Ok(Completion { text, usage })).ok();
    };
    let (titled, ()) = tokio::join!(title_conversation(&site.engine, &started), reply);
    titled.unwrap();
    for event in outbox::unpublished(&site.db, 100).await.unwrap() {
        for _ in 0..2 {
            roll_up_usage(&site.db, &event).await.unwrap();
        }
    }
    let (from, to) = ever();
    let days = usage_by_day(&site.db, Actor::System, from, to)
        .await
        .unwrap();
    let told: Vec<_> = days
        .iter()
        .map(|d| (d.day, d.purpose.as_str(), d.runs, d.cost))
        .collect();
    let today = site.db.now().date();
    let answer = "select cost from generations";
    let answer = site.count(answer).await;
    assert!(answer > 0);
    assert_eq!(
        told,
        [(today, "answer", 1, answer), (today, "title", 1, 18)]
    );
    assert_eq!((days[1].input_tokens, days[1].output_tokens), (100, 5));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_operators_see_it(pool: PgPool) {
    let site = Site::new(pool).await;
    let (from, to) = ever();
    let ada = site.person().await;
    for actor in [ada, Actor::Nobody] {
        let refused = usage_by_day(&site.db, actor, from, to).await;
        assert!(matches!(refused, Err(chat::Error::NotAllowed)));
    }
    let admin = Actor::Person {
        user: UserId(site.db.clock().uuid()),
        role: Role::Admin,
    };
    assert_eq!(usage_by_day(&site.db, admin, from, to).await.unwrap(), []);
}
