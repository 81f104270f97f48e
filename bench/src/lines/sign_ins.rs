//! First tokens while others sign in: hashing their passwords takes a core's time.

use std::{net::SocketAddr, time::Duration};

use hyper::StatusCode;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::first_token::load;
use crate::{
    client::{Connection, post_form},
    people,
    row::{Bound, Row, short},
    stage::Stage,
    stats::{median, quantile},
};

const STREAMS: usize = 30;
const SIGN_INS_A_SECOND: u32 = 20;

/// Measures it.
pub async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let (mut growth, mut above, mut quiet99, mut busy99) = (vec![], vec![], vec![], vec![]);
    let (mut signed_in, mut refused) = (0, 0);
    for _ in 0..stage.options.windows() {
        let length = stage.options.window(12.0);
        let own = load(STREAMS, stage.options.window(3.0))
            .put_on(stage.direct(), 0)
            .await?;
        let own = quantile(&own.firsts(), 0.5);
        let round = stage.next_round();
        let quiet = load(STREAMS, length).put_on(stage.site(), round).await?;
        let quiet = quantile(&quiet.firsts(), 0.99);
        let round = stage.next_round();
        let visitors = tokio::spawn(keep_signing_in(stage.server.addr, length));
        let busy = load(STREAMS, length).put_on(stage.site(), round).await?;
        let busy = quantile(&busy.firsts(), 0.99);
        let (in_time, not) = visitors.await??;
        (signed_in, refused) = (signed_in + in_time, refused + not);
        growth.push((busy / quiet - 1.0) * 100.0);
        above.push(((busy - own) / (quiet - own) - 1.0) * 100.0);
        quiet99.push(quiet - own);
        busy99.push(busy - own);
    }
    let note = format!(
        "p99 {} ms, and {} ms with sign-ins; {signed_in} signed in, {refused} were told to come again",
        short(median(&quiet99)),
        short(median(&busy99))
    );
    Ok(vec![
        Row::new(
            "20 sign-ins/s, 30 people: first token above the upstream's own, p99 up by",
            "%",
            above,
        )
        .limit(Bound::AtMost(20.0))
        .note(note),
        Row::new(
            "20 sign-ins/s, 30 people: first token with the upstream's 250 ms, p99 up by",
            "%",
            growth,
        ),
    ])
}

/// Each comes on a new connection, whether or not the one before is done. Returns how many were
/// signed in, and how many were not.
async fn keep_signing_in(addr: SocketAddr, length: Duration) -> anyhow::Result<(usize, usize)> {
    let mut visitors = JoinSet::new();
    let begun = Instant::now();
    for n in 0..(length.as_secs_f64() * f64::from(SIGN_INS_A_SECOND)) as u32 {
        sleep_until(begun + Duration::from_secs(1) * n / SIGN_INS_A_SECOND).await;
        visitors.spawn(sign_in(addr, 1 + n as usize % 1_000));
    }
    let (mut signed_in, mut refused) = (0, 0);
    while let Some(done) = visitors.join_next().await {
        match done?? {
            StatusCode::OK | StatusCode::FOUND | StatusCode::SEE_OTHER => signed_in += 1,
            _ => refused += 1,
        }
    }
    Ok((signed_in, refused))
}

async fn sign_in(addr: SocketAddr, person: usize) -> anyhow::Result<StatusCode> {
    let email = people::email(person);
    let fields = [("email", email.as_str()), ("password", people::PASSWORD)];
    let (request, form) = post_form("/api/fn/auth/sign_in", &fields);
    Ok(Connection::open(addr).await?.fetch(request, form).await?.0)
}
