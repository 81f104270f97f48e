use kernel::{Actor, Db, Internal, UserId, id::Uuid};
use users::{Email, Language};

use crate::{
    Error,
    server_side::{
        links,
        mail::{Letter, MailError, Mailer, Notice, SendMail},
        sign_ups,
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
    let Some(waiting) = waiting(db, job.mail).await? else {
        return Ok(());
    };
    if let Some(letter) = letter(db, job.mail, waiting).await? {
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

/// What is sent; `None` for nothing.
async fn letter(db: &Db, id: Uuid, waiting: Waiting) -> Result<Option<Letter>, Error> {
    let Waiting {
        to,
        user,
        language,
        notice,
    } = waiting;
    let (notice, token) = match (notice, user) {
        // Told to whom it concerns, and to nobody else.
        (Notice::ConfirmSignUp { sign_up }, Some(_)) => {
            sign_ups::forget(db, sign_up).await?;
            (Notice::AddressKnown, None)
        }
        (Notice::ConfirmSignUp { sign_up }, None) => {
            let Some(token) = sign_ups::make_link(db, sign_up).await? else {
                return Ok(None);
            };
            (notice, Some(token))
        }
        (_, None) => return Ok(None),
        (_, Some(user)) => match notice.purpose() {
            Some(purpose) => (notice, Some(links::make(db, purpose, user, &to).await?)),
            None => (notice, None),
        },
    };
    Ok(Some(Letter {
        id,
        to,
        language,
        notice,
        token,
        at: db.now(),
    }))
}

/// A mail that waits.
struct Waiting {
    to: Email,
    /// Whose the address is, if anybody's.
    user: Option<UserId>,
    language: Language,
    notice: Notice,
}

async fn waiting(db: &Db, mail: Uuid) -> Result<Option<Waiting>, Error> {
    let row = sqlx::query!(
        "select user_id, address, language, notice from mails where id = $1",
        mail
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let notice = serde_json::from_value(row.notice).map_err(Internal::from)?;
    let address = row.address.map(|address| Email::parse(&address));
    let address = address.transpose().map_err(Internal::new)?;
    let asked: Language = row.language.parse().unwrap_or_default();
    let known = row.user_id.map(UserId);
    let user = match (known, &address) {
        (None, Some(address)) => users::queries::by_email(db, address).await?,
        (known, _) => known,
    };
    let Some(id) = user else {
        return Ok(address.map(|to| Waiting {
            to,
            user,
            language: asked,
            notice,
        }));
    };
    let profile = users::queries::profile_of(db, Actor::System, id).await?;
    Ok(Some(Waiting {
        // The account's own, in the capitals that its owner chose, unless it is to another one.
        to: match (known, address) {
            (Some(_), Some(other)) => other,
            _ => profile.email,
        },
        user,
        language: match profile.language {
            Language::AsAsked => asked,
            chosen => chosen,
        },
        notice,
    }))
}

async fn forget(db: &Db, mail: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from mails where id = $1", mail)
        .execute(db.pool())
        .await?;
    Ok(())
}
