//! What a renderer writes around an answer (`chat::markdown`), in the reader's language. The stored
//! HTML is English for everybody: an answer may be read in several languages at once.

use crate::language::{Locale, filled, locale, td_string};

/// HTML of an answer in the language of the request.
pub fn in_language(html: String) -> String {
    of(html, locale())
}

/// HTML of an answer in a language. What is looked for is markup that only our renderer can have
/// written: in what a model writes, every `<` and `"` is escaped.
pub fn of(mut html: String, to: Locale) -> String {
    if to == Locale::default() {
        return html;
    }
    for (before, from, to, after) in [
        (
            "class=\"copy\">",
            td_string!(Locale::en, chat.copy),
            td_string!(to, chat.copy),
            "</button>",
        ),
        (
            "<span class=\"less\">",
            td_string!(Locale::en, chat.show_less),
            td_string!(to, chat.show_less),
            "</span>",
        ),
        (
            " aria-label=\"",
            td_string!(Locale::en, chat.table),
            td_string!(to, chat.table),
            "\"",
        ),
        (
            " aria-label=\"",
            td_string!(Locale::en, chat.task),
            td_string!(to, chat.task),
            "\"",
        ),
        (
            " aria-label=\"",
            td_string!(Locale::en, chat.formula),
            td_string!(to, chat.formula),
            "\"",
        ),
    ] {
        let (from, to) = ([before, from, after].concat(), [before, to, after].concat());
        if html.contains(&from) {
            html = html.replace(&from, &to);
        }
    }
    unfolding(html, to)
}

/// The same for "Show all 41 lines".
fn unfolding(html: String, to: Locale) -> String {
    const BEFORE: &str = "<span class=\"more\">";
    if !html.contains(BEFORE) {
        return html;
    }
    let mut parts = html.split(BEFORE);
    let mut translated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (words, rest) = part.split_once("</span>").unwrap_or((part, ""));
        let lines: String = words.chars().filter(char::is_ascii_digit).collect();
        let words = filled(td_string!(to, chat.show_lines), &[("lines", &lines)]);
        translated.push_str(&[BEFORE, &words, "</span>", rest].concat());
    }
    translated
}

#[cfg(test)]
mod tests {
    use ::chat::markdown;

    use super::*;

    #[test]
    fn nothing_english_is_left_around_an_answer() {
        let (code, sum) = ("let a;\n".repeat(50), "x + ".repeat(80));
        let answer = format!(
            "```js\n{code}```\n\n| a |\n|---|\n| 1 |\n\n- [x] b\n\n$$\n{sum}y\n$$\n\n\"Copy\" <b class=\"copy\">Copy</b>"
        );
        let html = markdown::to_html(&answer);
        assert_eq!(of(html.clone(), Locale::en), html);
        let german = of(html.clone(), Locale::de);
        for (words, count) in [
            (">Kopieren</button>", 1),
            (">Alle 50 Zeilen anzeigen<", 1),
            (">Weniger anzeigen<", 1),
            ("aria-label=\"Tabelle\"", 1),
            ("aria-label=\"Aufgabe\"", 1),
            ("aria-label=\"Formel\"", 1),
            // What was written stays.
            ("Copy", 2),
        ] {
            assert_eq!(german.matches(words).count(), count, "{words} in {german}");
        }
        assert!(!german.contains(">Show"), "{german}");
        for part in html.split("aria-label=\"").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            assert!(
                !german.contains(&format!("aria-label=\"{name}\"")),
                "{name}"
            );
        }
    }
}
