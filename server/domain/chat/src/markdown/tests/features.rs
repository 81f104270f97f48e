//! What each piece of Markdown becomes.

use insta::assert_snapshot;

use super::html;
use crate::markdown::{render, to_html};

#[test]
fn an_answer_becomes_one_block_per_paragraph_list_and_table() {
    let answer = "# Title\nText with **bold**, ~~old~~ and `code`.\n\n- [x] done\n- [ ] open\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n";
    assert_snapshot!(to_html(answer), @r#"
    <div class="block"><h3 dir="auto">Title</h3></div>
    <div class="block"><p dir="auto">Text with <strong>bold</strong>, <del>old</del> and <code>code</code>.</p></div>
    <div class="block"><ul dir="ltr">
    <li class="task"><input type="checkbox" disabled="" aria-label="Task" checked=""> done</li>
    <li class="task"><input type="checkbox" disabled="" aria-label="Task"> open</li>
    </ul></div>
    <div class="block"><div class="table-scroll" tabindex="0" role="group" aria-label="Table" dir="ltr">
    <table>
    <thead>
    <tr>
    <th align="left" dir="auto">a</th>
    <th align="right" dir="auto">b</th>
    </tr>
    </thead>
    <tbody>
    <tr>
    <td align="left" dir="auto">1</td>
    <td align="right" dir="auto">2</td>
    </tr>
    </tbody>
    </table>
    </div></div>
    "#);
}

#[test]
fn code_has_its_language_a_copy_button_and_colours() {
    assert_snapshot!(html("```rust,ignore\nfn main() {} // x < y\n```"), @r#"
    <figure class="code"><figcaption><span>rust</span><button type="button" data-copy="" class="copy">Copy</button></figcaption><pre tabindex="0" dir="ltr"><code class="language-rust"><span class="hl-keyword">fn</span> <span class="hl-function">main</span>() {} <span class="hl-comment">// x &lt; y
    </span></code></pre></figure>
    "#);
}

#[test]
fn only_web_and_mail_links_are_links() {
    assert_snapshot!(html("[a](https://x.org/?a=1&b=2) <mailto:a@x.org> www.x.org [b](/logout) [c](//x.org) [d](ftp://x)"), @r#"<p dir="auto"><a href="https://x.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow ugc">a</a> <a href="mailto:a@x.org" target="_blank" rel="noopener noreferrer nofollow ugc">mailto:a@x.org</a> <a href="http://www.x.org" target="_blank" rel="noopener noreferrer nofollow ugc">www.x.org</a> b c d</p>"#);
}

#[test]
fn an_image_is_a_link_and_loads_nothing() {
    assert_snapshot!(html("![a **cat**](https://x.org/c.png) ![](https://x.org/d.png) [![in](https://x.org/e.png)](https://x.org) ![no](data:image/png;base64,AAAA)"), @r#"<p dir="auto"><a href="https://x.org/c.png" target="_blank" rel="noopener noreferrer nofollow ugc">a <strong>cat</strong></a> <a href="https://x.org/d.png" target="_blank" rel="noopener noreferrer nofollow ugc">https://x.org/d.png</a> <a href="https://x.org" target="_blank" rel="noopener noreferrer nofollow ugc">in</a> no</p>"#);
}

#[test]
fn raw_html_is_text_but_for_four_harmless_tags() {
    assert_snapshot!(html("H<sub>2</sub>O<br>x <b onclick=x>y</b>\n\n<details>\n<summary>s</summary>\n</details>"), @r#"
    <p dir="auto">H<sub>2</sub>O<br>x &lt;b onclick=x&gt;y&lt;/b&gt;</p>
    <p dir="auto">&lt;details&gt;<br>&lt;summary&gt;s&lt;/summary&gt;<br>&lt;/details&gt;</p>
    "#);
}

#[test]
fn headings_keep_below_the_pages_own() {
    let html = html("# a\n## b\n### c\n#### d\n##### e\n###### f\n");
    let levels: Vec<&str> = html
        .match_indices("<h")
        .map(|(at, _)| &html[at..at + 3])
        .collect();
    assert_eq!(levels, ["<h3", "<h4", "<h5", "<h6", "<h6", "<h6"]);
}

#[test]
fn an_answer_that_begins_with_a_lower_heading_leaves_no_level_out() {
    let text = "### a\n\ntext\n\n#### b\n\n> ## c\n\nd\n---\n";
    let streamed = crate::markdown::to_open_html(text);
    for html in [to_html(text), streamed] {
        let levels: Vec<&str> = html
            .match_indices("<h")
            .map(|(at, _)| &html[at..at + 3])
            .collect();
        assert_eq!(levels, ["<h3", "<h4", "<h3", "<h3"]);
    }
}

#[test]
fn one_tilde_strikes_nothing_out() {
    assert!(html("between ~5 and 10~20").contains("between ~5 and 10~20"));
    assert!(html("~a~ ~~b~~").contains("~a~ <del>b</del>"));
}

#[test]
fn emphasis_beside_chinese_punctuation_works() {
    assert!(html("**文字。**文").contains("<strong>文字。</strong>文"));
}

#[test]
fn right_to_left_text_gets_its_direction_from_itself() {
    let html = html(
        "שלום\n\n> مرحبا\n\n1. `code` אחת\n2. two\n\n| שם | price |\n|---|---|\n| תפוח | 3 |\n",
    );
    for part in [
        "<p dir=\"auto\">שלום",
        "<blockquote dir=\"rtl\">\n<p dir=\"auto\">مرحبا",
        "<ol dir=\"rtl\">\n<li><code>code</code> אחת</li>",
        "aria-label=\"Table\" dir=\"rtl\">",
        "<td dir=\"auto\">תפוח</td>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn what_holds_blocks_runs_as_its_first_word_does() {
    for (text, tag) in [
        ("- one\n- שתיים", "<ul dir=\"ltr\">"),
        ("- 1, 2, 3: שלום", "<ul dir=\"rtl\">"),
        ("- `git` $x$ שלום\n\n  two", "<ul dir=\"rtl\">"),
        ("- 1\n- 2", "<ul dir=\"ltr\">"),
        ("7. שלום", "<ol dir=\"rtl\" start=\"7\">"),
        ("> - שלום", "<blockquote dir=\"rtl\">"),
    ] {
        assert!(html(text).contains(tag), "{tag} is not in {}", html(text));
    }
}

#[test]
fn a_link_definition_serves_its_own_and_later_blocks() {
    let text = "before [a]\n\n[a]: https://x.org \"t\"\n[b]: https://y.org\n\nafter [a] and [b]\n";
    let html: Vec<String> = render(text)
        .iter()
        .map(|block| block.html.to_string())
        .collect();
    assert_eq!(html.len(), 3);
    assert!(html[0].contains("before [a]"));
    assert_eq!(html[1], "");
    assert_eq!(html[2].matches("<a href=").count(), 2);
}

#[test]
fn carriage_returns_nul_and_bidi_controls_do_no_harm() {
    assert_eq!(
        html("# a\r\nb\r\n\r\n```\r\nx\r\n```\r\n"),
        html("# a\nb\n\n```\nx\n```\n")
    );
    assert!(html("a\0b").contains("a\u{FFFD}b"));
    assert!(html("`a\u{202E}b\u{2066}c`").contains("<code>abc</code>"));
}

#[test]
fn a_text_of_nothing_has_no_block_to_show() {
    assert!(render("").is_empty());
    assert_eq!(to_html(" \n\n\t\n"), "<div class=\"block\"></div>\n");
}

#[test]
fn each_block_says_where_its_source_ends() {
    let text = "# a\nb\n\nc é\n\n- d\n\n  e\n";
    let blocks = render(text);
    let ends: Vec<usize> = blocks.iter().map(|block| block.end).collect();
    assert_eq!(ends, [4, 7, 13, text.len()]);
}
