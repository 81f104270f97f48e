//! Plays the steps of an answer in time.

use std::{io, time::Duration};

use axum::body::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::time::Instant;

use super::{
    clock,
    steps::{Step, Steps},
    traffic::InFlight,
};

/// When tokens are due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub first_token: Duration,
    pub tokens_per_second: u32,
    /// Whether tokens become the time at which they are written.
    pub clock: bool,
}

/// Plays the steps at the pace. Dropping the stream before its end counts as a disconnect.
pub(super) fn play(
    steps: Steps,
    pace: Pace,
    in_flight: InFlight,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let begin = Instant::now();
    stream::unfold(
        (steps, in_flight),
        move |(mut steps, mut in_flight)| async move {
            let item = match steps.next() {
                None => {
                    in_flight.complete();
                    return None;
                }
                Some(Step::Event { bytes, due }) => {
                    let at = match due {
                        0 => begin,
                        n => {
                            begin
                                + pace.first_token
                                + Duration::from_secs(1)
                                    .mul_f64((n - 1) as f64 / f64::from(pace.tokens_per_second))
                        }
                    };
                    tokio::time::sleep_until(at).await;
                    Ok(if pace.clock {
                        clock::stamp(bytes)
                    } else {
                        bytes
                    })
                }
                Some(Step::Comment) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    Ok(Bytes::from_static(b": still here\n\n"))
                }
                Some(Step::Stall) => std::future::pending().await,
                Some(Step::Break) => {
                    // What was written before must leave first: a reset would overtake it.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    in_flight.complete();
                    Err(io::Error::other("a scripted break"))
                }
            };
            Some((item, (steps, in_flight)))
        },
    )
}

/// Every byte on its own.
pub(super) fn bytewise(
    whole: impl Stream<Item = io::Result<Bytes>> + Send,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    whole.flat_map(|item| {
        stream::iter(match item {
            Ok(bytes) => (0..bytes.len()).map(|i| Ok(bytes.slice(i..=i))).collect(),
            Err(e) => vec![Err(e)],
        })
    })
}
