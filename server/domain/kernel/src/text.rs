//! What hostile text can hide, for the value objects that people write.

/// Whether a character is invisible or steers the direction of text: zero-width characters,
/// bidirectional embeddings, overrides and isolates, and other format characters that let one
/// name pass for another (Unicode TR 36, section 2; TR 9, section 2).
///
/// Emoji need U+200D and U+FE0F, and Persian and Indic scripts U+200C: callers decide where
/// those are welcome.
pub fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether nothing would be seen: only white space, control and invisible characters.
pub fn is_blank(s: &str) -> bool {
    s.chars()
        .all(|c| c.is_whitespace() || c.is_control() || is_deceptive(c) || c == '\u{2800}')
}

#[cfg(test)]
mod tests {
    use super::is_blank;

    #[test]
    fn invisible_text_is_blank() {
        for s in [
            "",
            " \t\r\n",
            "\u{200B}\u{2060}\u{FEFF}",
            "\u{202E} \u{3164}",
            "\0",
            "\u{2800}",
        ] {
            assert!(is_blank(s), "{s:?}");
        }
        assert!(!is_blank("\u{200B}a"));
        assert!(!is_blank("👩‍💻"));
    }
}
