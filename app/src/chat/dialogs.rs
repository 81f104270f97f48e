//! The dialogs of the chat page: the search for conversations and commands, and the list of the
//! shortcuts. Rendered here, brought to life by [`palette`](super::palette) and
//! [`keyboard`](super::keyboard).

use ::chat::Title;
use leptos::prelude::*;

use crate::language::t;
use crate::shortcuts::{Action, chord};
use crate::ui::icons;

/// The keys of an action. The browser puts the person's own in their place.
#[component]
pub fn Keys(
    /// Which.
    action: Action,
    /// In a list of all, which says of an action that it has none.
    #[prop(optional)]
    listed: bool,
) -> impl IntoView {
    let none = listed.then(|| t!(shortcuts.none));
    view! {
        <kbd class="keys" data-keys=action.id() data-none=none>{chord::shown(action.default_keys(), false)}</kbd>
    }
}

/// What the search offers besides conversations.
const COMMANDS: [Action; 4] = [Action::NewChat, Action::Copy, Action::Sidebar, Action::Help];

/// The search for conversations and commands.
#[component]
pub fn PaletteDialog() -> impl IntoView {
    let commands = COMMANDS.map(|action| {
        view! {
            <button type="button" role="option" class="menu-item" tabindex="-1" id=format!("do-{}", action.id())
                data-does=action.id() aria-label=action.name()>
                <span>{action.name()}</span><Keys action/>
            </button>
        }
    });
    view! {
        <dialog id="palette" class="palette" aria-label=t!(chat.search_all)>
            <div class="palette-field">
                <icons::Search/>
                <input id="palette-text" type="text" role="combobox" aria-label=t!(chat.search_all) aria-expanded="true"
                    aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" autocapitalize="none"
                    spellcheck="false" enterkeyhint="go" placeholder=t!(common.search_chats) maxlength=Title::MAX_CHARS.to_string()/>
                <form method="dialog"><button class="icon-button" aria-label=t!(chat.close_search)><icons::Close/></button></form>
            </div>
            <p id="palette-status" class="palette-status" role="status"></p>
            <p id="palette-count" class="sr-only" role="status"></p>
            <div id="palette-list" class="palette-list" role="listbox" aria-label=t!(chat.chats_and_commands)>
                <div id="palette-chats" role="group" aria-label=t!(chat.chats_group)></div>
                <div id="palette-commands" role="group" aria-label=t!(chat.commands)>{commands.into_any()}</div>
            </div>
        </dialog>
    }
}

/// The list of the shortcuts.
#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let rows = Action::ALL.map(|action| {
        view! { <div><dt>{action.name()}</dt><dd><Keys action listed=true/></dd></div> }
    });
    view! {
        <dialog id="shortcuts" class="shortcuts" aria-labelledby="shortcuts-heading">
            <form method="dialog" class="shortcuts-head">
                <h2 id="shortcuts-heading">{t!(common.keyboard_shortcuts)}</h2>
                <button class="icon-button" aria-label=t!(common.close) autofocus><icons::Close/></button>
            </form>
            <dl>
                {rows.into_any()}
                <div><dt>{t!(shortcuts.send)}</dt><dd><kbd>{chord::shown("Enter", false)}</kbd></dd></div>
                <div><dt>{t!(shortcuts.new_line)}</dt><dd><kbd>{chord::shown("Shift+Enter", false)}</kbd></dd></div>
            </dl>
            <p class="hint"><a class="link" href="/settings#shortcuts">{t!(shortcuts.change_them)}</a></p>
        </dialog>
    }
}
