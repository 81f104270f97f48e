//! What can be done by a shortcut.

use crate::language::t;

/// What can be done by a shortcut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Begins a conversation.
    NewChat,
    /// Opens the search for conversations and commands.
    Search,
    /// Moves the keyboard to where one writes.
    Compose,
    /// Ends the answer that is being written.
    Stop,
    /// Opens the conversation above in the list.
    Previous,
    /// Opens the one below.
    Next,
    /// Copies the last answer.
    Copy,
    /// Shows or hides the list of conversations.
    Sidebar,
    /// Shows this list.
    Help,
}

/// The actions with their ids, as in the page and where they are kept, and the keys
/// that they have until the person chooses others. As in ChatGPT, Slack and Discord where those agree.
const TABLE: [(Action, &str, &str); 9] = [
    (Action::NewChat, "new", "Mod+Shift+O"),
    (Action::Search, "search", "Mod+K"),
    (Action::Compose, "compose", "Shift+Escape"),
    (Action::Stop, "stop", "Escape"),
    (Action::Previous, "previous", "Alt+ArrowUp"),
    (Action::Next, "next", "Alt+ArrowDown"),
    (Action::Copy, "copy", "Mod+Shift+C"),
    (Action::Sidebar, "sidebar", "Mod+Shift+S"),
    (Action::Help, "help", "?"),
];

impl Action {
    /// All of them, in the order of the list.
    pub const ALL: [Self; TABLE.len()] = [
        Self::NewChat,
        Self::Search,
        Self::Compose,
        Self::Stop,
        Self::Previous,
        Self::Next,
        Self::Copy,
        Self::Sidebar,
        Self::Help,
    ];

    /// As the page and the storage name it.
    pub fn id(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewChat => t!(common.new_chat),
            Self::Search => t!(common.search_chats),
            Self::Compose => t!(shortcuts.compose),
            Self::Stop => t!(shortcuts.stop),
            Self::Previous => t!(shortcuts.previous),
            Self::Next => t!(shortcuts.next),
            Self::Copy => t!(shortcuts.copy),
            Self::Sidebar => t!(shortcuts.sidebar),
            Self::Help => t!(common.keyboard_shortcuts),
        }
    }

    /// Its keys until others are chosen.
    pub fn default_keys(self) -> &'static str {
        TABLE[self as usize].2
    }

    /// The action with this id.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_actions() {
        for (action, row) in Action::ALL.into_iter().zip(TABLE) {
            assert_eq!(action, row.0);
            assert_eq!(Action::by_id(row.1), Some(action));
        }
    }
}
