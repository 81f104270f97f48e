//! A streamed answer and a stored one are the same.

use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;

use super::super::lines;
use crate::markdown::{Block, Rendering, render};

const FRAGMENTS: &[&str] = &[
    "- a\n",
    "- ",
    "* b\n",
    "+ c\n",
    "1. a\n",
    "2) b\n",
    "\n",
    "\n\n",
    "  ",
    "    ",
    "\t",
    " ",
    "```",
    "```rust\n",
    "````\n",
    "~~~\n",
    "~~~",
    "# h",
    "## h\n",
    "#",
    "===\n",
    "---\n",
    "***\n",
    "|a|b|\n",
    "|-|-|\n",
    "|1|2|\n",
    "$$",
    "$$\n",
    "$x$",
    "\\[\n",
    "\\]\n",
    "\\(x\\)",
    "<b>",
    "<!-- ",
    "-->",
    "<div>\n",
    "</div>\n",
    "<script>",
    "<pre>\n",
    "<?",
    "[x](",
    "[a]: /u\n",
    "[a]: https://x.org\n",
    "[a]",
    "![i](https://x.org)",
    "](",
    ">",
    "> ",
    "> q\n",
    "text",
    "a b\n",
    "**",
    "*",
    "_",
    "`",
    "~~",
    "é",
    "日本\n",
    "🦀",
    "\r\n",
    "\r",
    "\0",
    "\u{202e}",
    "\\",
    "&amp;",
    "https://x.org",
    "- [ ] t\n",
    "  - n\n",
    "   x\n",
];

fn markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40).prop_map(|parts| parts.concat())
}

/// The text given piece by piece, cut before each of the chars at `cuts`; the blocks seen finished
/// after each piece must stay as they are.
fn stream(text: &str, cuts: &[prop::sample::Index]) -> Vec<Block> {
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut ends: Vec<usize> = cuts.iter().map(|cut| ends[cut.index(ends.len())]).collect();
    ends.sort_unstable();
    let mut rendering = Rendering::new();
    let mut seen: Vec<Block> = Vec::new();
    for end in ends {
        rendering.advance(&text[..end]);
        assert!(
            rendering.finished().starts_with(&seen),
            "a finished block changed"
        );
        seen = rendering.finished().to_vec();
    }
    rendering.finish(text);
    assert!(
        rendering.finished().starts_with(&seen),
        "a finished block changed at the end"
    );
    assert!(rendering.open().is_none());
    rendering.finished().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_chunking_yields_the_blocks_of_the_whole(text in markdown(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        prop_assert_eq!(stream(&text, &cuts), render(&text));
    }

    #[test]
    fn any_chunking_of_any_text_yields_the_blocks_of_the_whole(text in "\\PC{0,80}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        prop_assert_eq!(stream(&text, &cuts), render(&text));
    }

    #[test]
    fn blocks_cover_the_text_in_order(text in markdown()) {
        let ends: Vec<usize> = render(&text).iter().map(|block| block.end).collect();
        prop_assert!(ends.is_sorted());
        prop_assert_eq!(ends.last().copied().unwrap_or(0), text.len());
    }

    #[test]
    fn a_block_ends_only_where_the_parser_begins_another(text in markdown()) {
        let text = lines::normalise(&text).into_owned();
        let starts = top_level_starts(&text);
        for block in render(&text) {
            let at = block.end;
            prop_assert!(at == text.len() || starts.contains(&at) || is_definition(&text[at..]), "{at} of {text:?} is not in {starts:?}");
        }
    }
}

/// A definition leaves no node, so the parser's tree cannot show where it begins.
fn is_definition(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

fn top_level_starts(text: &str) -> Vec<usize> {
    let mut options = Options::default();
    options.extension.table = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let lines: Vec<usize> = [0]
        .into_iter()
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    root.children()
        .map(|node| lines[node.data().sourcepos.start.line - 1])
        .collect()
}

#[test]
fn each_char_of_an_answer_can_be_a_chunk() {
    let text = "# Héllo\nwörld\n\n1. a\n\n   ```py\n   x = 1\n\n   y\n   ```\n2. b\n\n$$\nx\n+ y\n$$\n\n| a |\n|---|\n| 🦀 |\nend";
    let mut rendering = Rendering::new();
    for (at, c) in text.char_indices() {
        rendering.advance(&text[..at + c.len_utf8()]);
    }
    rendering.finish(text);
    assert_eq!(rendering.finished(), render(text));
    assert_eq!(rendering.finished().len(), 5);
}

#[test]
fn the_open_block_is_shown_while_it_is_written() {
    let mut rendering = Rendering::new();
    rendering.advance("done\n\n```rust\nfn");
    assert_eq!(rendering.finished().len(), 1);
    let open = rendering.open().expect("the code block is open");
    assert!(open.contains("hl-keyword") && open.contains("data-copy"));
    rendering.advance("done\n\n```rust\nfn main() {}\n```\n");
    rendering.finish("done\n\n```rust\nfn main() {}\n```\n");
    assert_eq!(rendering.finished().len(), 2);
    assert!(rendering.open().is_none());
}

#[test]
fn another_text_starts_from_the_beginning() {
    let mut rendering = Rendering::new();
    rendering.advance("one\n\ntwo\n\nthree");
    rendering.advance("other\n\ntext");
    rendering.finish("other\n\ntext");
    assert_eq!(rendering.finished(), render("other\n\ntext"));
    rendering.finish("other\n\ntext and more");
    assert_eq!(rendering.finished(), render("other\n\ntext and more"));
}
