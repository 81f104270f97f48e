//! Which keys do what.

use super::Action;

/// A person's shortcuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bindings {
    /// Whether there are any.
    pub on: bool,
    /// By [`Action`]; empty for none.
    keys: [String; Action::ALL.len()],
}

impl Default for Bindings {
    fn default() -> Self {
        Self {
            on: true,
            keys: Action::ALL.map(|action| action.default_keys().to_owned()),
        }
    }
}

impl Bindings {
    /// Reads what [`Self::to_text`] wrote. What is not understood is as at first: it may come from
    /// another version of the site.
    pub fn parse(text: &str) -> Self {
        let mut bindings = Self::default();
        for line in text.lines() {
            match line.split_once('=') {
                Some((id, keys)) => {
                    if let Some(action) = Action::by_id(id) {
                        keys.clone_into(&mut bindings.keys[action as usize]);
                    }
                }
                None => bindings.on &= line != "off",
            }
        }
        bindings
    }

    /// What differs from the defaults, a line each.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if !self.on {
            text.push_str("off\n");
        }
        for action in Action::ALL {
            if self.keys(action) != action.default_keys() {
                for part in [action.id(), "=", self.keys(action), "\n"] {
                    text.push_str(part);
                }
            }
        }
        text
    }

    /// The keys of an action; empty for none.
    pub fn keys(&self, action: Action) -> &str {
        &self.keys[action as usize]
    }

    /// What a chord does.
    pub fn action(&self, chord: &str) -> Option<Action> {
        let holds = |action: &Action| self.keys(*action) == chord;
        Action::ALL.into_iter().filter(|_| self.on).find(holds)
    }

    /// Gives an action other keys, or none.
    ///
    /// # Errors
    /// The action that has these keys already.
    pub fn bind(&mut self, action: Action, chord: &str) -> Result<(), Action> {
        let taken = |other: &Action| *other != action && self.keys(*other) == chord;
        if let Some(other) = Action::ALL
            .into_iter()
            .find(taken)
            .filter(|_| !chord.is_empty())
        {
            return Err(other);
        }
        chord.clone_into(&mut self.keys[action as usize]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_first_no_two_actions_share_keys_and_all_can_be_bound() {
        let bindings = Bindings::default();
        for action in Action::ALL {
            assert_eq!(bindings.action(action.default_keys()), Some(action));
            assert_eq!(
                crate::shortcuts::chord::refusal(action.default_keys()),
                None
            );
        }
        assert_eq!(bindings.to_text(), "");
    }

    #[test]
    fn what_is_kept_reads_back() {
        let mut bindings = Bindings::default();
        bindings.bind(Action::NewChat, "Mod+=").unwrap();
        bindings.bind(Action::Help, "").unwrap();
        bindings.on = false;
        assert_eq!(Bindings::parse(&bindings.to_text()), bindings);
        assert_eq!(bindings.action("Mod+="), None, "switched off");
    }

    #[test]
    fn keys_that_do_something_else_are_not_taken_away_from_it() {
        let mut bindings = Bindings::default();
        assert_eq!(bindings.bind(Action::NewChat, "Mod+K"), Err(Action::Search));
        assert_eq!(bindings.keys(Action::NewChat), "Mod+Shift+O");
        assert_eq!(bindings.bind(Action::Search, "Mod+K"), Ok(()));
        bindings.bind(Action::Search, "").unwrap();
        bindings.bind(Action::Help, "").unwrap();
        assert_eq!(bindings.bind(Action::NewChat, "Mod+K"), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_kept_is_read(text in "(\\PC|\n|=){0,80}") {
            let bindings = Bindings::parse(&text);
            proptest::prop_assert_eq!(Bindings::parse(&bindings.to_text()), bindings);
        }
    }
}
