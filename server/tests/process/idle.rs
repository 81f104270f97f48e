//! What connections cost, and what they may not do.

use std::time::Duration;

use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    alone,
    people::Person,
    servers::{QUIET, Server, provider, url_of},
};

/// A thousand readers of one silent answer, after a few to warm up.
const READERS: usize = 1_000;
const WARM: usize = 50;
/// KiB that each may add. The bound of the release build is 8; this one's futures are larger.
const EACH: usize = 16;

/// Bytes of the process that are in memory, in KiB (proc(5), `VmRSS`).
fn resident(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()));
    let status = status.expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let words = line.expect("a size").split_whitespace().next();
    words.and_then(|n| n.parse().ok()).expect("a number")
}

async fn reader(server: &Server, request: &str) -> TcpStream {
    let mut socket = TcpStream::connect(server.addr).await.expect("connected");
    socket.write_all(request.as_bytes()).await.expect("written");
    let mut received = Vec::new();
    while !received.windows(6).any(|at| at == b"\"open\"") {
        let read = timeout(Duration::from_secs(20), socket.read_buf(&mut received)).await;
        assert_ne!(read.expect("in time").expect("read"), 0, "closed");
    }
    socket
}

#[cfg(target_os = "linux")]
#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_reader_who_waits_costs_little_memory(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[("RUST_LOG", QUIET)]).await;
    let ada = Person::new(&pool).await;
    let sent = ada
        .say(&server, "[[fault: stall after=20]] [[tokens: 90]]")
        .await;
    ada.follow(&server, &sent.generation, None)
        .await
        .until(50)
        .await;
    let request = format!(
        "GET /chat/generations/{}/events HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\
         User-Agent: a browser with a name of the usual length\r\nCookie: parlance={}\r\n\r\n",
        sent.generation, server.addr, ada.key
    );
    let mut readers = Vec::new();
    for _ in 0..WARM {
        readers.push(reader(&server, &request).await);
    }
    let before = resident(&server);
    for _ in 0..READERS {
        readers.push(reader(&server, &request).await);
    }
    let each = resident(&server).saturating_sub(before) as f64 / READERS as f64;
    println!("each idle reader adds {each:.1} KiB");
    assert!(each <= EACH as f64, "{each} KiB");
}

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn a_half_sent_request_is_not_waited_for_for_ever(pool: PgPool) {
    let _alone = alone().await;
    let server = Server::start(&url_of(&pool), provider().await, &[]).await;
    let mut socket = TcpStream::connect(server.addr).await.expect("connected");
    let begun = Instant::now();
    socket
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
        .await
        .expect("written");
    let mut rest = Vec::new();
    let closed = timeout(Duration::from_secs(45), socket.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open after {:?}", begun.elapsed());
}
