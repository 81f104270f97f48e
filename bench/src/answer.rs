//! One answer being read, from the site or straight from the upstream: when its first text came,
//! and how long each token was on its way.
//!
//! Tokens are times (the demo model's `[[clock: N]]`): a space and five digits of base 36, which are
//! microseconds modulo a minute.

use serde::Deserialize;
use tokio::time::Instant;

use crate::{
    clock::{DIGITS, microseconds_now, since, time_of},
    stream::find,
};

/// In the upstream's chunks, what comes before the text.
const CONTENT: &[u8] = b"\"content\":\" ";

/// What has been read of an answer. Times are in milliseconds.
#[derive(Debug, Default)]
pub struct Answer {
    /// From asking to the first text.
    pub first: Option<f64>,
    /// From the upstream's write of a token to its arrival, one for each token.
    pub delays: Vec<f32>,
    /// The longest wait for new text beyond the upstream's own pause.
    pub stall: f64,
    /// Whether the stream said that it is complete.
    pub complete: bool,
    /// Tokens of each block that is finished.
    finished: Vec<usize>,
    /// When the last text arrived, and when its last token was written.
    last: Option<(i64, i64)>,
}

/// What of a step of the site matters here.
#[derive(Deserialize)]
struct Step {
    kind: String,
    index: Option<usize>,
    html: Option<String>,
    status: Option<String>,
}

impl Answer {
    /// Takes in the data of an event of the site.
    pub fn site_event(&mut self, asked: Instant, data: &[u8]) {
        let Ok(step) = serde_json::from_slice::<Step>(data) else {
            return;
        };
        match (step.kind.as_str(), step.index, step.html) {
            (kind @ ("open" | "block"), Some(index), Some(html)) => {
                self.block(asked, index, &html, kind == "block");
            }
            ("end", ..) => self.complete = step.status.as_deref() == Some("complete"),
            _ => {}
        }
    }

    /// Takes in the data of an event of the upstream.
    pub fn upstream_event(&mut self, asked: Instant, data: &[u8]) {
        if data == b"[DONE]" {
            self.complete = true;
        } else if let Some(at) = find(data, CONTENT) {
            let token = data.get(at + CONTENT.len()..).and_then(|t| t.get(..DIGITS));
            self.arrived(asked, token.into_iter());
        }
    }

    /// A block as far as it has come, of which tokens may have been seen before; also under another
    /// index, because an open block can turn out to be several.
    fn block(&mut self, asked: Instant, index: usize, html: &str, finished: bool) {
        let before: usize = self.finished.iter().take(index).sum();
        let fresh = tokens(html).skip(self.delays.len().saturating_sub(before));
        self.arrived(asked, fresh);
        if finished {
            self.finished.resize(self.finished.len().max(index + 1), 0);
            self.finished[index] = tokens(html).count();
        }
    }

    /// Notes tokens that have just arrived together.
    fn arrived<'a>(&mut self, asked: Instant, tokens: impl Iterator<Item = &'a [u8]>) {
        let now = microseconds_now();
        let mut newest = None;
        for written in tokens.filter_map(time_of) {
            let delay = since(written, now);
            if newest.is_none() {
                self.first
                    .get_or_insert_with(|| asked.elapsed().as_secs_f64() * 1_000.0);
                if let Some((arrived_before, written_before)) = self.last {
                    let wait = (now - arrived_before) - since(written_before, written);
                    self.stall = self.stall.max(wait as f64 / 1_000.0);
                }
            }
            self.delays.push(delay as f32 / 1_000.0);
            newest = Some(written);
        }
        if let Some(written) = newest {
            self.last = Some((now, written));
        }
    }
}

/// The tokens of paragraphs.
fn tokens(html: &str) -> impl Iterator<Item = &[u8]> {
    html.split("<p").skip(1).flat_map(|paragraph| {
        let text = paragraph.split_once('>').map_or("", |(_, text)| text);
        let text = text.split('<').next().unwrap_or_default();
        // The last one may have the full stop behind it where the others have a space.
        text.as_bytes()
            .chunks(DIGITS + 1)
            .filter_map(|token| token.get(..DIGITS))
    })
}

/// How many of the first `tokens` tokens of an answer are times; the others end paragraphs.
pub fn times_among(tokens: usize) -> usize {
    tokens - tokens / 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MINUTE;

    fn token(microseconds_ago: i64) -> String {
        let mut rest = (microseconds_now() - microseconds_ago).rem_euclid(MINUTE);
        let mut digits = Vec::new();
        for _ in 0..DIGITS {
            digits.push(char::from_digit((rest % 36) as u32, 36).expect("a digit"));
            rest /= 36;
        }
        digits.iter().rev().collect()
    }

    #[tokio::test]
    async fn a_token_counts_once_though_its_block_is_sent_again() {
        let (asked, mut answer) = (Instant::now(), Answer::default());
        let (a, b, c) = (token(3_000_000), token(2_000_000), token(1_000_000));
        let step =
            |kind: &str, html: &str| format!(r#"{{"kind":"{kind}","index":0,"html":"{html}\n"}}"#);
        answer.site_event(asked, step("open", &format!("<p>{a}</p>")).as_bytes());
        answer.site_event(asked, step("open", &format!("<p>{a} {b}</p>")).as_bytes());
        answer.site_event(
            asked,
            step("block", &format!("<p>{a} {b} {c}.</p>")).as_bytes(),
        );
        answer.site_event(
            asked,
            br#"{"kind":"end","status":"complete","failure":null,"blocks":1}"#,
        );
        assert_eq!(answer.delays.len(), 3);
        assert!((2_999.0..3_100.0).contains(&answer.delays[0]), "{answer:?}");
        assert!(answer.complete && answer.first.is_some());
    }

    #[tokio::test]
    async fn a_paragraph_that_becomes_a_block_of_its_own_is_not_new() {
        let (asked, mut answer) = (Instant::now(), Answer::default());
        let (a, b, c) = (token(3_000), token(2_000), token(1_000));
        let mut event = |index: usize, kind: &str, html: &str| {
            let data = format!(r#"{{"kind":"{kind}","index":{index},"html":"{html}"}}"#);
            answer.site_event(asked, data.as_bytes());
        };
        event(
            0,
            "open",
            &format!("<p dir=auto>{a}.</p>\\n<p dir=auto>{b}</p>"),
        );
        event(0, "block", &format!("<p dir=auto>{a}.</p>"));
        event(1, "open", &format!("<p dir=auto>{b} {c}</p>"));
        assert_eq!(answer.delays.len(), 3, "{answer:?}");
    }

    #[tokio::test]
    async fn the_upstreams_chunks_are_read_too() {
        let (asked, mut answer) = (Instant::now(), Answer::default());
        let chunk = format!(
            r#"{{"choices":[{{"delta":{{"content":" {}"}}}}]}}"#,
            token(500)
        );
        answer.upstream_event(
            asked,
            br#"{"choices":[{"delta":{"content":"","role":"assistant"}}]}"#,
        );
        answer.upstream_event(asked, chunk.as_bytes());
        answer.upstream_event(asked, b"[DONE]");
        assert_eq!(answer.delays.len(), 1);
        assert!(answer.complete && answer.delays[0] < 100.0, "{answer:?}");
    }

    #[test]
    fn every_sixtieth_token_ends_a_paragraph() {
        assert_eq!(times_among(120), 118);
    }
}
