//! What a process tells of itself at its management port.

use std::{collections::BTreeSet, time::Duration};

use reqwest::{Client, Method};
use sqlx::PgPool;

use crate::{
    alone,
    people::{Person, fresh_id},
    servers::{MANAGED, Server, provider, url_of},
    stored,
};

async fn exposition(server: &Server) -> String {
    let answer = reqwest::get(server.metrics()).await.expect("an answer");
    answer.text().await.expect("a text")
}

/// What the process does now and then, whoever asks for what.
fn runs_by_itself(series: &str) -> bool {
    ["chat.end_abandoned", "site.tidy"]
        .iter()
        .any(|name| series.contains(name))
}

/// Every series of what is asked for, without its value.
fn series(exposition: &str) -> BTreeSet<String> {
    let samples = exposition.lines().filter(|line| !line.starts_with('#'));
    let named = samples.filter_map(|line| line.rsplit_once(' '));
    let named = named.map(|(name, _)| name.to_owned());
    named.filter(|name| !runs_by_itself(name)).collect()
}

/// The value of the first series that begins like this.
fn value(exposition: &str, series: &str) -> f64 {
    let line = exposition.lines().find(|line| line.starts_with(series));
    let line = line.unwrap_or_else(|| panic!("{series} is not in {exposition}"));
    let (_, value) = line.rsplit_once(' ').expect("a value");
    value.parse().expect("a number")
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn requests_commands_answers_and_the_process_are_measured(pool: PgPool) {
    let _alone = alone().await;
    let provider = provider().await;
    // Sessions are counted at once, and then once a minute.
    let ada = Person::new(&pool).await;
    let server = Server::start(&url_of(&pool), provider, &[MANAGED]).await;
    let sent = ada.say(&server, "[[tokens: 40]]").await;
    stored::ended(&pool, &sent, Duration::from_secs(10)).await;
    assert_eq!(
        reqwest::get(server.url("/no-such-page"))
            .await
            .expect("an answer")
            .status(),
        404
    );
    let text = exposition(&server).await;

    let route = r#"{method="POST",route="/api/fn/chat/send""#;
    let sends = format!("parlance_http_requests_total{route},status=\"200\"}}");
    assert_eq!(value(&text, &sends), 1.0);
    let took = format!("parlance_http_request_duration_seconds_count{route}}}");
    assert_eq!(value(&text, &took), 1.0);
    let missing = r#"parlance_http_requests_total{method="GET",route="(unmatched)",status="404"}"#;
    assert_eq!(value(&text, missing), 1.0);
    assert_eq!(value(&text, "parlance_http_requests_in_flight"), 0.0);
    let command = r#"parlance_command_duration_seconds_count{command="chat.send_message"}"#;
    assert_eq!(value(&text, command), 1.0);

    let model = r#"{model="demo""#;
    let of = |name: &str| value(&text, &format!("{name}{model}"));
    assert_eq!(of("parlance_generations_started_total"), 1.0);
    assert_eq!(of("parlance_generations_total"), 1.0);
    assert_eq!(of("parlance_first_token_seconds_count"), 1.0);
    assert_eq!(of("parlance_tokens_per_second_count"), 1.0);
    assert_eq!(
        value(
            &text,
            r#"parlance_tokens_total{model="demo",kind="output"}"#
        ),
        40.0
    );
    assert_eq!(
        value(&text, "parlance_first_token_overhead_seconds_count"),
        1.0
    );
    // The demo model writes at once; we take longer than nothing, and less than a second.
    let overhead = value(&text, "parlance_first_token_overhead_seconds_sum");
    assert!(overhead > 0.0 && overhead < 1.0, "{overhead}");
    let chunk = r#"gen_ai_client_operation_time_to_first_chunk_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="demo"}"#;
    assert_eq!(value(&text, chunk), 1.0);

    assert!(value(&text, "process_resident_memory_bytes") > 1e6);
    assert!(value(&text, r#"parlance_database_connections{state="idle"}"#) >= 1.0);
    assert_eq!(value(&text, "parlance_sessions"), 1.0);
    assert_eq!(value(&text, "parlance_ready"), 1.0);
    assert_eq!(value(&text, "parlance_panics_total"), 0.0);
    // And never where the public is.
    let public = reqwest::get(server.url("/metrics"))
        .await
        .expect("an answer");
    assert_eq!(public.status(), 404);
}

/// One of each kind of odd request.
async fn odd(server: &Server, ada: &Person, client: &Client, n: usize) {
    for path in ["", "chat/", "pkg/", "api/fn/", "settings/"] {
        let get = client.get(server.url(&format!("/{path}odd-{n}?odd={n}")));
        get.send().await.expect("an answer");
    }
    let method: Method = format!("ODD{n}").parse().expect("a method");
    let strange = client.request(method, server.url("/login")).send().await;
    strange.expect("an answer");
    let (message, model) = (fresh_id().to_string(), fresh_id().to_string());
    let fields = [
        ("message_id", message.as_str()),
        ("body", "hi"),
        ("model_id", &model),
    ];
    let refused = ada.post(server, "/api/fn/chat/send", &fields).await;
    assert!(refused.expect("an answer").status().is_client_error());
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_thousand_odd_requests_make_no_new_series(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[MANAGED]).await;
    let (ada, client) = (Person::new(&pool).await, Client::new());
    for n in 0..3 {
        odd(&server, &ada, &client, n).await;
    }
    let before = series(&exposition(&server).await);
    for n in 3..150 {
        odd(&server, &ada, &client, n).await;
    }
    let after = series(&exposition(&server).await);
    let new: Vec<_> = after.difference(&before).collect();
    assert!(new.is_empty(), "{new:#?}");
    assert!(
        before
            .iter()
            .any(|series| series.contains("method=\"other\""))
    );
}
