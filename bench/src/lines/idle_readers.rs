//! What a reader costs who waits for the next word of a stream.

use std::time::Duration;

use anyhow::Context;
use http_body_util::BodyExt;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    chat,
    client::Connection,
    people,
    process::resident_bytes,
    row::{Bound, Row, short},
    stage::Stage,
};

const READERS: usize = 10_000;
/// They come in so many waves; each is a window.
const WAVES: usize = 5;

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    stage.restart(None).await?;
    let generation = stalled_answer(stage).await?;
    // What the first readers make the server allocate once is not theirs.
    let _first = come(stage, &generation, 100).await?;
    let (mut windows, mut readers, mut before) = (vec![], vec![], settled(stage).await?);
    let begin = before;
    let wave = stage.options.many(READERS) / WAVES;
    for _ in 0..WAVES {
        readers.extend(come(stage, &generation, wave).await?);
        let after = settled(stage).await?;
        windows.push((after - before) / wave as f64 / 1_024.0);
        before = after;
    }
    let stayed = readers
        .iter()
        .filter(|reader| !reader.is_finished())
        .count();
    let mib = 1_048_576.0;
    let note = format!(
        "{stayed} of {} still connected; resident memory from {} to {} MiB; without the kernel's socket buffers",
        readers.len(),
        short(begin / mib),
        short(before / mib)
    );
    Ok(vec![
        Row::new(
            format!("each of {} idle readers adds", readers.len()),
            "KiB",
            windows,
        )
        .limit(Bound::AtMost(8.0))
        .goal(Bound::AtMost(4.0))
        .note(note),
    ])
}

/// An answer whose upstream falls silent after the first token.
async fn stalled_answer(stage: &mut Stage) -> anyhow::Result<String> {
    let id = people::message_id(1, stage.next_round() * 100_000);
    let mut connection = Connection::open(stage.server.addr).await?;
    let question = "[[clock: 2]] [[fault: stall after=1]]";
    Ok(chat::send(&mut connection, 1, &id, None, question)
        .await?
        .answer
        .generation)
}

/// A reader: what it has is read and thrown away.
struct Reader(JoinHandle<()>);

impl Reader {
    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn come(stage: &Stage, generation: &str, count: usize) -> anyhow::Result<Vec<Reader>> {
    let mut readers = Vec::with_capacity(count);
    for n in 0..count {
        let mut connection = Connection::open(stage.server.addr)
            .await
            .with_context(|| format!("reader {n}"))?;
        let mut body = chat::follow(&mut connection, 1, generation)
            .await?
            .into_body();
        readers.push(Reader(tokio::spawn(async move {
            let _open = connection;
            while let Some(Ok(_)) = body.frame().await {}
        })));
    }
    Ok(readers)
}

/// The server's memory once a heartbeat has gone to everybody.
async fn settled(stage: &Stage) -> anyhow::Result<f64> {
    sleep(if stage.options.quick {
        Duration::from_millis(200)
    } else {
        Duration::from_secs(11)
    })
    .await;
    resident_bytes(stage.server.pid)
}
