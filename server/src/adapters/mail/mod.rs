//! Mail over SMTP (RFC 5321), or, in development, into a folder whose page is `/dev/inbox`.

mod folder;
mod message;
mod smtp;

use std::sync::Arc;

use auth::mail::{Letter, MailError, Mailer};

use crate::config::{Mail, MailServer};
use message::Stationery;

/// The mailer that the configuration asks for. Links lead to the site at `site_url`.
///
/// # Errors
/// When the mail server's address is of no use.
pub fn mailer(config: &Mail, site_url: &str) -> anyhow::Result<Arc<dyn Mailer>> {
    let stationery = Stationery {
        from: config.from.clone(),
        site_url: site_url.trim_end_matches('/').to_owned(),
    };
    Ok(match &config.server {
        MailServer::Smtp(url) => Arc::new(smtp::Smtp::new(url, stationery)?),
        MailServer::Folder(folder) => Arc::new(folder::Folder::new(folder.clone(), stationery)),
        MailServer::None => Arc::new(NoServer),
    })
}

/// Nobody to hand mail to: it waits.
struct NoServer;

#[async_trait::async_trait]
impl Mailer for NoServer {
    async fn send(&self, _: &Letter) -> Result<(), MailError> {
        Err(MailError::ForNow(
            "no mail server is configured (SMTP_URL)".to_owned(),
        ))
    }
}
