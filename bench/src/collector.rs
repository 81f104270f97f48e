//! Takes what a server tells of itself: its traces, like an OTLP collector, and its metrics, like
//! Prometheus. Keeps only how long those took that it is asked to keep.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
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
    kept: Kept,
    tasks: JoinSet<()>,
}

/// By trace and name of the span, how long it took in milliseconds.
pub type Durations = HashMap<Vec<u8>, HashMap<String, f64>>;

/// Spans of these names.
#[derive(Clone)]
struct Kept {
    names: &'static [&'static str],
    durations: Arc<Mutex<Durations>>,
}

impl Kept {
    fn take(&self, body: &[u8]) -> anyhow::Result<()> {
        let request = ExportTraceServiceRequest::decode(body)?;
        let scopes = request
            .resource_spans
            .into_iter()
            .flat_map(|r| r.scope_spans);
        let mut kept = self
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for span in scopes.flat_map(|scope| scope.spans) {
            if self.names.contains(&span.name.as_str()) {
                let took = span.end_time_unix_nano - span.start_time_unix_nano;
                let of_trace = kept.entry(span.trace_id).or_default();
                of_trace.insert(span.name, took as f64 / 1e6);
            }
        }
        Ok(())
    }
}

impl Collector {
    /// Listens, and keeps how long spans of these names took.
    pub async fn listen(names: &'static [&'static str]) -> anyhow::Result<Self> {
        let kept = Kept {
            names,
            durations: Arc::default(),
        };
        let keep = kept.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let keep = keep.clone();
                tokio::spawn(async move {
                    // The server going away is no matter.
                    let _ = take(socket, &keep).await;
                });
            }
        });
        Ok(Self { addr, kept, tasks })
    }

    /// What was kept since it was last asked.
    pub fn durations(&self) -> Durations {
        let mut kept = self
            .kept
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut kept)
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
async fn take(socket: TcpStream, keep: &Kept) -> anyhow::Result<()> {
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
        if !keep.names.is_empty() {
            keep.take(&body)?;
        }
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .await?;
    }
}
