//! The shortcuts of the chat page, and the buttons that do the same: `data-does` names an action.

use ::chat::ConversationId;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlDialogElement, HtmlElement};
use leptos::{ev, prelude::*};

use super::{browser, copy, exchange::Exchange, palette, reader_first, toast::Toast};
use crate::language::t;
use crate::shortcuts::{Action, chord, kept};

/// The page as shortcuts act on it.
#[derive(Clone, Copy)]
struct Keyboard {
    exchange: Exchange,
}

/// Listens for shortcuts and for the buttons.
pub fn listen(exchange: Exchange) {
    let keyboard = Keyboard { exchange };
    kept::label(&kept::read());
    browser::listen(
        "keydown",
        Box::new(move |ev| {
            reader_first::touched();
            keyboard.pressed(ev.unchecked_ref());
        }),
    );
    browser::listen("pointerdown", Box::new(|_| reader_first::touched()));
    browser::listen("click", Box::new(move |ev| keyboard.clicked(&ev)));
    browser::listen(
        "input",
        Box::new(move |ev| {
            if target(&ev).is_some_and(|field| field.id() == "palette-text") {
                palette::typed(exchange.workspace);
            }
        }),
    );
}

impl Keyboard {
    fn pressed(self, ev: &ev::KeyboardEvent) {
        if ev.default_prevented() || ev.is_composing() || palette::pressed(ev) {
            return;
        }
        let Some(chord) = chord::of(ev) else { return };
        if chord::types(&chord) && target(ev).is_some_and(|target| is_field(&target)) {
            return;
        }
        let Some(action) = kept::read().action(&chord) else {
            return;
        };
        // While a dialog is open, only what opens and closes it.
        let modal = find("dialog[open]").is_some();
        if modal && !matches!(action, Action::Search | Action::Help) {
            return;
        }
        // Escape closes what is open before it does anything else.
        let closes = ev.key() == "Escape"
            && (find(":popover-open:not(.toast-place)").is_some()
                || target(ev).is_some_and(|target| within(&target, ".editor")));
        if !closes && self.act(action) {
            ev.prevent_default();
        }
    }

    fn clicked(self, ev: &ev::Event) {
        let Some(target) = target(ev) else { return };
        // Beside the dialog is the dialog's backdrop.
        if let Some(dialog) = target.dyn_ref::<HtmlDialogElement>() {
            return dialog.close();
        }
        let button = target.closest("[data-does]").ok().flatten();
        if let Some(action) = button.and_then(|button| kept::action_of(&button, "data-does")) {
            if within(&target, "#palette") {
                palette::close();
            }
            if let Some(drawer) = find("#sidebar:popover-open, #account-menu:popover-open") {
                let _ = drawer.unchecked_into::<HtmlElement>().hide_popover();
            }
            self.act(action);
        }
    }

    /// Does it; false when there is nothing to do.
    fn act(self, action: Action) -> bool {
        let workspace = self.exchange.workspace;
        match action {
            Action::NewChat => match workspace.current.get_untracked() {
                Some(_) => browser::go_to("/chat"),
                None => browser::focus("composer-body"),
            },
            Action::Search => {
                close("#shortcuts");
                palette::toggle(workspace);
            }
            Action::Compose => browser::focus("composer-body"),
            Action::Stop => {
                let running = self.exchange.running.with_untracked(Option::is_some);
                if running {
                    self.exchange.stop();
                    browser::focus("composer-body");
                }
                return running;
            }
            Action::Previous => return self.neighbour(-1),
            Action::Next => return self.neighbour(1),
            Action::Copy => return self.copy(),
            Action::Sidebar => browser::toggle_sidebar(),
            Action::Help => {
                palette::close();
                toggle("#shortcuts");
            }
        }
        true
    }

    /// Opens the conversation so many places below the open one.
    fn neighbour(self, step: isize) -> bool {
        let workspace = self.exchange.workspace;
        let current = workspace.current.get_untracked();
        let next: Option<ConversationId> = workspace.conversations.with_untracked(|list| {
            let at = match current {
                Some(id) => list
                    .iter()
                    .position(|c| c.id == id)?
                    .checked_add_signed(step)?,
                // The list begins below a new one.
                None => usize::try_from(step - 1).ok()?,
            };
            list.get(at).map(|c| c.id)
        });
        if let Some(id) = next {
            browser::go_to(&format!("/chat/{id}"));
        }
        next.is_some()
    }

    /// Copies the last answer, as its button does.
    fn copy(self) -> bool {
        let is_answer =
            |article: &Element| article.get_attribute("data-role").as_deref() == Some("assistant");
        let answers = self.exchange.log.articles();
        let Some(answer) = answers.into_iter().rfind(is_answer) else {
            return false;
        };
        let button = answer.query_selector("[data-source]").ok().flatten();
        let Some(id) = button.and_then(|button| button.get_attribute("data-source")) else {
            return false;
        };
        let workspace = self.exchange.workspace;
        copy::message(self.exchange, id, move |copied| {
            let text = match copied {
                true => t!(chat.answer_copied),
                false => t!(chat.cannot_copy),
            };
            workspace.tell(Toast {
                text: text.to_owned(),
                undo: None,
            });
        });
        true
    }
}

fn target(ev: &ev::Event) -> Option<Element> {
    ev.target()?.dyn_into().ok()
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn within(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}

/// Whether what is typed goes into this.
fn is_field(element: &Element) -> bool {
    within(element, "input, textarea, select, [contenteditable]")
}

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    find(selector).map(JsCast::unchecked_into)
}

fn close(selector: &str) {
    if let Some(dialog) = dialog(selector) {
        dialog.close();
    }
}

fn toggle(selector: &str) {
    if let Some(dialog) = dialog(selector) {
        match dialog.open() {
            true => dialog.close(),
            false => {
                let _ = dialog.show_modal();
            }
        }
    }
}
