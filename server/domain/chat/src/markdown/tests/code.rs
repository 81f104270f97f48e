//! Highlighting, and that its colours can be read.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::super::code::{self, LONG, Look, language_of, token_classes};
use super::html;
use crate::markdown::Rendering;

const THEMES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../style/highlight.css"
));

/// In colours, and whole.
fn figure(name: &str, source: &str) -> String {
    let look = Look {
        highlighted: true,
        folds: false,
    };
    code::figure(name, source, look)
}

/// Only the kinds of token and their text.
fn tokens(language: &str, source: &str) -> String {
    let html = figure(language, source);
    let code = html
        .split_once("<code")
        .and_then(|(_, code)| code.split_once('>'))
        .map_or("", |(_, code)| code);
    code.replace("<span class=\"hl-", "[")
        .replace("\">", " ")
        .replace("</span>", "]")
        .replace("</code></pre></figure>\n", "")
}

#[test]
fn rust_is_highlighted() {
    assert_snapshot!(tokens("rust", "#[test]\nfn f<'a>(x: &'a str) -> Option<u8> { println!(\"a\\\"{x}\"); 'x' /* y */ }"), @r"
    [meta #[test]]
    [keyword fn] f&lt;[type 'a]&gt;(x: &amp;[type 'a] [type str]) -&gt; [type Option]&lt;[type u8]&gt; { [function println]!([string &quot;a\&quot;{x}&quot;]); [string 'x'] [comment /* y */ ]}
    ");
}

#[test]
fn python_is_highlighted() {
    assert_snapshot!(tokens("python", "@cache\ndef f(x: int):\n    \"\"\"Doc\n    more\"\"\"\n    return f'{x}' + 1.5e3  # note"), @r"
    [meta @cache]
    [keyword def] [function f](x: [type int]):
        [string &quot;&quot;&quot;Doc
        more&quot;&quot;&quot;]
        [keyword return] f[string '{x}'] + [number 1.5e3]  [comment # note]
    ");
}

#[test]
fn typescript_is_highlighted() {
    assert_snapshot!(tokens("ts", "const a: Map<string, number> = new Map(); // x\nlet s = `a\n${b}`; f?.(null)"), @r"
    [keyword const] a: [type Map]&lt;[type string], [type number]&gt; = [keyword new] [function Map](); [comment // x
    ][keyword let] s = [string `a
    ${b}`]; f?.([number null])
    ");
}

#[test]
fn shell_is_highlighted() {
    assert_snapshot!(tokens("bash", "for f in *.txt; do\n  cat \"$f\" | grep -v ${x} # y\ndone"), @r"
    [keyword for] f [keyword in] *.txt; [keyword do]
      [function cat] [string &quot;$f&quot;] | [function grep] -v [name ${x}] [comment # y
    ][keyword done]
    ");
}

#[test]
fn sql_is_highlighted_in_any_case() {
    assert_snapshot!(tokens("sql", "SELECT count(*) from users -- all\nWHERE name = 'a''b'"), @r"
    [keyword SELECT] [function count](*) [keyword from] users [comment -- all
    ][keyword WHERE] name = [string 'a''b']
    ");
}

#[test]
fn data_formats_are_highlighted() {
    assert_snapshot!(tokens("json", "{\"a\": [1, true, \"b\"]}"), @"{[name &quot;a&quot;]: [[number 1], [number true], [string &quot;b&quot;]]}");
    assert_snapshot!(tokens("yaml", "a: 1 # x\nb-c:\n  - d: \"e\"\n"), @r"
    [name a]: [number 1] [comment # x
    ][name b-c]:
      - [name d]: [string &quot;e&quot;]
    ");
    assert_snapshot!(tokens("toml", "[a]\nb = 'c'\n"), @r"
    [type [a]]
    [name b] = [string 'c']
    ");
}

#[test]
fn markup_and_styles_are_highlighted() {
    assert_snapshot!(tokens("html", "<!-- x --><a href=\"y\">z</a><script>let a = 1</script><br/>"), @"[comment &lt;!-- x --&gt;][keyword &lt;a] [name href]=[string &quot;y&quot;][keyword &gt;]z[keyword &lt;/a&gt;][keyword &lt;script&gt;let] a = [number 1][keyword &lt;/script&gt;][keyword &lt;br/&gt;]");
    assert_snapshot!(tokens("css", "a:hover, .b { color: #fff; width: calc(1px + 50%) } @media print {}"), @"[type a]:[type hover], [type .b] { [name color]: [number #fff]; [name width]: [function calc]([number 1px] + [number 50%]) } [keyword @media] [type print] {}");
}

#[test]
fn dockerfiles_and_differences_are_highlighted() {
    assert_snapshot!(tokens("dockerfile", "FROM rust:1.95 AS build\nRUN cargo build"), @r"
    [keyword FROM] rust:[number 1.95] [keyword AS] build
    [keyword RUN] cargo build
    ");
    assert_snapshot!(tokens("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z"), @r"
    [meta --- a
    +++ b
    ][keyword @@ -1 +1 @@
    ][deleted -x
    ][inserted +y
    ] z
    ");
}

#[test]
fn every_language_people_paste_is_known() {
    for name in [
        "rust",
        "python",
        "js",
        "jsx",
        "ts",
        "tsx",
        "go",
        "java",
        "c",
        "cpp",
        "c++",
        "csharp",
        "c#",
        "bash",
        "sh",
        "sql",
        "json",
        "yaml",
        "toml",
        "html",
        "xml",
        "css",
        "scss",
        "dockerfile",
        "Dockerfile",
        "diff",
        "kotlin",
        "swift",
        "php",
        "ruby",
        "lua",
        "r",
        "powershell",
        "scala",
        "hcl",
        "ini",
        "makefile",
        "graphql",
    ] {
        assert!(figure(name, "").contains(" class=\"language-"), "{name}");
    }
}

#[test]
fn long_code_is_folded_once_it_is_finished_and_nothing_of_it_is_left_out() {
    let code = |lines: usize| format!("```rust\n{}```\n", "let a = 1;\n".repeat(lines));
    assert!(!html(&code(LONG)).contains("<details"));
    let long = html(&code(LONG + 1));
    assert_eq!(long.matches("hl-keyword").count(), LONG + 1);
    let (_, after) = long.split_once("</pre>").expect("code");
    assert_snapshot!(after, @r#"<details class="fold"><summary><span class="more">Show all 41 lines</span><span class="less">Show less</span></summary></details></figure>"#);

    let mut rendering = Rendering::new();
    rendering.advance(code(LONG + 1).trim_end_matches("```\n"));
    let open = rendering.open().expect("the code is being written");
    assert!(open.contains("<pre") && !open.contains("<details"));
}

#[test]
fn an_unknown_language_is_plain_and_named() {
    let html = html("```brainfuck\n+<b>\n```");
    assert!(
        html.contains("<span>brainfuck</span>") && html.contains("<code>+&lt;b&gt;\n</code>"),
        "{html}"
    );
}

#[test]
fn the_language_is_the_first_word_of_what_stands_after_the_fence() {
    for (info, language) in [
        ("rust,ignore", "rust"),
        ("python title=\"x\"", "python"),
        ("{.js}", "js"),
        ("ts{1,3}", "ts"),
        ("c++", "c++"),
        ("<b>", ""),
        ("", ""),
    ] {
        assert_eq!(language_of(info), language, "{info}");
    }
}

const PIECES: &[&str] = &[
    "a",
    "b1",
    "F",
    "é",
    "e\u{301}",
    "日",
    "🦀",
    " ",
    "\t",
    "\n",
    "\r",
    "'",
    "\"",
    "\"\"\"",
    "'''",
    "`",
    "\\",
    "/*",
    "*/",
    "//",
    "#",
    "#[",
    "]",
    "<!--",
    "-->",
    "<",
    ">",
    "</",
    "<script>",
    "</script>",
    "<style>",
    "=",
    ":",
    ";",
    "{",
    "}",
    "(",
    "!(",
    "$",
    "${",
    "@",
    "&",
    "%",
    "--",
    "{-",
    "- ",
    ".",
    "1",
    "1.5",
    "|",
    "+",
    "fn",
    "let",
    "SELECT",
    "FROM",
];

proptest! {
    #[test]
    fn no_text_is_lost_in_any_language(parts in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let text = parts.concat();
        let mut escaped = String::new();
        super::super::html::push_escaped(&mut escaped, &text);
        for class in super::super::code::language_classes() {
            let html = figure(class.trim_start_matches("language-"), &text);
            let code = html.split_once("<code").and_then(|(_, code)| code.split_once('>')).map_or("", |(_, code)| code);
            let shown: String = code.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
            prop_assert_eq!(shown.trim_end_matches('\n'), escaped.trim_end_matches('\n'), "{}", class);
        }
    }
}

#[test]
fn a_hostile_text_is_lexed_in_linear_time() {
    for piece in [
        "a:", "\"\\", "'", "/*", " ", "{", "#[", "${", "<a ", "<script>", "a.", "\u{e9}", "`", "@",
        "-- ",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        for language in ["rust", "python", "bash", "yaml", "html", "css"] {
            assert!(figure(language, &text).len() >= text.len());
        }
    }
}

#[test]
fn every_token_can_be_read_in_both_themes() {
    let (light, dark) = THEMES.split_once("[data-theme=dark]").expect("two themes");
    for class in token_classes() {
        let variable = format!("--{class}:");
        for (theme, background) in [(light, "f6f6f4"), (dark, "1b1c1f")] {
            let colour = theme
                .split_once(&variable)
                .map(|(_, rest)| rest.trim()[1..7].to_owned())
                .expect("a colour");
            let contrast = contrast(&colour, background);
            // WCAG 2.2, 1.4.3.
            assert!(
                contrast >= 4.5,
                "{class} {colour} on {background}: {contrast:.2}"
            );
        }
        assert!(
            THEMES.contains(&format!(".{class} ")),
            "{class} has no rule"
        );
    }
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hexadecimal")) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
