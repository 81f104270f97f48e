//! What mails say, in the language of whoever gets them.

use auth::mail::{Letter, Notice};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    account::locale_of,
    language::{Tag, locale, moment, speaking, t},
};

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Its subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a document of HTML, which loads nothing.
    pub html: String,
}

/// What the dev inbox keeps of a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Where to.
    pub to: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Its subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
}

/// What a letter says. Links lead to the site at `site_url`, which has no slash at its end.
pub fn words(letter: &Letter, site_url: &str) -> Words {
    let locale = locale_of(letter.language).unwrap_or_default();
    speaking(locale, || {
        let content = content(letter, site_url);
        Words {
            text: as_text(&content, site_url),
            html: as_html(&content, site_url),
            subject: content.subject,
        }
    })
}

/// What is to be said, whatever the form.
struct Content {
    subject: String,
    /// The first is what happened.
    before: Vec<String>,
    /// What it says, and where it leads.
    link: Option<(&'static str, String)>,
    after: Vec<String>,
}

fn content(letter: &Letter, site_url: &str) -> Content {
    let link = |label, path: &str| {
        let token = letter.token.as_ref()?;
        Some((label, format!("{site_url}{path}?token={}", token.expose())))
    };
    let to = letter.to.as_str();
    match letter.notice {
        Notice::ResetPassword => Content {
            subject: t!(mail.reset_subject).to_owned(),
            before: vec![t!(mail.reset_asked, email = to)],
            link: link(t!(mail.reset_link), "/reset"),
            after: vec![
                t!(mail.reset_lasts).to_owned(),
                t!(mail.reset_not_you).to_owned(),
            ],
        },
        Notice::VerifyAddress => Content {
            subject: t!(mail.verify_subject).to_owned(),
            before: vec![t!(mail.verify, email = to)],
            link: link(t!(mail.verify_link), "/verify"),
            after: vec![t!(mail.day).to_owned(), t!(mail.verify_not_you).to_owned()],
        },
        Notice::ConfirmNewAddress => Content {
            subject: t!(mail.verify_subject).to_owned(),
            before: vec![t!(mail.new_address, email = to)],
            link: link(t!(mail.verify_link), "/verify"),
            after: vec![t!(mail.day).to_owned(), t!(mail.verify_not_you).to_owned()],
        },
        Notice::AddressChanged => Content {
            subject: t!(mail.address_subject).to_owned(),
            before: vec![t!(mail.address_changed, email = to)],
            link: None,
            after: vec![t!(mail.address_not_you).to_owned()],
        },
        Notice::ConfirmSignUp { .. } => Content {
            subject: t!(mail.sign_up_subject).to_owned(),
            before: vec![t!(mail.sign_up, email = to)],
            link: link(t!(mail.sign_up_link), "/welcome"),
            after: vec![t!(mail.day).to_owned(), t!(mail.sign_up_not_you).to_owned()],
        },
        Notice::AddressKnown => Content {
            subject: t!(mail.known_subject).to_owned(),
            before: vec![t!(mail.known, email = to)],
            link: Some((t!(mail.known_link), format!("{site_url}/forgot"))),
            after: vec![t!(mail.known_not_you).to_owned()],
        },
        Notice::PasswordChanged => Content {
            subject: t!(mail.changed_subject).to_owned(),
            before: vec![t!(mail.changed, email = to)],
            link: Some((t!(mail.not_you_link), format!("{site_url}/forgot"))),
            after: vec![t!(mail.changed_not_you).to_owned()],
        },
        Notice::PaymentFailed => Content {
            subject: t!(mail.failed_subject).to_owned(),
            before: vec![t!(mail.failed, email = to)],
            link: Some((t!(mail.billing_link), format!("{site_url}/billing"))),
            after: vec![t!(mail.failed_after).to_owned()],
        },
        Notice::PlanEnded => Content {
            subject: t!(mail.ended_subject).to_owned(),
            before: vec![t!(mail.ended, email = to)],
            link: Some((t!(mail.billing_link), format!("{site_url}/billing"))),
            after: vec![t!(mail.ended_after).to_owned()],
        },
        Notice::LowBalance => Content {
            subject: t!(mail.low_subject).to_owned(),
            before: vec![t!(mail.low, email = to)],
            link: Some((t!(mail.billing_link), format!("{site_url}/billing"))),
            after: vec![t!(mail.low_after).to_owned()],
        },
        Notice::ExportReady => Content {
            subject: t!(mail.export_subject).to_owned(),
            before: vec![t!(mail.export_ready, email = to)],
            link: Some((t!(mail.export_link), format!("{site_url}/settings/export"))),
            after: vec![t!(mail.export_lasts).to_owned()],
        },
        Notice::DeletionScheduled { at } => Content {
            subject: t!(mail.leaving_subject).to_owned(),
            before: vec![t!(mail.leaving, email = to, time = moment(at))],
            link: Some((t!(mail.leaving_link), format!("{site_url}/login"))),
            after: vec![t!(mail.leaving_not_you).to_owned()],
        },
        Notice::NewSignIn { at } => Content {
            subject: t!(mail.signed_in_subject).to_owned(),
            before: vec![t!(mail.signed_in, email = to, time = moment(at))],
            link: Some((t!(mail.not_you_link), format!("{site_url}/forgot"))),
            after: vec![t!(mail.signed_in_not_you).to_owned()],
        },
    }
}

fn as_text(content: &Content, site_url: &str) -> String {
    let mut parts = content.before.clone();
    // On a line of its own: programs for mail make it one to follow.
    parts.extend(
        content
            .link
            .as_ref()
            .map(|(label, href)| format!("{label}:\n{href}")),
    );
    parts.extend(content.after.iter().cloned());
    parts.push(format!("-- \nParlance\n{site_url}"));
    parts.join("\n\n") + "\n"
}

fn as_html(content: &Content, site_url: &str) -> String {
    let paragraphs = |texts: &[String]| {
        texts
            .iter()
            .map(|text| view! { <p>{text.clone()}</p> })
            .collect::<Vec<_>>()
    };
    let link = content.link.clone().map(|(label, href)| {
        view! {
            <p><a href=href.clone()>{label}</a></p>
            <p><small>{href}</small></p>
        }
    });
    let document = view! {
        <html lang=locale().as_str()>
            <head><meta charset="utf-8"/><title>{crate::ui::escape(&content.subject)}</title></head>
            <body>
                {paragraphs(&content.before)}
                {link}
                {paragraphs(&content.after)}
                <p><small><a href=site_url.to_owned()>"Parlance"</a></small></p>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", document.to_html())
}

#[cfg(test)]
mod tests {
    use auth::LinkToken;
    use time::macros::datetime;
    use users::{Email, Language};

    use super::*;

    fn letter(notice: Notice, language: Language) -> Letter {
        Letter {
            id: kernel::id::Uuid::nil(),
            to: Email::parse("o'brien&sons@example.org").expect("an address"),
            language,
            notice,
            token: LinkToken::parse(&"0f".repeat(32)).ok(),
            at: datetime!(2026-11-21 13:05 UTC),
        }
    }

    #[test]
    fn a_link_stands_in_both_forms_and_the_address_is_escaped_in_html() {
        let words = words(
            &letter(Notice::ResetPassword, Language::English),
            "https://chat.example",
        );
        let link = format!("https://chat.example/reset?token={}", "0f".repeat(32));
        assert!(
            words.text.contains(&format!("\n{link}\n")),
            "{}",
            words.text
        );
        assert!(
            words.html.contains(&format!("href=\"{link}\"")),
            "{}",
            words.html
        );
        assert!(words.text.contains("o'brien&sons@example.org"));
        assert!(
            words.html.contains("&amp;sons@example.org"),
            "{}",
            words.html
        );
    }

    #[test]
    fn each_mail_is_in_the_language_of_who_gets_it_and_loads_nothing() {
        let at = datetime!(2026-11-21 13:05 UTC);
        let notices = [
            Notice::ResetPassword,
            Notice::VerifyAddress,
            Notice::ConfirmNewAddress,
            Notice::AddressChanged,
            Notice::AddressKnown,
            Notice::ConfirmSignUp {
                sign_up: kernel::id::Uuid::nil(),
            },
            Notice::PasswordChanged,
            Notice::ExportReady,
            Notice::NewSignIn { at },
            Notice::DeletionScheduled { at },
        ];
        for notice in notices {
            let english = words(&letter(notice, Language::English), "https://chat.example");
            let german = words(&letter(notice, Language::German), "https://chat.example");
            assert_ne!(english.subject, german.subject);
            assert!(german.html.starts_with("<!DOCTYPE html><html lang=\"de\">"));
            for words in [english, german] {
                assert!(!words.text.contains(['{', '}']), "{}", words.text);
                for loads in ["<img", "<link", "<script", "src=", "style"] {
                    assert!(!words.html.contains(loads), "{}", words.html);
                }
            }
        }
    }
}
