//! What can be done by a shortcut.

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

/// The actions with their ids, as in the page and where they are kept, their names, and the keys
/// that they have until the person chooses others. As in ChatGPT, Slack and Discord where those agree.
const TABLE: [(Action, &str, &str, &str); 9] = [
    (Action::NewChat, "new", "New chat", "Mod+Shift+O"),
    (Action::Search, "search", "Search chats", "Mod+K"),
    (
        Action::Compose,
        "compose",
        "Write a message",
        "Shift+Escape",
    ),
    (Action::Stop, "stop", "Stop the answer", "Escape"),
    (Action::Previous, "previous", "Previous chat", "Alt+ArrowUp"),
    (Action::Next, "next", "Next chat", "Alt+ArrowDown"),
    (Action::Copy, "copy", "Copy the last answer", "Mod+Shift+C"),
    (
        Action::Sidebar,
        "sidebar",
        "Show or hide the sidebar",
        "Mod+Shift+S",
    ),
    (Action::Help, "help", "Keyboard shortcuts", "?"),
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
        TABLE[self as usize].2
    }

    /// Its keys until others are chosen.
    pub fn default_keys(self) -> &'static str {
        TABLE[self as usize].3
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
