//! Large and pathological texts cost little and overflow nothing.

use super::html;
use crate::markdown::{MAX_BLOCK, MAX_CODE_BLOCK, Rendering, render, to_html};

#[test]
fn deep_nesting_is_plain_text() {
    let n = 10_000;
    let link = format!("{}a{}", "![".repeat(n), "](b)".repeat(n));
    let lists: String = (0..300)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    for deep in [
        ">".repeat(n),
        "> ".repeat(n) + "x",
        "* - ".repeat(n),
        "*a ".repeat(n) + &" a*".repeat(n),
        link,
        lists,
    ] {
        let html = to_html(&deep);
        assert!(html.contains("class=\"plain\""), "{}", &html[..200]);
    }
}

#[test]
fn unclosed_openings_are_read_in_linear_time() {
    for opening in [
        "[", "![", "[a](", "`", "*", "_a", "~~", "<", "<!--", "&", "$", "$x", "\\(", "\\[a", "$$",
        "](", "|", "a@b", "http://", "\\", "- ", "1. ", "<a ", "[a]: ",
    ] {
        let text = opening.repeat(50_000);
        assert_eq!(
            render(&text).last().map(|block| block.end),
            Some(text.len())
        );
    }
}

#[test]
fn a_long_line_is_cut_between_characters() {
    let text = "é".repeat(MAX_BLOCK);
    let blocks = render(&text);
    assert_eq!(blocks.len(), 2);
    assert_eq!(blocks[0].end, MAX_BLOCK);
    let mut rendering = Rendering::new();
    for end in [10, MAX_BLOCK - 2, MAX_BLOCK, MAX_BLOCK + 2] {
        rendering.advance(&text[..end]);
    }
    rendering.finish(&text);
    assert_eq!(rendering.finished(), blocks);
}

#[test]
fn a_long_list_goes_on_as_another_list() {
    let text = "- item of a list\n".repeat(2 * MAX_BLOCK / 17);
    let blocks = render(&text);
    assert_eq!(blocks.len(), 2);
    assert!(blocks.iter().all(|block| block.html.starts_with("<ul")));
}

#[test]
fn long_code_goes_on_as_code_of_the_same_language() {
    let text = format!(
        "```rust\n{}```\nafter\n",
        "let a = 1;\n\n".repeat(MAX_CODE_BLOCK / 12 + 10)
    );
    let blocks = render(&text);
    assert_eq!(blocks.len(), 3);
    assert!(blocks[0].html.contains("language-rust") && blocks[1].html.contains("language-rust"));
    assert!(blocks[2].html.contains("after"));
    assert!(
        !blocks[0].html.contains("hl-keyword"),
        "too long to highlight"
    );
}

#[test]
fn ten_megabytes_are_rendered() {
    let answer = format!(
        "Some *text*, a [link](https://x.org) and $x$.\n\n- item\n\n{}\n\n```\n{}```\n",
        "plain words ".repeat(1000),
        "let x = 1;\n".repeat(20_000)
    );
    let text = answer.repeat(10 * 1024 * 1024 / answer.len() + 1);
    let blocks = render(&text);
    assert!(blocks.len() > 150);
    assert_eq!(blocks.last().map(|block| block.end), Some(text.len()));
}

#[test]
fn a_formula_may_nest_as_deep_as_it_likes() {
    for deep in [
        "{".repeat(3000) + &"}".repeat(3000),
        "\\sqrt ".repeat(1300) + "x",
        "\\frac1".repeat(1300),
        "\\left(".repeat(600) + &"\\right)".repeat(600),
        "x^{".repeat(2000) + &"}".repeat(2000),
    ] {
        let html = html(&format!("$${deep}$$"));
        assert!(html.contains("<code>") || html.contains("<math"));
    }
}

#[test]
fn comments_with_blank_lines_do_not_make_the_parser_run_for_each_line() {
    let text = format!("<!--\n{}-->\n\nafter\n", "\nx\n".repeat(20_000));
    assert!(html(&text).contains("after"));
}
