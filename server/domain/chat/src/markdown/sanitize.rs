//! The second line of defence: whatever the steps before did wrong, only this passes
//! (OWASP XSS Prevention Cheat Sheet: sanitise HTML with an allow-list).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::{code, math};

const TAGS: [&str; 64] = [
    // Text.
    "a",
    "blockquote",
    "br",
    "button",
    "code",
    "del",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    // MathML Core, without what holds other content (annotation-xml), loads or acts (mglyph, maction).
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    // Inside mtext.
    "b",
    "i",
    "s",
    "u",
];

/// Attributes that only take one of these values.
const VALUES: [(&str, &str, &[&str]); 24] = [
    ("button", "type", &["button"]),
    ("button", "data-copy", &[""]),
    ("div", "tabindex", &["0"]),
    // Long lines scroll: by keyboard, too (WCAG 2.1.1).
    ("pre", "tabindex", &["0"]),
    ("div", "role", &["group"]),
    ("div", "aria-label", &["Table"]),
    ("span", "tabindex", &["0"]),
    ("span", "role", &["group"]),
    ("span", "aria-label", &["Formula"]),
    ("blockquote", "dir", DIRECTIONS),
    ("div", "dir", DIRECTIONS),
    ("ol", "dir", DIRECTIONS),
    ("ul", "dir", DIRECTIONS),
    ("input", "type", &["checkbox"]),
    ("input", "disabled", &[""]),
    ("input", "checked", &[""]),
    ("input", "aria-label", &["Task"]),
    ("math", "display", &["block", "inline"]),
    ("td", "align", &["left", "center", "right"]),
    ("th", "align", &["left", "center", "right"]),
    ("mi", "mathvariant", &["normal"]),
    ("mover", "accent", &["true", "false"]),
    ("munder", "accentunder", &["true", "false"]),
    (
        "menclose",
        "notation",
        &[
            "updiagonalstrike",
            "downdiagonalstrike",
            "updiagonalstrike downdiagonalstrike",
            "horizontalstrike",
        ],
    ),
];

const DIRECTIONS: &[&str] = &["ltr", "rtl", "auto"];

/// Lengths and switches that only change how a formula is drawn (MathML Core 2.1).
const MATH_ATTRIBUTES: [(&str, &[&str]); 10] = [
    ("mfrac", &["displaystyle", "scriptlevel", "linethickness"]),
    (
        "mo",
        &[
            "form",
            "largeop",
            "lspace",
            "rspace",
            "maxsize",
            "minsize",
            "movablelimits",
            "stretchy",
            "symmetric",
        ],
    ),
    (
        "mpadded",
        &["width", "height", "depth", "lspace", "voffset"],
    ),
    ("mrow", &["displaystyle", "scriptlevel"]),
    ("mspace", &["width", "height", "depth"]),
    ("mstyle", &["displaystyle", "scriptlevel"]),
    ("mtable", &["displaystyle", "scriptlevel"]),
    ("mtd", &["columnspan", "rowspan"]),
    ("ol", &["start"]),
    ("a", &["href"]),
];

/// Text of unknown direction reads right in its own block (HTML `dir=auto`, WCAG 1.3.2). An item of
/// a list has none: its mark stands on the list's side, and the style lets its lines run their way.
const AUTO_DIRECTION: [&str; 7] = ["p", "h3", "h4", "h5", "h6", "td", "th"];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "template", "title"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(
            MATH_ATTRIBUTES
                .map(|(tag, names)| (tag, names.iter().copied().collect()))
                .into(),
        )
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .set_tag_attribute_value("a", "target", "_blank")
        .set_tag_attribute_value("pre", "dir", "ltr")
        .set_tag_attribute_value("input", "disabled", "")
        .allowed_classes(classes());
    for (tag, name, values) in VALUES {
        builder.add_tag_attribute_values(tag, name, values);
    }
    for tag in AUTO_DIRECTION {
        builder.set_tag_attribute_value(tag, "dir", "auto");
    }
    builder
});

fn classes() -> HashMap<&'static str, HashSet<&'static str>> {
    let layout: HashSet<&str> = math::classes().collect();
    let mut classes = HashMap::from([
        ("button", HashSet::from(["copy"])),
        ("code", code::language_classes().collect()),
        ("details", HashSet::from(["fold"])),
        ("div", HashSet::from(["plain", "table-scroll"])),
        ("figure", HashSet::from(["code"])),
        ("li", HashSet::from(["task"])),
        (
            "span",
            code::token_classes()
                .chain(["math-scroll", "more", "less"])
                .collect(),
        ),
    ]);
    for tag in ["mtable", "mtd", "mspace", "mpadded"] {
        classes.insert(tag, layout.clone());
    }
    classes
}

pub fn clean(html: &str) -> String {
    let mut html = SANITIZER.clean(html).to_string();
    html.truncate(html.trim_end().len());
    html
}
