//! The management port.

use server::management;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::observed::sampled;

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn metrics_and_probes_have_a_port_of_their_own(pool: PgPool) {
    let stop = CancellationToken::new();
    let local = Some(([127, 0, 0, 1], 0).into());
    let addr = management::start(local, sampled(&pool), stop.clone())
        .await
        .expect("a free port")
        .expect("an address");
    let get = async |path: &str| reqwest::get(format!("http://{addr}{path}")).await;
    let metrics = get("/metrics").await.expect("an answer");
    assert_eq!(
        metrics.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let metrics = metrics.text().await.expect("a text");
    for gauge in ["parlance_generations_running", "parlance_jobs_running"] {
        let line = format!("# TYPE {gauge} gauge");
        assert!(metrics.contains(&line), "{metrics}");
    }
    for probe in ["/health/live", "/health/ready"] {
        assert_eq!(
            get(probe).await.expect("an answer").status(),
            200,
            "{probe}"
        );
    }
    stop.cancel();
    while get("/metrics").await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_address_that_is_taken_is_named_with_its_variable(pool: PgPool) {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let addr = taken.local_addr().expect("an address");
    let error = management::start(Some(addr), sampled(&pool), CancellationToken::new())
        .await
        .expect_err("it is taken");
    assert_eq!(
        error.to_string(),
        format!("cannot listen on {addr} (MANAGEMENT_ADDR)")
    );
}
