//! How mail leaves the site.

use std::path::PathBuf;

use lettre::message::Mailbox;
use secrecy::SecretString;

use super::{
    Environment,
    env::{Env, InvalidVariable, invalid},
};

/// Where the dev inbox is, in the working directory.
const INBOX: &str = ".local/inbox";

/// Mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// `SMTP_URL`.
    pub server: MailServer,
    /// `MAIL_FROM`: from whom mail comes.
    pub from: Mailbox,
}

/// Who takes mail.
#[derive(Debug, Clone)]
pub enum MailServer {
    /// A mail server, by its URL, which may hold a password.
    Smtp(SecretString),
    /// A folder: the dev inbox.
    Folder(PathBuf),
    /// Nobody: mail waits, and is given up after half a day.
    None,
}

impl Mail {
    pub(super) fn from_env(
        env: &Env<'_>,
        environment: Environment,
    ) -> Result<Self, InvalidVariable> {
        const FROM: &str = "an address such as Parlance <parlance@example.com>";
        let smtp = env.value(
            "SMTP_URL",
            "a URL such as smtps://user:password@host, or smtp://host:587?tls=required",
            |text| is_smtp(text).then(|| SecretString::from(text)),
        )?;
        let from = env.value("MAIL_FROM", FROM, |text| text.parse::<Mailbox>().ok())?;
        let server = match smtp {
            Some(_) if from.is_none() => {
                return Err(invalid("MAIL_FROM", FROM, "it is not set, and SMTP_URL is"));
            }
            Some(url) => MailServer::Smtp(url),
            None if environment.is_production() => MailServer::None,
            None => MailServer::Folder(INBOX.into()),
        };
        let nobody = || "Parlance <parlance@localhost>".parse();
        let from = match from {
            Some(from) => from,
            None => nobody().map_err(|_| invalid("MAIL_FROM", FROM, "it is not set"))?,
        };
        Ok(Self { server, from })
    }
}

fn is_smtp(text: &str) -> bool {
    ["smtp://", "smtps://"].iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    })
}

/// `SITE_URL`: where people reach the site, for the links in mails. Never taken from a request: whoever
/// makes one could have the links lead elsewhere (OWASP, "Host header injection").
pub(super) fn site_url(env: &Env<'_>, mail: &Mail) -> Result<Option<String>, InvalidVariable> {
    const WANTS: &str = "a URL such as https://chat.example.com";
    let url = env.value("SITE_URL", WANTS, |text| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let plain = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic());
        let whole = plain && !rest.contains(['?', '#', '@', '"', '<', '>']);
        whole.then(|| text.trim_end_matches('/').to_owned())
    })?;
    if url.is_none() && matches!(mail.server, MailServer::Smtp(_)) {
        return Err(invalid("SITE_URL", WANTS, "it is not set, and SMTP_URL is"));
    }
    Ok(url)
}
