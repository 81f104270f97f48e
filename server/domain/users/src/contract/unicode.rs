//! What a name may be made of.

use kernel::text::is_deceptive;

pub use tables::{is_mark, nfc};

/// Joiners and variation selectors are welcome where they do something: U+200C and U+200D between
/// two characters beyond ASCII (emoji, Persian, Indic scripts), and one variation selector behind
/// an emoji, a CJK character or the base of a keycap. All else that cannot be seen is a disguise.
pub fn has_disguise(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    chars.iter().enumerate().any(|(i, &c)| {
        let before = i.checked_sub(1).and_then(|i| chars.get(i)).copied();
        let after = chars.get(i + 1).copied();
        let shows = |c: Option<char>| {
            c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_deceptive(c))
        };
        match c {
            '\u{200C}' | '\u{200D}' => !(shows(before) && shows(after)),
            '\u{FE00}'..='\u{FE0F}' => {
                let keycap = before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '#' | '*'));
                !(keycap || shows(before) && !before.is_some_and(is_variation_selector))
            }
            '\u{2028}' | '\u{2029}' | '\u{2800}' => true,
            _ => c.is_control() || is_deceptive(c),
        }
    })
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}')
}

/// Whether more than `max` such characters follow each other.
pub fn has_long_run(s: &str, what: impl Fn(char) -> bool, max: usize) -> bool {
    let mut run = 0;
    s.chars().any(|c| {
        run = if what(c) { run + 1 } else { 0 };
        run > max
    })
}

/// Unicode's tables would weigh more than the rest of the browser's bundle, and a check in the
/// browser is a courtesy: the server's is the one that counts.
#[cfg(target_family = "wasm")]
mod tables {
    pub fn nfc(s: &str) -> String {
        s.to_owned()
    }

    pub fn is_mark(_: char) -> bool {
        false
    }
}
#[cfg(not(target_family = "wasm"))]
mod tables {
    pub use unicode_normalization::char::is_combining_mark as is_mark;

    pub fn nfc(s: &str) -> String {
        unicode_normalization::UnicodeNormalization::nfc(s).collect()
    }
}
