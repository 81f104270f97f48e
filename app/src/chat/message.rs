//! One message as it stands in the log. Rendered on the server only: the page gets messages as
//! HTML, at first and later on ([`articles`](super::articles)).
//!
//! A page has fifty of them, so an article is written as text: as components, they were a third of
//! what a page costs. What people and models chose is escaped here ([`markdown`](::chat::markdown)
//! has sanitised the HTML of an answer).

use std::fmt::Write as _;

use ::chat::{MessageId, MessageView, Siblings, Speaker};
use html_escape::{encode_double_quoted_attribute as attribute, encode_text_to_string};
use leptos::{prelude::*, tachys::html::InertElement};

use super::{
    at_hand::at_hand,
    editor_form::{Editing, EditorForm},
    labels,
    standing::{standing, status_name},
};
use crate::language::t;
use crate::ui::icons::Drawn;

/// How a message stands in the page.
#[derive(Debug, Clone, Default)]
pub enum Place {
    /// With all that can be done with it.
    #[default]
    Log,
    /// The same, far above what is seen when the page opens: laid out when the browser has time.
    Above,
    /// The one that the address leads to.
    Marked,
    /// Being edited, without JavaScript.
    Edited(Editing),
    /// As an example, where nothing can be done.
    Sample,
}

/// A message among components.
#[component]
pub fn Message(
    /// As the queries tell it.
    view: MessageView,
    /// Where it stands.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    let mut html = String::new();
    article(&mut html, view, place);
    InertElement::new(html)
}

/// Writes a message's `<article>`.
pub fn article(html: &mut String, view: MessageView, place: Place) {
    html.reserve(view.text.len() + view.html.len() + 4096);
    match view.speaker {
        Speaker::User => question(html, view, place),
        Speaker::Assistant => answer(html, view, place),
    }
}

/// What the person said: plain text, kept as typed.
fn question(html: &mut String, view: MessageView, place: Place) {
    open(html, &view, &place, t!(chat.you));
    html.push_str("<div class=\"text\" dir=\"auto\">");
    encode_text_to_string(&view.text, html);
    html.push_str("</div>");
    let sample = matches!(place, Place::Sample);
    if let Place::Edited(editing) = place {
        html.push_str(&view! { <EditorForm editing/> }.to_html());
    }
    close(html, &view, sample);
}

/// What a model said: HTML that has been sanitised, one `.block` for each top-level block.
///
/// While it is being written, [`follow`](super::follow) finds where to go on in its attributes.
/// What can be done with it is always there; the style shows what fits its status.
fn answer(html: &mut String, mut view: MessageView, place: Place) {
    let name = view.model_name.as_deref().unwrap_or(t!(chat.answer));
    open(html, &view, &place, name);
    html.push_str("<div class=\"prose\">");
    html.push_str(&labels::in_language(std::mem::take(&mut view.html)));
    html.push_str("</div><span class=\"waiting\" aria-hidden=\"true\"></span><p class=\"status\">");
    html.push_str(standing(view.status, view.failure));
    html.push_str("</p>");
    close(html, &view, matches!(place, Place::Sample));
}

fn open(html: &mut String, view: &MessageView, place: &Place, name: &str) {
    let (id, name, status) = (view.id, attribute(name), status_name(view.status));
    let role = match view.speaker {
        Speaker::User => "user",
        Speaker::Assistant => "assistant",
    };
    put(
        html,
        format_args!(
            "<article id=\"m-{id}\" data-role=\"{role}\" data-status=\"{status}\" aria-label=\"{name}\""
        ),
    );
    if view.speaker == Speaker::Assistant {
        if let Some(generation) = view.generation {
            put(html, format_args!(" data-generation=\"{generation}\""));
        }
        put(html, format_args!(" data-position=\"{}\"", view.position));
    }
    html.push_str(match place {
        Place::Marked => " data-marked=\"\" tabindex=\"-1\">",
        Place::Edited(_) => " data-editing=\"\">",
        Place::Above => " data-above=\"\">",
        Place::Log | Place::Sample => ">",
    });
}

fn close(html: &mut String, view: &MessageView, sample: bool) {
    if !sample {
        html.push_str("<div class=\"actions\">");
        if let Some(siblings) = view.siblings {
            html.push_str(&view! { <Versions siblings/> }.to_html());
        }
        html.push_str(&at_hand(view));
        html.push_str("</div>");
    }
    html.push_str("</article>");
}

/// Writing into a string cannot fail.
fn put(html: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = html.write_fmt(what);
}

/// The way to the others in a message's place.
#[component]
fn Versions(siblings: Siblings) -> impl IntoView {
    let Siblings {
        position,
        count,
        previous,
        next,
    } = siblings;
    view! {
        <div class="versions" role="group" aria-label=t!(chat.versions)>
            <ToVersion id=previous name=t!(chat.previous_version) icon="left"/>
            <span class="sr-only">{t!(chat.version_of, position, count)}</span>
            <span aria-hidden="true">{format!("{position}/{count}")}</span>
            <ToVersion id=next name=t!(chat.next_version) icon="right"/>
        </div>
    }
}

#[component]
fn ToVersion(id: Option<MessageId>, name: &'static str, icon: &'static str) -> impl IntoView {
    view! {
        <button class="action" form="switch" name="message_id" value=id.map(|id| id.to_string()) disabled=id.is_none()
            aria-label=name title=name>
            <Drawn icon/>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use ::chat::MessageStatus;
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn html(speaker: Speaker, words: &str, place: Place) -> String {
        let view = MessageView {
            id: MessageId::from(uuid::Uuid::from_u128(7)),
            speaker,
            status: MessageStatus::Complete,
            html: "<p class=\"block\">An answer</p>".to_owned(),
            text: words.to_owned(),
            generation: None,
            position: 9,
            failure: None,
            siblings: None,
            model_name: Some(words.to_owned()),
            created_at: datetime!(2026-11-21 13:05 UTC),
        };
        let mut html = String::new();
        article(&mut html, view, place);
        html
    }

    /// What an article has of markup: its tags, without what stands in quotes or between tags.
    fn tags(html: &str) -> Vec<String> {
        let names = html.split('<').skip(1).map(|tag| {
            let end = tag.find([' ', '>']).unwrap_or(tag.len());
            tag[..end].to_owned()
        });
        names.collect()
    }

    proptest! {
        #[test]
        fn words_never_become_markup(words in "[a-z<>&\"'{} /=]{0,40}") {
            for speaker in [Speaker::User, Speaker::Assistant] {
                let (theirs, plain) = (html(speaker, &words, Place::Log), html(speaker, "plain", Place::Log));
                prop_assert_eq!(tags(&theirs), tags(&plain), "{}", theirs);
                let (_, label) = theirs.split_once(" aria-label=\"").unwrap();
                let (label, _) = label.split_once('"').unwrap();
                let name = if speaker == Speaker::User { "You" } else { &words };
                prop_assert_eq!(html_escape::decode_html_entities(label), name);
            }
        }
    }

    #[test]
    fn an_article_tells_how_it_stands() {
        let marked = html(Speaker::Assistant, "A model", Place::Marked);
        for part in [
            "<article id=\"m-00000000-0000-0000-0000-000000000007\" data-role=\"assistant\" data-status=\"complete\"",
            " aria-label=\"A model\" data-position=\"9\" data-marked=\"\" tabindex=\"-1\">",
            "<div class=\"prose\"><p class=\"block\">An answer</p></div>",
        ] {
            assert!(marked.contains(part), "{part} in {marked}");
        }
        let sample = html(Speaker::User, "1 < 2 & 3", Place::Sample);
        assert!(
            sample.ends_with("1 &lt; 2 &amp; 3</div></article>"),
            "{sample}"
        );
    }

    #[test]
    fn a_message_that_is_edited_has_its_form() {
        let id = MessageId::from(uuid::Uuid::from_u128(7));
        let editing = Editing {
            edited_id: id,
            message_id: id,
            text: "</textarea><b>".to_owned(),
            refusal: None,
        };
        let html = html(Speaker::User, "before", Place::Edited(editing));
        assert!(html.contains(" data-editing=\"\">"), "{html}");
        assert!(html.contains("&lt;/textarea&gt;&lt;b&gt;"), "{html}");
    }
}
