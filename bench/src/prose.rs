//! Text to fill conversations with: no two messages alike, so that compression finds no more to
//! spare than in what people and models write. The same number always gives the same text.

/// A question of about 20 words.
pub fn question(n: u64) -> String {
    Words(2 * n).sentence(20)
}

/// An answer of about 1,600 characters: paragraphs and a list; now and then code or a table.
pub fn answer(n: u64) -> String {
    let mut words = Words(2 * n + 1);
    let mut parts = vec![words.paragraph(5), format!("## {}", words.sentence(4))];
    let items: Vec<String> = (0..4)
        .map(|_| format!("- **{}**: {}", words.word(), words.sentence(12)))
        .collect();
    parts.push(items.join("\n"));
    if n.is_multiple_of(3) {
        parts.push(words.code(8));
    }
    if n.is_multiple_of(4) {
        parts.push(words.table(4));
    }
    parts.push(words.paragraph(6));
    parts.join("\n\n")
}

/// A linear congruential generator (Knuth, MMIX) that speaks.
struct Words(u64);

impl Words {
    fn number(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// One of about 2,000: as many as a writer uses.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 45] = [
            "an", "ber", "ca", "den", "el", "for", "gen", "hol", "in", "ju", "kel", "lo", "mar",
            "ne", "or", "pal", "que", "ri", "sen", "ta", "un", "ver", "wil", "xi", "yo", "zar",
            "ble", "cri", "dro", "fla", "gra", "ing", "ment", "ous", "per", "sta", "tion", "tri",
            "ward", "ly", "ed", "est", "con", "dis", "re",
        ];
        // Short words are used more often.
        let syllables = if self.number(3) == 0 { 1 } else { 2 };
        (0..syllables)
            .map(|_| SYLLABLES[self.number(45) as usize])
            .collect()
    }

    fn sentence(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }

    fn paragraph(&mut self, sentences: usize) -> String {
        let sentences: Vec<String> = (0..sentences).map(|_| self.sentence(13)).collect();
        sentences.join(" ")
    }

    fn code(&mut self, lines: usize) -> String {
        let lines: Vec<String> = (0..lines)
            .map(|_| {
                format!(
                    "let {} = {}({}, {});",
                    self.word(),
                    self.word(),
                    self.word(),
                    self.number(1_000)
                )
            })
            .collect();
        format!("```rust\n{}\n```", lines.join("\n"))
    }

    fn table(&mut self, rows: usize) -> String {
        let rows: Vec<String> = (0..rows)
            .map(|_| {
                format!(
                    "| {} | {} | {} |",
                    self.word(),
                    self.sentence(4),
                    self.number(10_000)
                )
            })
            .collect();
        format!("| a | b | c |\n|---|---|---|\n{}", rows.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_and_are_as_long_as_answers_are() {
        let answers: Vec<_> = (0..25).map(answer).collect();
        let length: usize = answers.iter().map(String::len).sum();
        assert!((1_200..2_200).contains(&(length / 25)), "{}", length / 25);
        for (i, answer) in answers.iter().enumerate() {
            assert!(
                !answers[..i].contains(answer) && !answer.contains("]]"),
                "{answer}"
            );
        }
        assert_eq!(question(3), question(3));
    }
}
