//! The directives that steer an answer, as [`super`] describes them.

use std::time::Duration;

/// What the directives of one message ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Script {
    pub tokens: Option<usize>,
    pub clock: bool,
    pub say: Option<String>,
    pub speed: Option<u32>,
    pub first_token: Option<Duration>,
    pub status: Option<(u16, Option<u32>)>,
    pub interruption: Option<(Interruption, usize)>,
    pub empty: bool,
    pub filtered: bool,
    pub no_usage: bool,
    pub tool_call: bool,
    pub bytewise: bool,
    pub charwise: bool,
    pub refuse: bool,
    pub html: bool,
    pub only_tool_call: bool,
    pub unknown: bool,
    pub flood: bool,
    pub title: bool,
    /// The faults go away after so many requests.
    pub times: Option<u32>,
    /// The faults are this model's only.
    pub model: Option<String>,
}

/// What happens after some tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    Cut,
    End,
    Stall,
    Comments,
    Malformed,
    Error,
}

impl Script {
    /// Reads the directives of a message; what is not understood is left alone.
    pub fn parse(message: &str) -> Self {
        let mut script = Self::default();
        let mut rest = message;
        while let Some((_, tail)) = rest.split_once("[[") {
            if let Some(said) = tail.trim_start().strip_prefix("say:") {
                let text = said.rsplit_once("]]").map_or(said, |(text, _)| text);
                script.say = Some(text.strip_prefix(' ').unwrap_or(text).to_owned());
                break;
            }
            let Some((directive, after)) = tail.split_once("]]") else {
                break;
            };
            script.read(directive);
            rest = after;
        }
        script
    }

    /// The message without its directives.
    pub fn strip(message: &str) -> String {
        let mut kept = String::new();
        let mut rest = message;
        while let Some((before, tail)) = rest.split_once("[[") {
            kept.push_str(before);
            let said = tail.trim_start().starts_with("say:");
            let end = if said {
                tail.rsplit_once("]]")
            } else {
                tail.split_once("]]")
            };
            rest = end.map_or("", |(_, after)| after);
        }
        kept.push_str(rest);
        kept.trim().to_owned()
    }

    /// What is left of the script for the `nth` request, counted from 1, of `model`.
    pub fn of_request(self, nth: u32, model: &str) -> Self {
        let over = self.times.is_some_and(|times| nth > times);
        let of_another = self.model.as_deref().is_some_and(|of| of != model);
        if !over && !of_another {
            return self;
        }
        Self {
            tokens: self.tokens,
            say: self.say,
            speed: self.speed,
            first_token: self.first_token,
            clock: self.clock,
            ..Self::default()
        }
    }

    fn read(&mut self, directive: &str) {
        let Some((name, value)) = directive.split_once(':') else {
            return;
        };
        let value = value.trim();
        match name.trim() {
            // A bound keeps a slip of the finger from filling the disk.
            "tokens" | "clock" => {
                self.clock = name.trim() == "clock";
                self.tokens = value.parse().ok().map(|n: usize| n.min(1_000_000));
            }
            "speed" => self.speed = value.parse().ok().filter(|n| *n > 0),
            "first-token" => {
                let ms = value.strip_suffix("ms").unwrap_or(value).parse().ok();
                self.first_token = ms.map(Duration::from_millis);
            }
            "fault" => self.fault(value),
            _ => {}
        }
    }

    fn fault(&mut self, value: &str) {
        let mut words = value.split_whitespace().peekable();
        let name = words.peek().copied().unwrap_or_default();
        let number = |key: &str| {
            let of = |word: &str| {
                word.strip_prefix(key)?
                    .strip_prefix('=')?
                    .parse::<u32>()
                    .ok()
            };
            value.split_whitespace().find_map(of)
        };
        self.times = number("times").or(self.times);
        let model = value
            .split_whitespace()
            .find_map(|word| word.strip_prefix("model="));
        self.model = model.map(str::to_owned).or(self.model.take());
        let after = number("after").unwrap_or_default() as usize;
        let mut interrupt = |how| self.interruption = Some((how, after));
        match name {
            "cut" => interrupt(Interruption::Cut),
            "end" => interrupt(Interruption::End),
            "stall" => interrupt(Interruption::Stall),
            "comments" => interrupt(Interruption::Comments),
            "malformed" => interrupt(Interruption::Malformed),
            "error" => interrupt(Interruption::Error),
            "empty" => self.empty = true,
            "filtered" => self.filtered = true,
            "no-usage" => self.no_usage = true,
            "tool-call" => self.tool_call = true,
            "bytewise" => self.bytewise = true,
            "charwise" => self.charwise = true,
            "refuse" => self.refuse = true,
            "html" => self.html = true,
            "only-tool-call" => self.only_tool_call = true,
            "unknown" => self.unknown = true,
            "flood" => self.flood = true,
            "title" => self.title = true,
            _ => {
                let status = number("status").and_then(|n| u16::try_from(n).ok());
                let status = status.filter(|n| (400..600).contains(n));
                self.status = status.map(|status| (status, number("retry_after")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_from_anywhere_in_a_message() {
        let script =
            Script::parse("hi [[tokens: 5]] there [[fault: cut after=20]][[first-token: 300ms]]");
        assert_eq!(script.tokens, Some(5));
        assert_eq!(script.interruption, Some((Interruption::Cut, 20)));
        assert_eq!(script.first_token, Some(Duration::from_millis(300)));
        let script = Script::parse("[[fault: status=429 retry_after=2]]");
        assert_eq!(script.status, Some((429, Some(2))));
    }

    #[test]
    fn a_fault_goes_away_after_its_times_and_is_of_its_model_only() {
        let read = || Script::parse("[[speed: 7]] [[fault: status=503 times=2 model=small]]");
        assert_eq!(read().of_request(2, "small").status, Some((503, None)));
        for (nth, model) in [(3, "small"), (1, "large")] {
            let left = read().of_request(nth, model);
            assert_eq!((left.status, left.speed), (None, Some(7)), "{nth} {model}");
        }
    }

    #[test]
    fn what_is_said_literally_may_contain_brackets() {
        let script = Script::parse("[[speed: 7]] [[say: a [[b]] c\n| d |]]");
        assert_eq!(script.say.as_deref(), Some("a [[b]] c\n| d |"));
        assert_eq!(script.speed, Some(7));
    }

    #[test]
    fn nonsense_is_left_alone() {
        for s in [
            "[[",
            "]]",
            "[[fault]]",
            "[[fault: ]]",
            "[[speed: 0]]",
            "[[fault: status=200]]",
            "[[x: y]]",
        ] {
            assert_eq!(Script::parse(s), Script::default(), "{s}");
        }
    }

    #[test]
    fn a_title_is_made_of_what_is_no_directive() {
        assert_eq!(
            Script::strip("bake [[tokens: 5]]bread [[say: x]] y]]"),
            "bake bread"
        );
        assert_eq!(Script::strip("open [[ end"), "open");
    }
}
