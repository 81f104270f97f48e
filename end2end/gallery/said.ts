/** Conversations for the pictures, by name: the title, and the turns. */
export const conversations = {
  arabic: {
    title: "لماذا خبزي كثيف؟",
    turns: [
      [
        "لماذا يكون خبز العجين المخمر كثيفًا؟ استخدمت 500 g من الدقيق.",
        "عادةً لأن العجين **لم يتخمر** بما يكفي:\n\n1. دعه يرتاح مدة أطول.\n2. راقب الحجم، لا الساعة.\n\n> الصبر مفتاح الفرج.\n\n| ما تراه | ما تفعله |\n|---|---|\n| فقاعات قليلة | انتظر حتى يكبر بنسبة 75% |\n\n```python\nprint(\"hello\")\n```",
      ],
    ],
  },
  maths: {
    title: "Gaussian integral, step by step",
    turns: [
      [
        "Why is the integral of exp(-x²) the square root of π?",
        "Square it, and go over to polar coordinates:\n\n$$\\left(\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx\\right)^2 = \\int_{-\\infty}^{\\infty}\\int_{-\\infty}^{\\infty} e^{-(x^2+y^2)}\\,dx\\,dy = \\int_0^{2\\pi}\\int_0^\\infty e^{-r^2}\\,r\\,dr\\,d\\theta = 2\\pi\\cdot\\tfrac12 = \\pi$$\n\nThe factor $r$ is the whole trick: with $u = r^2$ the inner integral is $\\tfrac12\\int_0^\\infty e^{-u}\\,du$.\n\n$$A = \\begin{pmatrix} a_{11} & a_{12} & \\cdots & a_{1n} \\\\ a_{21} & a_{22} & \\cdots & a_{2n} \\\\ \\vdots & \\vdots & \\ddots & \\vdots \\\\ a_{m1} & a_{m2} & \\cdots & a_{mn} \\end{pmatrix}$$",
      ],
    ],
  },
  wide: {
    title: "A title that is far too long for any sidebar, because somebody asked three things at once in it",
    turns: [
      [
        "https://example.org/a/very/long/address/that/does/not/fit/into/any/line/of/a/phone?and=has&no=spaces&in=it&at=all, compare them",
        "Side by side, with everything that matters:\n\n| Database | Licence | Since | Written in | Replication | Largest row | Full text |\n|---|---|---:|---|---|---:|---|\n| PostgreSQL | PostgreSQL | 1996 | C | streaming, logical | 1.6 TB | built in |\n| SQLite | public domain | 2000 | C | none of its own | 1 GB | by an extension |\n| MariaDB | GPL-2.0 | 2009 | C and C++ | row-based, Galera | 64 KB | built in |\n\n```typescript\nexport const everything = Object.entries(databases).flatMap(([name, { licence, since }]) => [`${name} (${licence}), since ${since}`]);\n```\n\nAverylongwordthatnobodywouldeverwritebutthatamodelonceinawhilecomesupwithallbyitselfandthathastobebrokensomewhere.",
      ],
    ],
  },
  code: {
    title: "Rate limiter in Rust",
    turns: [
      [
        "Write me a token bucket in Rust, with tests.",
        `Here is one without a background task: it computes what has flowed in since the last call.\n\n\`\`\`rust\n/// Lets through \`rate\` calls a second on average, and \`burst\` at once.\npub struct TokenBucket {\n    rate: f64,\n    burst: f64,\n    tokens: f64,\n    last: Instant,\n}\n\nimpl TokenBucket {\n    pub fn new(rate: f64, burst: f64, now: Instant) -> Self {\n        Self { rate, burst, tokens: burst, last: now }\n    }\n\n    /// Takes one token, if there is one.\n    pub fn take(&mut self, now: Instant) -> bool {\n        let elapsed = now.duration_since(self.last).as_secs_f64();\n        self.last = now;\n        self.tokens = (self.tokens + elapsed * self.rate).min(self.burst);\n        let allowed = self.tokens >= 1.0;\n        if allowed {\n            self.tokens -= 1.0;\n        }\n        allowed\n    }\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn a_burst_is_let_through_and_then_no_more() {\n        let now = Instant::now();\n        let mut bucket = TokenBucket::new(1.0, 3.0, now);\n        assert!((0..3).all(|_| bucket.take(now)));\n        assert!(!bucket.take(now));\n    }\n${Array.from({ length: 16 }, (_, i) => `\n    #[test]\n    fn after_${i + 1}_seconds_there_are_tokens_again() {\n        assert!(full_after(${i + 1}));\n    }`).join("\n")}\n}\n\`\`\`\n\nTime is passed in, so the tests need no sleep.`,
      ],
    ],
  },
  sourdough: {
    title: "Dense sourdough",
    turns: [
      [
        "My sourdough is always dense. What should I change first?",
        "**Give it more time, not more flour.** A dense crumb nearly always means that the dough was baked before it was ready.\n\n| What you see | What to do |\n|---|---|\n| Gummy, few bubbles | Wait until it has grown by 75% |\n| Flat, sour, torn crust | Shape it an hour earlier |\n\nTemperature decides the rest. As a rule of thumb, fermentation goes twice as fast with every 8 °C:\n\n$$t = t_{24} \\cdot 2^{(24 - T)/8}$$\n\nSo at 20 °C, a dough that takes 5 hours at 24 °C wants about **7 hours**.",
      ],
      [
        "Can I have that as a small script?",
        "```python\ndef hours(celsius: float, at_24: float = 5) -> float:\n    \"\"\"How long the dough wants at this temperature.\"\"\"\n    return at_24 * 2 ** ((24 - celsius) / 8)\n\nprint(f\"{hours(20):.1f} hours\")  # 7.1 hours\n```\n\nChange `at_24` to what your own starter takes in a warm kitchen.",
      ],
    ],
  },
} as const;
