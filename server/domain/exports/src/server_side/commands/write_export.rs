use std::pin::pin;

use auth::mail::{self, Notice};
use chat::queries::exported::{self, ExportedConversation};
use futures::TryStreamExt;
use kernel::{Actor, Db, Internal, id::Uuid};
use serde::Serialize;
use serde_json::json;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::WriteExport;
use crate::{
    Error, ExportId,
    events::ExportFinished,
    server_side::{store, zip_file::ZipFile},
};

/// How long the file can be fetched.
const KEPT: Duration = Duration::days(7);
/// So many conversations are looked up at once.
const AT_ONCE: i64 = 100;
/// How far it is, is noted after so many messages at the latest.
const NOTED_EVERY: i64 = 100;

/// Writes an export: account, usage, and each conversation in JSON and in Markdown. Reads and writes piece by
/// piece; interrupted, it begins anew. One that is complete or gone is done.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system.
#[tracing::instrument(name = "exports.write_export", skip_all, fields(export = %job.export_id))]
pub async fn write_export(db: &Db, actor: Actor, job: &WriteExport) -> Result<(), Error> {
    if actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let user = job.user_id;
    let profile = users::queries::profile_of(db, actor, user).await?;
    let total = exported::count(db, actor, user).await?;
    let mut file = Writing::new(db, job.export_id);
    if !store::begin(db, job.export_id, file.run, total).await? {
        return Ok(());
    }
    file.json(
        "account.json",
        &json!({
            "id": profile.id,
            "email": profile.email,
            "display_name": profile.display_name,
            "role": profile.role,
            "theme": profile.theme,
            "language": profile.language,
        }),
    )
    .await?;
    let usage = exported::usage(db, actor, user).await?;
    file.json("usage.json", &usage).await?;
    let mut after = None;
    loop {
        let some = exported::conversations(db, actor, user, after, AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        for conversation in &some {
            file.conversation(actor, conversation).await?;
        }
    }
    finish(db, job, file).await
}

async fn finish(db: &Db, job: &WriteExport, mut file: Writing<'_>) -> Result<(), Error> {
    let (run, messages) = (file.run, file.done);
    let rest = std::mem::replace(&mut file.zip, ZipFile::new()).finish()?;
    file.put(&rest).await?;
    let bytes = file.bytes;
    let (export_id, user_id) = (job.export_id, job.user_id);
    let mut tx = db.begin().await?;
    let expires_at = tx.now() + KEPT;
    if !store::finish(&mut tx, export_id, run, bytes, expires_at).await? {
        return Ok(());
    }
    tx.record(&ExportFinished {
        export_id,
        user_id,
        messages,
        bytes,
    })?;
    mail::queue_in(&mut tx, user_id, job.language, Notice::ExportReady).await?;
    tx.commit().await?;
    Ok(())
}

/// An export on its way into the database.
struct Writing<'a> {
    db: &'a Db,
    export: ExportId,
    run: Uuid,
    zip: ZipFile,
    /// Parts so far.
    parts: i32,
    bytes: i64,
    /// Messages so far.
    done: i64,
}

impl<'a> Writing<'a> {
    fn new(db: &'a Db, export: ExportId) -> Self {
        Self {
            db,
            export,
            run: db.clock().uuid(),
            zip: ZipFile::new(),
            parts: 0,
            bytes: 0,
            done: 0,
        }
    }

    async fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), Internal> {
        self.zip.begin(name)?;
        self.zip.write(&serde_json::to_vec_pretty(value)?)?;
        self.pass_on().await
    }

    /// In both forms; what was said is read once for each, so that nobody has to hold it.
    async fn conversation(
        &mut self,
        actor: Actor,
        conversation: &ExportedConversation,
    ) -> Result<(), Error> {
        let day = conversation.created_at.date();
        let name = format!("conversations/{day}-{}", conversation.id);
        let db = self.db;

        self.zip.begin(&format!("{name}.json"))?;
        let head = serde_json::to_string(conversation).map_err(Internal::from)?;
        // The conversation's own fields, and then its messages.
        let head = head.strip_suffix('}').unwrap_or(&head);
        self.zip
            .write(format!("{head},\"messages\":[").as_bytes())?;
        let mut messages = pin!(exported::messages(db, actor, conversation.id)?);
        let mut first = true;
        while let Some(message) = messages.try_next().await? {
            if !std::mem::take(&mut first) {
                self.zip.write(b",")?;
            }
            self.zip.write(b"\n")?;
            let message = serde_json::to_vec(&message).map_err(Internal::from)?;
            self.zip.write(&message)?;
            self.pass_on().await?;
        }
        self.zip.write(b"\n]}\n")?;

        self.zip.begin(&format!("{name}.md"))?;
        let title = conversation.title.as_deref().unwrap_or("–");
        self.zip.write(format!("# {title}\n").as_bytes())?;
        let mut messages = pin!(exported::messages(db, actor, conversation.id)?);
        while let Some(message) = messages.try_next().await? {
            let who = message.model.as_deref().unwrap_or(&message.role);
            let head = format!("\n---\n\n**{who}**, {}\n\n", moment(message.created_at)?);
            self.zip.write(head.as_bytes())?;
            self.zip.write(message.body.as_bytes())?;
            self.zip.write(b"\n")?;
            self.pass_on().await?;
            self.done += 1;
            if self.done % NOTED_EVERY == 0 {
                store::note(db, self.export, self.run, self.done).await?;
            }
        }
        Ok(())
    }

    /// Puts what has been written into the database, once it is enough.
    async fn pass_on(&mut self) -> Result<(), Internal> {
        match self.zip.part() {
            Some(part) => self.put(&part).await,
            None => Ok(()),
        }
    }

    async fn put(&mut self, part: &[u8]) -> Result<(), Internal> {
        store::add_part(self.db, self.export, self.run, self.parts, part, self.done).await?;
        self.parts += 1;
        self.bytes += i64::try_from(part.len()).map_err(Internal::new)?;
        Ok(())
    }
}

fn moment(at: OffsetDateTime) -> Result<String, Internal> {
    at.format(&Rfc3339).map_err(Internal::new)
}
