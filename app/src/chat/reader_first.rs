//! What a reader does is seen before what is being written: Interaction to Next Paint (Web Vitals)
//! counts whatever else goes into the same frame.

use std::cell::Cell;

/// What is written gives way to somebody who has pressed a key or clicked, for so many milliseconds: a
/// word that comes a blink later is not missed.
pub const GIVES_WAY: f64 = 120.0;
/// But not for longer than so many milliseconds, to somebody who goes on typing.
const AT_MOST: f64 = 600.0;

thread_local! {
    /// When a key was pressed or something clicked, in milliseconds since 1970.
    static TOUCHED: Cell<f64> = const { Cell::new(0.0) };
}

/// Somebody does something with the page.
pub fn touched() {
    TOUCHED.set(js_sys::Date::now());
}

/// Whether what was last shown at `shown` waits for the reader, `now`. Both in milliseconds since 1970.
pub fn gives_way(now: f64, shown: f64) -> bool {
    now - TOUCHED.get() < GIVES_WAY && now - shown < AT_MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wait_for_the_reader_but_not_for_ever() {
        TOUCHED.set(10_000.0);
        assert!(gives_way(10_050.0, 9_900.0));
        assert!(!gives_way(10_120.0, 9_900.0), "the reader has done");
        assert!(!gives_way(10_050.0, 9_450.0), "they have waited");
        // The first words of an answer come at once.
        assert!(!gives_way(10_050.0, 0.0));
    }
}
