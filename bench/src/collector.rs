//! Takes what a server tells of itself: its traces, like an OTLP collector, and its metrics, like
//! Prometheus. Keeps nothing.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::client::{Connection, get};

/// Prometheus asks every 15 s; more often costs more.
const SCRAPE: Duration = Duration::from_secs(5);

/// A collector, until it is dropped.
pub struct Collector {
    /// Where traces are taken.
    pub addr: SocketAddr,
    tasks: JoinSet<()>,
}

impl Collector {
    /// Listens.
    pub async fn listen() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    // The server going away is no matter.
                    let _ = take(socket).await;
                });
            }
        });
        Ok(Self { addr, tasks })
    }

    /// Reads the metrics at `addr` from now on.
    pub fn scrape(&mut self, addr: SocketAddr) {
        self.tasks.spawn(async move {
            loop {
                sleep(SCRAPE).await;
                if let Ok(mut connection) = Connection::open(addr).await {
                    let _ = connection.size(get("/metrics")).await;
                }
            }
        });
    }
}

/// Answers posts, one after the other.
async fn take(socket: TcpStream) -> anyhow::Result<()> {
    let mut socket = BufReader::new(socket);
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if socket.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().context("a length")?;
            }
            if line == "\r\n" {
                break;
            }
        }
        body.resize(length, 0);
        socket.read_exact(&mut body).await?;
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .await?;
    }
}
