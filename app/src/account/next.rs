//! Where to go on after signing in.

/// Where people go who were on the way nowhere.
pub const HOME: &str = "/chat";

/// A path on this site, or [`HOME`]. Anything that a browser might take for another site is not
/// followed (OWASP, Unvalidated Redirects and Forwards).
pub fn local(next: Option<&str>) -> &str {
    next.filter(|path| is_local(path)).unwrap_or(HOME)
}

fn is_local(path: &str) -> bool {
    // Browsers read "//host" and "/\host" as another site, and drop tabs and line breaks first
    // (WHATWG URL, basic URL parser).
    let mut rest = path.bytes();
    rest.next() == Some(b'/')
        && !matches!(rest.next(), Some(b'/' | b'\\'))
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_followed() {
        for path in [
            "/",
            "/chat",
            "/chat/01920000-0000-7000-8000-000000000001?a=b#c",
        ] {
            assert_eq!(local(Some(path)), path);
        }
    }

    #[test]
    fn another_site_is_not_followed() {
        for path in [
            "",
            "chat",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "/a\\b",
            "/ü",
        ] {
            assert_eq!(local(Some(path)), HOME, "{path:?}");
        }
        assert_eq!(local(None), HOME);
    }
}
