//! Where a form came from and where it goes on to: always a path of this site.

use axum::http::{HeaderMap, HeaderValue, header};

use super::super::refuse::SERVER_FUNCTIONS;

/// The page that holds the form: by the Referer, else by what the form says itself, because its page keeps
/// its address secret; the start page when neither does.
pub(super) fn page_of_form(headers: &HeaderMap, said: Option<&str>) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let referer = headers
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok());
    let same_site = referer
        .and_then(|referer| referer.split_once("://"))
        .map(|(_, rest)| rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())))
        .filter(|(of_referer, _)| Some(*of_referer) == host);
    same_site
        .and_then(|(_, path)| clean(path))
        .or_else(|| clean(said?))
        .unwrap_or_else(|| "/".to_owned())
}

/// The place that a response sends to, when it is one of ours. A full URL is only ever the
/// Referer that Leptos falls back to: the caller knows that page already. A fragment is kept: it
/// leads to the message that the form was about.
pub(super) fn local(location: Option<&HeaderValue>) -> Option<String> {
    let location = location?.to_str().ok()?;
    let place = clean(location)?;
    Some(match location.split_once('#') {
        Some((_, fragment)) => format!("{place}#{fragment}"),
        None => place,
    })
}

/// The path and query without Leptos's error and without a fragment.
fn clean(target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // "//host" and "/\host" are other sites to a browser.
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if !ours || path.starts_with(SERVER_FUNCTIONS) {
        return None;
    }
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            !pair.is_empty() && !pair.starts_with("__err=") && !pair.starts_with("__path=")
        })
        .collect();
    Some(if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(referer: &'static str) -> String {
        let headers = HeaderMap::from_iter([
            (header::HOST, HeaderValue::from_static("chat.example:3000")),
            (header::REFERER, HeaderValue::from_static(referer)),
        ]);
        page_of_form(&headers, None)
    }

    #[test]
    fn a_form_whose_page_is_secret_says_where_it_comes_back() {
        let said = |page| page_of_form(&HeaderMap::new(), Some(page));
        assert_eq!(said("/reset"), "/reset");
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
        ] {
            assert_eq!(said(elsewhere), "/", "{elsewhere}");
        }
    }

    #[test]
    fn a_form_comes_back_to_its_page() {
        assert_eq!(
            page("http://chat.example:3000/chat/1?after=2#end"),
            "/chat/1?after=2"
        );
        assert_eq!(
            page("http://chat.example:3000/login?next=%2Fchat&__path=x&__err=abc"),
            "/login?next=%2Fchat"
        );
        assert_eq!(page("http://chat.example:3000"), "/");
    }

    #[test]
    fn a_form_goes_on_to_a_place_in_a_page() {
        let place = HeaderValue::from_static("/chat/1?message=2#m-2");
        assert_eq!(
            local(Some(&place)).as_deref(),
            Some("/chat/1?message=2#m-2")
        );
    }

    #[test]
    fn a_place_on_a_page_of_ours_is_kept() {
        let location = HeaderValue::from_static("/chat/1?message=2#m-2");
        assert_eq!(
            local(Some(&location)).as_deref(),
            Some("/chat/1?message=2#m-2")
        );
        let location = HeaderValue::from_static("//evil.example#/chat");
        assert_eq!(local(Some(&location)), None);
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for referer in [
            "https://evil.example/login",
            "http://chat.example:3000.evil.example/x",
            "http://chat.example:3000//evil.example",
            "http://chat.example:3000/\\evil.example",
            "http://user@chat.example:3000/x",
            "javascript:alert(1)",
            "/chat",
            "http://chat.example:3000/api/fn/chat/send",
        ] {
            assert_eq!(page(referer), "/", "{referer}");
        }
        for location in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "chat",
        ] {
            assert_eq!(
                local(Some(&HeaderValue::from_static(location))),
                None,
                "{location}"
            );
        }
    }
}
