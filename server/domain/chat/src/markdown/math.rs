//! LaTeX to MathML Core, on the server; the browser draws it without a script.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::html::push_escaped;

/// Longest formula in bytes that is converted; a longer one is shown as its source.
const MAX_FORMULA: usize = 8 * 1024;

/// Commands and braces a formula may have to be converted on the caller's stack.
const SHALLOW: usize = 48;

/// Stack of the thread that converts the others, in bytes. The converter calls itself for each
/// nested argument (`\sqrt\sqrt\sqrt…`); this is enough for [`MAX_FORMULA`] in a debug build.
const DEEP_STACK: usize = 128 * 1024 * 1024;

/// A formula of fewer signs fits into a line of any screen; a longer one gets a place to scroll in.
const SHORT: usize = 16;

/// Deepest MathML tree that is shown; see [`super::MAX_DEPTH`].
const MAX_TREE: usize = 128;

/// Commands that models write and the converter does not know.
const MACROS: [(&str, &str); 4] = [
    (
        "boxed",
        r"\begin{array}{|c|}\hline {\displaystyle #1} \\ \hline\end{array}",
    ),
    ("substack", r"\begin{subarray}{c}#1\end{subarray}"),
    // A colour needs a style attribute, see CLASSES.
    ("textcolor", "#2"),
    ("mathds", r"\mathbb{#1}"),
];

static CONVERTER: LazyLock<LatexToMathML> = LazyLock::new(|| {
    let macros = MACROS
        .iter()
        .map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned()))
        .collect();
    let config = MathCoreConfig {
        macros,
        ..MathCoreConfig::default()
    };
    // The macros are constant and a test uses each; without them formulas still work.
    LatexToMathML::new(config).unwrap_or_default()
});

/// A formula inside a line of text.
pub fn inline(source: &str, display: bool) -> String {
    convert(source, display).unwrap_or_else(|| as_source(source))
}

/// A formula that is a block of its own. Until its end has come it is shown as its source.
pub fn display(source: &str, complete: bool) -> String {
    let formula = complete.then(|| convert(source, true)).flatten();
    format!("<p>{}</p>\n", formula.unwrap_or_else(|| as_source(source)))
}

fn as_source(source: &str) -> String {
    let mut html = String::from("<code>");
    push_escaped(&mut html, source.trim());
    html.push_str("</code>");
    html
}

fn convert(source: &str, display: bool) -> Option<String> {
    let source = source.trim();
    if source.is_empty() || source.len() > MAX_FORMULA {
        return None;
    }
    let steps = source
        .bytes()
        .filter(|b| matches!(b, b'\\' | b'{' | b'^' | b'_'))
        .count();
    let mathml = if steps <= SHALLOW {
        to_mathml(source, display)
    } else {
        on_deep_stack(|| to_mathml(source, display))
    }?;
    let mathml = (tree_depth(&mathml) <= MAX_TREE).then(|| styles_to_classes(&mathml))?;
    Some(if signs(&mathml) < SHORT {
        mathml
    } else {
        // What scrolls must be reachable by keyboard and have a name (WCAG 2.1.1).
        format!(
            "<span class=\"math-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">{mathml}</span>"
        )
    })
}

/// How many characters stand between the tags.
fn signs(mathml: &str) -> usize {
    let texts = mathml.split('<').filter_map(|part| part.split_once('>'));
    texts.map(|(_, text)| text.chars().count()).sum()
}

fn on_deep_stack<T: Send>(work: impl FnOnce() -> Option<T> + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(DEEP_STACK)
            .spawn_scoped(scope, work);
        thread.ok()?.join().ok().flatten()
    })
}

fn to_mathml(source: &str, display: bool) -> Option<String> {
    let style = if display {
        MathDisplay::Block
    } else {
        MathDisplay::Inline
    };
    let convert = |latex: &str| {
        // The converter is young and its input hostile: a bug in it must cost one formula, not the answer.
        let result = catch_unwind(AssertUnwindSafe(|| {
            CONVERTER.convert_with_local_state(latex, style)
        }));
        Some(result.ok()?.ok()?.mathml)
    };
    convert(source).or_else(|| {
        // TeX tags and labels only whole equations, models do so anywhere.
        ["\\tag", "\\label"]
            .iter()
            .any(|command| source.contains(command))
            .then(|| convert(&format!("\\begin{{equation}}{source}\\end{{equation}}")))?
    })
}

fn tree_depth(mathml: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in mathml.split('<').skip(1) {
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !tag.split('>').next().is_some_and(|tag| tag.ends_with('/')) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// The converter lays tables out with `style` attributes, which a strict Content-Security-Policy
/// forbids. `style/math.css` has a class for each declaration it can write; colours are dropped.
const CLASSES: [(&str, &str); 17] = [
    ("text-align: left", "m-left"),
    ("text-align: right", "m-right"),
    ("padding-left: 0", "m-pl0"),
    ("padding-right: 0", "m-pr0"),
    ("padding-left:1em", "m-pl1"),
    ("padding-top: 0", "m-pv0"),
    ("padding-left: 0.1em", "m-ph01"),
    ("border-left: 0.05em solid currentcolor", "m-bl"),
    ("border-left: 0.05em dashed currentcolor", "m-bld"),
    ("border-right: 0.05em solid currentcolor", "m-br"),
    ("border-right: 0.05em dashed currentcolor", "m-brd"),
    ("border-top: 0.05em solid currentcolor", "m-bt"),
    ("border-top: 0.05em dashed currentcolor", "m-btd"),
    ("width: 100%", "m-w100"),
    ("width: 50%", "m-w50"),
    ("width: 7.5%", "m-w7"),
    ("margin-left:-0.16666667em", "m-neg"),
];

pub fn classes() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().map(|(_, class)| *class)
}

fn styles_to_classes(mathml: &str) -> String {
    let mut out = String::with_capacity(mathml.len());
    let mut parts = mathml.split(" style=\"");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (style, rest) = part.split_once('"').unwrap_or((part, ""));
        let classes = style
            .split(';')
            .filter_map(|one| CLASSES.iter().find(|(style, _)| *style == one.trim()));
        let classes: Vec<&str> = classes.map(|(_, class)| *class).collect();
        if !classes.is_empty() {
            out.push_str(" class=\"");
            out.push_str(&classes.join(" "));
            out.push('"');
        }
        out.push_str(rest);
    }
    out
}
