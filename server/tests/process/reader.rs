//! A browser that follows an answer: what arrives, and what its page shows.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;
use tokio::time::{Instant, timeout};

/// Heartbeats come more often.
const SILENT: Duration = Duration::from_secs(20);

/// One event as it came.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Option<usize>,
    pub step: Option<Value>,
    pub at: Instant,
}

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct Page {
    blocks: Vec<String>,
    /// How the answer ended, once it has.
    pub status: Option<String>,
}

impl Page {
    pub fn take(&mut self, step: &Value) {
        match step["kind"].as_str() {
            Some("block" | "open") => {
                let index = index(&step["index"]);
                if self.blocks.len() <= index {
                    self.blocks.resize(index + 1, String::new());
                }
                self.blocks[index] = step["html"].as_str().expect("HTML").to_owned();
            }
            Some("end") => {
                self.blocks.truncate(index(&step["blocks"]));
                self.status = step["status"].as_str().map(str::to_owned);
            }
            _ => {}
        }
    }

    /// As the server stores it.
    pub fn html(&self) -> String {
        let blocks = self.blocks.iter();
        blocks
            .map(|html| format!("<div class=\"block\">{html}</div>\n"))
            .collect()
    }
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small one")
}

/// A stream being read.
pub struct Reader {
    response: Response,
    received: Vec<u8>,
    pub page: Page,
    /// The last id, to come back to.
    pub last_id: Option<usize>,
}

impl Reader {
    pub fn new(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok());
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(header("x-accel-buffering"), Some("no"));
        assert_eq!(header("cache-control"), Some("no-store"));
        Self {
            response,
            received: Vec::new(),
            page: Page::default(),
            last_id: None,
        }
    }

    /// Goes on with what another reader's page shows.
    pub fn with_page(mut self, page: Page) -> Self {
        self.page = page;
        self
    }

    /// The next event; `Ok(None)` when the stream has ended in order.
    pub async fn next(&mut self) -> Result<Option<Event>, reqwest::Error> {
        loop {
            if let Some(end) = find(&self.received, b"\n\n") {
                let event: Vec<u8> = self.received.drain(..end + 2).collect();
                return Ok(Some(self.read(std::str::from_utf8(&event).expect("UTF-8"))));
            }
            let chunk = timeout(SILENT, self.response.chunk()).await;
            match chunk.expect("a sign of life")? {
                Some(chunk) => self.received.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }

    fn read(&mut self, text: &str) -> Event {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let id = field("id: ").map(|id| id.parse().expect("a number"));
        let step: Option<Value> =
            field("data: ").map(|data| serde_json::from_str(data).expect("JSON"));
        if let Some(step) = &step {
            self.page.take(step);
        }
        self.last_id = id.or(self.last_id);
        Event {
            id,
            step,
            at: Instant::now(),
        }
    }

    /// Reads until an id of at least so many bytes.
    pub async fn until(&mut self, bytes: usize) {
        while self.last_id.unwrap_or_default() < bytes {
            let event = self.next().await.expect("no break");
            assert!(event.is_some(), "it ended at {:?}", self.last_id);
        }
    }

    /// Reads until nothing more comes; whether the connection broke before the answer's end.
    pub async fn rest_or_break(&mut self) -> bool {
        while let Ok(Some(_)) = self.next().await {}
        self.page.status.is_none()
    }

    /// Reads to the end of the stream: everything that came.
    pub async fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await.expect("no break") {
            events.push(event);
        }
        events
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|at| at == needle)
}
