//! No text makes markup that acts. Payloads after the OWASP XSS Filter Evasion Cheat Sheet,
//! and mutation XSS through MathML.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::html;
use crate::markdown::Rendering;

/// The same as in the browser's tests.
static PAYLOADS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let list = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../end2end/xss.json"
    ));
    serde_json::from_str(list).expect("a list of texts")
});

/// What is wrong with the markup of `html`, if anything. Text is no markup: only what stands
/// between `<` and `>` counts, and the sanitiser writes every other `<` as `&lt;`.
fn danger(html: &str) -> Option<String> {
    const TAGS: [&str; 23] = [
        "script",
        "iframe",
        "svg",
        "form",
        "meta",
        "base",
        "link",
        "style",
        "object",
        "embed",
        "img",
        "image",
        "video",
        "audio",
        "template",
        "body",
        "textarea",
        "select",
        "annotation-xml",
        "mglyph",
        "maction",
        "applet",
        "noscript",
    ];
    for tag in html.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else {
            return Some(format!("unclosed <{tag}"));
        };
        let name = tag
            .trim_start_matches('/')
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if TAGS.contains(&name.as_str()) {
            return Some(format!("<{tag}>"));
        }
        // Attribute values are quoted, and a quote in one is written as &quot;.
        for (i, part) in tag.split('"').enumerate() {
            let part = part.to_ascii_lowercase();
            let names = part.split(['=', ' ']).filter(|name| !name.is_empty());
            if i % 2 == 0
                && names.skip(usize::from(i == 0)).any(|name| {
                    name.starts_with("on")
                        || matches!(
                            name,
                            "style"
                                | "src"
                                | "srcset"
                                | "id"
                                | "name"
                                | "action"
                                | "formaction"
                                | "xlink:href"
                        )
                })
            {
                return Some(format!("<{tag}>"));
            }
            let is_address = i % 2 == 1
                && tag
                    .split('"')
                    .nth(i - 1)
                    .is_some_and(|before| before.ends_with("href="));
            if is_address
                && !["http://", "https://", "mailto:"]
                    .iter()
                    .any(|scheme| part.starts_with(scheme))
            {
                return Some(format!("<{tag}>"));
            }
        }
    }
    None
}

#[test]
fn no_payload_yields_markup_that_acts() {
    assert!(PAYLOADS.len() >= 200);
    for payload in &*PAYLOADS {
        for text in [
            payload.clone(),
            format!("text {payload} text"),
            format!("- a\n\n  {payload}\n"),
            format!("**{payload}"),
            format!("<sub>{payload}</sub>"),
        ] {
            let html = html(&text);
            assert_eq!(danger(&html), None, "{text:?} gives {html}");
        }
    }
}

#[test]
fn no_part_of_a_payload_acts_while_it_streams() {
    for payload in &*PAYLOADS {
        let mut rendering = Rendering::new();
        for (at, c) in payload.char_indices() {
            rendering.advance(&payload[..at + c.len_utf8()]);
            if let Some(open) = rendering.open() {
                assert_eq!(danger(open), None, "{payload:?} gives {open}");
            }
        }
    }
}

#[test]
fn the_sanitiser_alone_stops_every_payload() {
    for payload in &*PAYLOADS {
        let html = super::super::sanitize::clean(payload);
        assert_eq!(danger(&html), None, "{payload:?} gives {html}");
    }
}

#[test]
fn every_link_opens_apart_and_passes_nothing_on() {
    let html = html("[x](https://x.org) <https://y.org> ![z](https://z.org)");
    assert_eq!(html.matches("<a ").count(), 3);
    assert_eq!(html.matches("target=\"_blank\"").count(), 3);
    assert_eq!(
        html.matches("rel=\"noopener noreferrer nofollow ugc\"")
            .count(),
        3
    );
}

#[test]
fn the_checker_itself_sees_danger() {
    for bad in [
        "<p onclick=\"x\">",
        "<a href=\"javascript:x\">",
        "<img>",
        "<p style=\"x\">",
        "<script>",
        "<a title=\"x\" href=\"/x\">",
    ] {
        assert!(danger(bad).is_some(), "{bad}");
    }
    assert_eq!(
        danger("<p>onclick= &lt;script&gt;</p><a href=\"https://x.org/onload=\">x</a>"),
        None
    );
}

const PIECES: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "`",
    "<a ",
    "<img ",
    "<sub>",
    "</sub>",
    "<kbd>",
    "<br>",
    "<math>",
    "<mtext>",
    "<svg>",
    "<style>",
    "</p>",
    "</td>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "href=",
    "src=x ",
    "onerror=alert(1) ",
    " style=x",
    "javascript:",
    "&colon;",
    "https://x.org",
    "[",
    "](",
    ")",
    "![",
    "](https://x.org ",
    "](javascript:",
    "[a]: ",
    "$",
    "$$",
    "\\text{",
    "}",
    "\\(",
    "\\)",
    "```",
    "```js ",
    "~~~html\n",
    "\n",
    "\n\n",
    "|a|b|\n|-|-|\n",
    "|",
    "- ",
    "> ",
    "# ",
    "    ",
    "**",
    "~~",
    "&lt;",
    "&#60;",
    "\\",
    "x",
];

proptest! {
    #[test]
    fn no_mixture_of_pieces_yields_markup_that_acts(parts in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = parts.concat();
        let html = html(&text);
        prop_assert_eq!(danger(&html), None, "{:?} gives {}", text, html);
    }
}
