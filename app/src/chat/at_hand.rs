//! What is at hand under every message: edit or ask again, copy, link, details. A page has fifty rows of
//! it that differ in an id and a time, so a row is rendered once for each language and kind of message,
//! with gaps for those.

use std::sync::OnceLock;

use ::chat::{MessageStatus, MessageView, Speaker};
use html_escape::encode_text;
use leptos::{prelude::*, tachys::html::InertElement};
use time::{UtcOffset, format_description::well_known::Rfc3339};

use crate::language::{self, filled, t};
use crate::ui::icons::Drawn;

/// Gaps, by the names that [`filled`] knows.
const ID: &str = "{id}";
const EXACT: &str = "{exact}";
const SHOWN: &str = "{shown}";
const MODEL: &str = "{model}";

/// What a row is made for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Question,
    Answer,
    /// One that is not complete can be continued.
    Unfinished,
}

const KINDS: usize = 3;

/// The row for a message.
pub fn at_hand(view: &MessageView) -> String {
    static ROWS: [[OnceLock<String>; KINDS]; language::LANGUAGES] =
        [const { [const { OnceLock::new() }; KINDS] }; language::LANGUAGES];
    let kind = match (view.speaker, view.status) {
        (Speaker::User, _) => Kind::Question,
        (Speaker::Assistant, MessageStatus::Complete) => Kind::Answer,
        (Speaker::Assistant, _) => Kind::Unfinished,
    };
    let row = ROWS[language::locale() as usize][kind as usize].get_or_init(|| row(kind));
    let at = view.created_at.to_offset(UtcOffset::UTC);
    let model = view.model_name.as_deref().map(|name| {
        // As a text: names are an admin's, and may have any character.
        format!("<span dir=\"auto\">{}</span> · ", encode_text(name))
    });
    filled(
        row,
        &[
            ("id", &view.id),
            ("exact", &at.format(&Rfc3339).unwrap_or_default()),
            ("shown", &language::moment(at)),
            ("model", &model.unwrap_or_default()),
        ],
    )
}

/// A row with its gaps.
fn row(kind: Kind) -> String {
    let first = match kind {
        Kind::Question => view! {
            <button class="action" form="edit" name="edit" value=ID title=t!(chat.edit) aria-label=t!(chat.edit)>
                <Drawn icon="pencil"/>
            </button>
        }
        .into_any(),
        Kind::Answer => view! { <Again/> }.into_any(),
        Kind::Unfinished => view! {
            <button class="action go-on" form="continue" name="original_id" value=ID>{t!(chat.go_on)}</button>
            <Again/>
        }
        .into_any(),
    };
    let copy = match kind {
        Kind::Question => t!(chat.copy_message),
        Kind::Answer | Kind::Unfinished => t!(chat.copy_answer),
    };
    view! {
        {first}
        <CopyText name=copy/>
        <Permalink/>
        <About costs=!matches!(kind, Kind::Question)/>
    }
    .to_html()
}

#[component]
fn Again() -> impl IntoView {
    view! {
        <button class="action again" form="retry" name="original_id" value=ID title=t!(chat.again)>
            <Drawn icon="again"/><span>{t!(chat.again)}</span>
        </button>
    }
}

/// Puts the message's text, which [`copy`](super::copy) asks for, into the clipboard.
#[component]
fn CopyText(name: &'static str) -> impl IntoView {
    view! {
        <button type="button" class="action needs-script" data-source=ID title=name aria-label=name>
            <Drawn icon="copy"/>
        </button>
    }
}

/// Leads to the message itself; with JavaScript the address is copied.
#[component]
fn Permalink() -> impl IntoView {
    view! {
        <a class="action" data-permalink href=format!("?message={ID}#m-{ID}") title=t!(chat.copy_link) aria-label=t!(chat.link)>
            <Drawn icon="link"/>
        </a>
    }
}

/// What is told of a message when somebody asks: when it was sent or begun, and who answers. The
/// browser puts the time into the reader's zone. Of an answer also what it cost, which is asked for then.
#[component]
fn About(costs: bool) -> impl IntoView {
    let cost = costs.then(|| {
        view! { " · " <a class="link" href=format!("/usage/answers/{ID}")>{t!(chat.cost)}</a> }
    });
    view! {
        <details class="about">
            <summary class="action" title=t!(chat.details) aria-label=t!(chat.details)><Drawn icon="about"/></summary>
            <p>
                {InertElement::new(MODEL)}
                <time datetime=EXACT>{t!(chat.at_utc, time = SHOWN)}</time>
                {cost}
            </p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use ::chat::MessageId;
    use time::macros::datetime;

    use super::*;

    fn html(speaker: Speaker, status: MessageStatus) -> String {
        let view = MessageView {
            id: MessageId::from(uuid::Uuid::from_u128(7)),
            speaker,
            status,
            html: String::new(),
            text: String::new(),
            generation: None,
            position: 0,
            failure: None,
            siblings: None,
            model_name: Some("<b>{id}".to_owned()),
            created_at: datetime!(2026-11-21 13:05 UTC),
        };
        at_hand(&view)
    }

    #[test]
    fn every_row_names_its_message_and_its_time() {
        let id = uuid::Uuid::from_u128(7);
        for (speaker, status, edits, goes_on) in [
            (Speaker::User, MessageStatus::Complete, true, false),
            (Speaker::Assistant, MessageStatus::Complete, false, false),
            (Speaker::Assistant, MessageStatus::Stopped, false, true),
        ] {
            let html = html(speaker, status);
            let asked = ["edit", "continue"].map(|form| {
                html.contains(&format!("form=\"{form}\""))
                    && html.contains(&format!("value=\"{id}\""))
            });
            assert_eq!(asked, [edits, goes_on], "{html}");
            assert!(
                html.contains(&format!("href=\"?message={id}#m-{id}\"")),
                "{html}"
            );
            assert!(html.contains("datetime=\"2026-11-21T13:05:00Z\""), "{html}");
            assert!(html.contains("21 Nov 2026, 13:05 UTC"), "{html}");
        }
    }

    #[test]
    fn the_name_of_a_model_is_only_a_text() {
        let html = html(Speaker::Assistant, MessageStatus::Complete);
        assert!(html.contains("&lt;b&gt;{id}"), "{html}");
        assert_eq!(html.matches('{').count(), 1, "{html}");
    }
}
