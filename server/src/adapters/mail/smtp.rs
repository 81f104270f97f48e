//! A mail server, by SMTP.

use std::time::Duration;

use anyhow::Context;
use auth::mail::{Letter, MailError, Mailer};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor, transport::smtp::Error as SmtpError,
};
use secrecy::{ExposeSecret, SecretString};

use super::message::Stationery;

/// Of each command. Servers that greet late, to keep spammers off, take up to half a minute (RFC 5321,
/// section 4.5.3.2, allows five minutes); the job comes again.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    stationery: Stationery,
}

impl Smtp {
    pub fn new(url: &SecretString, stationery: Stationery) -> anyhow::Result<Self> {
        // The cause may name the password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .ok()
            .context("SMTP_URL is no address of a mail server")?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self {
            transport,
            stationery,
        })
    }
}

#[async_trait::async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.stationery.message(letter)?;
        self.transport
            .send(message)
            .await
            .map(drop)
            .map_err(|error| failure(&error))
    }
}

/// A reply may repeat the address: only its code is told.
fn failure(error: &SmtpError) -> MailError {
    let what = match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_client() => "the mail server lacks what the mail needs".to_owned(),
        None => "the mail server could not be reached, or broke off".to_owned(),
    };
    if error.is_permanent() {
        MailError::ForGood(what)
    } else {
        MailError::ForNow(what)
    }
}
