//! No text makes markup that acts. Payloads after the OWASP XSS Filter Evasion Cheat Sheet,
//! and mutation XSS through MathML.

use proptest::prelude::*;

use super::html;
use crate::markdown::Rendering;

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x\" onerror=\"alert(1)\" />",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<img src=`javascript:alert(1)`>",
    "<image src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text>x",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x>",
    "<form action=javascript:alert(1)><input type=submit>",
    "<input onfocus=alert(1) autofocus>",
    "<button formaction=javascript:alert(1)>x",
    "<select onfocus=alert(1) autofocus>",
    "<textarea onfocus=alert(1) autofocus>",
    "<isindex action=javascript:alert(1)>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=//x.org/x.css>",
    "<style>@import '//x.org';</style>",
    "<div style=\"background:url(javascript:alert(1))\">",
    "<p style=\"position:fixed;inset:0\">x</p>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"https://x.org\" onclick=alert(1)>x</a>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<sub onclick=alert(1)>x</sub>",
    "<br onclick=alert(1)>",
    "<kbd\nonclick=alert(1)>x</kbd>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://x.org/1)",
    "[x](https://x.org \"' onmouseover=alert(1) '\")",
    "[x](https://x.org/\"onmouseover=\"alert(1))",
    "[x](https://x.org\"><script>alert(1)</script>)",
    "[x][a]\n\n[a]: javascript:alert(1)",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "<https://x.org/\"onclick=alert(1)>",
    "![x](javascript:alert(1))",
    "![\"onerror=\"alert(1)](x)",
    "![x](https://x.org/\"onerror=alert(1))",
    "![<script>alert(1)</script>](https://x.org)",
    "```\"><script>alert(1)</script>\nx\n```",
    "```js onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "~~~ x\" onclick=\"alert(1)\n<img src=x onerror=alert(1)>\n~~~",
    "`<img src=x onerror=alert(1)>`",
    "    <script>alert(1)</script>",
    "```html\n<script>alert(1)</script><img onerror=alert(1)>\n```",
    "```mermaid\nclick A \"javascript:alert(1)\"\n```",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\url{javascript:alert(1)}$",
    "$$\\style{position:fixed}{x}$$",
    "$$\\class{x}{y} \\htmlData{a=b}{c} \\includegraphics{https://x.org/x.png}$$",
    "\\(</math><img src=x onerror=alert(1)>\\)",
    "$\\color{red;background:url(//x.org)}{x}$",
    "$\\label{x\" onclick=\"alert(1)}$",
    "$$\\begin{align} x \\label{a\" onload=\"alert(1)} \\end{align}$$",
    "$\\operatorname{<script>alert(1)</script>}$",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "- [x] <input type=text onfocus=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "> <iframe src=//x.org>",
    "<!-- --><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<x-element onclick=alert(1)>",
    "<a\u{0}href=javascript:alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\<script>alert(1)\\</script>",
    "www.x.org\"onclick=alert(1)",
    "https://x.org/<script>alert(1)</script>",
    "a@x.org\"><script>alert(1)</script>",
];

/// What is wrong with the markup of `html`, if anything. Text is no markup: only what stands
/// between `<` and `>` counts, and the sanitiser writes every other `<` as `&lt;`.
fn danger(html: &str) -> Option<String> {
    const TAGS: [&str; 24] = [
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
        "details",
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
    assert!(PAYLOADS.len() >= 100);
    for payload in PAYLOADS {
        for text in [
            (*payload).to_owned(),
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
    for payload in PAYLOADS {
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
    for payload in PAYLOADS {
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
