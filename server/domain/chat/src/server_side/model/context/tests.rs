use proptest::prelude::*;

use super::*;

fn turn(speaker: Speaker, text: &str) -> Turn {
    Turn {
        speaker,
        text: text.into(),
    }
}

/// A conversation told by turns, the person first, and last.
fn said(texts: &[&str]) -> Branch {
    let speakers = [Speaker::User, Speaker::Assistant].into_iter().cycle();
    Branch {
        messages: speakers.zip(texts).map(|(s, t)| turn(s, t)).collect(),
        whole: true,
        summary: None,
    }
}

fn summarised(branch: Branch, covers: usize, text: &str) -> Branch {
    let text = text.into();
    Branch {
        summary: Some(Summary { text, covers }),
        ..branch
    }
}

fn texts(fitted: &Fitted) -> Vec<&str> {
    fitted.turns.iter().map(|t| t.text.as_str()).collect()
}

fn size(fitted: &Fitted) -> usize {
    let turns: usize = fitted.turns.iter().map(|t| estimate(&t.text)).sum();
    estimate(&fitted.system) + turns
}

#[test]
fn a_conversation_that_fits_is_sent_whole() {
    let fitted = fit(8192, "be brief", said(&["a", "b", "c"]), "");
    assert_eq!(texts(&fitted), ["a", "b", "c"]);
    assert_eq!(fitted.system, "be brief");
}

#[test]
fn a_message_and_its_answer_go_together() {
    let long = "x".repeat(300); // 104 tokens
    // 160 - 5 (system) - 40 (answer) = 115, and the question is 7: the answers fit, the long
    // message does not.
    let fitted = fit(
        160,
        "s",
        said(&[&long, "old answer", "m", "n", "question"]),
        "",
    );
    assert_eq!(texts(&fitted), ["m", "n", "question"]);
    let fitted = fit(160, "s", said(&["m", &long, "question"]), "");
    assert_eq!(texts(&fitted), ["question"]);
}

#[test]
fn an_answer_without_text_is_left_out_and_its_message_is_not() {
    let fitted = fit(8192, "", said(&["a", " ", "b"]), "");
    assert_eq!(texts(&fitted), ["a", "b"]);
}

#[test]
fn the_end_of_an_exchange_that_was_not_read_whole_is_left_out() {
    let mut branch = said(&["a", "b", "c", "d", "e"]);
    branch.messages.remove(0);
    branch.whole = false;
    assert_eq!(texts(&fit(8192, "", branch, "")), ["c", "d", "e"]);
}

#[test]
fn a_summary_stands_for_what_it_covers() {
    let long = "x".repeat(3_000); // 1,004 tokens
    let branch = said(&[&long, &long, "c", "d", "e"]);
    let fitted = fit(
        2_400,
        "Be brief.",
        summarised(branch, 2, "They spoke of x."),
        "",
    );
    assert_eq!(texts(&fitted), ["c", "d", "e"]);
    assert!(
        fitted
            .system
            .starts_with("Be brief.\n\nSummary of the earlier conversation.")
    );
    assert!(fitted.system.ends_with("They spoke of x."));
}

#[test]
fn what_a_summary_covers_is_sent_in_full_to_a_model_that_can_read_it_all() {
    let long = "x".repeat(3_000);
    let branch = said(&[&long, &long, "c", "d", "e"]);
    let fitted = fit(
        8_000,
        "Be brief.",
        summarised(branch, 2, "They spoke of x."),
        "",
    );
    assert_eq!(fitted.turns.len(), 5);
    assert_eq!(fitted.system, "Be brief.");
}

#[test]
fn a_summary_that_does_not_fit_beside_the_question_is_left_out() {
    let branch = Branch {
        whole: false,
        ..said(&["a", "b", "question"])
    };
    let fitted = fit(160, "", summarised(branch, 2, &"s".repeat(1_000)), "");
    assert_eq!(texts(&fitted), ["question"]);
    assert_eq!(fitted.system, "");
}

#[test]
fn an_answer_is_continued_from_its_end() {
    let fitted = fit(8192, "", said(&["a", "b", "count to ten"]), "one two thr");
    assert_eq!(
        texts(&fitted)[..4],
        ["a", "b", "count to ten", "one two thr"]
    );
    assert_eq!(fitted.turns[3].speaker, Speaker::Assistant);
    assert_eq!(fitted.turns[4].speaker, Speaker::User);
    assert!(fitted.turns[4].text.contains("Go on exactly where it ends"));
}

#[test]
fn of_a_long_answer_the_end_is_what_the_model_needs() {
    let long = "x".repeat(9_000) + "the end";
    let fitted = fit(2_000, "", said(&["a", "b", "question"]), &long);
    let texts = texts(&fitted);
    assert_eq!((texts[0], texts.len()), ("question", 3));
    assert!(texts[1].ends_with("the end") && texts[1].len() > 4_000);
}

prop_compose! {
    /// Branches as they are read: from the person's first message or from anywhere, some answers
    /// without text, and perhaps a summary that ends with an exchange.
    fn branches()(
        sizes in prop::collection::vec((1usize..1500, prop_oneof![Just(0usize), 1usize..1500]), 0..20),
        question in 1usize..400, whole: bool, begins_with_answer: bool,
        summary in prop::option::of((0usize..20, 1usize..1200)),
    ) -> Branch {
        let mut messages = Vec::new();
        for (n, (asked, answered)) in sizes.iter().enumerate() {
            messages.push(turn(Speaker::User, &format!("{n}q{}", "x".repeat(*asked))));
            let answer = if *answered == 0 { String::new() } else { format!("{n}a{}", "é".repeat(*answered)) };
            messages.push(turn(Speaker::Assistant, &answer));
        }
        messages.push(turn(Speaker::User, &"?".repeat(question)));
        let cut = begins_with_answer && !whole && messages.len() > 1;
        if cut {
            messages.remove(0);
        }
        let summary = summary.map(|(exchanges, length)| Summary {
            text: "s".repeat(length),
            covers: (exchanges.min(sizes.len()) * 2).saturating_sub(usize::from(cut)),
        });
        Branch { messages, whole, summary }
    }
}

proptest! {
    #[test]
    fn what_is_sent_fits_is_whole_and_in_order_and_ends_with_the_question(
        window in 400usize..6000, branch in branches(), system in "[a-z ]{0,80}",
    ) {
        let Some(question) = branch.messages.last().cloned() else { unreachable!() };
        prop_assume!(fits(window, &system, &question.text));
        let fitted = fit(window, &system, branch.clone(), "");
        prop_assert!(size(&fitted) + answer_reserve(window) <= window);
        prop_assert_eq!(fitted.turns.last(), Some(&question));

        // The summary stands for what it covers, unless all goes in full.
        let total: usize = branch.messages.iter().map(|t| estimate(&t.text)).sum();
        let all = branch.whole && total <= in_full(room(window, &system));
        let covered = branch.summary.as_ref().filter(|_| !all).map_or(0, |s| s.covers);
        prop_assert!(!all || fitted.system == system);

        // Of the rest the end, in order, from the beginning of an exchange.
        let rest: Vec<_> = branch.messages[covered..].iter().filter(|t| !t.text.is_empty()).collect();
        let sent: Vec<_> = fitted.turns.iter().collect();
        prop_assert!(rest.ends_with(&sent));
        prop_assert_eq!(sent[0].speaker, Speaker::User);

        // And no exchange less than fits. The two parts of the system prompt are counted apart,
        // which is up to 6 tokens more than as one.
        let left_out = &rest[..rest.len() - sent.len()];
        if let Some(next) = left_out.iter().rposition(|t| t.speaker == Speaker::User) {
            let cost: usize = left_out[next..].iter().map(|t| estimate(&t.text)).sum();
            prop_assert!(size(&fitted) + 6 + cost + answer_reserve(window) > window);
        }
    }

    #[test]
    fn what_is_continued_fits_with_half_of_the_answers_room(
        window in 600usize..6000, branch in branches(), continued in "[a-zé ]{1,3000}",
    ) {
        prop_assume!(!continued.trim().is_empty());
        let Some(question) = branch.messages.last().cloned() else { unreachable!() };
        prop_assume!(fits(window, "system", &question.text));
        let fitted = fit(window, "system", branch, &continued);
        prop_assert!(size(&fitted) + answer_reserve(window) / 2 <= window);
        if let [.., asked, partial, _] = fitted.turns.as_slice() {
            prop_assert_eq!(asked, &question);
            prop_assert!(continued.ends_with(&partial.text));
        } else {
            prop_assert_eq!(fitted.turns, [question]);
        }
    }
}
