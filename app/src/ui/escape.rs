//! For the two places that Leptos 0.8 writes as they are: the text of a `<title>` (leptos_meta)
//! and of a `<textarea>` (tachys takes it for raw text, which it is not).

/// The text as HTML (HTML standard, section 13.1.2.6: escapable raw text ends at its end tag).
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
