//! The dev inbox: mail is put into a folder instead of being sent.

use std::{io, path::PathBuf};

use app::mail::Kept;
use auth::mail::{Letter, MailError, Mailer};

use super::message::Stationery;

pub struct Folder {
    folder: PathBuf,
    stationery: Stationery,
}

impl Folder {
    pub fn new(folder: PathBuf, stationery: Stationery) -> Self {
        Self { folder, stationery }
    }

    /// The message itself, and beside it what the page shows of it, which counts.
    async fn put(&self, letter: &Letter, message: &[u8]) -> io::Result<()> {
        let words = self.stationery.words(letter);
        let kept = Kept {
            to: letter.to.as_str().to_owned(),
            at: letter.at,
            subject: words.subject,
            text: words.text,
        };
        let kept = serde_json::to_vec(&kept)?;
        tokio::fs::create_dir_all(&self.folder).await?;
        let message_at = self.folder.join(format!("{}.eml", letter.id));
        tokio::fs::write(message_at, message).await?;
        // Whoever looks sees the whole or nothing.
        let unfinished = self.folder.join(format!("{}.part", letter.id));
        tokio::fs::write(&unfinished, kept).await?;
        tokio::fs::rename(unfinished, self.folder.join(format!("{}.json", letter.id))).await
    }
}

#[async_trait::async_trait]
impl Mailer for Folder {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.stationery.message(letter)?;
        self.put(letter, &message.formatted())
            .await
            .map_err(|error| MailError::ForNow(error.to_string()))?;
        tracing::info!("a mail is in the dev inbox: /dev/inbox");
        Ok(())
    }
}
