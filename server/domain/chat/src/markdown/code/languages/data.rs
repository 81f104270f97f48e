//! Data, configuration, documents and differences.

use super::super::words::{PLAIN, Words};
use super::{Language, Syntax};

pub const LANGUAGES: &[Language] = &[
    Language {
        names: &["json", "jsonc", "json5", "jsonl", "ndjson"],
        class: "language-json",
        syntax: Syntax::Words(Words {
            line_comments: &["//"],
            block_comment: Some(("/*", "*/")),
            // Keys are strings here: nothing else is looked for at the start of a line.
            key_ends: "\":",
            ..PLAIN
        }),
    },
    Language {
        names: &["yaml", "yml", "docker-compose", "kubernetes", "k8s"],
        class: "language-yaml",
        syntax: Syntax::Words(Words {
            line_comments: &["#"],
            key_ends: ":",
            constants: "true false null yes no on off",
            sigils: "&*",
            ..PLAIN
        }),
    },
    Language {
        names: &["toml"],
        class: "language-toml",
        syntax: Syntax::Words(Words {
            line_comments: &["#"],
            long_strings: &["\"\"\"", "'''"],
            key_ends: "=",
            constants: "true false inf nan",
            ..PLAIN
        }),
    },
    Language {
        names: &[
            "ini",
            "conf",
            "cfg",
            "properties",
            "dotenv",
            "env",
            "editorconfig",
            "systemd",
            "nginx",
        ],
        class: "language-ini",
        syntax: Syntax::Words(Words {
            line_comments: &["#", ";"],
            key_ends: "=:",
            sigils: "$",
            constants: "true false on off yes no",
            ..PLAIN
        }),
    },
    Language {
        names: &["hcl", "terraform", "tf"],
        class: "language-hcl",
        syntax: Syntax::Words(Words {
            line_comments: &["#", "//"],
            block_comment: Some(("/*", "*/")),
            key_ends: "=",
            keywords: "data dynamic for for_each if in locals module moved output provider resource terraform variable",
            ..PLAIN
        }),
    },
    Language {
        names: &["html", "htm", "xhtml"],
        class: "language-html",
        syntax: Syntax::Markup,
    },
    Language {
        names: &["xml", "svg", "rss", "xsl", "plist", "xaml"],
        class: "language-xml",
        syntax: Syntax::Markup,
    },
    Language {
        names: &["vue", "svelte", "astro"],
        class: "language-vue",
        syntax: Syntax::Markup,
    },
    Language {
        names: &["css", "scss", "sass", "less"],
        class: "language-css",
        syntax: Syntax::Css,
    },
    Language {
        names: &["diff", "patch"],
        class: "language-diff",
        syntax: Syntax::Diff,
    },
];
