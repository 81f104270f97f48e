//! The end of an account, as a browser without JavaScript sees it, and what is left of it: nothing.

use kernel::{Actor, Clock, Db, Role, UserId};
use sqlx::PgPool;

use crate::{
    people::{Browser, PASSWORD},
    recovery::{mails, with_inbox},
    support::{App, eventually},
};

const EMAIL: &str = "ada.lovelace@example.com";

async fn leave(browser: &Browser, password: &str) -> String {
    let fields = [("current_password", password)];
    let page = browser
        .submit("/settings/delete", "/api/fn/auth/delete_account", &fields)
        .await;
    page.sends_to().to_owned()
}

async fn sign_in(app: &App) -> Browser {
    let browser = Browser::new(app);
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let page = browser
        .submit("/login", "/api/fn/auth/sign_in", &fields)
        .await;
    assert_eq!(page.sends_to(), "/chat");
    browser
}

async fn id_of(pool: &PgPool, email: &str) -> String {
    sqlx::query_scalar("select id::text from users where email = $1")
        .bind(email)
        .fetch_one(pool)
        .await
        .expect("an account")
}

/// Every row of every table in which the text stands, as `table: row`.
async fn rows_with(pool: &PgPool, text: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(table_name) from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(pool)
    .await
    .expect("tables");
    let mut found = Vec::new();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(&format!(
            "select '{table}: ' || t::text from {table} t where t::text ilike '%' || $1 || '%'"
        ))
        .bind(text)
        .fetch_all(pool)
        .await
        .expect("rows");
        found.extend(rows);
    }
    found
}

/// The time has come.
async fn let_time_pass(pool: &PgPool) {
    for sql in [
        "update users set delete_at = now() - interval '1 second' where delete_at is not null",
        "update jobs set due_at = now() where kind = 'users.erase_account'",
    ] {
        sqlx::query(sql).execute(pool).await.expect("moved");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn after_the_grace_no_row_holds_the_persons_id_address_or_words(pool: PgPool) {
    let (app, inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    let bob = Browser::signed_up(&app, "bob@example.com").await;
    let name = [("display_name", "Countess Zanzibar")];
    ada.call("/api/fn/users/change_display_name", &name).await;
    let sent = ada
        .say("my secret word is xylophagous [[say: a quokka]]")
        .await;
    ada.answered(&sent.conversation, "complete").await;
    let theirs = bob.say("bob's word is gallimaufry").await;
    bob.answered(&theirs.conversation, "complete").await;
    let id = id_of(&pool, EMAIL).await;
    let words = [
        id.as_str(),
        EMAIL,
        "Zanzibar",
        "xylophagous",
        "quokka",
        &sent.conversation,
        &sent.message,
    ];
    for word in words {
        let found = rows_with(&pool, word).await;
        assert!(!found.is_empty(), "the search finds {word}");
    }

    assert_eq!(leave(&ada, PASSWORD).await, "/login?leaving");
    eventually("the mail is sent", async || {
        mails(inbox.path(), EMAIL)
            .iter()
            .any(|mail| mail.contains("will be deleted on"))
    })
    .await;
    // A reset that was asked for and not sent yet.
    let waits = "insert into mails (id, address, language, notice, queued_at)
                 values (gen_random_uuid(), upper($1), 'en', '{\"kind\": \"reset_password\"}', now())";
    sqlx::query(waits)
        .bind(EMAIL)
        .execute(&pool)
        .await
        .expect("a mail");
    let_time_pass(&pool).await;
    eventually("the account is erased", async || {
        let erased = "parlance.users.account_erased.v1";
        rows_with(&pool, erased).await.len() == 1
    })
    .await;

    for word in words {
        // Events, until they are pruned: specification/operations.md, "What is left of an account".
        let left: Vec<_> = rows_with(&pool, word)
            .await
            .into_iter()
            .filter(|row| !row.starts_with("outbox: "))
            .collect();
        assert!(left.is_empty(), "{word}: {left:?}");
    }
    for word in [EMAIL, "Zanzibar", "xylophagous", "quokka"] {
        assert!(
            rows_with(&pool, word).await.is_empty(),
            "{word} in an event"
        );
    }
    // Nobody else has lost anything.
    bob.open(&format!("/chat/{}", theirs.conversation))
        .await
        .shows("gallimaufry");
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let (status, _) = Browser::new(&app)
        .call("/api/fn/auth/sign_in", &fields)
        .await;
    assert_eq!(status, 422);
    // The address is free again.
    Browser::signed_up(&app, EMAIL)
        .await
        .open("/chat")
        .await
        .hides("Zanzibar");
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn whoever_leaves_is_signed_out_everywhere_and_shown_nothing_but_the_way_back(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    let other = sign_in(&app).await;
    let sent = ada.say("a word: xylophagous").await;
    ada.answered(&sent.conversation, "complete").await;
    assert_eq!(leave(&ada, PASSWORD).await, "/login?leaving");
    for browser in [&ada, &other] {
        assert_eq!(browser.open("/chat").await.sends_to(), "/login?next=/chat");
    }
    let back = sign_in(&app).await;
    let conversation = format!("/chat/{}", sent.conversation);
    for page in ["/chat", &conversation, "/settings", "/settings/delete"] {
        let page = back.open(page).await;
        assert_eq!(page.sends_to(), "/leaving");
        page.hides("xylophagous");
    }
    let events = back.follow(&sent.generation, None).await;
    assert_eq!(events.status(), 401);
    let (status, _) = back.call("/api/fn/chat/list", &[]).await;
    assert!((400..500).contains(&status), "{status}");
    let theme = [("theme", "dark")];
    assert_eq!(back.call("/api/fn/users/change_theme", &theme).await.0, 401);
    let page = back.open("/leaving").await;
    page.shows("Your account will be deleted")
        .shows("Keep it")
        .hides("href=\"/chat\"");

    let kept = back
        .submit("/leaving", "/api/fn/users/keep_account", &[])
        .await;
    assert_eq!(kept.sends_to(), "/chat");
    back.open(&conversation).await.shows("xylophagous");
    let_time_pass(&pool).await;
    eventually("the job has found nothing to do", async || {
        rows_with(&pool, "users.erase_account")
            .await
            .iter()
            .any(|row| row.starts_with("jobs: ") && row.contains("done"))
    })
    .await;
    assert_eq!(back.open(&conversation).await.status, 200);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn the_password_is_asked_and_nobody_else_can_ask_or_keep(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    assert_eq!(leave(&ada, "not the password").await, "/settings/delete");
    ada.open("/settings/delete")
        .await
        .shows("The current password is not right.");
    let nobody = Browser::new(&app);
    let fields = [("current_password", PASSWORD)];
    let (status, _) = nobody.call("/api/fn/auth/delete_account", &fields).await;
    assert_eq!(status, 401);
    assert_eq!(nobody.call("/api/fn/users/keep_account", &[]).await.0, 401);
    // Who does not leave has nothing to keep.
    assert_eq!(ada.call("/api/fn/users/keep_account", &[]).await.0, 401);
    assert_eq!(ada.open("/leaving").await.sends_to(), "/chat");
    assert_eq!(ada.open("/chat").await.status, 200);
    app.stop().await;
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_the_site_erases_and_only_whose_time_has_come(pool: PgPool) {
    let (app, _inbox) = with_inbox(&pool).await;
    let ada = Browser::signed_up(&app, EMAIL).await;
    let said = ada.say("gallimaufry [[tokens: 3]]").await;
    ada.answered(&said.conversation, "complete").await;
    let db = Db::new(pool.clone(), Clock::system());
    let of_ada = UserId(id_of(&pool, EMAIL).await.parse().expect("an id"));
    let person = |user| Actor::Person {
        user,
        role: Role::Admin,
    };
    let eve = person(UserId(db.clock().uuid()));
    for actor in [Actor::Nobody, person(of_ada), eve] {
        assert!(matches!(
            chat::commands::erase_conversations(&db, actor, of_ada).await,
            Err(chat::Error::NotAllowed)
        ));
        assert!(matches!(
            auth::commands::erase_traces(&db, actor, of_ada).await,
            Err(auth::Error::Forbidden)
        ));
        assert!(matches!(
            users::commands::is_to_be_erased(&db, actor, of_ada).await,
            Err(users::Error::Forbidden)
        ));
        assert!(matches!(
            users::commands::erase_account(&db, actor, of_ada).await,
            Err(users::Error::Forbidden)
        ));
    }
    // Not even the site, while nobody has asked for it.
    let erased = users::commands::erase_account(&db, Actor::System, of_ada).await;
    assert!(!erased.expect("an answer"));
    assert!(!rows_with(&pool, "gallimaufry").await.is_empty());
    assert_eq!(ada.open("/chat").await.status, 200);
    app.stop().await;
}
