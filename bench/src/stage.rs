//! What every measurement finds: a server, an upstream, and people who are signed in.

use std::time::Duration;

use anyhow::{Context, ensure};
use hyper::StatusCode;

use crate::{
    chat,
    client::{Connection, post_form},
    database,
    load::Target,
    machine,
    options::Options,
    people, process, prose,
    site::{self, Running},
};

/// The stage.
pub struct Stage {
    /// What is wanted.
    pub options: Options,
    /// The server that is measured.
    pub server: Running,
    /// What it asks.
    pub upstream: Running,
    rounds: usize,
}

/// As many as read at once anywhere.
const PEOPLE: usize = 1_000;

impl Stage {
    /// Starts everything on an empty database.
    pub async fn set(options: Options) -> anyhow::Result<Self> {
        let upstream = site::start_upstream(&options, site::FIRST_TOKEN).await?;
        site::migrate(&options, upstream.addr).await?;
        let server = site::start_server(&options, upstream.addr, None, &[]).await?;
        sign_up(&server).await?;
        let people = PEOPLE.to_string();
        let variables = [("template", people::TEMPLATE), ("people", &people)];
        database::run(include_str!("../sql/people.sql"), &variables).await?;
        Ok(Self {
            options,
            server,
            upstream,
            rounds: 0,
        })
    }

    /// The site, to be asked.
    pub fn site(&self) -> Target {
        Target::Site(self.server.addr)
    }

    /// The upstream, to be asked without the site.
    pub fn direct(&self) -> Target {
        Target::Upstream(self.upstream.addr)
    }

    /// A number that no other load of this run has.
    pub fn next_round(&mut self) -> usize {
        self.rounds += 1;
        self.rounds
    }

    /// A fresh server: its memory is that of nobody's visit.
    pub async fn restart(&mut self, cores: Option<&str>) -> anyhow::Result<()> {
        self.replace(cores, &[]).await
    }

    /// A fresh server with more settings than usual.
    pub async fn restart_with(&mut self, settings: &[(&str, &str)]) -> anyhow::Result<()> {
        self.replace(None, settings).await
    }

    /// A fresh server whose upstream answers at once, with more settings than usual; returns the upstream, which
    /// is there as long as it is kept.
    pub async fn restart_with_a_quick_upstream(
        &mut self,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Running> {
        let quick = site::start_upstream(&self.options, Duration::ZERO).await?;
        let fresh = site::start_server(&self.options, quick.addr, None, settings).await?;
        std::mem::replace(&mut self.server, fresh).end().await?;
        Ok(quick)
    }

    async fn replace(
        &mut self,
        cores: Option<&str>,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let fresh = site::start_server(&self.options, self.upstream.addr, cores, settings).await?;
        std::mem::replace(&mut self.server, fresh).end().await
    }

    /// The server alone on the first core; this process and Postgres on the others.
    pub async fn give_the_server_a_core(&mut self) -> anyhow::Result<()> {
        let cores = machine::cores();
        ensure!(
            cores > 1,
            "with one core there is none for the server alone"
        );
        let others = format!("1-{}", cores - 1);
        process::pin(std::process::id(), &others).await?;
        if let Some(postmaster) = self.options.postmaster {
            process::pin(postmaster, &others).await?;
        }
        self.restart(Some("0")).await
    }

    /// Undoes [`Self::give_the_server_a_core`].
    pub async fn share_the_cores(&mut self) -> anyhow::Result<()> {
        let all = format!("0-{}", machine::cores() - 1);
        process::pin(std::process::id(), &all).await?;
        if let Some(postmaster) = self.options.postmaster {
            process::pin(postmaster, &all).await?;
        }
        self.restart(None).await
    }

    /// A conversation of so many messages, whose content the server has made.
    pub async fn conversation(&mut self, messages: usize) -> anyhow::Result<String> {
        let source = self.source().await?;
        let (owner, messages) = (people::email(1), messages.to_string());
        let variables = [
            ("owner", owner.as_str()),
            ("source", &source),
            ("messages", &messages),
        ];
        database::run(include_str!("../sql/conversation.sql"), &variables).await
    }

    /// As many different answers as a page shows: each sent, written and stored as all are.
    async fn source(&mut self) -> anyhow::Result<String> {
        const ANSWERS: u64 = 25;
        let round = self.next_round();
        let mut connection = Connection::open(self.server.addr).await?;
        let mut conversation = None;
        for n in 0..ANSWERS {
            // What stands before the brackets is kept as the question: see the script.
            let body = format!(
                "{} [[speed: 100000]] [[first-token: 1ms]] [[say: {}]]",
                prose::question(n),
                prose::answer(n)
            );
            let id = people::message_id(1, round * 100_000 + n as usize);
            let sent = chat::send(&mut connection, 1, &id, conversation.as_deref(), &body).await?;
            let answer = chat::follow(&mut connection, 1, &sent.answer.generation).await?;
            chat::read_to_end(answer).await?;
            conversation = Some(sent.conversation_id);
        }
        conversation.context("nothing was asked")
    }
}

/// By the form, as everybody does.
async fn sign_up(server: &Running) -> anyhow::Result<()> {
    let fields = [("email", people::TEMPLATE), ("password", people::PASSWORD)];
    let (request, form) = post_form("/api/fn/auth/sign_up", &fields);
    let (status, answer) = Connection::open(server.addr)
        .await?
        .fetch(request, form)
        .await?;
    ensure!(
        matches!(
            status,
            StatusCode::OK | StatusCode::FOUND | StatusCode::SEE_OTHER
        ),
        "signing up: {status}, {}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}
