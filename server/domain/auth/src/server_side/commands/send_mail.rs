use kernel::{Actor, Db, Internal, UserId, id::Uuid};
use users::{Email, Language};

use crate::{
    Error,
    server_side::{
        links,
        mail::{Letter, MailError, Mailer, Notice, SendMail},
    },
};

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// By the mail server.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// By us.
    #[error(transparent)]
    Auth(#[from] Error),
}

impl From<sqlx::Error> for NotSent {
    fn from(e: sqlx::Error) -> Self {
        Self::Auth(e.into())
    }
}

/// Sends a mail that waits. Its link is made now, so that nothing stored opens anything; a mail that is
/// sent again has another one, and both work. One that is gone, or is for nobody, is done.
///
/// # Errors
/// [`NotSent::Mail`] says whether to try again.
#[tracing::instrument(name = "auth.send_mail", skip_all, fields(mail = %job.mail))]
pub async fn send_mail(
    db: &Db,
    mailer: &dyn Mailer,
    actor: Actor,
    job: &SendMail,
) -> Result<(), NotSent> {
    if actor != Actor::System {
        return Err(Error::Forbidden.into());
    }
    let Some((notice, recipient)) = waiting(db, job.mail).await? else {
        return Ok(());
    };
    if let Some(to) = recipient {
        let token = match notice.purpose() {
            Some(purpose) => Some(
                links::make(db, purpose, to.user, &to.address)
                    .await
                    .map_err(Error::from)?,
            ),
            None => None,
        };
        let letter = Letter {
            id: job.mail,
            to: to.address,
            language: to.language,
            notice,
            token,
            at: db.now(),
        };
        let sent = mailer.send(&letter).await;
        // What is refused for good does not wait for anything.
        if let Err(MailError::ForNow(_)) = sent {
            return Ok(sent?);
        }
        forget(db, job.mail).await?;
        return Ok(sent?);
    }
    Ok(forget(db, job.mail).await?)
}

struct Recipient {
    user: UserId,
    address: Email,
    language: Language,
}

/// What waits, and for whom.
async fn waiting(db: &Db, mail: Uuid) -> Result<Option<(Notice, Option<Recipient>)>, Error> {
    let row = sqlx::query!(
        "select user_id, address, language, notice from mails where id = $1",
        mail
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let notice = serde_json::from_value(row.notice).map_err(Internal::from)?;
    let address = row
        .address
        .map(|address| Email::parse(&address))
        .transpose()
        .map_err(Internal::new)?;
    let user = match (row.user_id, &address) {
        (Some(user), _) => Some(UserId(user)),
        (None, Some(address)) => users::queries::by_email(db, address).await?,
        (None, None) => None,
    };
    let Some(user) = user else {
        return Ok(Some((notice, None)));
    };
    let profile = users::queries::profile_of(db, Actor::System, user).await?;
    let asked = row.language.parse().unwrap_or_default();
    let language = match profile.language {
        Language::AsAsked => asked,
        chosen => chosen,
    };
    let recipient = Recipient {
        user,
        // The account's own, in the capitals that its owner chose, unless it is to another one.
        address: match (row.user_id, address) {
            (Some(_), Some(other)) => other,
            _ => profile.email,
        },
        language,
    };
    Ok(Some((notice, Some(recipient))))
}

async fn forget(db: &Db, mail: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from mails where id = $1", mail)
        .execute(db.pool())
        .await?;
    Ok(())
}
