//! Server-Sent Events, cut out of the bytes as they come (HTML standard, section 9.2).

/// What has arrived of a stream and is no whole event yet.
#[derive(Debug, Default)]
pub struct Events(Vec<u8>);

impl Events {
    /// Takes in bytes, and hands on the `data` of each event that they complete. The site and the
    /// upstream write one line of data an event.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        self.0.extend_from_slice(bytes);
        let mut begin = 0;
        while let Some(length) = find(&self.0[begin..], b"\n\n") {
            let event = &self.0[begin..begin + length];
            let data = event
                .split(|b| *b == b'\n')
                .find_map(|line| line.strip_prefix(b"data:"));
            if let Some(data) = data {
                each(data.strip_prefix(b" ").unwrap_or(data));
            }
            begin += length + 2;
        }
        self.0.drain(..begin);
    }
}

/// Where `needle` is first in `bytes`.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_the_bytes_are_cut() {
        let text = b"retry: 500\n: \n\nid: 1\nevent: step\ndata: {\"a\":1}\n\ndata:b\n\n: only a comment\n\ndata: half";
        for size in 1..text.len() {
            let (mut events, mut seen) = (Events::default(), Vec::new());
            for chunk in text.chunks(size) {
                events.feed(chunk, |data| seen.push(data.to_vec()));
            }
            assert_eq!(seen, [b"{\"a\":1}".to_vec(), b"b".to_vec()], "{size}");
        }
    }
}
