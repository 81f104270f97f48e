//! Following an answer from a position: what has been seen is never needed from the server's
//! memory, so any reader can come back, and any process can serve it.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt, stream};
use kernel::Db;
use tokio::sync::watch;

use super::{Live, store};
use crate::{Failure, GenerationId, MessageStatus, StreamStep, markdown::Rendering};

/// How often the database is asked about an answer that another process writes.
const POLL: Duration = Duration::from_millis(300);
/// An open block up to this size is sent again on every change; a larger one less often, so that
/// a long block does not cost its square.
const SMALL_BLOCK: usize = 4 * 1024;

/// A step, with the position to come back to after it: bytes of the answer's text.
pub type Followed = (usize, StreamStep);

/// How an answer ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) status: MessageStatus,
    pub(super) failure: Option<Failure>,
}

/// Where a reader is.
#[derive(Debug, Clone, Default)]
pub struct Position {
    start: usize,
    finished: Option<usize>,
    open_at: Option<usize>,
    titled: bool,
    modelled: bool,
    ended: bool,
}

impl Position {
    /// Having seen what the first `bytes` bytes of the text render to.
    pub fn at(bytes: usize) -> Self {
        Self {
            start: bytes,
            ..Self::default()
        }
    }
}

/// An answer at one moment.
pub(super) struct Progress<'a> {
    pub(super) len: usize,
    pub(super) rendering: &'a Rendering,
    pub(super) title: Option<&'a str>,
    /// The model that answers, where it is not the one first asked.
    pub(super) model: Option<&'a str>,
    pub(super) ended: Option<Ended>,
}

impl Progress<'_> {
    /// What a reader at `position` has not seen; moves the position on.
    pub(super) fn steps(&self, position: &mut Position) -> Vec<Followed> {
        let mut steps = Vec::new();
        let blocks = self.rendering.finished();
        // Only the last block a reader saw can have been open when it was seen: that one is sent
        // again. Steps are idempotent, so once too often does no harm.
        let seen = position.finished.unwrap_or_else(|| {
            blocks
                .iter()
                .take_while(|b| b.end <= position.start)
                .count()
                .saturating_sub(1)
        });
        for (index, block) in blocks.iter().enumerate().skip(seen) {
            steps.push((
                block.end,
                StreamStep::Block {
                    index,
                    html: block.html.to_string(),
                },
            ));
        }
        position.finished = Some(blocks.len());
        if let Some(html) = self.rendering.open()
            && position.open_at != Some(self.len)
        {
            position.open_at = Some(self.len);
            steps.push((
                self.len,
                StreamStep::Open {
                    index: blocks.len(),
                    html: html.to_string(),
                },
            ));
        }
        if let Some(title) = self.title.filter(|_| !position.titled) {
            position.titled = true;
            steps.push((
                self.len,
                StreamStep::Title {
                    title: title.to_owned(),
                },
            ));
        }
        if let Some(name) = self.model.filter(|_| !position.modelled) {
            position.modelled = true;
            steps.push((
                self.len,
                StreamStep::Model {
                    name: name.to_owned(),
                },
            ));
        }
        if let Some(Ended { status, failure }) = self.ended
            && !position.ended
        {
            position.ended = true;
            steps.push((
                self.len,
                StreamStep::End {
                    status,
                    failure,
                    blocks: blocks.len(),
                },
            ));
        }
        steps
    }
}

/// Follows an answer that this process writes.
pub(crate) fn follow_live(
    live: Arc<Live>,
    position: Position,
) -> impl Stream<Item = Followed> + Send {
    let changed = live.subscribe();
    stream::unfold(
        (live, changed, position, true),
        |(live, mut changed, mut position, first)| async move {
            if position.ended || !(first || wait(&mut changed).await) {
                return None;
            }
            changed.mark_unchanged();
            let steps = live.steps(&mut position);
            Some((steps, (live, changed, position, false)))
        },
    )
    .then(paced)
    .flat_map(stream::iter)
}

async fn wait(changed: &mut watch::Receiver<()>) -> bool {
    changed.changed().await.is_ok()
}

/// Lets time pass after a large open block before the next is made.
async fn paced(steps: Vec<Followed>) -> Vec<Followed> {
    if let Some((_, StreamStep::Open { html, .. })) = steps.last()
        && html.len() > SMALL_BLOCK
    {
        tokio::time::sleep(
            Duration::from_millis((html.len() / 128) as u64).min(Duration::from_secs(1)),
        )
        .await;
    }
    steps
}

/// Follows an answer that another process writes, or that has ended, by what is stored of it.
pub(crate) fn follow_stored(
    db: Db,
    id: GenerationId,
    position: Position,
) -> impl Stream<Item = Followed> + Send {
    stream::unfold((db, Rendering::new(), position, true), move |(db, mut rendering, mut position, first)| async move {
        if position.ended {
            return None;
        }
        if !first {
            tokio::time::sleep(POLL).await;
        }
        let stored = match store::stored_answer(&db, id).await {
            Ok(stored) => stored?,
            Err(error) => {
                // The reader comes back by itself, from its position.
                tracing::warn!(%error, generation = %id, "could not read an answer being followed");
                return None;
            }
        };
        let ended = stored.ended();
        match ended {
            Some(_) => rendering.finish(&stored.body),
            None => rendering.advance(&stored.body),
        }
        let progress =
            Progress { len: stored.body.len(), rendering: &rendering, title: stored.title.as_deref(), model: stored.model.as_deref(), ended };
        let steps = progress.steps(&mut position);
        Some((steps, (db, rendering, position, false)))
    })
    .flat_map(stream::iter)
}
