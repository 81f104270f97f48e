//! Work apart from requests: which command runs for which kind of job. The queue is
//! [`kernel::jobs`]; [`runner`] takes from it.

mod erase;
pub mod measures;
pub mod runner;
mod selling;
mod tidy;
mod verify;

use std::sync::Arc;

use auth::{
    commands::{EraseAccount, NotSent, send_mail},
    mail::{MailError, Mailer, SendMail},
};
use exports::commands::{WriteExport, write_export};
use kernel::{Actor, Db, Internal, Job, jobs::Claimed};
use payments::billing::{DunningMail, EndGrace, PayRefund, PaymentProvider, ProcessWebhook};
use time::{Duration, OffsetDateTime};

/// What the jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct Workers {
    /// The database.
    pub db: Db,
    /// Who takes mail.
    pub mailer: Arc<dyn Mailer>,
    /// Who takes people's money, where something is sold.
    pub provider: Option<Arc<dyn PaymentProvider>>,
    /// For how long topics keep events.
    pub topics_keep: Duration,
}

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It may go well another time.
    #[error("{0}")]
    ForNow(String),
    /// It will not go well another time either.
    #[error("{0}")]
    ForGood(String),
}

impl From<Internal> for Error {
    fn from(e: Internal) -> Self {
        Self::ForNow(e.to_string())
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::ForNow(e.to_string())
    }
}

impl From<chat::Error> for Error {
    fn from(e: chat::Error) -> Self {
        Self::ForNow(format!("chat: {e}"))
    }
}

impl From<users::Error> for Error {
    fn from(e: users::Error) -> Self {
        Self::ForNow(format!("users: {e}"))
    }
}

impl From<exports::Error> for Error {
    fn from(e: exports::Error) -> Self {
        Self::ForNow(format!("exports: {e}"))
    }
}

impl From<auth::Error> for Error {
    fn from(e: auth::Error) -> Self {
        Self::ForNow(format!("auth: {e}"))
    }
}

impl From<payments::Error> for Error {
    fn from(e: payments::Error) -> Self {
        Self::ForNow(format!("payments: {e}"))
    }
}

impl From<NotSent> for Error {
    fn from(e: NotSent) -> Self {
        match e {
            NotSent::Mail(MailError::ForGood(why)) => Self::ForGood(why),
            NotSent::Mail(MailError::ForNow(why)) => Self::ForNow(why),
            NotSent::Auth(e) => Self::ForNow(format!("auth: {e}")),
        }
    }
}

/// What is due after a job went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Nothing,
    /// The same again, then.
    At(OffsetDateTime),
}

/// The kinds that this process knows; what is not among them is left to others.
pub const KINDS: [&str; 10] = [
    tidy::KIND,
    verify::KIND,
    selling::RECONCILE,
    ProcessWebhook::KIND,
    EndGrace::KIND,
    PayRefund::KIND,
    DunningMail::KIND,
    SendMail::KIND,
    EraseAccount::KIND,
    WriteExport::KIND,
];

/// Jobs that come by themselves, each so long after it has last been done.
pub const SCHEDULE: [(&str, Duration); 3] = [
    (selling::RECONCILE, Duration::days(1)),
    (tidy::KIND, Duration::hours(1)),
    (verify::KIND, Duration::days(1)),
];

/// Runs a job.
///
/// # Errors
/// [`Error`] says whether to try again.
pub async fn perform(site: &Workers, job: &Claimed) -> Result<Next, Error> {
    if job.kind == tidy::KIND {
        tidy::tidy(site).await?;
    }
    if job.kind == verify::KIND {
        verify::verify(&site.db).await?;
    }
    selling::perform(site, job).await?;
    if let Some(mail) = job.decode::<SendMail>()? {
        send_mail(&site.db, &*site.mailer, Actor::System, &mail).await?;
    }
    if let Some(export) = job.decode::<WriteExport>()? {
        write_export(&site.db, Actor::System, &export).await?;
    }
    if let Some(account) = job.decode::<EraseAccount>()? {
        erase::erase(site, &account).await?;
    }
    let scheduled = SCHEDULE.iter().find(|(kind, _)| *kind == job.kind);
    Ok(scheduled.map_or(Next::Nothing, |(_, every)| Next::At(site.db.now() + *every)))
}
