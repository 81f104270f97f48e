//! Finding a conversation by its title.

use crate::support::Site;
use chat::{
    ConversationId, DeleteConversation, Error, RenameConversation, Title,
    commands::{delete_conversation, rename_conversation},
    queries::search_conversations,
};
use kernel::Actor;
use sqlx::PgPool;

/// Begins a conversation with this title.
async fn titled(site: &Site, actor: Actor, title: &str) -> ConversationId {
    site.clock.advance(time::Duration::seconds(1));
    let sent = site.send(actor, None, "hi").await.expect("sent");
    let id = sent.conversation_id;
    let command = RenameConversation {
        conversation_id: id,
        title: Title::parse(title).expect("a title"),
    };
    rename_conversation(&site.db, actor, command)
        .await
        .expect("renamed");
    id
}

async fn found(site: &Site, actor: Actor, text: &str) -> Vec<String> {
    let hits = search_conversations(&site.db, actor, text)
        .await
        .expect("hits");
    hits.into_iter().filter_map(|hit| hit.title).collect()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn every_word_has_to_be_in_the_title_in_any_case_and_order(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    for title in ["Baking sourdough bread", "Bread prices", "Äpfel und Birnen"] {
        titled(&site, ada, title).await;
    }
    assert_eq!(
        found(&site, ada, "BREAD").await,
        ["Bread prices", "Baking sourdough bread"]
    );
    assert_eq!(
        found(&site, ada, " bread  sour ").await,
        ["Baking sourdough bread"]
    );
    assert_eq!(found(&site, ada, "äpfel").await, ["Äpfel und Birnen"]);
    assert!(found(&site, ada, "bread cake").await.is_empty());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_sign_with_a_meaning_to_the_database_stands_for_itself(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    for title in ["100% sure", "snake_case", r"C:\temp", "plain"] {
        titled(&site, ada, title).await;
    }
    assert_eq!(found(&site, ada, "%").await, ["100% sure"]);
    assert_eq!(found(&site, ada, "_").await, ["snake_case"]);
    assert_eq!(found(&site, ada, r"\").await, [r"C:\temp"]);
    for nothing in ["\0", "a\0b", "'; drop table users; --", &"x".repeat(50_000)] {
        assert!(found(&site, ada, nothing).await.is_empty());
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn without_a_word_the_newest_are_found_and_never_more_than_a_list_holds(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    for n in 0..25 {
        titled(&site, ada, &format!("number {n}")).await;
    }
    for text in ["", "number"] {
        let hits = found(&site, ada, text).await;
        assert_eq!(hits.len(), 20);
        assert_eq!(hits[0], "number 24");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn only_ones_own_conversations_are_found_and_no_deleted_ones(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let id = titled(&site, ada, "A secret plan").await;
    assert_eq!(found(&site, ada, "secret").await, ["A secret plan"]);
    assert!(found(&site, eve, "secret").await.is_empty());
    assert!(found(&site, eve, "").await.is_empty());
    for nobody in [Actor::Nobody, Actor::System] {
        let refused = search_conversations(&site.db, nobody, "secret").await;
        assert!(matches!(refused, Err(Error::NotSignedIn)), "{refused:?}");
    }
    let command = DeleteConversation {
        conversation_id: id,
    };
    delete_conversation(&site.engine, ada, command)
        .await
        .unwrap();
    assert!(found(&site, ada, "secret").await.is_empty());
}
