//! What the demo model says. Every section exercises a part of how answers are shown.

/// A section and the words in a question that ask for it.
const SECTIONS: [(&str, &[&str]); 6] = [
    (
        include_str!("answers/code.md"),
        &[
            "code",
            "function",
            "program",
            "rust",
            "python",
            "typescript",
            "javascript",
            "bug",
            "compile",
        ],
    ),
    (
        include_str!("answers/data.md"),
        &["sql", "database", "data", "query", "shell", "json"],
    ),
    (
        include_str!("answers/table.md"),
        &["table", "compare", "versus", "difference", "price", "best"],
    ),
    (
        include_str!("answers/maths.md"),
        &[
            "math",
            "equation",
            "formula",
            "integral",
            "proof",
            "calculate",
        ],
    ),
    (
        include_str!("answers/list.md"),
        &["list", "steps", "plan", "how do i", "todo", "recipe"],
    ),
    (
        include_str!("answers/quote.md"),
        &["quote", "thought", "write", "explain", "why", "emoji"],
    ),
];

/// The answer to a question: the same question always gets the same answer.
pub(super) fn answer(question: &str) -> String {
    let asked = question.to_lowercase();
    let mut sections: Vec<&str> = SECTIONS
        .iter()
        .filter(|(_, words)| words.iter().any(|word| asked.contains(word)))
        .map(|(section, _)| *section)
        .collect();
    if sections.is_empty() {
        let first = (hash(question) % SECTIONS.len() as u64) as usize;
        sections = vec![SECTIONS[first].0, SECTIONS[(first + 2) % SECTIONS.len()].0];
    }
    format!("{}{}\n{CLOSING}", opening(question), sections.join("\n"))
}

/// A title made of the first words of what was asked.
pub(super) fn title(question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().take(6).collect();
    let title = words.join(" ");
    let title = title.trim_end_matches(|c: char| c.is_ascii_punctuation());
    if title.is_empty() {
        "A conversation".to_owned()
    } else {
        first_letter_large(title)
    }
}

/// What stands for a summary: how the text to summarise begins.
pub(super) fn summary(transcript: &str) -> String {
    let words: Vec<&str> = transcript.split_whitespace().take(20).collect();
    format!(
        "The demo model summarises nothing. It read: {}",
        words.join(" ")
    )
}

/// Tokens without end, as Markdown paragraphs.
pub(super) fn filler() -> impl Iterator<Item = String> + Send {
    const WORDS: [&str; 12] = [
        "The", " demo", " model", " writes", " one", " word", " after", " another", ",", " on",
        " and", " on",
    ];
    (0_usize..).map(|i| match i % 60 {
        59 => ".\n\n".to_owned(),
        n => WORDS[n % WORDS.len()].to_owned(),
    })
}

/// Ten million bytes, a kilobyte at a time: more than is kept of an answer.
pub(super) fn flood() -> impl Iterator<Item = String> + Send {
    std::iter::repeat_n(
        format!("{}\n\n", "flood ".repeat(170)),
        10_000_000_usize.div_ceil(1_022),
    )
}

/// FNV-1a: the same on every machine and in every version, unlike the standard library's hasher.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

const CLOSING: &str = "*This text was prepared in advance. For real answers, the site's operator sets `OPENAI_API_KEY`.*\n";

fn opening(question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().take(12).collect();
    let quoted: String = words
        .join(" ")
        .chars()
        .take(80)
        .filter(|c| !"`*_[]<>|$\\".contains(*c))
        .collect();
    match quoted.trim() {
        "" => "I am the **demo model**: there is no real model behind me.\n\n".to_owned(),
        quoted => format!(
            "I am the **demo model**: there is no real model behind me, so I cannot truly answer “{quoted}”. \
             Here is how an answer will look.\n\n"
        ),
    }
}

fn first_letter_large(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_depends_on_the_question_and_on_nothing_else() {
        assert_eq!(
            answer("Why is the sky blue?"),
            answer("Why is the sky blue?")
        );
        assert_ne!(answer("Compare two plans"), answer("An equation, please"));
        assert!(answer("Compare two plans").contains("|:---"));
        assert!(answer("An equation, please").contains("$$"));
    }

    #[test]
    fn every_answer_says_that_it_is_the_demo_models() {
        for question in ["", "hello", "`<script>` *x*", "explain code with a table"] {
            assert!(answer(question).contains("demo model"), "{question}");
        }
    }

    #[test]
    fn a_title_is_the_first_words() {
        assert_eq!(
            title("how do I bake bread at home in winter?"),
            "How do I bake bread at"
        );
        assert_eq!(title("really?!"), "Really");
        assert_eq!(title(" "), "A conversation");
    }
}
