//! From a letter to a message (RFC 5322): both in plain text and in HTML, so that everybody can read it.

use app::mail::{Words, words};
use auth::mail::{Letter, MailError};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

/// From whom, and from which site.
#[derive(Debug, Clone)]
pub struct Stationery {
    pub from: Mailbox,
    /// Without a slash at its end.
    pub site_url: String,
}

impl Stationery {
    /// What the letter says.
    pub fn words(&self, letter: &Letter) -> Words {
        words(letter, &self.site_url)
    }

    /// The message as it is sent. Its id is the letter's, so that whoever gets it twice can see that.
    pub fn message(&self, letter: &Letter) -> Result<Message, MailError> {
        let words = self.words(letter);
        let to = letter.to.as_str().parse().map_err(unsendable)?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(words.subject)
            .message_id(Some(format!(
                "<{}@{}>",
                letter.id,
                self.from.email.domain()
            )))
            .date(letter.at.into())
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(words.text, words.html))
            .map_err(unsendable)
    }
}

/// An address that SMTP cannot carry, for instance.
fn unsendable(error: impl std::fmt::Display) -> MailError {
    MailError::ForGood(error.to_string())
}

/// Nobody's out-of-office note has to answer this (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
