//! Formulas in the four notations models use.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::html;
use crate::markdown::Rendering;

#[test]
fn a_formula_becomes_mathml() {
    assert_snapshot!(html("so $x^2$ and \\(y\\)"), @r#"<p dir="auto">so <math><msup><mi>x</mi><mn>2</mn></msup></math> and <math><mi>y</mi></math></p>"#);
}

#[test]
fn each_notation_gives_the_same_display_formula() {
    let expected = html("$$a + b$$");
    assert!(expected.contains("<math display=\"block\">"), "{expected}");
    for text in [
        "\\[a + b\\]",
        "\\[ a + b \\]",
        "$$\na\n+ b\n$$",
        "\\[\na\n+ b\n\\]",
        "$$ a\n+ b $$",
        "```math\na + b\n```",
    ] {
        assert_eq!(html(text).trim(), expected, "{text}");
    }
}

#[test]
fn a_formula_that_may_be_wide_can_be_scrolled_by_keyboard() {
    let wide = "\\sum_{i=1}^{n} a_i + b_i + c_i + d_i + e_i";
    for text in [format!("$${wide}$$"), format!("so ${wide}$ holds")] {
        let html = html(&text);
        assert!(
            html.contains("<span class=\"math-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\"><math"),
            "{html}"
        );
    }
    assert!(!html("$$x = \\frac{1}{2}$$").contains("math-scroll"));
}

#[test]
fn a_formula_in_a_list_stays_in_its_item() {
    let html = html("1. one\n\n   $$\n   a\n   = b\n   $$\n\n2. two\n");
    assert_eq!(html.matches("<ol").count(), 1);
    assert!(html.contains("<math display=\"block\">"));
}

#[test]
fn money_is_not_a_formula() {
    for text in ["$5 and $10", "from $5-$10", "US$ 5 or 6 $", "\\$x\\$"] {
        assert!(!html(text).contains("<math"), "{text}");
    }
}

#[test]
fn a_formula_in_code_stays_code() {
    for text in [
        "`$x$`",
        "```tex\n$$\nx\n$$\n```",
        "- ```\n  $$\n  x\n  $$\n  ```\n",
        "    $$\n    x\n    $$\n",
    ] {
        let html = html(text);
        assert!(
            html.contains("$") && !html.contains("<math") && !html.contains("~~~"),
            "{html}"
        );
    }
}

#[test]
fn what_is_no_formula_is_shown_as_it_was_written() {
    assert!(html("$\\frac{a$").contains("<code>\\frac{a</code>"));
    assert!(html("$$\n\\nonsense{<b>}\n$$").contains("<code>\\nonsense{&lt;b&gt;}</code>"));
}

#[test]
fn a_formula_being_written_is_shown_as_its_source() {
    let mut rendering = Rendering::new();
    rendering.advance("$$\n\\frac{a}{b}\n- c");
    let open = rendering.open().expect("a block is open");
    assert!(open.contains("<code>\\frac{a}{b}\n- c</code>"), "{open}");
}

#[test]
fn common_commands_are_known() {
    for formula in [
        r"\boxed{42}",
        r"\textcolor{red}{x}",
        r"\sum_{\substack{a\\b}} x",
        r"x = y \tag{1}",
        r"\begin{align} a &= b \\ &= c \end{align}",
        r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
        r"\operatorname{argmax}_x f'(x)",
        r"\int_0^\infty e^{-x}\,dx",
        r"\mathbb{R}^n \to \mathcal{L}",
        r"\cancel{x} \quad \xrightarrow{f}",
        r"\lim_{x\to 0}\! \frac{\sin x}{x}",
        r"\mathds{1}",
    ] {
        let html = html(&format!("$$\n{formula}\n$$"));
        assert!(
            html.contains("<math") && !html.contains("<code>"),
            "{formula}: {html}"
        );
        assert!(!html.contains(" style="), "{html}");
    }
}

#[test]
fn table_layout_is_by_class() {
    assert_snapshot!(html(r"$\begin{aligned} a &= b \end{aligned}$"), @r#"<p dir="auto"><math><mtable displaystyle="true" scriptlevel="0"><mtr><mtd class="m-right m-pr0"><mi>a</mi></mtd><mtd class="m-left m-pl0"><mo>=</mo><mi>b</mi></mtd></mtr></mtable></math></p>"#);
}

#[test]
fn every_layout_class_has_a_rule() {
    let css = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../style/math.css"
    ));
    for class in super::super::math::classes() {
        assert!(css.contains(&format!(".{class} ")), "{class}");
    }
}

const PIECES: &[&str] = &[
    "\\frac",
    "\\sqrt",
    "\\left(",
    "\\right)",
    "\\begin{aligned}",
    "\\end{aligned}",
    "\\begin{array}{|c|}",
    "\\end{array}",
    "\\hline",
    "\\text{",
    "\\boxed",
    "\\tag{1}",
    "\\label{a}",
    "\\substack",
    "\\displaystyle",
    "\\color{red}",
    "\\mathbb",
    "\\not",
    "\\hspace{1em}",
    "\\!",
    "\\\\",
    "{",
    "}",
    "[",
    "]",
    "^",
    "_",
    "&",
    "'",
    "x",
    "1",
    " ",
    "é",
    "<",
    "\"",
    "%",
    "#",
    "~",
    "|",
    "=",
];

proptest! {
    #[test]
    fn any_formula_is_drawn_or_shown_as_its_source(parts in prop::collection::vec(prop::sample::select(PIECES), 1..20)) {
        let formula = parts.concat();
        let html = super::super::math::inline(&formula, true);
        prop_assert!(html.starts_with("<math") || html.starts_with("<code>"));
        prop_assert!(!html.contains(" style="));
    }
}
