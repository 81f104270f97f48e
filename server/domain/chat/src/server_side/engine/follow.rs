//! Following an answer from a position: what has been seen is never needed from the server's
//! memory, so any reader can come back, and any process can serve it.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt, stream};
use tokio::sync::watch;

use super::{Engine, Live};
use crate::{Failure, MessageStatus, StreamStep, markdown::Rendering};

/// An open block up to this size is sent again on every change; a larger one less often, so that
/// a long block does not cost its square.
const SMALL_BLOCK: usize = 4 * 1024;
/// Up to so many answers at once, every token is shown on its own.
const MANY: usize = 100;

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
        // Only the end of what a reader saw can have been open when it was seen. That can be two
        // blocks by now: whether the last line begins another one is decided when the line is
        // complete. Those are sent again. Steps are idempotent, so once too often does no harm.
        let seen = position.finished.unwrap_or_else(|| {
            blocks
                .iter()
                .take_while(|b| b.end <= position.start)
                .count()
                .saturating_sub(2)
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

/// Follows an answer from a position to its end.
pub(crate) fn follow(
    engine: Engine,
    answer: Arc<Live>,
    position: Position,
) -> impl Stream<Item = Followed> + Send {
    let changed = answer.subscribe();
    stream::unfold(
        (engine, answer, changed, position, Duration::ZERO),
        |(engine, answer, mut changed, mut position, pause)| async move {
            // Nothing has been shown so far: what is there is shown at once.
            let first = position.finished.is_none();
            if position.ended || !(first || wait(&mut changed, pause).await) {
                return None;
            }
            changed.mark_unchanged();
            let steps = answer.steps(&mut position);
            let pause = pause_after(&steps, engine.running());
            Some((steps, (engine, answer, changed, position, pause)))
        },
    )
    .flat_map(stream::iter)
}

async fn wait(changed: &mut watch::Receiver<()>, pause: Duration) -> bool {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
    changed.changed().await.is_ok()
}

/// How long to let news gather before the next step: a large open block is made and sent again
/// as a whole, so it must not be with every token; and where hundreds of answers are written at
/// once, sixteen steps a second each are as good to the eye as fifty, for a third of the work.
fn pause_after(steps: &[Followed], running: usize) -> Duration {
    let of_load = match running {
        0..=MANY => 0,
        many => (many / 10).min(60),
    };
    let of_block = match steps.last() {
        Some((_, StreamStep::Open { html, .. })) if html.len() > SMALL_BLOCK => {
            (html.len() / 256).min(1000)
        }
        _ => 0,
    };
    Duration::from_millis(of_load.max(of_block) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: usize) -> Vec<Followed> {
        vec![(
            0,
            StreamStep::Open {
                index: 0,
                html: "x".repeat(bytes),
            },
        )]
    }

    #[test]
    fn small_blocks_of_few_answers_are_sent_at_once() {
        assert_eq!(pause_after(&open(SMALL_BLOCK), MANY), Duration::ZERO);
        assert_eq!(pause_after(&[], 0), Duration::ZERO);
    }

    #[test]
    fn no_pause_of_a_usual_block_is_felt_as_a_stall() {
        for running in [30, 300, 1_000, 10_000] {
            assert!(pause_after(&open(32 * 1024), running) < Duration::from_millis(150));
        }
        assert_eq!(pause_after(&open(4 << 20), 1), Duration::from_secs(1));
    }
}
