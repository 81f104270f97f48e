//! People who ask and read, each on a connection of their own, begun evenly over the period.

use std::{net::SocketAddr, time::Duration};

use anyhow::ensure;
use http_body_util::BodyExt;
use hyper::{Response, StatusCode, body::Incoming, header};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    answer::Answer,
    chat,
    client::{Connection, post},
    people,
    stream::Events,
};

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The site: a form post, then the stream of the answer.
    Site(SocketAddr),
    /// The upstream itself, as the site asks it.
    Upstream(SocketAddr),
}

/// How much is asked.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// How many ask at once.
    pub people: usize,
    /// Tokens of an answer.
    pub tokens: usize,
    /// From one question of a person to the next; the people's first ones are spread over it.
    pub period: Duration,
    /// How long new questions are asked. What was begun is read to its end.
    pub length: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Answers read to their end.
    pub answers: Vec<Answer>,
    /// Questions that were not asked in time, because the answer before was still coming.
    pub late: usize,
    /// Why answers could not be read to their end; whoever meets a failure asks no more.
    pub failures: Vec<String>,
}

impl Outcome {
    /// What went wrong, for a note; nothing when nothing did.
    pub fn trouble(&self) -> String {
        match (self.late, self.failures.as_slice()) {
            (0, []) => String::new(),
            (late, []) => format!("; {late} questions late"),
            (late, [first, ..]) => format!(
                "; {late} questions late, {} failed, the first by: {first}",
                self.failures.len()
            ),
        }
    }

    /// The times to the first text, in milliseconds.
    pub fn firsts(&self) -> Vec<f64> {
        self.answers.iter().filter_map(|a| a.first).collect()
    }

    /// The delays of all tokens, in milliseconds.
    pub fn delays(&self) -> Vec<f64> {
        let delays = self.answers.iter().flat_map(|a| &a.delays);
        delays.map(|d| f64::from(*d)).collect()
    }
}

impl Load {
    /// Puts the load on the target.
    pub async fn put_on(self, target: Target, round: usize) -> anyhow::Result<Outcome> {
        let mut readers = JoinSet::new();
        // Connections are opened before the clock starts: a browser has one from loading the page.
        let mut connections = Vec::with_capacity(self.people);
        for _ in 0..self.people {
            connections.push(Connection::open(target.addr()).await?);
        }
        let begin = Instant::now() + Duration::from_millis(50);
        for (i, connection) in connections.into_iter().enumerate() {
            let share = self.period.mul_f64(i as f64 / self.people as f64);
            let person = Person {
                n: i + 1,
                round,
                connection,
                target,
            };
            readers.spawn(person.ask_often(self, begin, begin + share));
        }
        let mut all = Outcome::default();
        while let Some(read) = readers.join_next().await {
            let read = read?;
            all.answers.extend(read.answers);
            all.late += read.late;
            all.failures.extend(read.failures);
        }
        ensure!(
            !all.answers.is_empty(),
            "no answer was read: {:?}",
            all.failures.first()
        );
        Ok(all)
    }
}

impl Target {
    fn addr(self) -> SocketAddr {
        match self {
            Self::Site(addr) | Self::Upstream(addr) => addr,
        }
    }
}

struct Person {
    n: usize,
    /// Sets apart the message ids of several loads.
    round: usize,
    connection: Connection,
    target: Target,
}

impl Person {
    /// Each load begins a conversation and goes on in it.
    async fn ask_often(mut self, load: Load, begin: Instant, first: Instant) -> Outcome {
        let (mut outcome, mut conversation) = (Outcome::default(), None);
        let question = format!("[[clock: {}]]", load.tokens);
        let mut due = first;
        while due < begin + load.length {
            if due < Instant::now() && due > first {
                outcome.late += 1;
            } else {
                sleep_until(due).await;
                let id = people::message_id(self.n, self.round * 100_000 + outcome.answers.len());
                let answer = match self.target {
                    Target::Site(_) => self.ask_site(&id, &mut conversation, &question).await,
                    Target::Upstream(_) => self.ask_upstream(&question).await,
                };
                match answer {
                    Ok(answer) => outcome.answers.push(answer),
                    Err(error) => {
                        outcome.failures.push(format!("{error:#}"));
                        break;
                    }
                }
            }
            due += load.period;
        }
        outcome
    }

    async fn ask_site(
        &mut self,
        id: &str,
        conversation: &mut Option<String>,
        question: &str,
    ) -> anyhow::Result<Answer> {
        let asked = Instant::now();
        let sent = chat::send(
            &mut self.connection,
            self.n,
            id,
            conversation.as_deref(),
            question,
        )
        .await?;
        let response = chat::follow(&mut self.connection, self.n, &sent.answer.generation).await?;
        *conversation = Some(sent.conversation_id);
        read(response, |answer, data| answer.site_event(asked, data)).await
    }

    async fn ask_upstream(&mut self, question: &str) -> anyhow::Result<Answer> {
        let body = json!({
            "model": "demo",
            "messages": [{ "role": "user", "content": question }],
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        let request = post("/v1/chat/completions").header(header::CONTENT_TYPE, "application/json");
        let asked = Instant::now();
        let response = self.connection.send(request, body.to_string()).await?;
        ensure!(
            response.status() == StatusCode::OK,
            "the upstream said {}",
            response.status()
        );
        read(response, |answer, data| answer.upstream_event(asked, data)).await
    }
}

async fn read(
    response: Response<Incoming>,
    mut take: impl FnMut(&mut Answer, &[u8]),
) -> anyhow::Result<Answer> {
    let (mut body, mut events, mut answer) =
        (response.into_body(), Events::default(), Answer::default());
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame?.into_data() {
            events.feed(&bytes, |data| take(&mut answer, data));
        }
    }
    Ok(answer)
}
