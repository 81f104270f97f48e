//! The mark, icons, the sidebar and menus.

use leptos::prelude::*;

use super::frame::{Both, Chapter, Row, STATES, State};
use crate::ui::{Mark, Wordmark, icons};

/// A title that does not fit.
const LONG: &str =
    "Everything that I wanted to ask about the sourdough of last Sunday, and some more";

/// The mark, the wordmark and the icons.
#[component]
pub(super) fn Marks() -> impl IntoView {
    view! {
        <Chapter id="mark">
            <Both name="Mark and wordmark">
                <Row>
                    <State name="Mark"><Mark/></State>
                    <State name="Wordmark"><Wordmark/></State>
                    <State name="icon.svg"><img src="/icon.svg" alt="" width="48" height="48"/></State>
                    <State name="favicon.svg"><img src="/favicon.svg" alt="" width="32" height="32"/></State>
                </Row>
            </Both>
            <Both name="Icons: 20 pixels, one weight">
                <Row>
                    <State name="NewChat"><icons::NewChat/></State>
                    <State name="Menu"><icons::Menu/></State>
                    <State name="Close"><icons::Close/></State>
                    <State name="More"><icons::Drawn icon="more"/></State>
                    <State name="Pencil"><icons::Pencil/></State>
                    <State name="Bin"><icons::Bin/></State>
                    <State name="Settings"><icons::Settings/></State>
                    <State name="SignOut"><icons::SignOut/></State>
                    <State name="ArrowUp"><icons::ArrowUp/></State>
                    <State name="ArrowDown"><icons::ArrowDown/></State>
                    <State name="UpDown"><icons::UpDown/></State>
                    <State name="StopSquare"><icons::StopSquare/></State>
                </Row>
            </Both>
        </Chapter>
    }
}

/// The sidebar and what opens above it.
#[component]
pub(super) fn Navigation() -> impl IntoView {
    view! {
        <Chapter id="navigation">
            <Both name="Sidebar"><Sidebar/></Both>
            <Both name="Menu"><Menu/></Both>
            <Both name="Panel with a form"><Panel/></Both>
        </Chapter>
    }
}

#[component]
fn Sidebar() -> impl IntoView {
    let item = |title: &'static str, class: &'static str, current: bool| {
        view! {
            <li class=format!("conversation-item {class}")>
                <a class=class href="#navigation" dir="auto" aria-current=current.then_some("page")>{title}</a>
                <button type="button" class="icon-button" aria-label="More"><icons::Drawn icon="more"/></button>
            </li>
        }
    };
    view! {
        <div class="guide-sidebar">
            <div class="sidebar-top"><Wordmark/></div>
            <a class="new-chat" href="#navigation"><icons::NewChat/>"New chat"</a>
            <div class="conversations">
                <h2>"Today"</h2>
                <ul>
                    {item("At rest", "", false)}
                    {item("Pointed at", "is-hover", false)}
                    {item("Open", "", true)}
                    {item("With the keyboard on it", "is-focus", false)}
                    {item("New chat", "untitled", false)}
                    {item(LONG, "", false)}
                    {item("كيف أخبز خبزًا جيدًا في المنزل؟", "", false)}
                </ul>
                <a class="more" href="#navigation">"Show more"</a>
                <p class="none">"Your conversations will be listed here."</p>
            </div>
            <div class="account">
                <button type="button" class="account-button">
                    <span class="avatar" aria-hidden="true">"A"</span><span class="name">"Ada"</span><icons::UpDown/>
                </button>
            </div>
        </div>
    }
}

#[component]
fn Menu() -> impl IntoView {
    view! {
        <div class="panel is-open">
            <p class="account-email">"ada@example.org"</p>
            {STATES.map(|(name, class)| view! {
                <button type="button" class=format!("menu-item {class}")><icons::Pencil/>{format!("Rename ({name})")}</button>
            }).into_any()}
            <div class="menu-rule"></div>
            <button type="button" class="menu-item danger"><icons::Bin/>"Delete"</button>
            <button type="button" class="menu-item danger is-hover"><icons::Bin/>"Delete (hover)"</button>
        </div>
    }
}

#[component]
fn Panel() -> impl IntoView {
    view! {
        <div class="panel is-open">
            <div class="rename">
                <label>"Title "<input class="input" value="Dense sourdough"/></label>
                <div class="buttons">
                    <button type="button" class="btn btn-ghost">"Cancel"</button>
                    <button type="button" class="btn btn-primary">"Rename"</button>
                </div>
            </div>
        </div>
    }
}
