//! Buttons, fields and notices.

use leptos::prelude::*;

use super::frame::{Both, Chapter, Row, STATES, State};
use crate::{
    error::{AppError, ErrorKind},
    ui::{ErrorNotice, FieldError, icons},
};

/// Buttons and fields.
#[component]
pub(super) fn Controls() -> impl IntoView {
    view! {
        <Chapter id="controls">
            <Both name="Primary: once in a view"><Buttons class="btn btn-primary"/></Both>
            <Both name="Outline: beside it"><Buttons class="btn btn-outline-quiet"/></Both>
            <Both name="Ghost: the way out"><Buttons class="btn btn-ghost"/></Both>
            <Both name="Icon, Send and Stop"><IconButtons/></Both>
            <Both name="In a sentence">
                <Row>
                    {STATES.map(|(name, class)| view! {
                        <State name><a class=format!("link {class}") href="#controls">"A link"</a></State>
                        <State name><button type="button" class=format!("text-button {class}")>"Undo"</button></State>
                    }).into_any()}
                </Row>
            </Both>
            <Both name="Fields"><Fields/></Both>
            <Both name="A choice of a few"><Choices/></Both>
        </Chapter>
    }
}

#[component]
fn Buttons(class: &'static str) -> impl IntoView {
    view! {
        <Row>
            {STATES.map(|(name, state)| view! {
                <State name><button type="button" class=format!("{class} {state}")>"Save"</button></State>
            }).into_any()}
            <State name="disabled"><button type="button" class=class disabled>"Save"</button></State>
        </Row>
        <button type="button" class=format!("{class} btn-full")>"As wide as its form"</button>
    }
}

#[component]
fn IconButtons() -> impl IntoView {
    view! {
        <Row>
            {STATES.map(|(name, state)| view! {
                <State name><button type="button" class=format!("icon-button {state}") aria-label="More"><icons::Drawn icon="more"/></button></State>
                <State name><button type="button" class=format!("send {state}") aria-label="Send"><icons::ArrowUp/></button></State>
            }).into_any()}
            <State name="disabled"><button type="button" class="send" aria-label="Send" disabled><icons::ArrowUp/></button></State>
            <State name="stop"><button type="button" class="send stop" aria-label="Stop"><icons::StopSquare/></button></State>
        </Row>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let field = |name: &'static str, class: &'static str, value: &'static str| {
        view! {
            <div class="field">
                <label>{name}" "<input class=format!("input {class}") value=value placeholder="ada@example.org"/></label>
            </div>
        }
    };
    view! {
        <div class="form">
            {field("Rest", "", "")}
            {field("Filled", "", "ada@example.org")}
            {field("Focus", "is-focus", "ada@")}
            <div class="field">
                <label>"Refused "<input class="input" value="ada@" aria-invalid="true"/></label>
                <FieldError id="" sentence=Some("This is not an email address: something is missing after the @.".to_owned())/>
            </div>
            <div class="field">
                <label>"Disabled "<input class="input" value="ada@example.org" disabled/></label>
            </div>
            <div class="field">
                <label>"With a button "
                    <span class="with-button">
                        <input class="input" type="password" value="a quiet walk"/>
                        <button type="button" class="show-password">"Show"</button>
                    </span>
                </label>
                <p class="hint">"At least 15 characters. A few unrelated words make a good one."</p>
            </div>
        </div>
    }
}

#[component]
fn Choices() -> impl IntoView {
    view! {
        <fieldset class="segments">
            <legend class="sr-only">"A choice"</legend>
            <label><input type="checkbox"/>"Light"</label>
            <label><input type="checkbox" checked/>"Dark"</label>
            <label class="is-hover"><input type="checkbox" class="is-focus"/>"System"</label>
        </fieldset>
        <div class="model-picker">
            <select aria-label="Model"><option>"A model"</option><option>"Another model"</option></select>
        </div>
    }
}

/// What people are told.
#[component]
pub(super) fn Notices() -> impl IntoView {
    view! {
        <Chapter id="messages-to-people">
            <Both name="Notice: about a form or a page">
                <p class="notice">"Conversation deleted. "<button type="button" class="text-button">"Undo"</button></p>
                <p class="notice done">"Saved: this is how you appear now."</p>
                {refused(ErrorKind::Invalid, "A message has at most 100,000 characters. This one has 120,400.")}
                {refused(ErrorKind::NotSignedIn, "Your session has ended. What you typed is kept.")}
                {refused(ErrorKind::TooMany, "Too many attempts. Try again in a minute.")}
            </Both>
            <Both name="Banner: about the state of the site, for as long as it lasts"><Banners/></Both>
            <Both name="Toast: what has just happened, with a way back">
                <div class="toast-card"><span>"Conversation deleted."</span><button type="button" class="text-button">"Undo"</button></div>
                <div class="toast-card"><span>"The conversation could not be renamed. Try again in a moment."</span></div>
            </Both>
        </Chapter>
    }
}

fn refused(kind: ErrorKind, sentence: &'static str) -> impl IntoView {
    view! { <ErrorNotice error=AppError::new(kind, sentence) id=""/> }
}

#[component]
fn Banners() -> impl IntoView {
    const BANNERS: [(&str, &str, Option<&str>); 5] = [
        (
            "info",
            "A new version of this page is there.",
            Some("Reload"),
        ),
        (
            "warning",
            "You are offline. What you write is kept here.",
            None,
        ),
        ("busy", "The server is restarting. Trying again …", None),
        (
            "danger",
            "Your session has ended. Your draft is kept.",
            Some("Sign in"),
        ),
        ("done", "Back online.", None),
    ];
    BANNERS
        .map(|(tone, sentence, action)| {
            let busy = (tone == "busy").then_some("");
            let tone = if tone == "busy" { "warning" } else { tone };
            let action = action.map(|action| view! { <button type="button" class="text-button">{action}</button> });
            view! { <p class="banner" data-tone=tone data-busy=busy><span>{sentence}</span>{action}</p> }
        })
        .into_any()
}
