//! Windows of a conversation of 10,000 messages.

use crate::support::Site;
use chat::{
    ConversationId, ConversationView, Error, MessageId, ShowBranch, Window, commands::show_branch,
    queries::open_conversation,
};
use kernel::{Actor, id::Uuid};
use sqlx::PgPool;

const MESSAGES: i64 = 10_000;

/// One branch of messages 1 to 10,000, and beside message 5,001 another of three.
async fn long_conversation(site: &Site, actor: Actor) -> ConversationId {
    let Actor::Person { user, .. } = actor else {
        panic!("a person")
    };
    let id = site.clock.uuid();
    sqlx::query(
        "with conversation as (
             insert into conversations (id, user_id, model_id, head_id, created_at, active_at)
             select $1, $2, id, lpad($3::text, 32, '0')::uuid, now(), now() from models where name = 'small'
         ), main as (
             insert into messages (id, conversation_id, parent_id, role, status, body, html, html_version, created_at, shown_child_id)
             select lpad(n::text, 32, '0')::uuid, $1, lpad(nullif(n - 1, 0)::text, 32, '0')::uuid,
                    case n % 2 when 1 then 'user' else 'assistant' end, 'complete', 'number ' || n, null, null,
                    '2026-01-01'::timestamptz + n * interval '1 s', lpad(nullif(n + 1, $3 + 1)::text, 32, '0')::uuid
             from generate_series(1, $3) n
         )
         insert into messages (id, conversation_id, parent_id, role, status, body, created_at, shown_child_id)
         select lpad((20000 + n)::text, 32, '0')::uuid, $1, lpad((case n when 1 then 5000 else 20000 + n - 1 end)::text, 32, '0')::uuid,
                case n % 2 when 1 then 'user' else 'assistant' end, 'complete', 'beside ' || n,
                '2026-01-02'::timestamptz + n * interval '1 s', lpad(nullif(20000 + n + 1, 20004)::text, 32, '0')::uuid
         from generate_series(1, 3) n",
    )
    .bind(id)
    .bind(user.0)
    .bind(MESSAGES)
    .execute(site.db.pool())
    .await
    .expect("a long conversation");
    ConversationId(id)
}

/// The message with this number.
fn number(n: u128) -> MessageId {
    MessageId(Uuid::parse_str(&format!("{n:032}")).expect("an id"))
}

fn numbers(view: &ConversationView) -> Vec<MessageId> {
    view.messages.items.iter().map(|m| m.id).collect()
}

fn range(numbers: impl Iterator<Item = u128>) -> Vec<MessageId> {
    numbers.map(number).collect()
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn each_window_of_a_long_conversation_shows_what_it_should(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let id = long_conversation(&site, ada).await;
    let table = [
        (Window::End, 9_951..=10_000, Some(9_951), None),
        (
            Window::Before(number(9_951)),
            9_901..=9_950,
            Some(9_901),
            Some(9_950),
        ),
        (Window::Before(number(51)), 1..=50, None, Some(50)),
        (Window::Before(number(2)), 1..=1, None, Some(1)),
        (
            Window::After(number(9_900)),
            9_901..=9_950,
            Some(9_901),
            Some(9_950),
        ),
        (
            Window::After(number(9_950)),
            9_951..=10_000,
            Some(9_951),
            None,
        ),
        (
            Window::After(number(9_990)),
            9_991..=10_000,
            Some(9_991),
            None,
        ),
        (
            Window::Around(number(5_000)),
            4_976..=5_024,
            Some(4_976),
            Some(5_024),
        ),
        (Window::Around(number(3)), 1..=27, None, Some(27)),
        (
            Window::Around(number(9_999)),
            9_975..=10_000,
            Some(9_975),
            None,
        ),
        (Window::Around(number(20_001)), 0..=0, Some(4_977), None),
    ];
    for (window, expected, earlier, later) in table {
        let view = open_conversation(&site.engine, ada, id, window)
            .await
            .unwrap();
        let expected = match window {
            Window::Around(m) if m == number(20_001) => {
                range((4_977..=5_000).chain(20_001..=20_003))
            }
            _ => range(expected),
        };
        assert_eq!(numbers(&view), expected, "{window:?}");
        assert_eq!(view.messages.next, earlier.map(number), "{window:?}");
        assert_eq!(view.later, later.map(number), "{window:?}");
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn there_is_nothing_before_the_first_message_and_after_the_last(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let id = long_conversation(&site, ada).await;
    for window in [Window::Before(number(1)), Window::After(number(10_000))] {
        let view = open_conversation(&site.engine, ada, id, window)
            .await
            .unwrap();
        assert!(view.messages.items.is_empty());
        assert_eq!((view.messages.next, view.later), (None, None));
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn windows_from_the_middle_reach_every_message_once(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let id = long_conversation(&site, ada).await;
    let open = async |window| {
        open_conversation(&site.engine, ada, id, window)
            .await
            .unwrap()
    };
    let middle = open(Window::Around(number(5_000))).await;
    let mut seen = numbers(&middle);
    let (mut earlier, mut later) = (middle.messages.next, middle.later);
    while let Some(first) = earlier {
        let view = open(Window::Before(first)).await;
        seen.splice(0..0, numbers(&view));
        earlier = view.messages.next;
    }
    while let Some(last) = later {
        let view = open(Window::After(last)).await;
        seen.extend(numbers(&view));
        later = view.later;
    }
    assert!(seen == range(1..=10_000));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_branch_far_from_the_end_is_switched_to_and_back(pool: PgPool) {
    let site = Site::new(pool).await;
    let ada = site.person().await;
    let id = long_conversation(&site, ada).await;
    let show = async |n| {
        let command = ShowBranch {
            message_id: number(n),
        };
        show_branch(&site.engine, ada, command).await.unwrap()
    };
    let beside = show(20_001).await;
    let shown: Vec<_> = beside.messages.iter().map(|m| m.id).collect();
    assert_eq!((shown, beside.later), (range(20_001..=20_003), None));
    let siblings = beside.messages[0].siblings.unwrap();
    assert_eq!((siblings.position, siblings.count), (2, 2));
    assert_eq!(
        (siblings.previous, siblings.next),
        (Some(number(5_001)), None)
    );
    let after = open_conversation(&site.engine, ada, id, Window::After(number(4_999)))
        .await
        .unwrap();
    assert_eq!(numbers(&after)[..2], [number(5_000), number(20_001)]);

    let back = show(5_001).await;
    assert_eq!((back.messages.len(), back.later), (50, Some(number(5_050))));
    let end = open_conversation(&site.engine, ada, id, Window::End)
        .await
        .unwrap();
    assert_eq!(numbers(&end), range(9_951..=10_000));
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_window_around_what_is_not_in_the_conversation_is_not_found(pool: PgPool) {
    let site = Site::new(pool).await;
    let (ada, eve) = (site.person().await, site.person().await);
    let id = long_conversation(&site, ada).await;
    let other = site.exchange(ada, None, "elsewhere", "yes").await;
    for message in [other.message.id, number(77_777)] {
        for window in [
            Window::Before(message),
            Window::After(message),
            Window::Around(message),
        ] {
            let refused = open_conversation(&site.engine, ada, id, window).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        }
    }
    for window in [Window::End, Window::Around(number(5))] {
        let stranger = open_conversation(&site.engine, eve, id, window).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        let nobody = open_conversation(&site.engine, Actor::Nobody, id, window).await;
        assert!(matches!(nobody, Err(Error::NotSignedIn)));
    }
}
