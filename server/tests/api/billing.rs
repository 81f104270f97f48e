//! What people see and set of their money: as its owner, as a stranger, as nobody; all without JavaScript.

use std::time::Duration;

use kernel::{Actor, Clock, Db, UserId, id::Uuid};
use payments::{
    Capture, Grant, IdempotencyKey, MicroUsd, PaymentReference, Purchase, Rates, SetPrices,
    TokenUsage,
    commands::{capture_in, grant, hold_in, purchase_in, set_prices},
};
use server::config::Selling;
use sqlx::PgPool;

use crate::{
    people::Browser,
    support::{spawn_app, spawn_app_with},
};

const CAPS: &str = "/api/fn/payments/set_caps";

fn db(pool: &PgPool) -> Db {
    Db::new(pool.clone(), Clock::system())
}

async fn user(pool: &PgPool, email: &str) -> UserId {
    let id = sqlx::query_scalar("select id from users where email = $1");
    UserId(id.bind(email).fetch_one(pool).await.expect("a person"))
}

async fn give(pool: &PgPool, user: UserId, micros: i64) {
    let command = Grant {
        user,
        credit: MicroUsd(micros),
        expires_at: None,
        key: IdempotencyKey::parse(&format!("test-{micros}")).expect("a key"),
    };
    grant(&db(pool), Actor::System, command)
        .await
        .expect("granted");
}

async fn model(pool: &PgPool) -> Uuid {
    let id = sqlx::query_scalar("select id from models where enabled limit 1");
    id.fetch_one(pool).await.expect("a model")
}

/// Prices of a model, in micro-USD for a million tokens.
async fn price(pool: &PgPool, input: i64, cached_input: i64, output: i64) {
    let rates = |times: i64| Rates {
        input: MicroUsd(input * times),
        cached_input: MicroUsd(cached_input * times),
        output: MicroUsd(output * times),
    };
    let command = SetPrices {
        model: model(pool).await,
        effective_from: None,
        ours: rates(2),
        provider: rates(1),
    };
    let set = set_prices(&db(pool), Actor::System, command).await;
    set.expect("prices");
}

/// An answer that cost that much.
async fn answer(pool: &PgPool, user: UserId, micros: i64) -> Uuid {
    let (db, model) = (db(pool), model(pool).await);
    let generation = db.clock().uuid();
    let mut tx = db.begin().await.expect("a transaction");
    hold_in(&mut tx, user, generation, MicroUsd(micros))
        .await
        .expect("held");
    let capture = Capture {
        generation,
        user,
        model,
        usage: TokenUsage {
            input: 1_200,
            cached_input: 1_000,
            output: 345,
        },
        prices: None,
        price: MicroUsd(micros),
        provider_cost: MicroUsd(1),
    };
    capture_in(&mut tx, capture).await.expect("captured");
    tx.commit().await.expect("committed");
    generation
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn anybody_sees_what_models_cost_and_what_their_habits_would_come_to(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let nobody = Browser::new(&app);
    let page = nobody.open("/pricing").await;
    assert_eq!(page.status, 200);
    // Without a price nothing is charged, and there is nothing to calculate. Nothing is sold here, either.
    page.shows("demo")
        .shows("Free")
        .hides("Calculate")
        .hides("Packs");
    page.shows("Costs what has arrived.")
        .shows("Are never charged.");

    // Ours is the double: $1, $0.25 and $4 for a million tokens. What the provider asks stays with us.
    price(&pool, 500_000, 125_000, 2_000_000).await;
    let page = nobody.open("/pricing").await;
    page.shows("$1.00")
        .shows("$0.25")
        .shows("$4.00")
        .hides("$0.50")
        .hides("$0.125");
    let asked = "messages=1&turns=1&asked=30&answered=300";
    let page = nobody.open(&format!("/pricing?{asked}")).await;
    // 1,200 tokens of input and 12,000 of output.
    page.shows("$0.0492 a month")
        .shows("1,200 tokens of input and 12,000 of output");
    let page = nobody
        .open("/pricing?messages=0&turns=1.5&asked=x&answered=30001")
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.html.matches("Enter a whole number from 1 to").count(),
        4
    );
    page.hides(" a month</p>").shows("value=\"30001\"");
    let page = nobody
        .open("/pricing?asked=%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    page.hides("<script>alert");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_person_sees_their_credit_and_every_change_of_it_and_nobody_elses(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let page = ada.open("/billing").await;
    page.shows("You have no credit at the moment.")
        .shows("Nothing has changed your credit yet.");
    page.hides("Little is left");

    let person = user(&pool, "ada@example.com").await;
    give(&pool, person, 2_000_001).await;
    answer(&pool, person, 1_234).await;
    let mut tx = db(&pool).begin().await.expect("a transaction");
    hold_in(&mut tx, person, Uuid::from_u128(9), MicroUsd(500_000))
        .await
        .expect("held");
    tx.commit().await.expect("committed");
    let page = ada.open("/billing").await;
    // What is held is no part of what can be spent, and nothing of it is lost.
    page.shows("$1.498767").shows("$0.50").shows("Held");
    page.shows("given to you").shows("does not expire");
    page.shows("\u{2212}$0.001234")
        .shows("+$2.000001")
        .shows("$1.998767");
    page.hides("Little is left");
    answer(&pool, person, 1_000_000).await;
    ada.open("/billing")
        .await
        .shows("while less than $1.00 can be spent");
    sqlx::query("update wallets set flagged_at = now()")
        .execute(&pool)
        .await
        .expect("flagged");
    ada.open("/billing")
        .await
        .shows("is disputed with your bank")
        .hides("Little is left");

    let bob = Browser::signed_up(&app, "bob@example.com").await;
    bob.open("/billing")
        .await
        .shows("You have no credit")
        .hides("$1.");
    let nobody = Browser::new(&app);
    for path in ["/billing", "/usage"] {
        let to = nobody.open(path).await;
        assert_eq!(to.sends_to(), format!("/login?next={path}"));
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_statement_goes_on_by_pages_and_is_whole_as_a_file(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let person = user(&pool, "ada@example.com").await;
    give(&pool, person, 10_000_000).await;
    let mut tx = db(&pool).begin().await.expect("a transaction");
    let bought = Purchase {
        user: person,
        payment: PaymentReference::parse("pi_1").expect("a reference"),
        paid: MicroUsd(5_000_000),
        credit: MicroUsd(5_000_000),
        expires_at: None,
    };
    purchase_in(&mut tx, Actor::System, bought)
        .await
        .expect("bought");
    tx.commit().await.expect("committed");
    for micros in 1..=60 {
        answer(&pool, person, micros).await;
    }
    let page = ada.open("/billing").await;
    assert_eq!(page.html.matches("An answer").count(), 50);
    let (_, rest) = page
        .html
        .split_once("href=\"/billing?before=")
        .expect("older ones");
    let (number, _) = rest.split_once('#').expect("a place");
    let page = ada.open(&format!("/billing?before={number}")).await;
    assert_eq!(page.html.matches("An answer").count(), 10);
    page.shows("Credit bought")
        .shows("href=\"/billing#ledger\"")
        .hides("before=");
    assert_eq!(ada.open("/billing?before=x").await.status, 404);

    let file = ada.fetch("/billing/ledger.csv").await;
    assert_eq!(file.status(), 200);
    assert_eq!(
        file.headers()["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(file.headers()["cache-control"], "private, no-store");
    let named = file.headers()["content-disposition"]
        .to_str()
        .expect("a text");
    assert_eq!(named, "attachment; filename=\"parlance-statement.csv\"");
    let rows = file.text().await.expect("a text");
    assert_eq!(rows.lines().count(), 1 + 62, "{rows}");
    assert!(
        rows.contains(",purchase,5000000,15000000,,pi_1\r\n"),
        "{rows}"
    );
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    let theirs = bob.fetch("/billing/ledger.csv").await.text().await;
    assert_eq!(theirs.expect("a text").lines().count(), 1);
    assert_eq!(
        Browser::new(&app)
            .fetch("/billing/ledger.csv")
            .await
            .status(),
        401
    );
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn limits_are_typed_in_dollars_and_a_refused_one_keeps_what_was_typed(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let set = async |message: &str, day: &str, month: &str| {
        let fields = [("message", message), ("day", day), ("month", month)];
        ada.submit("/billing", CAPS, &fields).await
    };
    let page = set("0.05", "$1,50", "").await;
    assert_eq!(page.sends_to(), "/billing?saved=caps#limits");
    let page = ada.open("/billing?saved=caps").await;
    page.shows("Saved: these limits hold")
        .shows("value=\"0.05\"")
        .shows("value=\"1.50\"");
    assert_eq!(caps(&pool).await, (Some(50_000), Some(1_500_000), None));

    for (day, sentence) in [
        ("a lot", "Enter an amount in dollars"),
        ("1,000", "whether this is a thousand"),
        ("0", "must be more than nothing"),
        ("0.0000001", "at most six digits"),
        ("2000000", "too large"),
    ] {
        assert_eq!(set("0.07", day, "").await.sends_to(), "/billing");
        let page = ada.open("/billing").await;
        page.shows(sentence)
            .shows(&format!("value=\"{day}\""))
            .shows("value=\"0.07\"");
        page.shows("aria-invalid=\"true\"");
    }
    assert_eq!(caps(&pool).await, (Some(50_000), Some(1_500_000), None));
    set("", "", "").await;
    assert_eq!(caps(&pool).await, (None, None, None));

    let fields = [("message", "1"), ("day", ""), ("month", "")];
    let (status, error) = Browser::new(&app).call(CAPS, &fields).await;
    assert_eq!((status, &error["kind"]), (401, &"not_signed_in".into()));
    let (status, error) = ada
        .call(CAPS, &[("message", "x"), ("day", ""), ("month", "")])
        .await;
    assert_eq!((status, &error["field"]), (422, &"message".into()));
    app.stop().await;
}

async fn caps(pool: &PgPool) -> (Option<i64>, Option<i64>, Option<i64>) {
    sqlx::query_as("select message_cap, day_cap, month_cap from wallets")
        .fetch_one(pool)
        .await
        .expect("limits")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn usage_is_a_chart_a_table_and_a_file_of_ones_own(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    ada.open("/usage")
        .await
        .shows("Nothing was used on these days.")
        .hides("class=\"chart\"");
    let person = user(&pool, "ada@example.com").await;
    give(&pool, person, 10_000_000).await;
    let first = answer(&pool, person, 1_234).await;
    answer(&pool, person, 4_000).await;
    let page = ada.open("/usage?days=7").await;
    page.shows("role=\"img\"")
        .shows("class=\"series-1\"")
        .shows("Bars: cost by day and model");
    page.shows("$0.005234")
        .shows("2,400")
        .shows("2,000")
        .shows("690")
        .shows("demo");
    page.hides("style=");

    let file = ada.fetch("/usage.csv?days=7").await;
    assert_eq!(
        file.headers()["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    let rows = file.text().await.expect("a text");
    assert_eq!(rows.lines().count(), 3, "{rows}");
    assert!(
        rows.contains(&format!(",{first},")) && rows.contains(",1200,1000,345,1234\r\n"),
        "{rows}"
    );
    let past = "from=2020-01-01&to=2020-12-31";
    ada.open(&format!("/usage?{past}"))
        .await
        .shows("Nothing was used");
    let rows = ada.fetch(&format!("/usage.csv?{past}")).await.text().await;
    assert_eq!(rows.expect("a text").lines().count(), 1);

    for wrong in [
        "days=0",
        "from=2026-13-01",
        "from=2026-03-02&to=2026-03-01",
        "days=1000",
    ] {
        let page = ada.open(&format!("/usage?{wrong}")).await;
        assert_eq!(page.status, 422, "{wrong}");
        page.shows("Choose at most 366 days").shows("$0.005234");
        assert_eq!(
            ada.fetch(&format!("/usage.csv?{wrong}")).await.status(),
            422,
            "{wrong}"
        );
    }
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    bob.open("/usage").await.hides("$0.005234");
    let theirs = bob.fetch("/usage.csv").await.text().await;
    assert_eq!(theirs.expect("a text").lines().count(), 1);
    assert_eq!(Browser::new(&app).fetch("/usage.csv").await.status(), 401);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_pages_speak_german_to_whoever_does(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let person = user(&pool, "ada@example.com").await;
    give(&pool, person, 1_234_560_000).await;
    price(&pool, 500_000, 125_000, 2_000_000).await;
    let language = [("language", "de")];
    ada.submit("/settings", "/api/fn/users/change_language", &language)
        .await;
    let page = ada.open("/billing").await;
    page.shows("Abrechnung")
        .shows("1.234,56\u{a0}$")
        .shows("Guthaben geschenkt");
    ada.open("/pricing")
        .await
        .shows("Was berechnet wird")
        .shows("4,00\u{a0}$");
    ada.open("/usage").await.shows("wurde nichts genutzt");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn after_a_checkout_the_page_waits_for_the_credit_and_does_not_believe_the_redirect(
    pool: PgPool,
) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    sqlx::query(
        "insert into checkouts (id, user_id, offer, session, state, created_at)
         select gen_random_uuid(), id, 'pack-5', 'cs_1', 'open', now() from users where email = 'ada@example.com'",
    )
    .execute(&pool)
    .await
    .expect("a checkout");
    let (back, events) = (
        "/billing?session=cs_1",
        "/billing/checkout/events?session=cs_1",
    );
    let page = ada.open(back).await;
    page.shows("Waiting for the payment to be confirmed")
        .hides("Paid.");
    page.shows("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>");
    // To others there is no such thing.
    assert_eq!(bob.open(back).await.status, 404);
    assert_eq!(bob.fetch(events).await.status(), 404);
    let nobody = Browser::new(&app);
    assert_eq!(nobody.fetch(events).await.status(), 401);
    nobody.open(back).await.sends_to();

    let mut told = ada.fetch(events).await;
    assert_eq!(told.headers()["content-type"], "text/event-stream");
    sqlx::query("update checkouts set state = 'paid', ended_at = now()")
        .execute(&pool)
        .await
        .expect("paid");
    let all = tokio::time::timeout(Duration::from_secs(30), async {
        let mut all = String::new();
        while let Some(chunk) = told.chunk().await.expect("a chunk") {
            all.push_str(&String::from_utf8_lossy(&chunk));
        }
        all
    });
    assert!(
        all.await
            .expect("in time")
            .contains("event: changed\ndata: {}")
    );
    let page = ada.open(back).await;
    page.shows("Paid. Your credit is there.")
        .hides("http-equiv=\"refresh\"");
    sqlx::query("update checkouts set state = 'expired'")
        .execute(&pool)
        .await
        .expect("expired");
    ada.open(back).await.shows("Nothing was paid");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_payment_provider_nothing_is_sold(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    Browser::new(&app)
        .open("/pricing")
        .await
        .hides("A new account begins with");
    ada.open("/billing")
        .await
        .hides("/api/fn/payments/buy")
        .hides("/api/fn/payments/portal");
    let id = Uuid::from_u128(1).to_string();
    let table: [(&str, &[(&str, &str)]); 4] = [
        ("buy", &[("checkout_id", &id), ("offer", "pack-5")]),
        ("portal", &[]),
        ("change_plan", &[("offer", "plus")]),
        ("cancel_plan", &[("cancel", "true")]),
    ];
    for (verb, fields) in table {
        let action = format!("/api/fn/payments/{verb}");
        assert_eq!(ada.call(&action, fields).await.0, 404, "{verb}");
        assert_eq!(
            Browser::new(&app).call(&action, fields).await.0,
            401,
            "{verb}"
        );
    }
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_enough_credit_a_message_is_refused_with_the_way_to_pay_and_kept(pool: PgPool) {
    let app = spawn_app(&pool).await;
    let ada = Browser::signed_up(&app, "ada@example.com").await;
    price(&pool, 1_000_000, 500_000, 4_000_000).await;
    let id = db(&pool).clock().uuid().to_string();
    let fields = [("message_id", id.as_str()), ("body", "Dear site, hello")];
    let refused = ada.submit("/chat", "/api/fn/chat/send", &fields).await;
    let page = ada.open(refused.sends_to()).await;
    page.shows("There is not enough credit for this: $0.00")
        .shows("href=\"/billing\"")
        .shows("Dear site, hello");
    let (status, _) = ada.call("/api/fn/chat/send", &fields).await;
    assert_eq!(status, 402);
    let said: i64 = sqlx::query_scalar("select count(*) from messages")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(said, 0);
    give(&pool, user(&pool, "ada@example.com").await, 1_000_000).await;
    assert_eq!(ada.call("/api/fn/chat/send", &fields).await.0, 200);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_webhook_that_nobody_signed_is_refused_and_not_kept(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let app = spawn_app_with(pool.connect_options().as_ref().clone(), |config| {
        config.selling = Selling::Sandbox(file);
    })
    .await;
    let post = |signature: &'static str| {
        let post = reqwest::Client::new()
            .post(app.url("/webhooks/stripe"))
            .header("stripe-signature", signature)
            .body(r#"{"id": "evt_1", "type": "checkout.session.completed"}"#);
        async { post.send().await.expect("an answer").status() }
    };
    assert_eq!(post("").await, 400);
    assert_eq!(post("t=1,v1=00").await, 400);
    let kept: i64 = sqlx::query_scalar("select count(*) from webhook_inbox")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(kept, 0);
    app.stop().await;
}
