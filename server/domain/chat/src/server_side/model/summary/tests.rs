use super::*;
use proptest::prelude::*;

/// Messages of these sizes, the person first.
fn said(sizes: &[usize]) -> Vec<Said> {
    let speakers = [Speaker::User, Speaker::Assistant].into_iter().cycle();
    let sizes = speakers.zip(sizes);
    sizes
        .map(|(speaker, &tokens)| Said { speaker, tokens })
        .collect()
}

// A window of 4,000 has room for 4000 - 4 - 1000 = 2,996; 2,247 of it in full.

#[test]
fn nothing_is_due_while_the_conversation_goes_in_full() {
    assert_eq!(due(4_000, "", None, &said(&[100; 22])), None);
    assert_eq!(due(4_000, "", None, &[]), None);
}

#[test]
fn all_but_the_newest_exchanges_is_summarised() {
    // 24 × 100: 1,123 tokens of the newest may stay, which is 5 exchanges.
    assert_eq!(due(4_000, "", None, &said(&[100; 24])), Some(14));
}

#[test]
fn an_earlier_summary_counts() {
    let earlier = "x".repeat(600);
    assert_eq!(due(4_000, "", Some(&earlier), &said(&[100; 22])), Some(12));
}

#[test]
fn a_single_exchange_stays_however_long() {
    assert_eq!(due(4_000, "", None, &said(&[10, 9_000])), None);
    assert_eq!(due(4_000, "", None, &said(&[10, 10, 10, 9_000])), Some(2));
}

#[test]
fn a_model_that_reads_less_catches_up_answer_by_answer() {
    let long = said(&[400; 60]);
    let first = due(4_000, "", None, &long).unwrap();
    assert!(
        (2..20).contains(&first) && first.is_multiple_of(2),
        "{first}"
    );
    assert!(due(4_000, "", Some("so far"), &long[first..]).is_some());
}

#[test]
fn a_long_summary_by_a_model_that_reads_more_is_no_obstacle() {
    let earlier = "x".repeat(6_000);
    assert!(due(2_000, "", Some(&earlier), &said(&[400; 8])).is_some());
}

#[test]
fn a_long_message_keeps_its_beginning_and_its_end() {
    let text = format!("begin {} end", "x".repeat(9_000));
    let turn = Turn {
        speaker: Speaker::User,
        text,
    };
    let transcript = transcript(2_000, Some("They met."), &[turn]);
    assert!(transcript.starts_with("Summary so far: They met.\n\nUser: begin x"));
    assert!(transcript.contains(LEFT_OUT) && transcript.ends_with("x end"));
}

#[test]
fn a_summary_that_is_too_long_is_cut_and_an_empty_one_is_none() {
    let kept_of = |text: &str| kept(4_000, "", text);
    assert!(estimate(&kept_of(&"word ".repeat(5_000)).unwrap()) <= 2 * most_tokens(4_000, ""));
    assert_eq!(kept_of(" a\0b\n").as_deref(), Some("a\u{FFFD}b"));
    assert_eq!(kept_of(" \n"), None);
}

proptest! {
    #[test]
    fn what_is_asked_fits_and_stops_at_the_end_of_an_exchange(
        window in 1_000usize..20_000, earlier in prop::option::of("[a-zé ]{1,900}"),
        lengths in prop::collection::vec(0usize..6_000, 0..40),
    ) {
        let speakers = [Speaker::User, Speaker::Assistant].into_iter().cycle();
        let turns: Vec<_> = speakers.zip(&lengths)
            .map(|(speaker, n)| Turn { speaker, text: "xé ".repeat(*n) }).collect();
        let sizes: Vec<_> = turns.iter()
            .map(|t| Said { speaker: t.speaker, tokens: estimate(&t.text) }).collect();
        let earlier = earlier.as_deref();
        if let Some(count) = due(window, "system", earlier, &sizes) {
            prop_assert!(count > 0 && count < turns.len());
            prop_assert_eq!(turns[count].speaker, Speaker::User);
            let asked = estimate(&prompt(window, "system"))
                + estimate(&transcript(window, earlier, &turns[..count]));
            prop_assert!(asked + most_tokens(window, "system") <= window);
        }
    }
}

proptest! {
    // Each is a whole conversation.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A summary after each answer for which one is due: what was said since is always sent.
    #[test]
    fn nothing_is_lost_between_the_summary_and_what_is_sent(
        lengths in prop::collection::vec(1usize..400, 60..200),
    ) {
        let turn = |(speaker, n): (Speaker, &usize)| Turn { speaker, text: "x".repeat(*n) };
        let speakers = || [Speaker::User, Speaker::Assistant].into_iter().cycle();
        let (mut since, mut earlier, mut made) = (Vec::new(), None::<String>, 0);
        for exchange in lengths.chunks_exact(2) {
            let mut messages = since.clone();
            messages.push(turn((Speaker::User, &exchange[0])));
            let summary = earlier.clone().map(|text| context::Summary { text, covers: 0 });
            let branch = context::Branch { messages, whole: false, summary };
            let fitted = context::fit(4_000, "system", branch, "");
            prop_assert_eq!(fitted.turns.len(), since.len() + 1);
            prop_assert_eq!(fitted.system.len() > 6, earlier.is_some());

            since.extend(speakers().zip(exchange).map(turn));
            let sizes: Vec<_> = since.iter()
                .map(|t| Said { speaker: t.speaker, tokens: estimate(&t.text) }).collect();
            if let Some(count) = due(4_000, "system", earlier.as_deref(), &sizes) {
                since.drain(..count);
                earlier = kept(4_000, "system", &"word ".repeat(1_000));
                made += 1;
            }
        }
        let total: usize = lengths.iter().map(|n| n / 3 + 5).sum();
        prop_assert!(made <= total / (room(4_000, "system") / 8) + 1, "{} for {}", made, total);
    }
}
