//! What people are told by mail about their account, and the mailer that carries it.
//!
//! A mail is queued in the transaction of what it tells ([`queue_in`]) and sent by a job
//! ([`crate::commands::send_mail`]), so it never holds a request up, and goes out at least once, each
//! time under the same id.

use kernel::{Internal, Job, Tx, UserId, id::Uuid};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use users::{Email, Language};

use super::links::Purpose;
use crate::LinkToken;

/// What a mail says. Stored while it waits: released fields stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The link by which to take another password. Not sent where nobody has the address.
    ResetPassword,
    /// The link that proves that the address is the person's.
    VerifyAddress,
    /// The same, to an address that becomes theirs by it.
    ConfirmNewAddress,
    /// To the address until now: another one counts.
    AddressChanged,
    /// The link that opens an account which was asked for.
    ConfirmSignUp {
        /// Which.
        sign_up: Uuid,
    },
    /// In place of it, to whoever has an account with the address already.
    AddressKnown,
    /// A plan's renewal could not be paid.
    PaymentFailed,
    /// A plan has ended because nobody has paid.
    PlanEnded,
    /// Credit is nearly used up.
    LowBalance,
    /// The password is another one.
    PasswordChanged,
    /// Somebody signed in in a browser that was not known.
    NewSignIn {
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// The file with the person's data is there.
    ExportReady,
    /// The account is going to be erased.
    DeletionScheduled {
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
}

impl Notice {
    /// What its link is good for; `None` for a mail without one.
    pub(crate) fn purpose(self) -> Option<Purpose> {
        match self {
            Self::ResetPassword => Some(Purpose::ResetPassword),
            Self::VerifyAddress => Some(Purpose::VerifyAddress),
            Self::ConfirmNewAddress => Some(Purpose::ChangeAddress),
            Self::AddressChanged
            | Self::ConfirmSignUp { .. }
            | Self::AddressKnown
            | Self::ExportReady
            | Self::PaymentFailed
            | Self::PlanEnded
            | Self::LowBalance
            | Self::PasswordChanged
            | Self::NewSignIn { .. }
            | Self::DeletionScheduled { .. } => None,
        }
    }
}

/// A mail on its way.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The same at each attempt: for the Message-ID (RFC 5322, section 3.6.4).
    pub id: Uuid,
    /// Where to.
    pub to: Email,
    /// In which language; never [`Language::AsAsked`].
    pub language: Language,
    /// What it says.
    pub notice: Notice,
    /// For its link, if it has one.
    pub token: Option<LinkToken>,
    /// When it is sent.
    pub at: OffsetDateTime,
}

/// Why a mail could not be sent. Its words are for the log and name no address.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may go well another time.
    #[error("{0}")]
    ForNow(String),
    /// The mail is refused for good (a reply of 5xx: RFC 5321, section 4.2.1).
    #[error("{0}")]
    ForGood(String),
}

/// Sends mail: the edge of the network.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a letter to the mail server, which is then responsible for it.
    ///
    /// # Errors
    /// [`MailError`] says whether to try again.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

/// The job that sends a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// Which.
    pub mail: Uuid,
    /// To whom, when that is known.
    pub user_id: Option<UserId>,
}

impl Job for SendMail {
    const KIND: &'static str = "auth.send_mail";

    fn about(&self) -> Option<UserId> {
        self.user_id
    }
}

/// To whom a mail goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum To<'a> {
    /// The person, at the address that they have when it is sent.
    Person(UserId),
    /// The person, at another address than theirs.
    Other(UserId, &'a Email),
    /// Whoever has this address, if anybody has.
    Address(&'a Email),
}

/// Queues a mail to a person in the caller's transaction. `language` is that of the request, for whoever has
/// chosen none.
///
/// # Errors
/// When the database fails.
pub async fn queue_in(
    tx: &mut Tx,
    to: UserId,
    language: Language,
    notice: Notice,
) -> Result<(), Internal> {
    queue_to(tx, To::Person(to), language, notice).await
}

pub(crate) async fn queue_to(
    tx: &mut Tx,
    to: To<'_>,
    language: Language,
    notice: Notice,
) -> Result<(), Internal> {
    let (id, now) = (tx.new_id(), tx.now());
    let (user_id, address) = match to {
        To::Person(user) => (Some(user), None),
        To::Other(user, address) => (Some(user), Some(address.as_str())),
        To::Address(address) => (None, Some(address.as_str())),
    };
    sqlx::query!(
        "insert into mails (id, user_id, address, language, notice, queued_at)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        user_id.map(|user| user.0),
        address,
        language.as_str(),
        serde_json::to_value(notice)?,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.enqueue(&SendMail { mail: id, user_id }).await?;
    Ok(())
}
