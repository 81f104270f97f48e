use kernel::Actor;
use payments::{
    Error,
    billing::{
        NotGenuine, ProcessWebhook,
        commands::{
            NotTaken, begin_checkout, cancel_plan, change_plan, open_portal, process_webhook,
            receive_webhook,
        },
        queries::{checkout_status, my_subscription, offers},
    },
};
use serde_json::json;
use sqlx::PgPool;

use crate::support::site;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn strangers_and_nobody_get_nothing(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    let (_, stranger) = site.somebody().await;
    let session = site.pay(actor, "plus").await;
    site.tell_all().await;
    let (db, stripe) = (&site.db, &site.stripe);
    let seen = checkout_status(db, stranger, &session).await;
    assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
    assert_eq!(
        my_subscription(db, stranger).await.expect("an answer"),
        None
    );
    assert!(matches!(
        change_plan(db, stripe, stranger, "pro").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        cancel_plan(db, stripe, stranger, true).await,
        Err(Error::NotFound)
    ));
    for nobody in [Actor::Nobody, Actor::System] {
        let refused = [
            begin_checkout(db, stripe, nobody, site.command("plus"))
                .await
                .map(drop),
            open_portal(db, stripe, nobody, "http://site.example")
                .await
                .map(drop),
            change_plan(db, stripe, nobody, "pro").await,
            cancel_plan(db, stripe, nobody, true).await,
            checkout_status(db, nobody, &session).await.map(drop),
            my_subscription(db, nobody).await.map(drop),
        ];
        for result in refused {
            assert!(matches!(result, Err(Error::NotSignedIn(_))), "{result:?}");
        }
    }
    let job = ProcessWebhook {
        event: "evt_1".to_owned(),
    };
    let refused = process_webhook(db, stripe, actor, &job).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn what_is_not_on_sale_cannot_be_bought(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    let codes: Vec<_> = offers(&site.db)
        .await
        .expect("offers")
        .into_iter()
        .map(|o| o.code)
        .collect();
    assert_eq!(codes, ["pack-5", "pack-20", "pack-50", "plus", "pro"]);
    sqlx::query("update offers set offered = false where code = 'pro'")
        .execute(site.db.pool())
        .await
        .expect("withdrawn");
    for code in ["pro", "nothing", "", "'; drop table offers"] {
        let refused = site.begin(actor, code).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_portal_opens_for_its_person(pool: PgPool) {
    let site = site(pool).await;
    let (_, actor) = site.somebody().await;
    let page = open_portal(&site.db, &site.stripe, actor, "http://site.example/billing").await;
    let page = page.expect("opened");
    let shown = reqwest::get(&page)
        .await
        .expect("a page")
        .text()
        .await
        .expect("text");
    assert!(shown.contains("Sandbox: no real money"));
    // With an id that the provider does not know.
    sqlx::query("update stripe_customers set customer = 'cus_gone'")
        .execute(site.db.pool())
        .await
        .expect("changed");
    open_portal(&site.db, &site.stripe, actor, "http://site.example/billing")
        .await
        .expect("opened");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_webhook_is_kept_once_and_only_when_it_is_genuine(pool: PgPool) {
    let site = site(pool).await;
    let event = json!({
        "id": "evt_1", "object": "event", "type": "something.new", "created": 1, "livemode": false,
        "pending_webhooks": 1, "data": {"object": {"id": "x_1", "object": "x"}},
    });
    for _ in 0..2 {
        site.deliver(&event).await.expect("taken");
    }
    let body = json!({"id": "evt_2", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}})
        .to_string();
    let signature = stripe_sandbox::signature(&body, &"whsec_other".into(), 1_772_366_400);
    let refused = receive_webhook(&site.db, &site.stripe, &body, &signature).await;
    assert!(
        matches!(refused, Err(NotTaken::NotGenuine(NotGenuine))),
        "{refused:?}"
    );
    let kept: Vec<(String, bool)> =
        sqlx::query_as("select event, processed_at is not null from webhook_inbox")
            .fetch_all(site.db.pool())
            .await
            .expect("rows");
    assert_eq!(kept, [("evt_1".to_owned(), true)]);
    assert_eq!(site.work().await, 0);
}
