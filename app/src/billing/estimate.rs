//! What somebody's habits would cost a month.

use ::payments::{MicroUsd, Overflow, Rates, TokenUsage, cost};

/// Days in the month that is calculated for.
pub const DAYS: i64 = 30;
/// Three words of English are about four tokens; other languages need more.
const TOKENS: i64 = 4;
const WORDS: i64 = 3;

/// How somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// Messages a day.
    pub messages: i64,
    /// Words of a message.
    pub asked: i64,
    /// Words of an answer.
    pub answered: i64,
    /// Messages in a conversation: with each, what was said before is sent along.
    pub turns: i64,
}

/// What they would use in a month, nothing of it from a provider's cache: an estimate, and rather too much. The
/// k-th message of a conversation sends k messages and k - 1 answers; over n of them, that is (n + 1) / 2 and
/// (n - 1) / 2 on average.
///
/// # Errors
/// [`Overflow`].
pub fn of_a_month(habits: Habits) -> Result<TokenUsage, Overflow> {
    let Habits {
        messages,
        asked,
        answered,
        turns,
    } = habits;
    let [messages, asked, answered, turns] = [messages, asked, answered, turns].map(i128::from);
    let messages = messages * i128::from(DAYS);
    let sent_twice = messages * ((turns + 1) * asked + (turns - 1) * answered);
    Ok(TokenUsage {
        input: tokens(sent_twice, 2)?,
        cached_input: 0,
        output: tokens(messages * answered, 1)?,
    })
}

/// The price of that.
///
/// # Errors
/// [`Overflow`].
pub fn monthly(rates: Rates, habits: Habits) -> Result<MicroUsd, Overflow> {
    cost(rates, of_a_month(habits)?)
}

/// `words / parts` in tokens, rounded up.
fn tokens(words: i128, parts: i128) -> Result<i64, Overflow> {
    let (tokens, words) = (words * i128::from(TOKENS), parts * i128::from(WORDS));
    let rounded_up = tokens / words + i128::from(tokens % words != 0);
    i64::try_from(rounded_up).map_err(|_| Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Habits = Habits {
        messages: 1,
        asked: 30,
        answered: 300,
        turns: 1,
    };

    #[test]
    fn single_questions_send_only_themselves() {
        let used = of_a_month(ONE).expect("small");
        assert_eq!((used.input, used.output), (30 * 40, 30 * 400));
    }

    #[test]
    fn a_conversation_sends_what_was_said_before() {
        // Of three messages: 1 + 2 + 3 questions and 0 + 1 + 2 answers, ten conversations a month.
        let used = of_a_month(Habits { turns: 3, ..ONE }).expect("small");
        assert_eq!(used.input, 10 * (6 * 40 + 3 * 400));
        assert_eq!(used.output, 30 * 400);
    }

    #[test]
    fn a_month_costs_its_tokens() {
        let rates = Rates {
            input: MicroUsd(1_000_000),
            cached_input: MicroUsd(0),
            output: MicroUsd(10_000_000),
        };
        assert_eq!(monthly(rates, ONE), Ok(MicroUsd(1_200 + 120_000)));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = Habits {
            messages: i64::MAX,
            ..ONE
        };
        assert_eq!(of_a_month(most), Err(Overflow));
    }
}
